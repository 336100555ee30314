"""What did each direction end with, and how far is it to be trusted? Derived from observation and ledger."""

from __future__ import annotations

from collections.abc import Mapping

from coordinator.model.experiment import Claim
from coordinator.model.finding import Agreement, Confirmation, Evidence, Finding, Replication
from coordinator.model.instruction import Action, Ending
from coordinator.model.observation import Observation
from coordinator.rules import budget, samples, significance
from coordinator.rules.candidate import Candidate, confirmations_of, proven, replication_of
from coordinator.rules.case import Case, put_together
from coordinator.rules.experiment import Assessed

NOTHING = Replication((), (), Agreement.NONE)


def findings(observed: Observation) -> tuple[Finding, ...]:
    """Give one finding per direction of the run, in its order, corrected over all of them."""
    cases = {
        direction: put_together(observed.now, view, observed.memory.histories[direction], observed.settings)
        for direction, view in observed.workers.items()
    }
    adjusted = significance.holm({direction: _p(case) for direction, case in cases.items()})
    return tuple(_finding(case, adjusted[direction]) for direction, case in cases.items())


def _finalized(case: Case) -> bool:
    ending = case.history.ending
    return ending is not None and ending.ending is Ending.FINALIZED


def _holds(case: Case) -> bool:
    """Tell whether a direction ended with a finding that still follows from ledger and outputs."""
    candidate = _candidate_of(case, _rests_on(case))
    return _finalized(case) and candidate is not None and proven(candidate, case.bar)


def _p(case: Case) -> float:
    """Give the p-value that enters the correction; 1 for whatever did not end with a finding."""
    confirmations = _confirmations(case)
    return confirmations[-1].test.p if _holds(case) and confirmations else 1.0


def _finding(case: Case, adjusted: float) -> Finding:
    rests_on = _rests_on(case)
    confirmations = _confirmations(case)
    holds = _holds(case)
    tested = holds and bool(confirmations)
    summary = rests_on.summary if rests_on else None
    effect = rests_on.effect if rests_on else None
    return Finding(
        direction=case.view.direction.id,
        title=case.view.direction.title,
        question=case.view.direction.question,
        ending=case.history.ending.ending if case.history.ending else None,
        holds=holds,
        survives=adjusted <= case.settings.significance.alpha if tested else None,
        experiment=rests_on.name if rests_on else None,
        score=rests_on.verdict.score if rests_on else None,
        change=effect.claim.change if effect else None,
        key_finding=summary.key_findings.text if summary else "",
        actionable_insight=summary.actionable_insight.text if summary else "",
        counterarguments=summary.counterarguments.text if summary else "",
        next_directions=summary.next_directions.text if summary else "",
        replication=_replication(case, rests_on),
        confirmations=confirmations,
        p=confirmations[-1].test.p if confirmations else None,
        adjusted_p=adjusted if tested else None,
        experiments=tuple(_evidence(one, case) for one in case.experiments),
        spent=budget.experiments_spent(case.history),
        reasons=() if holds else _reasons(case),
    )


def _rests_on(case: Case) -> Assessed | None:
    """Give the experiment that a finding rests on: the one the ledger names, else the best of what holds.

    A met claim comes before a higher score: what only scored well has shown nothing. Nothing takes the place
    of what a direction was finalized on.
    """
    named = case.history.ending.experiment if case.history.ending else None
    by_name = {one.name: one for one in case.experiments}
    if named in by_name or _finalized(case):
        return by_name.get(named or "")
    holding = [one for one in case.experiments if one.holds]
    return max(holding, key=lambda one: (one.met, one.verdict.score or 0.0), default=None)


def _candidate_of(case: Case, one: Assessed | None) -> Candidate | None:
    return next((found for found in case.candidates if one and found.experiment.name == one.name), None)


def _replication(case: Case, one: Assessed | None) -> Replication:
    return replication_of(one, case.experiments, case.bar.replications) if one else NOTHING


def _confirmations(case: Case) -> tuple[Confirmation, ...]:
    one = _rests_on(case)
    return confirmations_of(one, case.history, case.bar.alpha) if one else ()


def _evidence(one: Assessed, case: Case) -> Evidence:
    return Evidence(
        experiment=one.name,
        standing=one.verdict.standing.value,
        score=one.verdict.score,
        effect=one.effect,
        met=one.met,
        replicates=one.plan.replicates if one.plan else None,
        detectable=_detectable(one, case.bar.alpha),
        others=tuple(significance.effect(claim, one.metrics) for claim in _others(one)),
        reasons=one.verdict.reasons,
    )


def _detectable(one: Assessed, alpha: float) -> float | None:
    """Give the smallest effect that an experiment's seeds would have shown; None where there is none to give."""
    seen = [difference for difference in one.effect.differences if difference is not None] if one.effect else []
    hangs_together = samples.overlap(one.plan) if one.plan else 0.0
    return significance.detectable(seen, alpha, overlap=hangs_together) if seen else None


def _others(one: Assessed) -> tuple[Claim, ...]:
    """Give the claims beside the primary one, where there is anything to measure them on."""
    return one.plan.claims[1:] if one.plan and one.metrics else ()


def _reasons(case: Case) -> tuple[str, ...]:
    """Say why a direction did not get further: the reasons of its last instruction."""
    last = case.history.last
    return last.fact.reasons if last and last.fact.action is Action.STOP else ()


def rederived(observed: Observation) -> Mapping[str, bool]:
    """Tell for each finalized direction whether its finding still follows from ledger and outputs."""
    return {finding.direction: finding.holds for finding in findings(observed) if finding.ending is Ending.FINALIZED}
