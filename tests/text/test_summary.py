"""summary.md: what a worker says came out."""

from __future__ import annotations

from decimal import Decimal
from typing import get_args

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from coordinator.model.experiment import Condition, Relation, Section, Summary, Value
from coordinator.text import summary

BODY = "---\n" + "".join(f"## {title}\ntext\n" for title in summary.TITLES.values())


def parse(front: str) -> Summary:
    """Read a summary with good sections that has no problem."""
    parsed = summary.parse(f"---\nexperiment: exp_003\nscore: 7.5\n{front}{BODY}".encode(), "f", "exp_003")
    assert parsed.problems == ()
    assert parsed.value is not None
    return parsed.value


@pytest.mark.parametrize(
    ("text", "metric", "relation", "bound"),
    [
        ("ratio_20.f1_tuned < 0.2", "ratio_20.f1_tuned", "<", "0.2"),
        ("a.b<=-1e-3", "a.b", "<=", "-0.001"),
        ('" a  >=  5 "', "a", ">=", "5"),
        ("a>1", "a", ">", "1"),
        ("a == 0.30", "a", "==", "0.30"),
        ('"a != 1"', "a", "!=", "1"),
    ],
)
def test_conditions(text: str, metric: str, relation: str, bound: str) -> None:
    """One metric, one relation, one number, with or without spaces."""
    condition = parse(f"refuted_if: {text}\n").refuted_if
    assert condition is not None
    assert (condition.metric, condition.relation, condition.bound) == (metric, relation, Decimal(bound))


SOURCES = "values:\n  a: {metric: m.a, value: 1}\n  b: {metric: m.b, value: 2}\n"


def test_a_value_may_be_of_two_others() -> None:
    """Their ratio or their difference, and it is printed as it was read."""
    said = parse(f"{SOURCES}  c: {{ratio: [a, b], value: 0.50}}\n  d: {{difference: [a, b], value: -1}}\n")
    assert (said.values["c"].ratio, said.values["d"].difference) == (("a", "b"), ("a", "b"))
    again = summary.parse(summary.print_(said), "f", "exp_003").value
    assert again is not None
    assert again.values == said.values


@pytest.mark.parametrize(
    ("value", "code"),
    [
        ("{value: 1}", "missing_key"),
        ("{metric: m.a, ratio: [a, b], value: 1}", "bad_value"),
        ("{ratio: [a], value: 1}", "bad_value"),
        ("{ratio: [a, b, a], value: 1}", "bad_value"),
    ],
)
def test_a_value_comes_from_one_place(value: str, code: str) -> None:
    """From a metric, or from two values; not from nowhere, and not from both."""
    text = f"---\nexperiment: exp_003\nscore: 7\n{SOURCES}  c: {value}\n{BODY}"
    assert [(one.line, one.code) for one in summary.parse(text.encode(), "f", "exp_003").problems] == [(7, code)]


@pytest.mark.parametrize("front", ["", "refuted_if:\n", "refuted_if: null\n", "refuted_if: ~\n"])
def test_a_condition_may_be_missing(front: str) -> None:
    """Whether that is good enough is for the rules to say."""
    assert parse(front).refuted_if is None


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("it fails", "bad_condition"),
        ("a = 1", "bad_condition"),
        ("a < b < c", "bad_condition"),
        ("a < 1 or b < 1", "bad_condition"),
        ("{metric: a, relation: <, bound: 1}", "bad_condition"),
        ("[a, <, 1]", "bad_condition"),
        ("a < low", "bad_value"),
        ("a < nan", "bad_value"),
        (f"{'a' * 300} < 1", "bad_value"),
    ],
)
def test_what_is_no_condition(text: str, code: str) -> None:
    """It is told at the line of its key, beside other problems."""
    data = f"---\nexperiment: exp_001\nscore: 0\nrefuted_if: {text}\n{BODY}".encode()
    problems = summary.parse(data, "f", "exp_003").problems
    assert [(each.line, each.code) for each in problems] == [
        (2, "wrong_experiment"),
        (3, "bad_value"),
        (4, code),
    ]


def test_values_know_their_lines() -> None:
    """For problems that only the rules can find."""
    value = parse("values:\n  a: {metric: m.a, value: 0.310}\n  b:\n    metric: m.b\n    value: 2\n")
    assert value.lines == {"a": 5, "b": 6}
    assert str(value.values["a"].value) == "0.310"
    assert parse("").lines == {}


def test_values_of_another_form_are_a_problem() -> None:
    """And the lines are no key that a worker could set."""
    data = f"---\nexperiment: exp_003\nscore: 7\nvalues: [1]\nlines: {{a: 1}}\n{BODY}".encode()
    problems = summary.parse(data, "f", "exp_003").problems
    assert [(each.line, each.code) for each in problems] == [(4, "bad_value"), (5, "unknown_key")]
    assert [each.code for each in summary.parse(b"", "f", "exp_003").problems] == ["header_missing"]


WORDS = st.text(st.characters(codec="ascii", categories=("Lu", "Ll", "Nd")), min_size=1, max_size=12)
SECTION = WORDS.map(lambda text: Section(text=text, line=1))
NUMBER = st.decimals(-1000, 1000, allow_nan=False, allow_infinity=False, places=4)
NAMES = st.text(st.characters(exclude_categories=("Cs", "Cc")), max_size=12)


@settings(deadline=None, max_examples=50)
@given(
    st.builds(
        Summary,
        experiment=st.just("exp_003"),
        score=st.floats(1, 10),
        values=st.dictionaries(NAMES, st.builds(Value, metric=WORDS, value=NUMBER), max_size=3),
        lines=st.just({}),
        refuted_if=st.none()
        | st.builds(Condition, metric=WORDS, relation=st.sampled_from(get_args(Relation)), bound=NUMBER),
        **dict.fromkeys(summary.TITLES, SECTION),
    )
)
def test_printed_summaries_come_back(value: Summary) -> None:
    """To the digit; only the lines are where they were printed."""
    again = summary.parse(summary.print_(value), "f", "exp_003").value
    assert again is not None
    moved = {name: getattr(value, name).model_copy(update={"line": getattr(again, name).line})
             for name in summary.TITLES}  # fmt: skip
    assert again == value.model_copy(update={**moved, "lines": again.lines})
    assert set(again.lines) == set(value.values)
