"""Is there a start already that answers this request? Then `run` attaches to it.

The executor asks too, because `run` looks and writes without a lock: of two that hand over the same
experiment at once, the second must not spend budget again.
"""

from __future__ import annotations

from dataclasses import dataclass

from coordinator.model.history import History, Start
from coordinator.model.instruction import Action
from coordinator.model.record import Outcome, Phase


@dataclass(frozen=True, slots=True)
class Wanted:
    """What somebody wants to see executed.

    Args:
        experiment: name of its folder.
        phase: exploring or confirming.
        plan_sha256, code_sha256: of the files as they are now.
    """

    experiment: str
    phase: Phase
    plan_sha256: str
    code_sha256: str


def answer(history: History, wanted: Wanted) -> Start | None:
    """Give the start that a request attaches to; None if there is none and it would be a new one.

    One in flight answers whatever the files say now. One that ended answers if it ran these very bytes: its
    result is the result. It does not answer if the target changed under it, since it says nothing then.
    """
    starts = [start for start in history.starts if _is_of(start, wanted)]
    if not starts:
        return None
    last = starts[-1]
    if last.end is None:
        return last
    if wanted.phase is Phase.CONFIRM:
        return None if _asked_since(history, wanted.experiment, last.n) else last
    same = (last.fact.plan_sha256, last.fact.code_sha256) == (wanted.plan_sha256, wanted.code_sha256)
    return last if same and last.end.outcome is not Outcome.TARGET_CHANGED else None


def _is_of(start: Start, wanted: Wanted) -> bool:
    return (start.fact.experiment, start.fact.phase) == (wanted.experiment, wanted.phase)


def _asked_since(history: History, experiment: str, n: int) -> bool:
    """Tell whether a confirmation was asked for after the entry of that number."""
    return any(
        given.n > n and given.fact.action is Action.CONFIRM and given.fact.about == experiment
        for given in history.instructions
    )
