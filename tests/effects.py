"""Claims about a metric `m`, and effects and tests of them, in as few words as a table of cases needs."""

from __future__ import annotations

from collections.abc import Sequence

from coordinator.model.experiment import Claim
from coordinator.model.finding import Effect, Test
from coordinator.rules.significance import confirm, effect

ALPHA = 0.05

CUSHNY = (1.2, 2.4, 1.3, 1.3, 0.0, 1.0, 1.8, 0.8, 4.6, 1.4)
"""Extra hours of sleep, second drug against the first: Student (1908), section IX, illustration I."""

VARIED = (0.21, 0.34, 0.28, 0.25, 0.31, 0.30, 0.19, 0.33, 0.27, 0.26)


def claimed(change: str = "increase", by: str = "0", baseline: str = "0") -> Claim:
    """Make a claim about the metric `m`."""
    return Claim.model_validate({"id": "c", "metric": "m", "baseline": baseline, "change": change, "by": by})


def seeds(values: Sequence[float | None]) -> list[dict[str, float] | None]:
    """Make the metrics of some seeds; None is a seed that failed."""
    return [None if value is None else {"m": value} for value in values]


def measured(values: Sequence[float | None], claim: Claim | None = None) -> Effect:
    """Measure some differences from a baseline of zero."""
    return effect(claim or claimed(), seeds(values))


def judged(values: Sequence[float | None], claim: Claim | None = None, first: float = 0.2) -> tuple[Test, bool]:
    """Confirm a claim whose first effect was `first`."""
    claim = claim or claimed()
    return confirm(claim, Effect(claim, (first,), first), seeds(values), ALPHA)
