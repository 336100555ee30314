"""Where does each direction stand right now? The rows that `status`, the board and `--json` share."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass

from coordinator.model.finding import Finding
from coordinator.model.history import History
from coordinator.model.observation import ExperimentView, Observation, WorkerView
from coordinator.report import wording
from coordinator.rules import budget

COLUMNS = (
    "direction",
    "state",
    "instruction",
    "about",
    "experiments",
    "best",
    "replicated",
    "confirmed",
    "running",
    "left",
)
"""Headings of `cells`, in order."""


@dataclass(frozen=True, slots=True)
class Running:
    """An experiment that waits or runs.

    Args:
        experiment: its name.
        phase: `explore` or `confirm`; empty while it waits for the executor.
        done, total: seeds; both 0 while it waits.
    """

    experiment: str
    phase: str
    done: int
    total: int


@dataclass(frozen=True, slots=True)
class Row:
    """One direction of the open run, as it stands.

    Args:
        direction: id.
        state: how it ended, else what the worker says, else `unheard` or `unreadable`.
        open: it has not ended.
        instruction, action, about: the instruction in force; None before the first.
        answered: number of the last instruction carried out, as the worker says; None if unreadable.
        experiments_spent, experiments_left: of its budget.
        best_score: self-score of its best experiment; None if none counts.
        replicated, confirmed: in words, with every attempt counted.
        running: what waits or runs.
        minutes_left: whole minutes of wall time; None: no limit.
    """

    direction: str
    state: str
    open: bool
    instruction: int | None
    action: str | None
    about: str | None
    answered: int | None
    experiments_spent: int
    experiments_left: int
    best_score: float | None
    replicated: str
    confirmed: str
    running: tuple[Running, ...]
    minutes_left: int | None

    def document(self) -> dict[str, object]:
        """Give the row for `--json`."""
        return asdict(self)

    def cells(self) -> tuple[str, ...]:
        """Give the row for a table, in the order of `COLUMNS`."""
        absent = wording.ABSENT
        told = absent if self.instruction is None else f"{self.instruction} {self.action}"
        running = ", ".join(_progress(one) for one in self.running)
        left = "no limit" if self.minutes_left is None else f"{self.minutes_left} min"
        return (
            self.direction,
            self.state,
            told,
            self.about or absent,
            f"{self.experiments_spent} of {self.experiments_spent + self.experiments_left}",
            absent if self.best_score is None else f"{self.best_score:g}",
            self.replicated,
            self.confirmed,
            running or absent,
            left if self.open else absent,
        )


def _progress(one: Running) -> str:
    if not one.total:
        return f"{one.experiment} queued"
    phase = " confirm" if one.phase == "confirm" else ""
    return f"{one.experiment}{phase} {one.done}/{one.total}"


def rows(observation: Observation, findings: Mapping[str, Finding]) -> tuple[Row, ...]:
    """Give one row a direction, in the order of the ledger.

    Args:
        observation: what one pass saw.
        findings: by direction, as they stand at that moment; a direction without one shows no score.
    """
    histories = observation.memory.histories
    return tuple(
        _row(worker, histories.get(direction, History()), findings.get(direction), observation)
        for direction, worker in observation.workers.items()
    )


def _row(worker: WorkerView, history: History, finding: Finding | None, observation: Observation) -> Row:
    direction = worker.direction
    bar = direction.significance_under(observation.settings)
    left = budget.left(direction.budget_under(observation.settings), history, observation.now)
    last, report = history.last, worker.report.value if worker.report else None
    return Row(
        direction=direction.id,
        state=_state(worker, history),
        open=history.ending is None,
        instruction=last.fact.instruction if last else None,
        action=str(last.fact.action) if last else None,
        about=last.fact.about if last else None,
        answered=report.answered if report else None,
        experiments_spent=budget.experiments_spent(history),
        experiments_left=left.experiments_left,
        best_score=finding.score if finding else None,
        replicated=wording.replicated(finding.replication, bar.replications) if finding else wording.ABSENT,
        confirmed=wording.confirmed(finding.confirmations, bar.confirm_seeds) if finding else wording.ABSENT,
        running=tuple(run for view in worker.experiments for run in _running(view)) if history.ending is None else (),
        minutes_left=left.wall_minutes_left,
    )


def _state(worker: WorkerView, history: History) -> str:
    if history.ending is not None:
        return str(history.ending.ending)
    if worker.report is None:
        return "unheard"
    return str(worker.report.value.state) if worker.report.value else "unreadable"


def _running(view: ExperimentView) -> tuple[Running, ...]:
    """Give what of one experiment waits or runs; its record grows with every process that ends."""
    waiting = (Running(view.name, "", 0, 0),) if view.queued else ()
    if view.record is None or not view.record.executions or view.record.executions[-1].finished:
        return waiting
    last = view.record.executions[-1]
    return (Running(view.name, str(last.phase), len(last.processes), len(last.seeds)), *waiting)
