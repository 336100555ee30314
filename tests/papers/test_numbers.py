"""Numbers as they are meant."""

from __future__ import annotations

import pytest

from coordinator.papers.numbers import numbers, signature, stated


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("0.50 and .5 and 50%", ["0.50", "0.5", "50"]),
        ("−0.3, -0.3 and +0.3", ["-0.3", "-0.3", "0.3"]),
        ("10–20 and (3-4) and top-1", ["10", "20", "3", "4", "1"]),
        ("100,000 trials of 2,5 and 1,2", ["100000", "2,5", "1,2"]),
        ("1e-4 and 5E+03", ["1e-4", "5e03"]),
        ("F1, ResNet50 and x2", []),
        ("Section 3.1.", ["3.1"]),
        ("in [12] and 2024)", ["12", "2024"]),
    ],
)
def test_values(text: str, expected: list[str]) -> None:
    """Sign, decimals and thousands; digits in words are none."""
    assert [each.value for each in numbers(text)] == expected


def test_powers_of_ten_are_stated_both_ways() -> None:
    """As papers set them, and as programs write them."""
    assert "1e-4" in stated("a rate of 1 × 10 −4 was used")
    assert "3e5" in stated("3·10^5")


def test_a_signature_has_relations_in_order() -> None:
    """What letters and digits do not say."""
    assert signature("p < 0.05 for 5 % of -3") == ["<", "0.05", "5%", "-3"]
