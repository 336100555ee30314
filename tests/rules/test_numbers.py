"""Which numbers does a text cite, and is each of them one that was measured?"""
# Signs as people type them are what is tested here.
# ruff: noqa: RUF001

from __future__ import annotations

from decimal import Decimal

import pytest
from costs import MOST, loops
from hypothesis import given, settings
from hypothesis import strategies as st

from coordinator.rules.numbers import Cited, bound, find

NOTHING: frozenset[Decimal] = frozenset()


def shown(text: str) -> list[str]:
    """Give the numbers of a text in short: value as written, with a percent sign if it has one."""
    return [f"{cited.value}{'%' if cited.percent else ''}" for cited in find(text)]


def one(text: str) -> Cited:
    """Give the only number of a text."""
    (cited,) = find(text)
    return cited


class TestFind:
    """find: what is a number, and which one."""

    @pytest.mark.parametrize(
        ("text", "expected"),
        [
            ("", []),
            ("no digits at all", []),
            ("F1 rises from 0.02 to 0.31.", ["0.02", "0.31"]),
            ("it is 0.30, not 0.3", ["0.30", "0.3"]),
            ("a mean of 7.", ["7"]),
            (".31 and -.31", ["0.31", "-0.31"]),
            ("x=0.5, p<0.05, ~0.3, ≈0.4, >0.2", ["0.5", "0.05", "0.3", "0.4", "0.2"]),
            ("(0.5) [0.1, 0.2] {0.3} 'this 0.4'", ["0.5", "0.1", "0.2", "0.3", "0.4"]),
            ("**0.31** *0.32* _0.33_ __0.34__ `0.35` ~~0.36~~", ["0.31", "0.32", "0.33", "0.34", "0.35", "0.36"]),
            ("| 0.02 | 0.31 |", ["0.02", "0.31"]),
            ("$0.3$ and $F_1 = 0.4$", ["0.3", "0.4"]),
            ("written ２０.５ in full width", ["20.5"]),
            ("vs.0.02", ["0.02"]),
        ],
    )
    def test_plain(self, text: str, expected: list[str]) -> None:
        """The digits written are kept; markup around them does not matter."""
        assert shown(text) == expected

    @pytest.mark.parametrize(
        ("text", "expected"),
        [
            ("by -0.3", ["-0.3"]),
            ("by −0.3", ["-0.3"]),
            ("by –0.3", ["-0.3"]),
            ("by +0.30", ["0.30"]),
            ("(-0.3)", ["-0.3"]),
            ("**-0.3**", ["-0.3"]),
            ("[-0.1, 0.2]", ["-0.1", "0.2"]),
            ("0.27 to 0.33", ["0.27", "0.33"]),
            ("0.27–0.33", ["0.27", "0.33"]),
            ("0.27-0.33", ["0.27", "0.33"]),
            ("0.27 – 0.33", ["0.27", "0.33"]),
            ("-0.33–-0.27", ["-0.33", "-0.27"]),
            ("0.2..0.3, 0.2...0.3, 0.2…0.3", ["0.2", "0.3"] * 3),
            ("0.31 ± 0.02, 0.31±0.02, 0.31 +/- 0.02, 0.31 +/−0.02", ["0.31", "0.02"] * 4),
            ("AUC-0.31", ["0.31"]),
            ("27/30 and 1:20 and 20-to-1", ["27", "30", "1", "20", "20", "1"]),
        ],
    )
    def test_signs_and_ranges(self, text: str, expected: list[str]) -> None:
        """A hyphen after a digit or a word joins, any other dash before a digit is a minus."""
        assert shown(text) == expected

    @pytest.mark.parametrize(
        ("text", "expected"),
        [
            ("31%", ["31%"]),
            ("31 %", ["31%"]),
            ("31\u00a0%", ["31%"]),
            ("31\\%", ["31%"]),
            ("31.2 percent", ["31.2%"]),
            ("31 per cent", ["31%"]),
            ("31-percent", ["31%"]),
            ("31\npercent", ["31%"]),
            ("29 percentage points, 29 pp, 29pp", ["29%"] * 3),
            ("**31** %", ["31%"]),
            ("27–33 %", ["27%", "33%"]),
            ("27 to 33 percent", ["27%", "33%"]),
            ("between 27 and 33 %", ["27%", "33%"]),
            ("31 ± 2 %", ["31%", "2%"]),
            ("10-20-30%", ["10%", "20%", "30%"]),
            ("27 % to 33 %", ["27%", "33%"]),
            ("at 20 we saw 31 %", ["20", "31%"]),
            ("31 percentiles, 5 ppm", ["31", "5"]),
        ],
    )
    def test_percent(self, text: str, expected: list[str]) -> None:
        """With or without a space, as a sign or a word, shared over a range."""
        assert shown(text) == expected

    @pytest.mark.parametrize(
        ("text", "value", "decimals"),
        [
            ("12,500", "12500", 0),
            ("1,234,567.5", "1234567.5", 1),
            ("12\u202f500", "12500", 0),
            ("12\u00a0500", "12500", 0),
            ("12'500", "12500", 0),
            ("12_500", "12500", 0),
            ("12k", "12000", -3),
            ("1.5K", "1500", -2),
            ("3M", "3000000", -6),
            ("1.5e-3", "0.0015", 4),
            ("1.5E+3", "1500", -2),
            ("1e−3", "0.001", 3),
            ("1.5 × 10^-3", "0.0015", 4),
            ("1.5×10⁻³", "0.0015", 4),
            ("1.5 x 10^{-3}", "0.0015", 4),
            ("1.5·10³", "1500", -2),
            ("10^-3", "0.001", 3),
            ("10⁻³", "0.001", 3),
            ("10^{5}", "100000", -5),
            ("0.310", "0.310", 3),
        ],
    )
    def test_size_and_precision(self, text: str, value: str, decimals: int) -> None:
        """Thousands and powers of ten, and how many digits the writer vouches for."""
        assert one(text).value == Decimal(value)
        assert one(text).decimals == decimals

    @pytest.mark.parametrize(
        ("text", "expected"),
        [
            ("0,31", ["0", "31"]),
            ("1,2,3", ["1", "2", "3"]),
            ("100,200,30", ["100", "200", "30"]),
            ("0,312", ["0", "312"]),
            ("12 500", ["12", "500"]),
            ("1,2345", ["1", "2345"]),
        ],
    )
    def test_what_is_no_thousands_separator(self, text: str, expected: list[str]) -> None:
        """A comma between anything but groups of three separates two numbers; so does a plain space."""
        assert shown(text) == expected

    @pytest.mark.parametrize(
        ("text", "expected"),
        [
            ("6.6×", ["6.6"]),
            ("6.6x faster", ["6.6"]),
            ("6.6 times", ["6.6"]),
            ("10ms", ["10"]),
            ("1.5GB", ["1.5"]),
            ("20km", ["20"]),
            ("a 3x3 kernel, 4×4", ["3", "3", "4", "4"]),
            ("10-fold", ["10"]),
            ("5-nearest", ["5"]),
            ("0.31¹ and 0.32²", ["0.31", "0.32"]),
        ],
    )
    def test_units(self, text: str, expected: list[str]) -> None:
        """A number keeps its value with a unit right behind it, or a footnote mark."""
        assert shown(text) == expected

    @pytest.mark.parametrize(
        "text",
        [
            "f1_tuned exp_001 ratio_20 ratio_20.f1_tuned metrics.0.f1 _private_20",
            "F1 R2 L2 k3 CIFAR10 sha256 utf8 log2(n)",
            "`f1_tuned` `ratio_20.f1_tuned` `outputs/seed_3/metrics.json` `GPT-3.5` `exp_001` `x[0]` `./run-2.sh`",
            "top-5 ResNet-50 COVID-19 Llama-3-8B ImageNet-1k",
            "outputs/seed_3/metrics.json ../exp_002/plot_1.png /tmp/x1/y2.txt",
            "runs/20261123_143022-metric_divergence and 20261123_143022",
            "https://example.org/2019/12?page=3",
            "commit 3fa9c1d, digest e3b0c44298fc1c149afb",
            "1st 2nd 3rd 4th 95th 2D 3D",
            "on 2026-11-23, at 2026-11-23 14:30, 2026-11-23T14:30:22Z, 23/11/2026, 23.11.2026",
            "on 5 May 2024, May 5, 2024, the 5th January 2024, in November 2026",
            "at 12:30:01, 14:30 UTC",
            "(2019) (Smith, 2019) (2019a) Smith et al. 2019",
            "1.2.3 v1.2 v2 Python 3.11 version 2 NumPy 2.4.6 scikit-learn 1.9 release v3",
            "Table 2, Fig. 3, Figure 3.1, section 3.2, Chapter 4, Eq. 5, appendix 2",
            "seed 0, seed 1234, tier 2, experiment 3, line 42, page 7, issue #9",
            "[12] [^1] #14",
            "$F_{1}$ x^2 n^{3} O(n^2)",
            "95 % CI, 95% confidence interval, 99.5 percent credible, 90%-CI",
            "1. first\n2. second\n\n7. after an empty line\n> 1) quoted\n- 1. nested",
            "### 3. Results",
            "(1) this and",
        ],
    )
    def test_names_are_no_numbers(self, text: str) -> None:
        """Digits that only name something."""
        assert shown(text) == []

    @pytest.mark.parametrize(
        ("text", "expected"),
        [
            ("the figure 31.5 % is high", ["31.5%"]),
            ("Table 0.31", ["0.31"]),
            ("a seed 0.31", ["0.31"]),
            ("experiment 20 %", ["20%"]),
            ("it is [31] %", ["31%"]),
            ("F1-31%", ["31%"]),
            ("`f1 = 0.31`", ["0.31"]),
            ("`-0.31`", ["-0.31"]),
            ("`.31`", ["0.31"]),
            ("Marginal 2000, Decade 1990", ["2000", "1990"]),
            ("1234567e5", ["1.234567E+11"]),
            ("2019 cases", ["2019"]),
            ("95 % of cases", ["95%"]),
            ("the value rose to\n31. That is much", ["31"]),
            ("the value rose to\n31) and fell", ["31"]),
            ("1. one\n3. wrapped", ["3"]),
            ("0.31_a", ["0.31"]),
            ("20_percent", ["20%"]),
            ("precision/recall 0.3/0.4", ["0.3", "0.4"]),
            ("0.31/epoch", ["0.31"]),
        ],
    )
    def test_near_names_are_numbers(self, text: str, expected: list[str]) -> None:
        """What looks like a name but could be a quantity is a quantity."""
        assert shown(text) == expected

    def test_place(self) -> None:
        """Offset and line lead back to the text, names or not."""
        text = "In exp_001 (2019):\n\nF1 is 0.31,\nthat is 31 %."
        first, second = find(text)
        assert (first.text, first.line, text[first.offset :][:4]) == ("0.31", 3, "0.31")
        assert (second.text, second.line, text[second.offset :][:4]) == ("31 %", 4, "31 %")

    @given(st.text(alphabet="0123456789.,eE+-−–%×x^⁻³ _`'()[]#/:\n\t*ab\u00a0½٣", max_size=60))
    @settings(deadline=None, max_examples=400)
    def test_is_total_and_in_order(self, text: str) -> None:
        """Whatever is typed: no exception, numbers in order and without overlap, each where it says."""
        found = find(text)
        assert [cited.offset for cited in found] == sorted({cited.offset for cited in found})
        for cited in found:
            assert text.startswith(cited.text, cited.offset) or "/" in cited.text
            assert cited.line == text.count("\n", 0, cited.offset) + 1
            assert cited.value.is_finite()
            assert not bound(cited, {}, NOTHING)

    @given(st.decimals(allow_nan=False, allow_infinity=False, min_value=-(10**6), max_value=10**6, places=3))
    @settings(deadline=None, max_examples=100)
    def test_finds_what_is_written(self, value: Decimal) -> None:
        """Any number between words comes back with the digits that it was written with."""
        cited = one(f"the mean is {value} over all")
        assert (cited.value, cited.decimals, cited.percent) == (value, 3, False)

    @pytest.mark.parametrize(
        "piece",
        [
            *("a-", "a.", "a/", "_", " _", "`a", "a1", "a{1}", "^{", "../", "https://", "May ", "python ", "table "),
            *("1", "1,", "100,", "1.", "1-", "1e", "1x", "1f", "1\n", "1. a\n", "[1]", "10⁻", "⁻", "(1900", "to 1 "),
            *(" ", ">"),
        ],
    )
    def test_time_is_linear(self, piece: str) -> None:
        """A hostile text of 60 kB takes no longer than an honest one; quadratic patterns take minutes."""
        text = piece * (60_000 // len(piece)) + "1"
        assert loops(lambda: find(text)) < MOST
