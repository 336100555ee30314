"""Has a worker's own condition come true?"""

from __future__ import annotations

from decimal import Decimal
from statistics import fmean

import pytest

from coordinator.model.experiment import Condition, Relation
from coordinator.rules.conditions import refuted

BELOW, AT, ABOVE = 0.1, 0.2, 0.3


@pytest.mark.parametrize(
    ("relation", "holds_for"),
    [
        ("<", {BELOW}),
        ("<=", {BELOW, AT}),
        (">", {ABOVE}),
        (">=", {AT, ABOVE}),
        ("==", {AT}),
        ("!=", {BELOW, ABOVE}),
    ],
)
@pytest.mark.parametrize("mean", [BELOW, AT, ABOVE])
def test_each_relation_on_each_side(relation: Relation, holds_for: set[float], mean: float) -> None:
    """Every relation, with the mean below, at and above the bound."""
    condition = Condition(metric="ratio_20.f1_tuned", relation=relation, bound=Decimal("0.20"))
    assert refuted(condition, mean) is (mean in holds_for)


@pytest.mark.parametrize("relation", ["<", "<=", ">", ">=", "==", "!="])
def test_an_unreported_metric_refutes_nothing(relation: Relation) -> None:
    """Absence is no number: not even `!=` comes true."""
    assert refuted(Condition(metric="m", relation=relation, bound=Decimal(0)), None) is False


@pytest.mark.parametrize(("relation", "expected"), [(">", False), (">=", True), ("==", True), ("!=", False)])
def test_the_last_digits_of_a_mean_decide_nothing(relation: Relation, expected: bool) -> None:
    """0.1 + 0.2 is 0.3 here, whatever a double makes of it."""
    mean = 0.1 + 0.2
    assert mean > 0.3
    assert fmean([mean]) == mean
    assert refuted(Condition(metric="m", relation=relation, bound=Decimal("0.3")), mean) is expected


@pytest.mark.parametrize(
    ("bound", "mean", "expected"),
    [
        ("0", -1e-300, True),
        ("0", 0.0, False),
        ("-0.2", -0.3, True),
        ("-0.2", -0.1, False),
        ("1e300", -1e300, True),
    ],
)
def test_below_bounds_of_any_size_and_sign(bound: str, mean: float, expected: bool) -> None:
    """A bound of zero is met exactly; signs and sizes compare as numbers do."""
    assert refuted(Condition(metric="m", relation="<", bound=Decimal(bound)), mean) is expected
