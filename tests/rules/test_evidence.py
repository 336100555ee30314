"""Does a summary say what the sealed outputs say?"""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest
from fakes import DIRECTION, EFFECT, gains, plan, section, summary
from hypothesis import given
from hypothesis import strategies as st
from stories import argued

from coordinator.model.experiment import Claim, Value
from coordinator.rules.evidence import Argument, Checked, check, constants, means, seeds_used

SEEDS = gains(EFFECT)


def argument(**fields: object) -> Argument:
    """Make a summary beside what it must agree with; by default it agrees."""
    return Argument(summary("exp_001", **fields), "summary.md", plan("exp_001"), DIRECTION, SEEDS, ())


def codes(checked: Checked) -> list[str]:
    """Give the codes of what is to be mended."""
    return [problem.code for problem in checked.problems]


def test_a_good_summary_has_reasons_and_no_problems() -> None:
    """Everything that was compared is said, not only what is wrong."""
    checked = check(argument())
    assert codes(checked) == []
    assert {"value_bound", "numbers_bound"} <= {reason.code for reason in checked.reasons}
    assert all(reason.holds for reason in checked.reasons)


@pytest.mark.parametrize(
    ("metric", "value", "expected"),
    [
        ("f1_tuned", "0.32", []),
        ("f1_tuned", "0.3", []),
        ("f1_tuned", "0.31", ["value_differs"]),
        ("f1_tuned", "32", ["value_differs"]),
        ("f1_best", "0.32", ["value_unknown_metric"]),
    ],
)
def test_a_declared_value_is_the_mean_over_seeds(metric: str, value: str, expected: list[str]) -> None:
    """At the digits written, of a metric that every seed reports."""
    values = {"tuned": Value(metric=metric, value=Decimal(value))}
    checked = check(argument(values=values, found="It differs."))
    assert codes(checked) == expected
    assert [reason.numbers.get("declared") for reason in checked.reasons][:1] == [float(value)]


def test_a_problem_points_at_the_line_of_its_value() -> None:
    """In the file that it is in."""
    values = {"tuned": Value(metric="f1_tuned", value=Decimal("0.5"))}
    (problem,) = check(argument(values=values, found="It differs.")).problems
    assert (problem.path, problem.line) == ("summary.md", 5)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("F1 is 0.32.", []),
        ("F1 is 32 %.", []),
        ("F1 rises by 0.05 or more at ratio 20.", []),
        ("All 3 seeds agree.", []),
        ("F1 is 0.87.", ["number_unbound"]),
        ("F1 is 0.87 and 0.88.", ["number_unbound", "number_unbound"]),
    ],
)
@pytest.mark.parametrize("place", ["key_findings", "actionable_insight"])
def test_every_number_of_the_prose_is_a_value_or_a_constant(text: str, expected: list[str], place: str) -> None:
    """Of the two sections that reach the report."""
    good = argument(found="It differs.")
    said = good.summary.model_copy(update={place: section(text, 20)})
    assert codes(check(replace(good, summary=said))) == expected


def test_an_unbound_number_points_at_its_line() -> None:
    """Counted from where the section begins."""
    checked = check(argument(found="It differs.\n\nF1 is 0.87."))
    assert [(problem.path, problem.line) for problem in checked.problems] == [("summary.md", 22)]


def test_constants_are_the_numbers_of_direction_and_plan() -> None:
    """Those in their texts, the claims' margins and fixed baselines, and the number of seeds."""
    claim = Claim(id="beats_half", metric="f1_tuned", baseline=Decimal("0.5"), change="increase", by=Decimal("0.07"))
    known = constants(replace(argument(), plan=plan("exp_001", claims=[claim])))
    assert {Decimal("0.05"), Decimal(20), Decimal(2000), Decimal("0.5"), Decimal("0.07"), Decimal(3)} <= known
    assert Decimal("0.32") not in known


@pytest.mark.parametrize("text", ["There are none.", "Results may vary, and more research is needed."])
def test_generic_counterarguments_are_sent_back(text: str) -> None:
    """With the line that they begin on."""
    checked = check(argument(argument=text))
    assert checked.problems
    assert all(problem.line == 30 and problem.code.startswith("counterargument_") for problem in checked.problems)


def test_counterarguments_copied_from_an_earlier_experiment_are_sent_back() -> None:
    """They were about that one."""
    good = argument()
    assert codes(check(replace(good, earlier=[argued("exp_002").counterarguments.text]))) == []
    assert codes(check(replace(good, earlier=[good.summary.counterarguments.text]))) == ["counterargument_copied"]


SAME = gains((0.3, 0.3, 0.3))


@pytest.mark.parametrize(
    ("metrics", "uses_chance", "reasons", "problems"),
    [
        (SEEDS, True, ["seeds_differ"], []),
        (SEEDS, False, [], []),
        (SAME, True, ["seed_ignored"], ["seed_ignored"]),
        (SAME, False, [], []),
        (SAME[:1], True, [], []),
        ((*SAME, *SEEDS), True, ["seeds_differ"], []),
    ],
)
def test_the_same_numbers_under_every_seed(
    metrics: list[dict[str, float]], uses_chance: bool, reasons: list[str], problems: list[str]
) -> None:
    """Are a problem where chance is at work, and none where nothing is random."""
    checked = seeds_used(metrics, "experiment.py", uses_chance=uses_chance)
    assert [reason.code for reason in checked.reasons] == reasons
    assert [(problem.path, problem.code) for problem in checked.problems] == [
        ("experiment.py", code) for code in problems
    ]


def test_a_mean_is_of_what_every_seed_reports() -> None:
    """A metric that one seed lacks has none."""
    assert means([{"a": 1.0, "b": 2.0}, {"a": 3.0}]) == {"a": 2.0}
    assert means([]) == {}


@given(st.lists(st.floats(allow_nan=False, allow_infinity=False), min_size=1, max_size=5))
def test_a_mean_lies_among_its_numbers(values: list[float]) -> None:
    """However large they are: a sum that fits into no double is no reason to fall over."""
    mean = means([{"a": value} for value in values])["a"]
    slack = abs(mean) * 1e-12
    assert min(values) - slack <= mean <= max(values) + slack
