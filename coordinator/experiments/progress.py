"""Where does an experiment stand that was handed over, and what does `run` say and return in the end?"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from coordinator.errors import Exit
from coordinator.model.history import Start
from coordinator.model.record import Execution, Outcome, Phase, ProcessRecord
from coordinator.rules.admission import Refusal

_NO_EXECUTOR = "; no executor is running: the user starts it with `python -m coordinator watch`"

_SPENT = "it counts as an experiment; to run it again, change its plan or code"
AFTERWARDS = {
    Outcome.FAILED: _SPENT,
    Outcome.TIMED_OUT: _SPENT,
    Outcome.MEMORY_LIMIT: _SPENT,
    Outcome.OUTPUTS_LIMIT: _SPENT,
    Outcome.PROCESS_LIMIT: _SPENT,
    Outcome.COMPUTE_LIMIT: _SPENT,
    Outcome.NO_METRICS: _SPENT,
    Outcome.BAD_METRICS: _SPENT,
    Outcome.TARGET_CHANGED: "it counts as an experiment and says nothing: leave the target alone, run again",
}
"""What the worker is told after an exploration that did not complete."""


_OWN_CODE = {
    Outcome.FAILED,
    Outcome.MEMORY_LIMIT,
    Outcome.OUTPUTS_LIMIT,
    Outcome.PROCESS_LIMIT,
    Outcome.COMPUTE_LIMIT,
}
"""Outcomes that are told by the code of the process; of one that was killed, 137."""


class Stage(StrEnum):
    """How far it has come."""

    QUEUED = "queued"
    """Not claimed by the executor yet."""
    RUNNING = "running"
    """Sealed and under way."""
    ENDED = "ended"
    """Over; the record is complete."""
    REFUSED = "refused"
    """Not started, with every reason."""
    LATER = "later"
    """Still queued or running when the time to wait was over; the same command goes on waiting."""


@dataclass(frozen=True, slots=True)
class Progress:
    """Where things stand.

    Args:
        stage: how far it has come.
        message: the same for a reader; may have several lines in the end.
        code: what the command exits with; None while it goes on.
        done, of: processes that have ended, and all of them; 0 of 0 before they are known.
        executor: whether an executor works on this workspace; None where that is not known or does not
            matter.
    """

    stage: Stage
    message: str
    code: int | None = None
    done: int = 0
    of: int = 0
    executor: bool | None = None

    def later(self) -> Progress:
        """Say the same to somebody who waits no longer."""
        message = f"{self.message}; not there yet: call the same command again"
        return replace(self, stage=Stage.LATER, message=message, code=int(Exit.LATER))


def queued(*, executor: bool | None) -> Progress:
    """Say that it waits for the executor."""
    lonely = _NO_EXECUTOR if executor is False else ""
    return Progress(Stage.QUEUED, f"handed over; waiting for the executor{lonely}", executor=executor)


def running(start: Start, execution: Execution | None, *, executor: bool | None) -> Progress:
    """Say how many of its processes have ended."""
    done = len(execution.processes) if execution else 0
    of = len(start.fact.seeds)
    lonely = _NO_EXECUTOR if executor is False else ""
    message = f"{start.fact.experiment} is running: {done} of {of} seeds have ended{lonely}"
    return Progress(Stage.RUNNING, message, None, done, of, executor)


def refused(reasons: Sequence[Refusal]) -> Progress:
    """Say every reason why it was not started."""
    lines = [f"{reason.code}: {reason.message}\n  hint: {reason.hint}" for reason in reasons]
    return Progress(Stage.REFUSED, "\n".join(["refused", *lines]), int(Exit.REFUSED))


def ended(start: Start, execution: Execution | None) -> Progress:
    """Say how it ended, and give the code that the command exits with.

    Args:
        start: with its end, as the ledger has it.
        execution: what the record says; None where it is missing, then the code of the experiment is not
            known.
    """
    assert start.end is not None, "it has ended"
    processes = execution.processes if execution else ()
    outcome = start.end.outcome
    lines = [f"{start.fact.experiment} ended: {outcome}"]
    lines += [f"  seed {one.seed}: {one.outcome}: {one.detail}" for one in processes if one.detail]
    if start.fact.phase is Phase.EXPLORE and outcome in AFTERWARDS:
        lines.append(f"  {AFTERWARDS[outcome]}")
    code = _code(outcome, processes)
    return Progress(Stage.ENDED, "\n".join(lines), code, len(processes), len(start.fact.seeds))


def _code(outcome: Outcome, processes: Sequence[ProcessRecord]) -> int:
    """Pass the experiment's own code through; a signal becomes 128 plus its number, as shells have it."""
    if outcome is Outcome.COMPLETED:
        return int(Exit.FINE)
    if outcome is Outcome.TIMED_OUT:
        return int(Exit.TIMED_OUT)
    if outcome in _OWN_CODE:
        codes = [one.exit_code for one in processes if one.exit_code]
        if codes:
            return codes[0] if codes[0] > 0 else 128 - codes[0]
    return int(Exit.PROBLEMS)
