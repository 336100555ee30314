"""Which verdicts are new? A ruling on an experiment as the ledger notes it."""

from __future__ import annotations

from collections.abc import Iterable

from coordinator.model.entry import ReasonGiven, VerdictGiven
from coordinator.model.history import History
from coordinator.model.verdict import Verdict


def news(direction: str, verdicts: Iterable[Verdict], history: History) -> tuple[VerdictGiven, ...]:
    """Give each verdict that the ledger does not have yet, or has otherwise."""
    given = (_given(direction, verdict) for verdict in verdicts)
    return tuple(fact for fact in given if history.verdicts.get(fact.experiment) != fact)


def _given(direction: str, verdict: Verdict) -> VerdictGiven:
    reasons = tuple(
        ReasonGiven(code=one.code, holds=one.holds, message=one.message, numbers=dict(one.numbers))
        for one in verdict.reasons
    )
    return VerdictGiven(
        direction=direction,
        experiment=verdict.experiment,
        standing=verdict.standing.value,
        score=verdict.score,
        start=verdict.start,
        summary_sha256=verdict.summary_sha256,
        refuted_if=verdict.refuted_if,
        reasons=reasons,
    )
