"""Does a summary say what the sealed outputs say?"""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest
from fakes import DIRECTION, EFFECT, code, gains, plan, section, summary
from hypothesis import given
from hypothesis import strategies as st
from stories import argued

from coordinator.model.experiment import Claim, Value
from coordinator.model.observation import CodeFacts
from coordinator.rules.evidence import Argument, Checked, Runs, check, constants, means, measured, seeds_used

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
    """Those in their texts, the claims' margins and fixed baselines, and no settings of the run."""
    claim = Claim(id="beats_half", metric="f1_tuned", baseline=Decimal("0.5"), change="increase", by=Decimal("0.07"))
    known = constants(replace(argument(), plan=plan("exp_001", claims=[claim])))
    assert {Decimal("0.05"), Decimal(20), Decimal(2000), Decimal("0.5"), Decimal("0.07")} <= known
    assert not {Decimal("0.32"), Decimal(3), Decimal(10)} & known


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
    checked = seeds_used(metrics, range(100, 100 + len(metrics)), "experiment.py", uses_chance=uses_chance)
    assert [reason.code for reason in checked.reasons] == reasons
    assert [(problem.path, problem.code) for problem in checked.problems] == [
        ("experiment.py", code) for code in problems
    ]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("It won on all 3 seeds.", []),
        ("It is 3 times better.", ["number_unbound"]),
        ("It is 3x better.", ["number_unbound"]),
        ("It is 3-fold.", ["number_unbound"]),
        ("It is 3 % better.", ["number_unbound"]),
    ],
)
def test_the_number_of_seeds_counts_seeds_only(text: str, expected: list[str]) -> None:
    """It may be cited, and is no effect."""
    assert codes(check(argument(found=text))) == expected


BOTH = {
    "tuned": Value(metric="f1_tuned", value=Decimal("0.32")),
    "default": Value(metric="f1_default", value=Decimal("0.02")),
}


@pytest.mark.parametrize(
    ("derived", "text", "expected"),
    [
        (Value(ratio=("tuned", "default"), value=Decimal("16.0")), "It is 16\N{MULTIPLICATION SIGN} the default.", []),
        (Value(ratio=("tuned", "default"), value=Decimal(17)), "It is higher.", ["value_differs"]),
        (Value(ratio=("tuned", "zero"), value=Decimal(17)), "It is higher.", ["value_unknown_part"]),
        (Value(ratio=("tuned", "nobody"), value=Decimal(16)), "It is higher.", ["value_unknown_part"]),
        (Value(ratio=("nobody", "tuned"), value=Decimal(16)), "It is higher.", ["value_unknown_part"]),
        (Value(ratio=("tuned", "derived"), value=Decimal(1)), "It is higher.", ["value_unknown_part"]),
        (
            Value(difference=("tuned", "default"), value=Decimal("0.30")),
            "It gains 30 points, 30 %.",
            ["number_unbound"],
        ),
        (Value(difference=("tuned", "default"), value=Decimal("0.30")), "It gains 30 %.", []),
        (Value(difference=("default", "tuned"), value=Decimal("-0.3")), "It lies at \N{MINUS SIGN}0.3.", []),
        (Value(difference=("tuned", "default"), value=Decimal("0.2")), "It gains.", ["value_differs"]),
        (Value(value=Decimal("0.3")), "It gains.", ["value_unknown_part"]),
    ],
)
def test_a_value_may_be_of_two_others(derived: Value, text: str, expected: list[str]) -> None:
    """A ratio or a difference of the means of two metrics, declared as such, and of nothing else."""
    seeds = tuple({**seed, "zero": 0.0} for seed in SEEDS)
    values = {**BOTH, "zero": Value(metric="zero", value=Decimal(0)), "derived": derived}
    assert codes(check(replace(argument(values=values, found=text), metrics=seeds))) == expected


CLAIM = plan("exp_001").claims
TELLING = tuple({"f1_tuned": 0.3127 + seed / 7, "f1_default": 0.0213 + seed / 9} for seed in range(3))


@pytest.mark.parametrize(
    ("metrics", "by", "others", "expected"),
    [
        (SEEDS, code(), {}, []),
        (SAME, replace(code(), literals=frozenset({0.32, 0.02})), {}, ["result_hardcoded"]),
        (TELLING, code(), {"exp_009": (None, None), "exp_002": TELLING}, ["outputs_copied"]),
        ([{"accuracy": 1.3}], code(), {}, ["scores_impossible"]),
    ],
)
def test_what_was_not_measured_is_sent_back(
    metrics: list[dict[str, float]], by: CodeFacts, others: dict[str, Runs], expected: list[str]
) -> None:
    """To the code: no words mend it."""
    checked = measured(CLAIM, metrics, by, "experiment.py", others)
    assert [(problem.path, problem.code) for problem in checked.problems] == [
        ("experiment.py", found) for found in expected
    ]
    assert [reason.code for reason in checked.reasons if not reason.holds] == expected


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
