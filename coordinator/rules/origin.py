"""Were the numbers made by running the experiment, or brought along?

What runs is witnessed; that it computes anything is not. Three traces can be seen from outside: a result that stands
as a number in the code, numbers of another experiment under seeds that it did not have, and the same numbers under
every seed. A determined author leaves none of them, see docs/reliability.md.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal

from coordinator.model.experiment import Claim

Metrics = Mapping[str, float]
"""metrics.json of one seed, flattened."""

TELLING_DIGITS = 3
"""Significant digits from which a result that stands in the code was not measured; two where its baseline does too."""

TELLING_NUMBERS = 4
"""Different numbers of so many digits from which equal ones under other seeds are no coincidence."""

_BY_THE_MACHINE = re.compile(
    r"(?:^|[._])(?:\w*(?:second|time|elapsed|duration|memory|rss|latency)\w*|ms|us|ns|mb)(?:$|[._])"
)
"""Metrics that differ from run to run by themselves."""


def same_under_every_seed(metrics: Sequence[Metrics], seeds: Sequence[int]) -> bool:
    """Tell whether nothing differs between seeds, times and copies of the seed itself aside."""
    plain = [_by_the_code(found, seed) for found, seed in zip(metrics, seeds, strict=True)]
    return all(found == plain[0] for found in plain[1:])


def _by_the_code(metrics: Metrics, seed: int) -> dict[str, float]:
    kept = {name: value for name, value in metrics.items() if not _BY_THE_MACHINE.search(name.lower())}
    return {name: 0.0 if value == seed else value for name, value in kept.items()}


def hard_coded(
    claims: Iterable[Claim], metrics: Sequence[Metrics], literals: frozenset[float]
) -> tuple[str, float] | None:
    """Find a claimed metric whose value, the same under every seed, stands as a number in the code.

    Args:
        claims: of the plan.
        metrics: of every seed.
        literals: numbers in the code, by size.

    Returns:
        The metric and its value; None if there is none.
    """
    for claim in claims:
        value = _literal(claim.metric, metrics, literals)
        if value is None:
            continue
        both = isinstance(claim.baseline, Decimal) or _literal(claim.baseline, metrics, literals) is not None
        if _digits(value) >= TELLING_DIGITS - both:
            return claim.metric, value
    return None


def _literal(metric: str, metrics: Sequence[Metrics], literals: frozenset[float]) -> float | None:
    values = {found.get(metric) for found in metrics}
    value = next(iter(values)) if len(values) == 1 else None
    return value if value is not None and abs(value) in literals else None


def _digits(value: float) -> int:
    """Count the significant digits of a number as it is written."""
    return len(Decimal(str(value)).normalize().as_tuple().digits)


def copied(metrics: Sequence[Metrics | None], others: Sequence[Metrics | None]) -> bool:
    """Tell whether every seed has the numbers of some seed of another run, in all metrics where chance is at work.

    Two runs never have a seed in common, so what depends on the seed cannot agree to the last digit.
    """
    ours, theirs = [found for found in metrics if found], [found for found in others if found]
    if not ours or not theirs:
        return False
    shared = frozenset(ours[0]).intersection(*ours[1:], *theirs)
    varying = sorted(name for name in shared if len({found[name] for found in theirs}) > 1)
    telling = {found[name] for found in ours for name in varying if _digits(found[name]) >= TELLING_DIGITS}
    if len(telling) < TELLING_NUMBERS:
        return False
    known = {tuple(found[name] for name in varying) for found in theirs}
    return all(tuple(found[name] for name in varying) in known for found in ours)
