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
    return sum(start.cpu_seconds for start in history.starts) / 60


def gpu_minutes(history: History) -> float:
    """Sum the GPU minutes used, and those reserved by what is in flight."""
    return sum(start.gpu_seconds for start in history.starts) / 60


def reserved_minutes(history: History) -> float:
    """Sum the wall minutes that what is in flight may take, one process after another."""
    return sum(start.fact.reserved_seconds for start in history.in_flight) / 60


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
    found = (
        _spent("wall_time_spent", "the wall time is used up", wall_minutes(history, now), budget.wall_minutes),
        _spent(
            "compute_time_spent",
            "the compute time is used up or reserved",
            compute_minutes(history),
            budget.compute_minutes,
        ),
        _spent("gpu_time_spent", "the GPU time is used up or reserved", gpu_minutes(history), budget.gpu_minutes),
    )
    return tuple(reason for reason in found if reason)


def wall_reserved(budget: Budget, history: History, now: datetime) -> tuple[Reason, ...]:
    """Say that what is in flight may take all the wall time that is left; empty while some is free.

    Without this a worker could hand over all its experiments in the last second of its time. So at most the
    last one that starts ends late.
    """
    wall = wall_minutes(history, now) + reserved_minutes(history)
    reason = _spent("wall_time_spent", "the wall time is used up or reserved", wall, budget.wall_minutes)
    return (reason,) if reason else ()


def _spent(code: str, message: str, used: float, granted: float | None) -> Reason | None:
    """Say that a budget is used up, with its numbers; None while it is not, or where there is none."""
    if granted is None or used < granted:
        return None
    return Reason(code, holds=True, message=message, numbers={"used": round(used, 2), "budget": granted})


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
