"""Which situation calls for which action? One table; the ladder that finds the situation is in `reconcile`.

A direction is always in exactly one situation. Most situations give the worker one instruction; those without
an action give none, because the worker or the executor is at work. The table is in the order of the ladder:
the first situation that fits is the one that counts. docs/architecture.md draws its diagram from here.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from coordinator.model.instruction import Action, Ending


class Situation(StrEnum):
    """Where a direction stands, as one pass sees it."""

    SETTLED = "settled"
    SUPERSEDED = "superseded"
    FRESH = "fresh"
    WRITING = "writing"
    STILL_UNREADABLE = "still_unreadable"
    REPORT_UNREADABLE = "report_unreadable"
    IN_FLIGHT = "in_flight"
    ALTERED = "altered"
    HELD = "held"
    FINALIZED = "finalized"
    TIME_SPENT = "time_spent"
    LOST = "lost"
    SILENT = "silent"
    WORKING = "working"
    FLAWED = "flawed"
    UNWITNESSED = "unwitnessed"
    IDLE = "idle"
    GIVEN_UP = "given_up"
    TOO_FEW = "too_few"
    CONFIRMATIONS_SPENT = "confirmations_spent"
    UNCONFIRMED = "unconfirmed"
    UNREPLICATED = "unreplicated"
    STILL_CIRCLING = "still_circling"
    CIRCLING = "circling"
    EXPERIMENTS_SPENT = "experiments_spent"
    EXPLORING = "exploring"


@dataclass(frozen=True, slots=True)
class Rung:
    """What one situation calls for.

    Args:
        action: what the worker is told; None if nothing.
        ending: with `stop`: how the direction ends.
        why: when this situation is the one, for the docs.
    """

    action: Action | None
    ending: Ending | None
    why: str


RUNGS: dict[Situation, Rung] = {
    Situation.SETTLED: Rung(None, None, "the direction has ended; nothing opens it again"),
    Situation.SUPERSEDED: Rung(Action.STOP, Ending.ABANDONED, "the user started a new run"),
    Situation.FRESH: Rung(Action.BEGIN, None, "folder made, nothing said yet"),
    Situation.WRITING: Rung(
        None, None, "something that was read is still being written, at most a minute longer than there is time"
    ),
    Situation.STILL_UNREADABLE: Rung(
        Action.STOP, Ending.ABANDONED, "the report was sent back thirty times in a row and is no better"
    ),
    Situation.REPORT_UNREADABLE: Rung(
        Action.REVISE, None, "the report cannot be read, or answers what was never said, and time is left"
    ),
    Situation.IN_FLIGHT: Rung(
        None, None, "an experiment is queued or running: wait for its end, unless time is spent and it is overdue"
    ),
    Situation.ALTERED: Rung(
        Action.REVISE, None, "answered, and the target or what else is protected is not as it was when the run began"
    ),
    Situation.HELD: Rung(None, None, "the same, and the worker was told: wait until it is put back, or time is spent"),
    Situation.FINALIZED: Rung(Action.STOP, Ending.FINALIZED, "replicated and confirmed, on at least min_experiments"),
    Situation.TIME_SPENT: Rung(Action.STOP, Ending.EXHAUSTED, "wall or compute time is used up"),
    Situation.LOST: Rung(Action.STOP, Ending.LOST, "three nudges without any sign of life"),
    Situation.SILENT: Rung(Action.REPORT, None, "no sign of life for stall_minutes"),
    Situation.WORKING: Rung(None, None, "the instruction in force is not answered yet"),
    Situation.FLAWED: Rung(Action.REVISE, None, "a summary or its evidence has problems that can be mended"),
    Situation.UNWITNESSED: Rung(
        Action.RERUN,
        None,
        "an experiment has no witnessed record, or its sealed files changed since, and one is left to run it",
    ),
    Situation.IDLE: Rung(
        Action.STOP, Ending.ABANDONED, "three instructions in a row were answered without starting an experiment"
    ),
    Situation.GIVEN_UP: Rung(
        Action.STOP,
        Ending.ABANDONED,
        "the worker says done, on at least min_experiments, with nothing left to check",
    ),
    Situation.TOO_FEW: Rung(
        Action.CONTINUE, None, "replicated, on fewer than min_experiments, and one is left: try to refute it"
    ),
    Situation.CONFIRMATIONS_SPENT: Rung(
        Action.STOP, Ending.EXHAUSTED, "replicated, and the confirmations were spent on others before it"
    ),
    Situation.UNCONFIRMED: Rung(Action.CONFIRM, None, "replicated, not yet confirmed on fresh seeds"),
    Situation.UNREPLICATED: Rung(
        Action.REPLICATE, None, "score reached, evidence holds, not replicated, and an experiment is left"
    ),
    Situation.STILL_CIRCLING: Rung(
        Action.STOP,
        Ending.ABANDONED,
        "near-identical experiments again, after a change of approach was ordered",
    ),
    Situation.CIRCLING: Rung(Action.CHANGE_APPROACH, None, "near-identical experiments in a row, and one is left"),
    Situation.EXPERIMENTS_SPENT: Rung(Action.STOP, Ending.EXHAUSTED, "every experiment of the budget was started"),
    Situation.EXPLORING: Rung(Action.CONTINUE, None, "otherwise: go on, with what is left and what was learnt"),
}
"""Every situation, in the order in which they are asked for."""
