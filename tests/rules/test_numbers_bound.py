"""Is a number that a text cites one that was measured? The rounding rules of `numbers`."""
# Signs as people type them are what is tested here.
# ruff: noqa: RUF001

from __future__ import annotations

from decimal import ROUND_HALF_EVEN, ROUND_HALF_UP, Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from coordinator.rules.numbers import Cited, bound, constants, find, matches

NOTHING: frozenset[Decimal] = frozenset()


def one(text: str) -> Cited:
    """Give the only number of a text."""
    (cited,) = find(text)
    return cited


class TestBound:
    """bound: is it one of the values as the text rounds them, or a constant?"""

    @pytest.mark.parametrize(
        ("text", "value", "expected"),
        [
            # as a fraction
            ("0.31", 0.312, True),
            ("0.312", 0.312, True),
            ("0.3", 0.312, True),
            ("0.32", 0.312, False),
            ("0.3120", 0.312, True),
            ("0.3121", 0.312, False),
            ("0.31", 0.3149999, True),
            ("0.31", 0.3151, False),
            # in percent
            ("31 %", 0.312, True),
            ("31.2 %", 0.312, True),
            ("31.20 %", 0.312, True),
            ("31.3 %", 0.312, False),
            ("0.31 %", 0.312, False),
            ("31", 0.312, False),
            ("31.2", 0.312, False),
            ("31.2 %", 31.2, True),
            ("31 %", 31.2, True),
            ("150 %", 1.5, True),
            ("1.5 %", 1.5, True),
            ("100 %", 1.0, True),
            ("0 %", 0.0, True),
            # sign
            ("-0.31", 0.312, False),
            ("0.31", -0.312, False),
            ("−0.31", -0.312, True),
            ("-31 %", -0.312, True),
            ("+0.31", 0.312, True),
            ("-0.00", 0.004, False),
            ("0.00", -0.004, True),
            ("-0.00", -0.004, True),
            # integers
            ("12", 12.4, True),
            ("13", 12.4, False),
            ("7", 6.6, False),
            ("7 times", 7.0, True),
            ("10", 9.6, False),
            ("10", 10.4, True),
            ("-12", -12.4, True),
            ("3 %", 0.034, False),
            ("3.4 %", 0.034, True),
            ("0", 0.3, False),
            ("0", 0.0, True),
            ("3", 3.0000000000000004, True),
            # powers and thousands
            ("12,346", 12345.6, True),
            ("12,000", 12345.6, False),
            ("12k", 12345.6, True),
            ("10k", 9600.0, False),
            ("1.2e4", 12345.6, True),
            ("1e4", 12345.6, False),
            ("1.6e4", 16400.0, True),
            ("3e4", 34000.0, False),
            ("1e4", 9600.0, False),
            ("1.5e-3", 0.00152, True),
            # ties, where half up, half even and a double's own digits differ
            ("0.13", 0.125, True),
            ("0.12", 0.125, True),
            ("0.57", 0.575, True),
            ("0.58", 0.575, True),
            ("0.58", 0.5749999999999999, True),
            ("0.59", 0.575, False),
        ],
    )
    def test_a_value(self, text: str, value: float, expected: bool) -> None:
        """Rounded as written, as a fraction or in percent, with the right sign."""
        assert bound(one(text), {"value": value}, NOTHING) is expected

    def test_any_of_the_values(self) -> None:
        """Whichever value it is, by whatever name; without values nothing is."""
        assert bound(one("0.31"), {"a": 0.02, "b": Decimal("0.312")}, NOTHING)
        assert not bound(one("0.31"), {}, NOTHING)

    @pytest.mark.parametrize(
        ("text", "known", "expected"),
        [
            ("20", ["20"], True),
            ("20.0", ["20"], True),
            ("20", ["20.5"], False),
            ("0.05", ["0.05"], True),
            ("0.1", ["0.05"], False),
            ("-0.05", ["0.05"], False),
            ("5 %", ["0.05"], True),
            ("5 %", ["5"], False),
            ("31.2 %", ["31.2"], True),
            ("31.2 %", ["31"], False),
            ("0.05", [], False),
        ],
    )
    def test_a_constant(self, text: str, known: list[str], expected: bool) -> None:
        """Exactly as given; a 5 of anything is no 5 %."""
        assert bound(one(text), {}, frozenset(map(Decimal, known))) is expected

    @given(
        st.floats(-1000, 1000).filter(lambda value: abs(value) > 0.001),
        st.integers(1, 6),
        st.sampled_from([ROUND_HALF_UP, ROUND_HALF_EVEN]),
        st.booleans(),
    )
    @settings(deadline=None, max_examples=200)
    def test_every_honest_rounding_is_bound(self, value: float, places: int, rounding: str, percent: bool) -> None:
        """To any number of decimals, half up or half even, as a fraction or in percent, as Python prints it or not."""
        exact = Decimal(str(value)) * (100 if percent else 1)
        rounded = exact.quantize(Decimal(1).scaleb(-places), rounding=rounding)
        printed = f"{float(exact):.{places}f}"
        for written in (f"{rounded:f}", printed):
            assert bound(one(f"is {written}{' %' if percent else ''}"), {"value": value}, NOTHING), written

    @given(st.floats(0.01, 0.99), st.integers(2, 4), st.sampled_from([-1, 1]))
    @settings(deadline=None, max_examples=100)
    def test_one_digit_off_is_not(self, value: float, places: int, step: int) -> None:
        """The last digit written one and a bit away from the value is somebody's invention."""
        off = Decimal(str(value)) + step * Decimal("1.1").scaleb(-places)
        assert not bound(one(f"is {off:.{places}f}"), {"value": value}, NOTHING)


@pytest.mark.parametrize(
    ("declared", "mean", "expected"),
    [
        ("0.31", 0.312, True),
        ("0.31", 0.316, False),
        ("0.30", 0.3049, True),
        ("0.30", 0.3051, False),
        ("0.3", 0.3051, True),
        ("31", 0.312, False),
        ("-0.31", -0.312, True),
        ("-0.31", 0.312, False),
        ("0", 0.4, False),
        ("0", 0.0, True),
        ("3", 3.0, True),
        ("7", 6.6, False),
        ("12", 12.4, True),
        ("1E+3", 1400.0, False),
        ("1E+3", 1000.0, True),
        ("0.1", 0.1 + 1e-17, True),
        ("0.3", 0.1 + 0.2, True),
        ("1e-5", 0.0000104, True),
        ("1e-5", 0.0000151, False),
        ("1e400", 5.0, False),
    ],
)
def test_matches(declared: str, mean: float, expected: bool) -> None:
    """A declared value is the mean over seeds at its own precision, never in percent."""
    assert matches(Decimal(declared), mean) is expected


@pytest.mark.parametrize(
    ("texts", "numbers", "expected"),
    [
        ([], [], []),
        (["a class ratio of 20, at least 0.05 over the default of 0.5"], [], ["20", "0.05", "0.5"]),
        (["at least 5 %"], [], ["0.05"]),
        (["draws 20,000 cases at ratios 1, 2 and 5"], [], ["20000", "1", "2", "5"]),
        (["ratio_20.f1_tuned and lr_100_decay"], [], ["20", "100"]),
        (["F1 of exp_001 in Table 3"], [], []),
        (["-0.5 to 0.5"], [], ["-0.5", "0.5"]),
        ([], [3, 0.05, Decimal("0.30")], ["3", "0.05", "0.3"]),
    ],
)
def test_constants(texts: list[str], numbers: list[float | Decimal], expected: list[str]) -> None:
    """Every number of the plan and the direction, percent as a fraction, and those in names."""
    assert constants(texts, numbers) == frozenset(map(Decimal, expected))
