"""Are sealed files still what was sealed? Looked at by stat, a few a pass."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from fakes import START

from coordinator.engine.sealed import SealedFiles
from coordinator.model.entry import DirectionEnded, Entry, ExperimentEnded, ExperimentStarted, RunStarted, VerdictGiven
from coordinator.model.history import History
from coordinator.model.record import Execution, Outcome, Phase, ProcessRecord, Record
from coordinator.rules.history import remember
from coordinator.store.layout import Workspace
from coordinator.text import record
from coordinator.text.canonical import digest_of, sha256

RUN, NIL = "20260301_220000", "0" * 64
FILES = {
    "outputs": ("experiments/exp_001/outputs/seed_1/metrics.json", "outputs_edited"),
    "placebo": ("experiments/exp_001/confirmation/placebo_9/metrics.json", "outputs_edited"),
    "summary": ("experiments/exp_001/summary.md", "summary_edited"),
}
CODE = "sealed/first/exp_001-1/experiment.py"


class World:
    """A run with one experiment, explored and confirmed, whose direction has ended."""

    def __init__(self, root: Path) -> None:
        self.workspace = Workspace(root)
        self.worker = self.workspace.worker(RUN, "first").folder
        self.run = self.workspace.run(RUN).folder
        self.entries: list[Entry] = []
        for name, _ in FILES.values():
            self.put(self.worker / name, name)
        self.put(self.run / CODE, CODE)
        self.put(self.run / "sealed/first/exp_001-1/plan.md", "plan")
        started = {"frozen_sha256": NIL, "config_sha256": NIL, "directions_sha256": NIL, "rubric_sha256": NIL}
        self.note(RunStarted(run=RUN, directions=("first",), **started))
        executions = [self.ran(Phase.EXPLORE), self.ran(Phase.CONFIRM)]
        found = Record(direction="first", experiment="exp_001", executions=tuple(executions))
        self.put(self.run / "records/first/exp_001.json", record.print_(found).decode())
        said = sha256(FILES["summary"][0].encode())
        verdict = {"standing": "holds", "start": 2, "summary_sha256": said, "reasons": ()}
        self.note(VerdictGiven(direction="first", experiment="exp_001", **verdict))
        self.note(DirectionEnded(direction="first", ending="exhausted"))

    def put(self, path: Path, text: str) -> None:
        """Write a file."""
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)

    def note(self, fact: object) -> int:
        """Append to the ledger."""
        self.entries.append(Entry(len(self.entries) + 1, START, fact, "", ""))
        return len(self.entries)

    def ran(self, phase: Phase) -> Execution:
        """Start and end an execution."""
        common = {"direction": "first", "experiment": "exp_001", "phase": phase}
        sealed = {"plan_sha256": sha256(b"plan"), "code_sha256": NIL, "target_sha256": NIL}
        n = self.note(ExperimentStarted(**common, **sealed, request="r", seeds=(1,), reserved_seconds=1.0))
        made = ProcessRecord(
            seed=1, outcome=Outcome.COMPLETED, started_at=datetime(2026, 3, 1, tzinfo=UTC), wall_seconds=1.0
        )
        explored = {"metrics.json": sha256(FILES["outputs"][0].encode())} if phase is Phase.EXPLORE else {}
        permuted = made.model_copy(
            update={"seed": 9, "outputs": {"metrics.json": sha256(FILES["placebo"][0].encode())}}
        )
        execution = Execution(
            start=n, phase=phase, finished=True, outcome=Outcome.COMPLETED, seeds=(1,), **sealed,
            code={"experiment.py": sha256(CODE.encode())}, time_limit_seconds=1.0, guard="manifest", engine="local",
            python="3.11", processes=(made.model_copy(update={"outputs": explored}),),
            placebo=() if phase is Phase.EXPLORE else (permuted,),
        )  # fmt: skip
        costs = {"wall_seconds": 1.0, "cpu_seconds": 1.0}
        ended = {"start": n, "outcome": Outcome.COMPLETED, "execution_sha256": digest_of(execution)}
        self.note(ExperimentEnded(**common, **ended, **costs))
        return execution

    def look(self, sealed: SealedFiles) -> list[tuple[str, str]]:
        """Give path and code of what is wrong."""
        found = sealed.look(remember(self.entries))
        return [(problem.path, problem.code) for problem in found]


@pytest.fixture
def world(tmp_path: Path) -> World:
    """Give a run in which nothing was changed."""
    return World(tmp_path)


def test_nothing_is_wrong_with_what_nobody_touched(world: World) -> None:
    """Nor on the second look, which reads nothing."""
    sealed = SealedFiles(world.workspace, RUN)
    assert (world.look(sealed), world.look(sealed)) == ([], [])


@pytest.mark.parametrize("name", FILES)
def test_what_was_changed_is_named(world: World, name: str) -> None:
    """On the pass after it was changed, and on every one until it is put back."""
    relative, code = FILES[name]
    sealed = SealedFiles(world.workspace, RUN)
    world.look(sealed)
    (world.worker / relative).write_text("made up")
    shown = world.workspace.relative(world.worker / relative)
    assert world.look(sealed) == [(shown, code)]
    (world.worker / relative).unlink()
    assert world.look(sealed) == [(shown, code)]
    world.put(world.worker / relative, relative)
    assert world.look(sealed) == []


def test_a_sealed_copy_is_looked_at_too(world: World) -> None:
    """It lies where a worker could reach it."""
    sealed = SealedFiles(world.workspace, RUN)
    (world.run / CODE).write_text("other code")
    assert world.look(sealed) == [(world.workspace.relative(world.run / CODE), "sealed_copy_edited")]


def test_of_a_deleted_experiment_only_the_runs_own_copies_are_asked_for(world: World) -> None:
    """That it is gone is named once, elsewhere."""
    experiment = world.worker / "experiments/exp_001"
    experiment.rename(world.worker / "hidden")
    assert world.look(SealedFiles(world.workspace, RUN)) == []


def test_outputs_that_another_start_replaces_are_left_alone(world: World) -> None:
    """An executor that begins the experiment again clears them; its sealed copies stay."""
    again = world.entries[1].fact.model_copy(update={"request": "again"})
    world.note(again)
    (world.worker / FILES["outputs"][0]).unlink()
    assert world.look(SealedFiles(world.workspace, RUN)) == []


def test_without_a_record_there_is_nothing_to_compare_with(world: World) -> None:
    """That the record is gone is named elsewhere."""
    (world.run / "records/first/exp_001.json").unlink()
    (world.worker / FILES["outputs"][0]).write_text("made up")
    assert world.look(SealedFiles(world.workspace, RUN)) == []


def test_a_pass_looks_at_a_few(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """And the next one goes on from there, so that each is looked at in turn."""
    monkeypatch.setattr("coordinator.engine.sealed.AT_A_TIME", 2)
    sealed = SealedFiles(world.workspace, RUN)
    (world.worker / FILES["summary"][0]).write_text("made up")
    seen = [world.look(sealed) for _ in range(4)]
    assert [bool(found) for found in seen].count(True) >= 1


def test_a_pass_goes_on_with_the_next_direction(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """Also from one that has nothing sealed, and round again: each file is looked at once in a round."""
    memory = remember(world.entries)
    first = memory.histories["first"]
    others = replace(memory, histories={"early": History(), "first": first, "late": History()})
    count = len(tuple(SealedFiles(world.workspace, RUN)._of("first", first)))
    looked: list[str] = []
    wrong = SealedFiles._wrong
    monkeypatch.setattr(SealedFiles, "_wrong", lambda self, one: looked.append(one.path) or wrong(self, one))
    monkeypatch.setattr("coordinator.engine.sealed.AT_A_TIME", 2)
    sealed = SealedFiles(world.workspace, RUN)
    while len(looked) < count:
        assert sealed.look(others) == ()
    assert len(set(looked)) == len(looked) == count
