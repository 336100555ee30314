"""How is an experiment, or a direction, ruled on? With all reasons and the numbers compared."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from coordinator.model.experiment import Condition
from coordinator.model.problem import Problem


class Standing(StrEnum):
    """What an experiment is worth at present."""

    UNWITNESSED = "unwitnessed"
    """A folder without a witnessed record: it has not been run, or not by the executor."""
    CHANGED = "changed"
    """The code is not the one that ran."""
    IN_FLIGHT = "in_flight"
    """Queued or running."""
    FAILED = "failed"
    """It ran and did not complete under every seed; spent, and evidence of nothing."""
    SENT_BACK = "sent_back"
    """The summary is missing, or it or the evidence has problems that the worker can mend."""
    SET_ASIDE = "set_aside"
    """Its summary was sent back too often; it stays spent and counts for nothing."""
    SET_ASIDE_UNRUN = "set_aside_unrun"
    """A run of it was asked for too often; it counts for nothing."""
    DELETED = "deleted"
    """Its folder is gone; it stays spent, and what it showed against a claim stays shown."""
    HOLDS = "holds"
    """Witnessed, bound and argued against; whether its claim was met is a reason, not a standing."""


@dataclass(frozen=True, slots=True)
class Reason:
    """One thing that was checked.

    Args:
        code: stable snake_case code, listed in protocol/formats.md.
        holds: whether the check passed.
        message: one sentence for a human.
        numbers: what was compared, by name.
    """

    code: str
    holds: bool
    message: str
    numbers: Mapping[str, float | int | str | None] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Verdict:
    """A ruling on one experiment.

    Args:
        experiment: its name.
        standing: what it is worth.
        reasons: everything that was checked; at least one.
        problems: what its worker can mend, with file and line; empty unless sent back.
        score: the self-score, once it counts for something; the first one that did is kept.
        start: number of the exploration that it rules on; None before the first.
        summary_sha256: digest of the summary that was judged; empty without one.
        refuted_if: what the summary says would refute it.
    """

    experiment: str
    standing: Standing
    reasons: tuple[Reason, ...]
    problems: tuple[Problem, ...] = ()
    score: float | None = None
    start: int | None = None
    summary_sha256: str = ""
    refuted_if: Condition | None = None

    def __post_init__(self) -> None:
        assert self.reasons, "a verdict has a reason"
