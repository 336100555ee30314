"""What may a direction still use?

Computed from the ledger alone, so that nothing that a worker writes or deletes raises it.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from coordinator.model.history import History
from coordinator.model.instruction import BudgetLeft
from coordinator.model.settings import Budget
from coordinator.model.verdict import Reason

CONFIRMATIONS = 2
"""At most so many confirmations a direction: more would be seeds tried until one set fits."""

LATE = timedelta(minutes=10)
"""How long an executor that was ended may take to come back and take up what it left."""


def experiments_spent(history: History) -> int:
    """Count the starts that cost an experiment: failed, timed-out, repeated and deleted ones included."""
    return len(history.explorations())


def compute_minutes(history: History) -> float:
    """Sum the CPU minutes used, and those reserved by what is in flight."""
    seconds = sum(start.end.cpu_seconds if start.end else start.fact.reserved_seconds for start in history.starts)
    return seconds / 60


def wall_minutes(history: History, now: datetime) -> float:
    """Give the minutes since the first report; 0 before it, and never negative when the clock is set back."""
    if history.first_report is None:
        return 0.0
    return max(now - history.first_report, timedelta()).total_seconds() / 60


def left(budget: Budget, history: History, now: datetime) -> BudgetLeft:
    """Give what the worker is told that it may still use."""
    wall = None
    if budget.wall_minutes is not None:
        wall = max(0, int(budget.wall_minutes - wall_minutes(history, now)))
    spent = experiments_spent(history)
    return BudgetLeft(experiments_left=max(0, budget.experiments - spent), wall_minutes_left=wall)


def time_spent(budget: Budget, history: History, now: datetime) -> tuple[Reason, ...]:
    """Say why no process may start any more; empty while time is left."""
    reasons = []
    wall, compute = wall_minutes(history, now), compute_minutes(history)
    if budget.wall_minutes is not None and wall >= budget.wall_minutes:
        numbers = {"used": round(wall, 1), "budget": budget.wall_minutes}
        reasons.append(Reason("wall_time_spent", holds=True, message="the wall time is used up", numbers=numbers))
    if budget.compute_minutes is not None and compute >= budget.compute_minutes:
        numbers = {"used": round(compute, 2), "budget": budget.compute_minutes}
        reasons.append(
            Reason(
                "compute_time_spent",
                holds=True,
                message="the compute time is used up or reserved",
                numbers=numbers,
            )
        )
    return tuple(reasons)


def overdue(history: History, now: datetime, sharing: int) -> bool:
    """Tell whether what is in flight should have ended long ago: its executor is gone, and nobody ends it.

    Computed from what was reserved: at worst its processes run one after the other, each of them after one of
    every other direction.

    Args:
        history: of the direction.
        now: UTC.
        sharing: directions whose experiments the executor runs.
    """
    starts = history.in_flight
    reserved = sum(start.fact.reserved_seconds for start in starts)
    return bool(starts) and now - starts[-1].at > timedelta(seconds=reserved * sharing) + LATE


def experiments_gone(budget: Budget, history: History) -> tuple[Reason, ...]:
    """Say why no further experiment may start; empty while one is left."""
    spent = experiments_spent(history)
    if spent < budget.experiments:
        return ()
    numbers = {"used": spent, "budget": budget.experiments}
    return (Reason("experiments_spent", holds=True, message="every experiment was started", numbers=numbers),)


def confirmations_gone(history: History) -> tuple[Reason, ...]:
    """Say why nothing more can be confirmed; empty while a confirmation is left."""
    spent = len(history.confirmations())
    if spent < CONFIRMATIONS:
        return ()
    message = f"{CONFIRMATIONS} confirmations were made in this direction"
    numbers = {"used": spent, "budget": CONFIRMATIONS}
    return (Reason("confirmations_spent", holds=True, message=message, numbers=numbers),)
