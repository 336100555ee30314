"""Which experiment could become the finding, and how far has it come: replicated, confirmed, refuted?"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from coordinator.model.experiment import Change, Claim, Condition, Samples
from coordinator.model.finding import Agreement, Confirmation, Replication, Test
from coordinator.model.history import History, Start
from coordinator.model.record import Outcome
from coordinator.model.settings import Significance
from coordinator.model.verdict import Reason
from coordinator.rules import conditions, novelty, origin, samples, significance
from coordinator.rules.evidence import means
from coordinator.rules.experiment import Assessed, Run, confirmed_metrics, placebo_metrics


@dataclass(frozen=True, slots=True)
class Candidate:
    """An experiment whose evidence holds and whose claim was met, at or above the bar.

    Args:
        experiment: the experiment.
        replication: every attempt to replicate it.
        confirmations: every confirmation of it that has ended.
        refuted_by: later experiments in which its own `refuted_if` came true.
    """

    experiment: Assessed
    replication: Replication
    confirmations: tuple[Confirmation, ...]
    refuted_by: tuple[str, ...]

    @property
    def replicated(self) -> bool:
        """Whether enough other experiments agree."""
        return self.replication.agreement is Agreement.HOLDS

    @property
    def confirmed(self) -> bool:
        """Whether it held on fresh seeds."""
        return bool(self.confirmations) and self.confirmations[-1].holds

    @property
    def reasons(self) -> tuple[str, ...]:
        """Codes for what speaks for it no longer being pursued; empty while it is."""
        codes = {
            "refuted": bool(self.refuted_by),
            "replication_failed": self.replication.agreement is Agreement.FAILED,
        }
        against = self.confirmations[-1].against if self.confirmations else ()
        return (*(code for code, applies in codes.items() if applies), *against)

    @property
    def alive(self) -> bool:
        """Whether it can still become the finding."""
        return not self.reasons


def candidates(experiments: Sequence[Assessed], history: History, bar: Significance) -> tuple[Candidate, ...]:
    """Give every candidate of a direction, the one that has come furthest first.

    A replication of another candidate is evidence for that one and no candidate of its own.
    """
    found: list[Candidate] = []
    names: set[str | None] = set()
    for one in experiments:  # in the order of their starts: of two that name each other, the first is the original
        if not _eligible(one, bar):
            continue
        if one.plan is None or one.plan.replicates not in names:
            found.append(_candidate(one, experiments, history, bar))
        names.add(one.name)
    return tuple(sorted(found, key=_rank))


def proven(found: Candidate, bar: Significance) -> bool:
    """Tell whether a candidate is replicated and, where that is asked for, confirmed, with nothing against it."""
    return found.alive and found.replicated and (found.confirmed or not bar.confirm_seeds)


def _eligible(one: Assessed, bar: Significance) -> bool:
    """Tell whether evidence, claim and score are all there."""
    return one.holds and one.met and one.verdict.score is not None and one.verdict.score >= bar.score


def _rank(found: Candidate) -> tuple[bool, bool, bool, float, str]:
    """Order by how far a candidate has come, then by score, then by age."""
    score = found.experiment.verdict.score or 0.0
    return (not found.alive, not found.confirmed, not found.replicated, -score, found.experiment.name)


def _candidate(one: Assessed, experiments: Sequence[Assessed], history: History, bar: Significance) -> Candidate:
    return Candidate(
        one,
        replication_of(one, experiments, bar.replications),
        confirmations_of(one, history, bar.alpha),
        refuters_of(one, experiments),
    )


def replication_of(original: Assessed, experiments: Sequence[Assessed], required: int) -> Replication:
    """Count who agrees and who disagrees with an experiment; every attempt counts.

    An attempt that gave no number under any seed says nothing and counts as neither; one that failed under
    some seeds disagrees, since a crash must not hide what the seed would have shown. An earlier run of the
    same folder that disagreed stays an attempt of its own, or one would run it again until it agrees.
    """
    agreed, disagreed = [], []
    for one in experiments:
        for run in one.runs:
            if _short(one, run, original) is not None:
                continue
            shown = _shows(run, original)
            if shown is False:
                disagreed.append(one.name)
            elif shown and one.holds and run is one.runs[-1] and _about(run, original) is original.runs[-1]:
                agreed.append(one.name)
    return Replication(tuple(agreed), tuple(disagreed), _tally(len(agreed), len(disagreed), required))


def _tally(agreed: int, disagreed: int, required: int) -> Agreement:
    """Sum up the attempts; one failure and one success is mixed."""
    if disagreed > agreed:
        return Agreement.FAILED
    if agreed >= required and (agreed > disagreed or not required):
        return Agreement.HOLDS
    return Agreement.MIXED if agreed or disagreed else Agreement.NONE


def _about(run: Run, original: Assessed) -> Run | None:
    """Give the run of the original that a replication was planned after: the last one that had ended by then."""
    return next((first for first in reversed(original.runs) if first.ended_n < run.n and _claims(first)), None)


def _claims(run: Run) -> bool:
    return run.plan is not None and bool(run.plan.claims)


def _shows(run: Run, original: Assessed) -> bool | None:
    """Tell whether a replication's run shows the original's primary effect; None where it says nothing.

    What was measured and then destroyed, on either side, counts against the claim: or destroying it would pay.
    """
    about = _about(run, original)
    assert about is not None, "_short has looked"
    assert about.plan is not None, "_about has looked"
    assert run.plan is not None, "_short has looked"
    if run.metrics is None or about.effect is None:
        return False
    claim = next(claim for claim in run.plan.claims if claim.id == about.plan.claims[0].id)
    found = significance.effect(claim, run.metrics)
    return significance.agrees(about.effect, found)


def shortfall(one: Assessed, original: Assessed) -> Reason | None:
    """Say why an experiment is no replication of the original at all; None if it is one.

    Replicated means: another experiment, planned after the first was sealed, with other code, claiming the
    same ids in the same sense.
    """
    if not one.runs:
        return Reason("not_a_replication", holds=False, message=f"it does not replicate {original.name}")
    return _short(one, one.runs[-1], original)


def _short(one: Assessed, run: Run, original: Assessed) -> Reason | None:
    """Say why one run is no attempt to replicate the original.

    The claims are those of the sealed plans, and what the attempt is held against is the run of the original that it
    was planned after: neither another plan nor another run of either makes an attempt undone.
    """
    if run.plan is None or run.plan.replicates != original.name or run.silent:
        return Reason("not_a_replication", holds=False, message=f"it does not replicate {original.name}")
    if not any(_claims(first) for first in original.runs):
        message = f"there is no effect of {original.name} that it could replicate"
        return Reason("not_a_replication", holds=False, message=message)
    about = _about(run, original)
    if about is None:
        message = f"it was started before {original.name} had ended"
        return Reason("replication_planned_before", holds=False, message=message)
    assert about.plan is not None, "_about has looked"
    ids = {claim.id: claim.change for claim in run.plan.claims}
    wanted = {claim.id: claim.change for claim in about.plan.claims}
    if any(ids.get(name) is not change for name, change in wanted.items()):
        message = f"it does not claim what {original.name} claims: {', '.join(wanted)}"
        return Reason("replication_other_claims", holds=False, message=message)
    if run.plan.samples is about.plan.samples is Samples.RESPLIT:
        message = f"it splits a fixed data set anew, as {original.name} does: that is no second sample"
        return Reason("replication_resplit", holds=False, message=message)
    return _same_code(one, run, original)


def _same_code(one: Assessed, run: Run, original: Assessed) -> Reason | None:
    """Refuse a replication by the same means: the same bug would give the same effect twice."""
    if one.code is None or original.code is None or run is not one.runs[-1]:
        return None  # not what ran: it cannot agree any more, and what it showed is not unsaid
    share = novelty.similarity(one.code.shingles, original.code.shingles)
    if not novelty.near_identical(one.code.shingles, original.code.shingles):
        return None
    message = f"its code is that of {original.name}"
    return Reason("replication_same_code", holds=False, message=message, numbers={"similarity": round(share, 3)})


def confirmations_of(one: Assessed, history: History, alpha: float) -> tuple[Confirmation, ...]:
    """Rule on every confirmation of an experiment that has ended since its code was last sealed."""
    if one.plan is None or one.effect is None or one.start is None:
        return ()
    found = []
    for start in history.confirmations(one.name):
        if start.end is None or start.n < one.start.n:
            continue
        metrics = confirmed_metrics(one.view, start)
        claim, shared = one.plan.claims[0], samples.overlap(one.plan)
        test, holds = significance.confirm(claim, one.effect, metrics, alpha, shared)
        placebo, survives = _placebo(one, start, metrics)
        against = _against(one, start, metrics, holds=holds, survives=survives)
        signed = _signed(claim, metrics)
        found.append(Confirmation(start.fact.attempt, test, not against, signed, against, placebo))
    return tuple(found)


def _placebo(one: Assessed, start: Start, metrics: Sequence[Mapping[str, float] | None]) -> tuple[Test | None, bool]:
    """Hold a confirmation against its placebo, where there was one."""
    assert one.plan is not None, "what is confirmed has a plan"
    if not start.fact.placebo:
        return None, False
    claim = one.plan.claims[0]
    permuted = significance.effect(claim, placebo_metrics(one.view, start))
    return significance.survives(significance.effect(claim, metrics), permuted)


def _against(
    one: Assessed, start: Start, metrics: Sequence[Mapping[str, float] | None], *, holds: bool, survives: bool
) -> tuple[str, ...]:
    """Give codes for everything that speaks against a confirmation; empty if it holds."""
    assert start.end is not None, "only what has ended is ruled on"
    assert one.plan is not None, "what is confirmed has a plan"
    codes = {
        "confirmation_failed": not holds or start.end.outcome is Outcome.TARGET_CHANGED,
        "resplit_not_confirmed": one.plan.samples is Samples.RESPLIT,
        "placebo_survived": survives,
        "outputs_copied": origin.copied(metrics, one.metrics),
    }
    return tuple(code for code, applies in codes.items() if applies)


def _signed(claim: Claim, metrics: Sequence[Mapping[str, float] | None]) -> tuple[float | None, ...]:
    """Give metric minus baseline by seed, signed as the metric."""
    turned = significance.effect(claim, metrics).differences
    if claim.change is not Change.DECREASE:
        return turned
    return tuple(None if difference is None else -difference for difference in turned)


def refuters_of(one: Assessed, experiments: Sequence[Assessed]) -> tuple[str, ...]:
    """Name the later experiments in which a `refuted_if` of the experiment came true.

    Each condition that its evidence was ever accepted with counts, and each later run of another folder: a summary
    that is edited afterwards takes no condition back, and another run no refutation.
    """
    others = [(other.name, run) for other in experiments if other.name != one.name for run in other.runs]
    found = [
        name
        for condition, since in _conditions(one)
        for name, run in others
        if run.n > since and _refutes(condition, run)
    ]
    return tuple(dict.fromkeys(found))


def _conditions(one: Assessed) -> list[tuple[Condition, int]]:
    """Give each condition with the number of the start that it was written after."""
    said = [(given.refuted_if, given.start) for given in one.accepted]
    if one.start is not None:
        said.append((one.verdict.refuted_if, one.start.n))
    return [(condition, since) for condition, since in said if condition is not None and since is not None]


def _refutes(condition: Condition, run: Run) -> bool:
    """Tell whether a condition came true in a run; one whose record was destroyed is taken to have made it true."""
    if run.metrics is None:
        return True
    return conditions.refuted(condition, means([seed for seed in run.metrics if seed]).get(condition.metric))
