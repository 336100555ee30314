"""Does a worker hand over only what is its own, once, and learn the end whatever happens meanwhile?"""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from experiments.worlds import NOW, RUN, Steps, World, waited

from coordinator.errors import Exit, MachineError, RefusedError
from coordinator.experiments import handover, requests
from coordinator.experiments.handover import REPEATS, hand_over, wait
from coordinator.experiments.progress import Stage
from coordinator.model.entry import ExperimentEnded, RunEnded
from coordinator.model.record import Outcome, Phase
from coordinator.store.lock import Lock
from coordinator.text import request as request_text


def test_handed_over_and_carried_out(world: World) -> None:
    """The request says what is wanted, and the end is told with exit code 0."""
    paths = world.experiment()
    handed = world.hand_over(paths)
    request = request_text.parse(paths.request.read_bytes(), "request.json").value
    assert request is not None
    assert (request.experiment, request.phase, [request.id]) == ("exp_001", Phase.EXPLORE, handed.ids)
    seen = waited(world, handed, world.execute)
    assert [one.stage for one in seen] == [Stage.QUEUED, Stage.ENDED]
    assert (seen[-1].code, seen[-1].done, seen[-1].of) == (Exit.FINE, 2, 2)
    assert seen[-1].message == "exp_001 ended: completed"


@pytest.mark.parametrize(
    ("code", "config", "expected"),
    [
        ("raise SystemExit(3)", "", 3),
        ("import os; os.kill(os.getpid(), 9)", "", 137),
        ("import time; time.sleep(9)", "budget: {experiment_seconds: 0.2}\n", Exit.TIMED_OUT),
        ("", "", Exit.PROBLEMS),
        ("open('metrics.json', 'w')", "", Exit.PROBLEMS),
        ("import os; open(os.environ['AUTORESEARCH_TARGET'] + '/new', 'w')", "", Exit.PROBLEMS),
    ],
)
def test_exit_codes(world_of: Callable[[str], World], code: str, config: str, expected: int) -> None:
    """The experiment's own code is passed through, a signal as shells have it; the rest has codes of its own."""
    world = world_of(config + "significance: {explore_seeds: 1}\n")
    last = waited(world, world.hand_over(world.experiment(code=code)), world.execute)[-1]
    assert (last.stage, last.code) == (Stage.ENDED, expected)
    assert "seed" in last.message
    assert "counts as an experiment" in last.message


def test_refused_with_every_reason(world: World) -> None:
    """What the executor refuses is told with its reasons, and exit code 125."""
    paths = world.experiment()
    paths.plan.unlink()
    paths.code.unlink()
    last = waited(world, world.hand_over(paths), world.execute)[-1]
    assert (last.stage, last.code) == (Stage.REFUSED, Exit.REFUSED)
    assert "plan_missing" in last.message
    assert "code_missing" in last.message
    assert "hint: " in last.message


def test_time_to_wait_is_over(world: World) -> None:
    """With --wait, still queued is told with exit code 75, and the same call goes on waiting."""
    paths = world.experiment()
    last = waited(world, world.hand_over(paths))[-1]
    assert (last.stage, last.code) == (Stage.LATER, Exit.LATER)
    assert "call the same command again" in last.message
    again = world.hand_over(paths)
    assert waited(world, again, world.execute)[-1].code == Exit.FINE
    assert len(world.starts()) == 1


def test_waiting_no_time_at_all(world: World) -> None:
    """--wait 0 looks once."""
    steps = Steps()
    (only,) = wait(world.hand_over(world.experiment()), world.state, 0, steps.clock)
    assert only.stage is Stage.LATER


def test_nobody_executes(world: World) -> None:
    """Without an executor it goes on waiting, but says so; when there is one, it stops saying so."""
    handed = world.hand_over(world.experiment())
    lock = Lock(world.state.executor_lock(world.workspace.root), "executor")
    seen = waited(world, handed, lock.acquire)
    lock.release()
    assert [one.executor for one in seen[:2]] == [False, True]
    assert "no executor is running" in seen[0].message
    assert "no executor" not in seen[1].message


def test_the_executor_cannot_be_seen(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """In a sandbox that keeps the state folder shut, nothing is said of the executor."""

    def shut(_path: Path) -> None:
        raise MachineError("cannot be locked")

    monkeypatch.setattr(handover, "holder", shut)
    seen = waited(world, world.hand_over(world.experiment()))
    assert seen[0].executor is None
    assert "no executor" not in seen[0].message


def test_a_request_that_vanished(world: World) -> None:
    """Removed by somebody, it is written again; removed again and again, that is said."""
    paths = world.experiment()
    handed = world.hand_over(paths)
    assert waited(world, handed, paths.request.unlink, world.execute)[-1].code == Exit.FINE
    other = world.experiment("exp_002")
    last = waited(world, world.hand_over(other), *[other.request.unlink] * (REPEATS + 1))[-1]
    assert (last.stage, last.code) == (Stage.REFUSED, Exit.REFUSED)
    assert "again and again" in last.message


def test_another_phase_took_its_place(world: World) -> None:
    """A request that somebody replaced by one for the other phase is not waited for."""
    paths = world.experiment()
    handed = world.hand_over(paths)
    replaced = paths.request.read_bytes().replace(b'"explore"', b'"confirm"')
    last = waited(world, handed, lambda: paths.request.write_bytes(replaced))[-1]
    assert (last.stage, last.code) == (Stage.REFUSED, Exit.REFUSED)


def test_the_run_ends_meanwhile(world: World) -> None:
    """Nothing more is executed then, and whoever waits is told."""
    handed = world.hand_over(world.experiment())
    end = RunEnded(findings_sha256="0" * 64)
    last = waited(world, handed, lambda: world.ledger.append([end], NOW))[-1]
    assert (last.stage, last.code) == (Stage.REFUSED, Exit.REFUSED)
    assert "the run has ended" in last.message


@pytest.mark.parametrize("edit", ["remove", "garble", "huge"])
def test_without_a_record_the_ledger_tells_the_end(world: World, edit: str) -> None:
    """The outcome is the ledger's; only the experiment's own code is not known then."""
    paths = world.experiment(code="raise SystemExit(3)")
    handed = world.hand_over(paths)
    world.execute()
    if edit == "remove":
        paths.record.unlink()
    elif edit == "garble":
        paths.record.write_text("{")
    else:
        with paths.record.open("wb") as file:
            file.truncate(1 << 40)
    last = waited(world, handed)[-1]
    assert (last.stage, last.code) == (Stage.ENDED, Exit.PROBLEMS)


def test_an_edited_public_ledger_holds_up_and_no_more(world: World) -> None:
    """While the copy in the workspace is wrong the end is not seen; when it is restored, it is."""
    paths = world.experiment()
    handed = world.hand_over(paths)
    ledger = world.workspace.run(RUN).ledger

    def edit() -> None:
        world.execute()
        ledger.write_bytes(b"")

    def restore() -> None:
        assert not paths.request.exists()
        world.ledger.restore()

    assert [one.stage for one in waited(world, handed, edit, restore)] == [Stage.QUEUED, Stage.ENDED]


def test_what_is_not_ours(world: World, tmp_path: Path) -> None:
    """Only folders of experiments of the open run, behind no link, are handed over; and nothing is written else."""
    paths = world.experiment()
    stranger = tmp_path / "exp_001"
    stranger.mkdir()
    worker = world.workspace.worker(RUN, "alpha")
    (worker.experiments / "exp_007").symlink_to(stranger)
    (worker.experiments / "exp_008").write_text("")
    (world.workspace.runs / f"{RUN}-gamma" / "experiments" / "exp_001").mkdir(parents=True)
    (world.workspace.runs / "20261122_000000-alpha" / "experiments" / "exp_001").mkdir(parents=True)
    (world.workspace.runs / f"{RUN}-delta").symlink_to(worker.folder)
    (world.workspace.runs / f"{RUN}-beta" / "experiments").rmdir()
    (world.workspace.runs / f"{RUN}-beta" / "experiments").symlink_to(worker.experiments)
    wrong = [
        stranger,
        worker.folder,
        worker.experiments,
        worker.experiments / "exp_404",
        worker.experiments / "exp_007",
        worker.experiments / "exp_008",
        worker.experiments / "scratch",
        world.workspace.runs / f"{RUN}-gamma" / "experiments" / "exp_001",
        world.workspace.runs / "20261122_000000-alpha" / "experiments" / "exp_001",
        world.workspace.runs / f"{RUN}-delta" / "experiments" / "exp_001",
        world.workspace.runs / f"{RUN}-beta" / "experiments" / "exp_001",
        world.workspace.root / ".." / "exp_001",
        paths.folder / ".." / ".." / ".." / ".." / ".." / "exp_001",
    ]
    for path in wrong:
        with pytest.raises(RefusedError) as caught:
            hand_over(world.workspace, path, Phase.EXPLORE)
        assert caught.value.code == Exit.REFUSED
        assert caught.value.hint
    assert list(tmp_path.rglob("request.json")) == []


def test_another_workers_experiment(world: World) -> None:
    """Who is known to be one worker hands over nothing of another one's; of its own, everything."""
    paths, own = world.experiment(worker="beta"), world.workspace.worker(RUN, "alpha")
    with pytest.raises(RefusedError, match="another worker"):
        hand_over(world.workspace, paths.folder, Phase.EXPLORE, own)
    assert not paths.request.exists()
    assert hand_over(world.workspace, world.experiment().folder, Phase.EXPLORE, own).ids


@pytest.mark.parametrize("changed", ["plan", "code", "patches"])
def test_code_that_changed_under_it(world: World, changed: str) -> None:
    """What is not what `run` saw is refused and spends nothing; handed over again, it is what was seen last."""
    paths = world.experiment()
    handed = world.hand_over(paths)
    if changed == "patches":
        paths.patches.mkdir()
        (paths.patches / "measured.py").write_text("VERSION = 2\n")
    else:
        path = paths.plan if changed == "plan" else paths.code
        path.write_text(path.read_text() + "\n")
    last = waited(world, handed, world.execute)[-1]
    assert (last.stage, last.code) == (Stage.REFUSED, Exit.REFUSED)
    assert "changed_since_run" in last.message
    assert world.starts() == []
    if changed != "patches":  # those would need another tier
        assert waited(world, world.hand_over(paths), world.execute)[-1].code == 0


def test_changed_while_it_waits_and_run_again(world: World) -> None:
    """The request that waits is replaced by one for what is there now, and whoever waited for it learns the end."""
    paths = world.experiment()
    first = world.hand_over(paths)
    paths.code.write_text(paths.code.read_text() + "\n# better\n")
    second = world.hand_over(paths)
    assert first.ids != second.ids
    assert waited(world, first, world.execute)[-1].code == 0
    assert waited(world, second)[-1].code == 0
    assert len(world.starts()) == 1


def test_something_in_the_place_of_the_request(world: World, tmp_path: Path) -> None:
    """A link there is not written through, and not waited for."""
    paths = world.experiment()
    paths.request.symlink_to(tmp_path / "victim")
    with pytest.raises(RefusedError, match="no plain file"):
        world.hand_over(paths)
    assert not (tmp_path / "victim").exists()


def test_a_folder_that_looks_newer(world: World) -> None:
    """Hand over in the run that has begun, whatever folder somebody made beside it."""
    paths = world.experiment()
    pretended = world.workspace.runs / "29990101_000000"
    pretended.mkdir()
    (pretended / "run.yaml").write_text("run: 29990101_000000\n")
    world.hand_over(paths)
    assert paths.request.is_file()


def test_no_run_at_all(world: World) -> None:
    """Before a run has begun, and after it has ended, nothing is handed over."""
    paths = world.experiment()
    world.ledger.append([RunEnded(findings_sha256="0" * 64)], NOW)
    with pytest.raises(RefusedError, match="no open run"):
        world.hand_over(paths)
    shutil.rmtree(world.workspace.run(RUN).folder)
    with pytest.raises(RefusedError, match="no open run"):
        world.hand_over(paths)


def test_a_path_from_the_current_folder(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """Relative paths are taken from where the worker is."""
    paths = world.experiment()
    monkeypatch.chdir(paths.folder.parent)
    assert hand_over(world.workspace, Path("exp_001"), Phase.EXPLORE).paths == paths


def test_ends_are_told_by_the_ledger_alone(world: World) -> None:
    """An end that the record does not show yet is an end."""
    paths = world.experiment()
    handed = world.hand_over(paths)
    underway = world.underway()
    underway.look()
    (start,) = world.starts()
    n = world.entries()[-1].n
    end = ExperimentEnded(
        direction="alpha",
        experiment="exp_001",
        phase=Phase.EXPLORE,
        start=n,
        outcome=Outcome.TIMED_OUT,
        execution_sha256="0" * 64,
        wall_seconds=1.0,
        cpu_seconds=1.0,
    )
    assert start.experiment == "exp_001"
    seen = waited(world, handed, lambda: world.ledger.append([end], NOW))
    assert [one.code for one in seen] == [None, Exit.TIMED_OUT]


def test_a_refusal_that_is_none(world: World) -> None:
    """Only the executor writes refusals; what is none of its own is the machine's trouble, with a path."""
    handed = world.hand_over(world.experiment())
    refusal = world.workspace.run(RUN).refusal(handed.ids[0])
    refusal.parent.mkdir()
    refusal.write_text(json.dumps([{"code": "x"}]))
    with pytest.raises(MachineError, match="not what the executor writes"):
        waited(world, handed)
    assert requests.refusal(world.workspace, world.workspace.run(RUN), "other") == ()
