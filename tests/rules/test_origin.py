"""Were the numbers made by running the experiment, or brought along?"""

from __future__ import annotations

from decimal import Decimal

import pytest

from coordinator.model.experiment import Change, Claim
from coordinator.rules.origin import copied, hard_coded, same_under_every_seed

SEEDS = (11, 12)


@pytest.mark.parametrize(
    ("metrics", "same"),
    [
        ([{"f1": 0.3}, {"f1": 0.3}], True),
        ([{"f1": 0.3}, {"f1": 0.4}], False),
        ([{"f1": 0.3, "fit_seconds": 1.0}, {"f1": 0.3, "fit_seconds": 2.0}], True),
        ([{"f1": 0.3, "cost.ms": 1.0}, {"f1": 0.3, "cost.ms": 2.0}], True),
        ([{"f1": 0.3, "atoms": 1.0}, {"f1": 0.3, "atoms": 2.0}], False),
        ([{"f1": 0.3, "seed": 11.0}, {"f1": 0.3, "seed": 12.0}], True),
    ],
)
def test_the_same_under_every_seed(metrics: list[dict[str, float]], same: bool) -> None:
    """Neither the clock nor a copy of the seed makes a difference."""
    assert same_under_every_seed(metrics, SEEDS) is same


def claim(baseline: str | Decimal) -> Claim:
    """Claim that F1 is higher than something."""
    return Claim(id="a", metric="f1", baseline=baseline, change=Change.INCREASE, by=Decimal("0.1"))


@pytest.mark.parametrize(
    ("metrics", "baseline", "literals", "expected"),
    [
        ([{"f1": 0.312, "base": 0.1}] * 2, "base", {0.312}, ("f1", 0.312)),
        ([{"f1": 0.31, "base": 0.12}] * 2, "base", {0.31}, None),
        ([{"f1": 0.31, "base": 0.12}] * 2, "base", {0.31, 0.12}, ("f1", 0.31)),
        ([{"f1": 0.31}] * 2, Decimal("0.1"), {0.31}, ("f1", 0.31)),
        ([{"f1": 0.5}] * 2, Decimal("0.1"), {0.5}, None),
        ([{"f1": -0.31}] * 2, Decimal("0.1"), {0.31}, ("f1", -0.31)),
        ([{"f1": 0.312}, {"f1": 0.313}], Decimal("0.1"), {0.312, 0.313}, None),
        ([{"other": 0.312}] * 2, Decimal("0.1"), {0.312}, None),
    ],
)
def test_a_result_that_stands_in_the_code(
    metrics: list[dict[str, float]],
    baseline: str | Decimal,
    literals: set[float],
    expected: tuple[str, float] | None,
) -> None:
    """To three digits, or to two where the baseline is typed in too; what a seed changes was computed."""
    assert hard_coded([claim(baseline)], metrics, frozenset(literals)) == expected


ORIGINAL = [{"a": 0.1234, "b": 0.5678, "k": 1.0}, {"a": 0.2345, "b": 0.6789, "k": 1.0}]


@pytest.mark.parametrize(
    ("metrics", "others", "expected"),
    [
        (ORIGINAL, ORIGINAL, True),
        (ORIGINAL[::-1], ORIGINAL, True),
        ([{**seed, "new": 7.0} for seed in ORIGINAL], ORIGINAL, True),
        ([ORIGINAL[0], {"a": 0.2346, "b": 0.6789, "k": 1.0}], ORIGINAL, False),
        ([{"a": 0.1234}, {"a": 0.2345}], ORIGINAL, False),
        ([{"a": 0.1, "b": 0.2}] * 4, [{"a": 0.1, "b": 0.2}, {"a": 0.2, "b": 0.1}], False),
        ([None, *ORIGINAL], [*ORIGINAL, None], True),
        ([None], ORIGINAL, False),
        (ORIGINAL, [None], False),
    ],
)
def test_numbers_of_another_run(
    metrics: list[dict[str, float] | None], others: list[dict[str, float] | None], expected: bool
) -> None:
    """Enough telling numbers that are all known; a few short ones may agree by chance."""
    assert copied(metrics, others) is expected
