"""Is an effect there, does another experiment show it too, and does it hold on fresh seeds?

Published examples and figures are cited beside the test that checks them; scipy.stats, which the coordinator
does not import, is the second opinion.
"""

from __future__ import annotations

import math
import random
from statistics import stdev

import pytest
from effects import ALPHA, VARIED, claimed, judged, measured
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from coordinator.rules.significance import agrees, detectable, effect, holm, met


class TestEffect:
    """effect: metric minus baseline, turned into the claimed direction."""

    @pytest.mark.parametrize(
        ("change", "baseline", "metrics", "expected"),
        [
            ("increase", "0.02", {"m": 0.31}, 0.29),
            ("decrease", "0.02", {"m": 0.31}, -0.29),
            ("equal", "0.02", {"m": 0.31}, 0.29),
            ("increase", "b", {"m": 0.31, "b": 0.26}, 0.05),
            ("decrease", "b", {"m": 0.26, "b": 0.31}, 0.05),
            ("equal", "b", {"m": 0.26, "b": 0.31}, -0.05),
            ("increase", "b", {"m": 0.31}, None),
            ("increase", "0.02", {"b": 0.31}, None),
            ("increase", "0.02", None, None),
            ("increase", "b", {"m": 1.7e308, "b": -1.7e308}, None),
        ],
    )
    def test_one_seed(
        self, change: str, baseline: str, metrics: dict[str, float] | None, expected: float | None
    ) -> None:
        """Every kind of claim and baseline; a seed without one of the two has no difference."""
        found = effect(claimed(change, baseline=baseline), [metrics])
        assert found.differences == (expected,)
        assert found.mean == expected

    def test_the_mean_is_over_the_seeds_that_have_it(self) -> None:
        """A missing seed keeps its place among the differences and is not in the mean."""
        found = measured([0.1, None, 0.3])
        assert found.differences == (0.1, None, 0.3)
        assert found.mean == 0.2

    def test_without_seeds_there_is_no_mean(self) -> None:
        """Absence is a state, not zero."""
        assert measured([]).mean is None
        assert measured([None, None]).mean is None


class TestMet:
    """met: the claim under the seeds that it was measured on."""

    @pytest.mark.parametrize(
        ("change", "by", "values", "expected"),
        [
            ("increase", "0.05", [0.05, 0.05, 0.05], True),
            ("increase", "0.05", [0.31 - 0.26] * 3, False),  # floats below 0.05; effect() subtracts decimals
            ("increase", "0.05", [0.04, 0.05, 0.05], False),
            ("increase", "0.05", [-0.3, -0.3, -0.3], False),
            ("increase", "0", [0.0, 0.0, 0.0], False),
            ("increase", "0", [0.01, 0.0, 0.0], True),
            ("decrease", "0.05", [-0.1, -0.1, -0.1], True),
            ("decrease", "0.05", [0.1, 0.1, 0.1], False),
            ("equal", "0.05", [0.05, 0.05, 0.05], True),
            ("equal", "0.05", [-0.05, -0.05, -0.05], True),
            ("equal", "0.05", [0.06, 0.06, 0.06], False),
            ("equal", "0.05", [-0.06, -0.06, -0.06], False),
            ("increase", "0.05", [0.1, 0.1, None], True),
            ("increase", "0.05", [0.1, None, None], False),
            ("increase", "0.05", [0.1, None], False),
            ("equal", "0.05", [0.0, None], False),
            ("increase", "0.05", [None, None], False),
            ("increase", "0.05", [], False),
        ],
    )
    def test_truth_table(self, change: str, by: str, values: list[float | None], expected: bool) -> None:
        """Change, smallest effect that matters, differences as the metric has them."""
        assert met(measured(values, claimed(change, by))) is expected

    def test_an_effect_of_exactly_by_is_met(self) -> None:
        """0.31 against 0.26 is 0.05, although their doubles differ by less."""
        assert 0.31 - 0.26 < 0.05
        claim = claimed("increase", "0.05", baseline="b")
        assert met(effect(claim, [{"m": 0.31, "b": 0.26}, {"m": 0.36, "b": 0.31}]))


class TestAgrees:
    """agrees: what counts as a replication of an effect."""

    @pytest.mark.parametrize(
        ("first", "other", "expected"),
        [
            ([0.2, 0.3, 0.4], [0.2, 0.3, 0.4], True),
            ([0.3], [0.15, 0.15, 0.15], True),
            ([0.3], [0.14, 0.15, 0.15], False),
            ([0.3], [0.9, 0.9, -0.001], False),
            ([0.3], [0.9, 0.9, 0.0], False),
            ([0.3], [0.3, 0.3, None], False),
            ([0.3], [None, None], False),
            ([0.3], [], False),
            ([0.3], [-0.3, -0.3], False),
            ([-0.3], [-0.3, -0.2], True),
            ([-0.3], [-0.1, -0.1], False),
            ([-0.3], [0.3, 0.3], False),
            ([0.0], [0.1, 0.1], False),
            ([None], [0.1, 0.1], False),
            ([0.3], [5.0, 5.0], True),
        ],
    )
    def test_of_a_change(self, first: list[float | None], other: list[float | None], expected: bool) -> None:
        """Same sign under each seed, and at least half of the first mean; a missing seed disagrees."""
        assert agrees(measured(first), measured(other)) is expected

    @pytest.mark.parametrize(
        ("other", "expected"),
        [
            ([0.0, 0.01, -0.01], True),
            ([0.05, -0.05, 0.0], True),
            ([0.0, 0.0, 0.051], False),
            ([0.0, 0.0, -0.051], False),
            ([0.0, None, 0.0], False),
        ],
    )
    def test_of_an_equality(self, other: list[float | None], expected: bool) -> None:
        """Every difference within the margin: a mean of zero out of large differences is no equality."""
        claim = claimed("equal", "0.05")
        assert agrees(measured([0.01, 0.0], claim), measured(other, claim)) is expected

    def test_the_margin_is_the_originals(self) -> None:
        """A replication cannot widen what it has to replicate."""
        first, wide = measured([0.0], claimed("equal", "0.05")), claimed("equal", "5")
        assert not agrees(first, measured([1.0, 1.0], wide))

    def test_another_kind_of_claim_disagrees(self) -> None:
        """A decrease of 0.3 is positive in its own direction, and yet no increase of 0.3."""
        falling = measured([-0.3, -0.3], claimed("decrease"))
        assert falling.differences == (0.3, 0.3)
        assert not agrees(measured([0.3, 0.3]), falling)


class TestHolm:
    """holm: several tests at a time."""

    @pytest.mark.parametrize(
        ("p_values", "expected"),
        [
            # four hypotheses, as in R's and everybody's explanation of p.adjust(method = "holm")
            ([0.01, 0.04, 0.03, 0.005], [0.03, 0.06, 0.06, 0.02]),
            ([0.02], [0.02]),
            ([0.02, 1.0, 1.0], [0.06, 1.0, 1.0]),
            ([0.02, 0.02], [0.04, 0.04]),
            ([0.6, 0.6], [1.0, 1.0]),
            ([0.0, 0.5], [0.0, 0.5]),
            ([], []),
        ],
    )
    def test_worked(self, p_values: list[float], expected: list[float]) -> None:
        """By name, in the order given; an unfinished direction has p = 1 and counts as one."""
        named = {f"direction_{place}": p for place, p in enumerate(p_values)}
        adjusted = holm(named)
        assert list(adjusted) == list(named)
        assert list(adjusted.values()) == pytest.approx(expected)

    @given(st.lists(st.floats(0, 1), min_size=1, max_size=8), st.sampled_from([0.01, 0.05, 0.2]))
    @settings(deadline=None, max_examples=100)
    def test_holm_1979(self, p_values: list[float], alpha: float) -> None:
        """Rejects what his sequentially rejective procedure does: p(k) <= alpha / (n - k + 1), in order."""
        named = {str(place): p for place, p in enumerate(p_values)}
        rejected: set[str] = set()
        for rank, name in enumerate(sorted(named, key=lambda one: named[one])):
            if (len(named) - rank) * named[name] > alpha:
                break
            rejected.add(name)
        assert {name for name, p in holm(named).items() if p <= alpha} == rejected

    @given(st.lists(st.floats(0, 1), min_size=2, max_size=8))
    @settings(deadline=None, max_examples=50)
    def test_more_tests_never_make_one_smaller(self, p_values: list[float]) -> None:
        """A direction more costs something, or nothing."""
        named = {str(place): p for place, p in enumerate(p_values)}
        fewer = holm({name: p for name, p in named.items() if name != "0"})
        assert all(holm(named)[name] >= p for name, p in fewer.items())


class TestDetectable:
    """detectable: the smallest effect that would have been seen."""

    @pytest.mark.parametrize(
        ("n", "d"),
        [(27, 0.5), (12, 0.8), (156, 0.2)],
    )
    def test_cohen_1988(self, n: int, d: float) -> None:
        """Small, medium, large need 156, 27, 12 pairs, one-sided at 0.05 with power 0.8, and no fewer."""
        assert self.standardized(n) <= d < self.standardized(n - 1)

    def standardized(self, n: int) -> float:
        """Give what n seeds detect, in standard deviations."""
        values = [float(place) for place in range(n)]
        found = detectable(values, ALPHA)
        assert found is not None
        return found / stdev(values)

    @pytest.mark.parametrize("n", [2, 3, 5, 10, 40])
    @pytest.mark.parametrize("alpha", [0.001, 0.05, 0.2])
    @pytest.mark.parametrize("power", [0.5, 0.8, 0.95])
    def test_has_the_power_that_scipy_gives_it(self, n: int, alpha: float, power: float) -> None:
        """The noncentral t of scipy.stats, at the effect found, passes the critical value that often."""
        values = [math.sin(place) for place in range(n)]
        found = detectable(values, alpha, power)
        assert found is not None
        shift = found / (stdev(values) / math.sqrt(n))
        critical = stats.t.isf(alpha, n - 1)
        assert float(stats.nct.sf(critical, n - 1, shift)) == pytest.approx(power, abs=1e-6)

    def test_is_seen_as_often_as_promised(self) -> None:
        """1,000 experiments with five seeds and that true effect: about 800 of them are significant."""
        rng = random.Random(20261123)
        five = detectable([-1.2649110640673518, -0.6324555320336759, 0, 0.6324555320336759, 1.2649110640673518], ALPHA)
        assert five is not None
        seen = sum(judged([rng.gauss(five, 1) for _ in range(5)])[0].p <= ALPHA for _ in range(1000))
        assert seen == pytest.approx(800, abs=45)

    @pytest.mark.parametrize(
        ("what", "differences", "alpha"),
        [
            ("nothing", [], 0.05),
            ("one seed", [0.1], 0.05),
            ("one seed that has it", [0.1, None, None], 0.05),
            ("no spread", [0.1, 0.1, 0.1], 0.05),
            ("no spread at zero", [0.0, 0.0], 0.05),
            ("beyond what can be computed", [0.1, 0.2], 1e-9),
        ],
    )
    def test_not_computable(self, what: str, differences: list[float | None], alpha: float) -> None:
        """None, and at once: scipy's own inverse would never come back from the last one."""
        assert detectable(differences, alpha) is None, what

    def test_missing_seeds_are_left_out(self) -> None:
        """They carry no spread; fewer seeds detect less."""
        assert detectable([0.1, None, 0.2, 0.4], ALPHA) == detectable([0.1, 0.2, 0.4], ALPHA)

    @given(st.floats(1e-6, 1e6))
    @settings(deadline=None, max_examples=25)
    def test_is_in_the_metrics_unit(self, unit: float) -> None:
        """Milliseconds instead of seconds: a thousand times the number."""
        one = detectable(VARIED, ALPHA)
        scaled = detectable([unit * value for value in VARIED], ALPHA)
        assert one is not None
        assert scaled == pytest.approx(unit * one)

    def test_alpha_beyond_the_power_detects_anything(self) -> None:
        """A test that passes nine times of ten without an effect needs none to pass eight times of ten."""
        assert detectable(VARIED, 0.9) == pytest.approx(0, abs=1e-12)
