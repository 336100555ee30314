"""Is an effect there, does another experiment show it too, and does it hold on fresh seeds?

One claim at a time: a metric against its baseline, paired by seed. Nothing here knows which experiment is
meant, what was asked of it or what follows.

A seed that failed or lacks the metric is never dropped from a test, or the worker's code could choose the
seeds that count by failing under the others.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from decimal import Decimal

from coordinator.model.experiment import Change, Claim
from coordinator.model.finding import Effect, Test

Metrics = Mapping[str, float]
"""metrics.json of one seed, flattened."""

SHARE_OF_FIRST = 0.5
"""A later mean must be at least this share of the first one's: the first was picked for being large."""

PLACEBO_LEVEL = 0.01
"""Largest p-value at which permuted seeds show an effect: so seldom is an honest finding taken for a leak."""

ROUNDING = 1e-9
"""Spread, relative to the effect, below which differences are equal up to the last digits of a double."""

CONFIDENCE = 0.95
"""Of the two-sided interval that is reported beside a test."""

BISECTIONS = 80
"""Halvings that bring a bracket of any useful width below the last digits of a double."""


def effect(claim: Claim, metrics_by_seed: Sequence[Metrics | None]) -> Effect:
    """Measure how far a claim's metric lies from its baseline, seed by seed.

    Args:
        claim: what is measured; a `decrease` turns the sign, an `equal` does not.
        metrics_by_seed: one entry a seed, None where it failed.
    """
    differences = tuple(_difference(claim, metrics) for metrics in metrics_by_seed)
    present = [one for one in differences if one is not None]
    return Effect(claim, differences, _mean(present) if present else None)


def met(measured: Effect) -> bool:
    """Tell whether a claim was met under the seeds that it was measured on.

    More than half of the seeds must have the metric. Then the mean counts: at least `by` and above zero for
    `increase` and `decrease`, at most `by` from zero for `equal`. Compared as decimals, so that 0.31 against
    0.26 is an effect of 0.05 and not of a little less.
    """
    present = sum(1 for one in measured.differences if one is not None)
    if measured.mean is None or 2 * present <= len(measured.differences):
        return False
    mean = _exact(measured.mean)
    if measured.claim.change is Change.EQUAL:
        return abs(mean) <= measured.claim.by
    return mean >= measured.claim.by and mean > 0


def agrees(original: Effect, other: Effect) -> bool:
    """Tell whether another experiment shows the same effect.

    For `increase` and `decrease`: the sign of the original mean under each seed, and a mean of at least half
    of it. For `equal`: each difference within the original's margin. A missing seed disagrees, and so does a
    claim of another kind. The sign of the mean alone would let a null effect pass every second time.
    """
    present = [one for one in other.differences if one is not None]
    if not present or len(present) < len(other.differences) or original.mean is None:
        return False
    if original.claim.change is not other.claim.change:
        return False
    if original.claim.change is Change.EQUAL:
        return all(abs(_exact(one)) <= original.claim.by for one in present)
    sign = math.copysign(1, original.mean)
    same_sign = original.mean != 0 and all(sign * one > 0 for one in present)
    return same_sign and sign * _mean(present) >= SHARE_OF_FIRST * abs(original.mean)


def confirm(
    claim: Claim, first: Effect, metrics_by_seed: Sequence[Metrics | None], alpha: float, overlap: float = 0.0
) -> tuple[Test, bool]:
    """Test a claim on fresh seeds.

    `increase` and `decrease`: paired one-sided t-test of a mean difference above zero. `equal`: two one-sided
    t-tests against `by` and minus `by`; the larger p-value counts. Where all differences are equal the t-test
    has no variance to work with, and the exact sign test takes its place: p is 0.5 to the number of seeds if
    they lie on the claim's side of its bound, else 1.

    A missing seed is put as far on the wrong side of the bound as the largest difference that was seen, in
    the first experiment or here, lies on the right side: mirrored at zero, or for `equal` at the margin that
    the mean is closer to. It enters mean, interval and p-value.

    Args:
        claim: what is tested.
        first: the effect that is to be confirmed.
        metrics_by_seed: one entry a fresh seed, None where it failed; at least one.
        alpha: largest p-value that confirms.
        overlap: test cases per training case where the seeds are splits of one data set; 0 for fresh data.

    Returns:
        The test, and whether the claim is confirmed: p at most alpha and, except for `equal`, a mean of at
        least half of the first one's, which itself must lie on the claim's side.

    Source:
        Student (1908), The probable error of a mean, Biometrika 6. Schuirmann (1987), A comparison of the two
        one-sided tests procedure and the power approach, J. Pharmacokinet. Biopharm. 15. The sign test:
        Arbuthnot (1710), Phil. Trans. 27. The correction for re-splits: Nadeau and Bengio (2003), Machine
        Learning 52, section 5, the "corrected resampled t-test". The mirrored value for missing ones is our own choice.
    """
    assert metrics_by_seed, "a confirmation has seeds"
    measured = effect(claim, metrics_by_seed)
    values = _filled(measured, first)
    test = _test(claim, values, measured.differences.count(None), overlap)
    return test, test.p <= alpha and _large_enough(claim, first, _mean(values))


def survives(real: Effect, placebo: Effect) -> tuple[Test, bool]:
    """Tell whether an effect is as strong where the training labels were permuted.

    It is if the permuted seeds show it by themselves: a mean of at least half of the real one, and a paired one-sided
    t-test at PLACEBO_LEVEL. What learns from noise scatters more than what learns, so asking that the real ones be
    significantly larger would refuse every third true effect of d = 2 (scripts/trust_bench.py, where this refuses one
    in a hundred). A permuted seed that fails or is missing counts as the mean of the real ones, and if most of them
    do, the effect survives: a crash must not pass for the end of an effect.

    Args:
        real: of the confirmation's own seeds.
        placebo: of the seeds with permuted labels.

    Returns:
        The test of the permuted seeds, and whether the effect survives them.

    Source:
        Student (1908), as in `confirm`. Permuted labels: Ojala and Garriga (2010), Permutation tests for studying
        classifier performance, JMLR 11. Their share of larger permuted effects needs hundreds of trainings.
    """
    ours = [one for one in real.differences if one is not None]
    middle = _mean(ours) if ours else 0.0
    theirs = [middle if one is None else one for one in placebo.differences]
    missing = placebo.differences.count(None)
    p = _above_zero(theirs)
    strong = _mean(theirs) >= SHARE_OF_FIRST * middle and p <= PLACEBO_LEVEL
    sign = -1 if real.claim.change is Change.DECREASE else 1
    test = Test("paired t", len(theirs), missing, sign * _mean(theirs), None, None, p)
    return test, not ours or 2 * missing > len(theirs) or strong


def _above_zero(values: Sequence[float]) -> float:
    """Give the one-sided p-value of a mean above zero; without spread there is no doubt."""
    if _all_equal(values, 0):
        return 0.0 if _mean(values) > 0 else 1.0
    mean = _mean(values)
    return _below(len(values) - 1, -mean / _standard_error(values, mean))


def holm(p_values: Mapping[str, float]) -> dict[str, float]:
    """Adjust p-values for being several, so that each may be compared with the alpha of all together.

    Args:
        p_values: by any name, in any order; what never came to a test has p = 1 and counts as one of them.

    Returns:
        The adjusted p-values, in the order given.

    Source:
        Holm (1979), A simple sequentially rejective multiple test procedure, Scand. J. Statist. 6; as
        adjusted p-values: Wright (1992), Biometrics 48.
    """
    adjusted: dict[str, float] = {}
    largest = 0.0
    for rank, name in enumerate(sorted(p_values, key=p_values.__getitem__)):
        largest = max(largest, min(1.0, (len(p_values) - rank) * p_values[name]))
        adjusted[name] = largest
    return {name: adjusted[name] for name in p_values}


def detectable(
    differences: Sequence[float | None], alpha: float, power: float = 0.8, overlap: float = 0.0
) -> float | None:
    """Give the smallest true effect that these seeds would have shown with this power.

    It is what a null result is worth: the paired one-sided t-test at alpha, with as many seeds and as much
    spread as there were, misses a larger effect less often than 1 - power.

    Args:
        differences: per seed, None where there is none; those are left out, as they carry no spread.
        alpha: one-sided.
        power: probability of a p-value of at most alpha.
        overlap: as for `confirm`.

    Returns:
        In the metric's unit. None where it cannot be computed: fewer than two differences, no spread between
        them, or an alpha so small that the distribution cannot be evaluated.

    Source:
        Cohen (1988), Statistical power analysis for the behavioral sciences, 2nd ed., section 2.3.5 (case 4),
        but with the noncentral t-distribution itself instead of his approximation.
    """
    present = [one for one in differences if one is not None]
    if len(present) < 2 or _all_equal(present, 0):
        return None
    shift = _noncentrality(len(present) - 1, alpha, power)
    return None if shift is None else shift * _standard_error(present, _mean(present), overlap)


def _exact(number: float | Decimal) -> Decimal:
    """Read a float as the shortest decimal that gives it: the number as it was written in metrics.json."""
    return Decimal(str(number))


def _difference(claim: Claim, metrics: Metrics | None) -> float | None:
    if metrics is None:
        return None
    measured = metrics.get(claim.metric)
    baseline = metrics.get(claim.baseline) if isinstance(claim.baseline, str) else claim.baseline
    if measured is None or baseline is None:
        return None
    difference = float(_exact(measured) - _exact(baseline))
    if not math.isfinite(difference):
        return None
    return -difference if claim.change is Change.DECREASE else difference


def _mean(values: Sequence[float]) -> float:
    return float(sum(map(_exact, values), Decimal()) / len(values))


def _filled(measured: Effect, first: Effect) -> list[float]:
    """Put the mirrored worst case in the place of each missing seed."""
    present = [one for one in measured.differences if one is not None]
    largest = max(abs(one) for one in (first.mean or 0.0, *present))
    worst = -largest
    if measured.claim.change is Change.EQUAL:
        worst = math.copysign(2 * float(measured.claim.by) + largest, measured.mean or 0.0)
    return [worst if one is None else one for one in measured.differences]


def _large_enough(claim: Claim, first: Effect, mean: float) -> bool:
    if claim.change is Change.EQUAL:
        return True
    return first.mean is not None and first.mean > 0 and mean >= SHARE_OF_FIRST * first.mean


def _test(claim: Claim, values: Sequence[float], missing: int, overlap: float) -> Test:
    """Compute the test that a claim and its values call for, and sign its numbers as the metric."""
    mean, margin = _mean(values), float(claim.by)
    equal = claim.change is Change.EQUAL
    clearance = margin - abs(mean) if equal else mean
    sign = -1 if claim.change is Change.DECREASE else 1
    if _all_equal(values, margin):
        beyond = clearance > ROUNDING * max(margin, abs(mean))
        p = 0.5 ** len(values) if beyond else 1.0
        return Test("exact sign", len(values), missing, sign * mean, None, None, p)
    error = _standard_error(values, mean, overlap)
    half = error * _quantile(len(values) - 1, (1 + CONFIDENCE) / 2)
    low, high = sorted((sign * (mean - half), sign * (mean + half)))
    name = "two one-sided t" if equal else "paired t"
    name = f"corrected resampled {name}" if overlap else name
    p = _below(len(values) - 1, -clearance / error)
    return Test(name, len(values), missing, sign * mean, low, high, p)


def _all_equal(values: Sequence[float], margin: float) -> bool:
    return max(values) - min(values) <= ROUNDING * max(margin, *map(abs, values))


def _standard_error(values: Sequence[float], mean: float, overlap: float = 0.0) -> float:
    """Give the standard error of the mean; scaled, so that neither large nor small squares are lost.

    Splits of one data set hang together: 1/n becomes 1/n plus test cases per training case (Nadeau and Bengio).
    """
    scale = max(map(abs, values))
    squares = math.fsum((one / scale - mean / scale) ** 2 for one in values)
    return scale * math.sqrt(squares / (len(values) - 1) * (1 / len(values) + overlap))


def _below(freedom: float, t: float) -> float:
    """Give the probability of Student's t below `t`."""
    from scipy.special import stdtr  # noqa: PLC0415  # a slow import, and most passes test nothing

    return float(stdtr(freedom, t))


def _quantile(freedom: int, share: float) -> float:
    """Give the t below which Student's t lies with this probability."""
    from scipy.special import stdtrit  # noqa: PLC0415  # as above

    return float(stdtrit(freedom, share))


def _noncentrality(freedom: int, alpha: float, power: float) -> float | None:
    """Give the shift of the noncentral t that passes alpha's critical value with this probability.

    By bisection: scipy's own inverse, `nctdtrinc`, does not come back where the distribution is not a number
    (1 degree of freedom, alpha = 1e-6, scipy 1.17).
    """
    from scipy.special import nctdtr  # noqa: PLC0415  # as above

    critical, miss = _quantile(freedom, 1 - alpha), 1 - power
    low, high = 0.0, 1.0
    while (below := float(nctdtr(freedom, high, critical))) > miss:
        low, high = high, 2 * high
    if math.isnan(below):
        return None
    for _ in range(BISECTIONS):
        middle = (low + high) / 2
        if nctdtr(freedom, middle, critical) <= miss:
            high = middle
        else:
            low = middle
    return high
