"""Does a row say how a direction stands?"""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace

import pytest

from coordinator.model.direction import BudgetOverride, Direction
from coordinator.model.entry import DirectionEnded, ExperimentStarted, InstructionGiven
from coordinator.model.finding import Agreement, Replication
from coordinator.model.history import Given, History, Memory, Start
from coordinator.model.instruction import Action, BudgetLeft, Ending
from coordinator.model.observation import ExperimentView, Observation, WorkerView
from coordinator.model.problem import Parsed, Problem
from coordinator.model.record import Execution, Outcome, Phase, ProcessRecord, Record
from coordinator.model.report import Report, WorkerState
from coordinator.model.settings import Settings
from coordinator.report.overview import COLUMNS, Row, Running, rows

NOW = datetime(2026, 11, 23, 15, 0, tzinfo=UTC)
SHA = "0" * 64
ASKED = Direction(id="a", title="t", question="q", budget=BudgetOverride(experiments=3, wall_minutes=60))


def _experiment(name: str, *, record: Record | None = None, queued: bool = False) -> ExperimentView:
    return ExperimentView(
        name=name,
        path=f"w/{name}",
        plan_path="",
        code_path="",
        summary_path="",
        plan=None,
        plan_sha256="",
        summary=None,
        code=None,
        record=record,
        queued=queued,
    )


def _worker(
    asked: Direction, report: Parsed[Report] | None = None, experiments: tuple[ExperimentView, ...] = ()
) -> WorkerView:
    return WorkerView(
        direction=asked,
        path="w",
        report_path="w/status.md",
        report=report,
        report_sha256="",
        inbox_sha256="",
        experiments=experiments,
        last_sign=None,
        settled=True,
    )


def _record(done: int, phase: Phase, *, finished: bool = False) -> Record:
    process = ProcessRecord(seed=1, outcome=Outcome.COMPLETED, started_at=NOW, wall_seconds=1)
    execution = Execution(
        start=3,
        phase=phase,
        finished=finished,
        seeds=(1, 2, 3),
        plan_sha256=SHA,
        code_sha256=SHA,
        code={},
        target_sha256=SHA,
        time_limit_seconds=300,
        guard="manifest",
        engine="local",
        python="3.11",
        processes=(process,) * done,
    )
    return Record(direction="a", experiment="exp_001", executions=(execution,))


def _history() -> History:
    started = ExperimentStarted(
        direction="a",
        experiment="exp_001",
        phase=Phase.EXPLORE,
        request="r1",
        seeds=(1, 2, 3),
        plan_sha256=SHA,
        code_sha256=SHA,
        target_sha256=SHA,
        reserved_seconds=900,
    )
    told = InstructionGiven(
        direction="a",
        instruction=2,
        action=Action.REPLICATE,
        about="exp_001",
        budget=BudgetLeft(experiments_left=2),
        text="",
    )
    return History(
        instructions=(Given(2, NOW, told, SHA),),
        first_report=NOW - timedelta(minutes=20),
        starts=(Start(3, NOW, started),),
    )


def _one(
    history: History | None,
    report: Parsed[Report] | None = None,
    *experiments: ExperimentView,
    **findings: object,
) -> Row:
    worker = _worker(ASKED, report, experiments)
    memory = Memory(histories={"a": history} if history else {})
    observation = Observation(NOW, "run", Settings(), memory, {"a": worker})
    (row,) = rows(observation, findings)  # type: ignore[arg-type]
    return row


def _said(state: WorkerState) -> Parsed[Report]:
    return Parsed(Report(direction="a", state=state, answered=1))


def test_a_direction_at_work(make: SimpleNamespace) -> None:
    """Instruction, budget under its own limits, best score, seeds done and minutes left."""
    finding = make.finding(
        "a",
        score=8.0,
        experiment="exp_001",
        replication=Replication(("exp_002",), ("exp_003",), Agreement.MIXED),
    )
    running = _experiment("exp_001", record=_record(2, Phase.EXPLORE))
    row = _one(_history(), _said(WorkerState.WORKING), running, _experiment("exp_002", queued=True), a=finding)
    assert dict(zip(COLUMNS, row.cells(), strict=True)) == {
        "direction": "a",
        "state": "working",
        "instruction": "2 replicate",
        "about": "exp_001",
        "experiments": "1 of 3",
        "best": "8",
        "replicated": "mixed, 1 of 2",
        "confirmed": "not tried",
        "running": "exp_001 2/3, exp_002 queued",
        "left": "40 min",
    }
    assert row.answered == 1


def test_a_direction_that_nobody_heard_of() -> None:
    """Before the first pass and the first report there is nothing to show, and nothing breaks."""
    row = _one(None)
    assert (row.state, row.instruction, row.answered, row.best_score) == ("unheard", None, None, None)
    assert row.cells() == ("a", "unheard", "-", "-", "0 of 3", "-", "-", "-", "-", "60 min")


def test_an_unreadable_report() -> None:
    """It is said, rather than shown as silence."""
    row = _one(_history(), Parsed(None, (Problem("status.md", 1, "header_missing", "no header"),)))
    assert (row.state, row.answered) == ("unreadable", None)


def test_an_ended_direction_shows_how_it_ended() -> None:
    """What the worker says no longer matters, and nothing of it runs or has time left."""
    ended = DirectionEnded(direction="a", ending=Ending.EXHAUSTED)
    history = History(ending=ended, first_report=NOW)
    row = _one(history, _said(WorkerState.WORKING), _experiment("exp_001", record=_record(1, Phase.EXPLORE)))
    assert (row.state, row.open, row.running) == ("exhausted", False, ())
    assert row.cells()[-1] == "-"


@pytest.mark.parametrize(
    ("view", "running"),
    [
        (_experiment("exp_001"), ()),
        (_experiment("exp_001", record=Record(direction="a", experiment="exp_001")), ()),
        (_experiment("exp_001", record=_record(3, Phase.EXPLORE, finished=True)), ()),
        (_experiment("exp_001", record=_record(1, Phase.CONFIRM)), (Running("exp_001", "confirm", 1, 3),)),
    ],
)
def test_what_runs(view: ExperimentView, running: tuple[Running, ...]) -> None:
    """Only an execution that is not finished runs."""
    assert _one(_history(), None, view).running == running


def test_a_confirmation_is_named_as_one() -> None:
    """Fresh seeds cost no experiment, so that they are told apart."""
    row = _one(_history(), None, _experiment("exp_001", record=_record(1, Phase.CONFIRM)))
    assert "exp_001 confirm 1/3" in row.cells()


def test_no_limit_and_json() -> None:
    """Without a limit there is none in the cell either; the document survives JSON."""
    unlimited = ASKED.model_copy(update={"budget": BudgetOverride(wall_minutes=None)})
    worker = _worker(unlimited)
    (row,) = rows(Observation(NOW, "run", Settings(), Memory(), {"a": worker}), {})
    assert row.cells()[-1] == "no limit"
    assert json.loads(json.dumps(row.document()))["minutes_left"] is None
