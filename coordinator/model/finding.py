"""What did a direction end with? Its finding, positive or null, with how far to trust it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from coordinator.model.experiment import Change, Claim
from coordinator.model.instruction import Ending
from coordinator.model.verdict import Reason


@dataclass(frozen=True, slots=True)
class Effect:
    """How far a claim's metric lay from its baseline, seed by seed, in the claimed direction.

    Args:
        claim: the claim that was measured.
        differences: metric minus baseline per seed, in the order of the seeds, sign turned so that positive
            agrees with an `increase` or `decrease` claim; None where the seed failed or lacks the metric.
        mean: over the seeds that have it, in the metric's unit; None if none has.
    """

    claim: Claim
    differences: tuple[float | None, ...]
    mean: float | None


@dataclass(frozen=True, slots=True)
class Test:
    """One statistical test of a claim.

    Args:
        name: `paired t`, `exact sign` or `two one-sided t`.
        n: seeds, the failed ones included.
        missing: of these, seeds that failed or lack the metric; counted against the claim.
        mean: mean difference in the metric's unit, signed as the metric (not turned).
        low, high: 95 % confidence interval of the mean, same sign convention; None where it has none.
        p: one-sided p-value.
    """

    __test__ = False  # not a test case, whatever pytest thinks of its name

    name: str
    n: int
    missing: int
    mean: float
    low: float | None
    high: float | None
    p: float


class Agreement(StrEnum):
    """What the replications of an experiment say together."""

    NONE = "none"
    """No attempt yet."""
    HOLDS = "holds"
    """As many agree as are required, and more than disagree."""
    MIXED = "mixed"
    """As many agree as disagree, or too few agree yet."""
    FAILED = "failed"
    """More disagree than agree."""


@dataclass(frozen=True, slots=True)
class Replication:
    """Every attempt to replicate one experiment.

    Args:
        agreed, disagreed: names of the replicating experiments.
        agreement: what they say together.
    """

    agreed: tuple[str, ...]
    disagreed: tuple[str, ...]
    agreement: Agreement


@dataclass(frozen=True, slots=True)
class Confirmation:
    """One confirmation of one experiment on fresh seeds.

    Args:
        attempt: the first or second of its direction.
        test: what was computed.
        holds: p at most alpha, mean at least half of the first one's, and nothing else against it.
        differences: metric minus baseline per fresh seed, signed as the metric (not turned); None where the seed
            failed or lacks the metric. For the plots; nothing is ruled on it.
        against: codes for what speaks against it besides the test.
        placebo: the same test where the training labels were permuted; None where that was not tried.
    """

    attempt: int
    test: Test
    holds: bool
    differences: tuple[float | None, ...] = ()
    against: tuple[str, ...] = ()
    placebo: Test | None = None


@dataclass(frozen=True, slots=True)
class Evidence:
    """What one experiment of a direction amounts to, for the report.

    Args:
        experiment: name.
        standing: as in the verdict.
        score: self-score, None until it counts.
        effect: of the primary claim under the exploring seeds; None without a claim.
        met: the primary claim was met there.
        replicates: the experiment that it repeats, if any.
        detectable: smallest effect that its seeds would have shown with 80 % power; None if not computable.
        others: effects of the claims beside the primary one, in the order of the plan.
        reasons: of its last verdict; those that do not hold say why it did not get further.
    """

    experiment: str
    standing: str
    score: float | None
    effect: Effect | None
    met: bool
    replicates: str | None
    detectable: float | None
    others: tuple[Effect, ...] = ()
    reasons: tuple[Reason, ...] = ()


@dataclass(frozen=True, slots=True)
class Finding:
    """What one direction ended with.

    Args:
        direction, title, question: as frozen at the start.
        ending: how it ended; None while it is open.
        holds: replicated and confirmed as the settings demand.
        survives: holds after Holm's correction over the run; None if there was nothing to correct.
        experiment: the one that the finding rests on, else the best one; None if there is none.
        score: its self-score.
        change: of its primary claim.
        key_finding, actionable_insight, counterarguments, next_directions: from its summary.
        replication, confirmations: of that experiment.
        p, adjusted_p: of the last confirmation, alone and after Holm.
        experiments: every experiment of the direction, in order.
        spent: experiments spent.
        reasons: codes that say why it did not get further; empty if it holds.
    """

    direction: str
    title: str
    question: str
    ending: Ending | None
    holds: bool
    survives: bool | None
    experiment: str | None
    score: float | None
    change: Change | None
    key_finding: str
    actionable_insight: str
    counterarguments: str
    next_directions: str
    replication: Replication
    confirmations: tuple[Confirmation, ...]
    p: float | None
    adjusted_p: float | None
    experiments: tuple[Evidence, ...]
    spent: int
    reasons: tuple[str, ...]
