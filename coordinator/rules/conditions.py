"""Has a worker's own condition come true, by which it said that its finding would be refuted?"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from decimal import Decimal

from coordinator.model.experiment import Condition, Relation

LAST_DIGITS = Decimal("1e-12")
"""Relative distance within which a mean is its bound: a mean of 0.1 and 0.5 is 0.30000000000000004 or 0.3."""

_HOLDS: Mapping[Relation, Callable[[int], bool]] = {
    "<": lambda side: side < 0,
    "<=": lambda side: side <= 0,
    ">": lambda side: side > 0,
    ">=": lambda side: side >= 0,
    "==": lambda side: side == 0,
    "!=": lambda side: side != 0,
}
"""By relation: whether it holds for a mean below (-1), at (0) or above (1) the bound."""


def refuted(condition: Condition, mean: float | None) -> bool:
    """Tell whether a condition holds for the mean of its metric.

    Args:
        condition: as written in a summary's `refuted_if`.
        mean: of the metric over the seeds of a later experiment; None where that does not report it, which
            refutes nothing.
    """
    return mean is not None and _HOLDS[condition.relation](_side(Decimal(str(mean)), condition.bound))


def _side(mean: Decimal, bound: Decimal) -> int:
    """Tell on which side of the bound the mean lies: -1, 0 or 1."""
    if abs(mean - bound) <= LAST_DIGITS * abs(bound):
        return 0
    return -1 if mean < bound else 1
