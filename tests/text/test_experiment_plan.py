"""plan.md: what an experiment predicts, and what makes a plan no plan."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from coordinator.model.experiment import Change, Claim, ExperimentPlan, Samples, Section
from coordinator.text import experiment_plan

BODY = "---\n## Hypothesis\nh\n## Method\nm\n## What Would Refute It\nr\n"


def plan(front: str) -> bytes:
    """Give a plan with good sections."""
    return f"---\nexperiment: exp_003\ntier: 2\n{front}{BODY}".encode()


def claim(**changes: str) -> str:
    """Give a good claim with some keys changed."""
    keys = {"id": "a", "metric": "m.x", "baseline": "m.y", "change": "increase", "by": "0.1", **changes}
    return f"  - {{{', '.join(f'{key}: {value}' for key, value in keys.items())}}}\n"


def codes(data: bytes) -> list[tuple[int, str]]:
    """Give line and code of what is wrong."""
    return [(each.line, each.code) for each in experiment_plan.parse(data, "f", "exp_003").problems]


def test_numbers_keep_their_digits() -> None:
    """0.50 says more than 0.5, and a baseline that looks like a number is one."""
    value = experiment_plan.parse(plan(f"claims:\n{claim(baseline='0.50', by='1e-3')}"), "f", "exp_003").value
    assert value is not None
    assert (str(value.claims[0].baseline), value.claims[0].by) == ("0.50", Decimal("0.001"))
    assert isinstance(value.claims[0].baseline, Decimal)


def test_a_plan_says_what_its_seeds_give() -> None:
    """Fresh data, unless it says that they split one data set; and it is printed as it was read."""
    fresh = experiment_plan.parse(plan(""), "f", "exp_003").value
    again = experiment_plan.parse(plan("samples: resplit\ntest_fraction: 0.25\n"), "f", "exp_003").value
    assert fresh is not None
    assert again is not None
    assert (fresh.samples, fresh.test_fraction) == (Samples.FRESH, None)
    assert (again.prediction.samples, again.prediction.test_fraction) == (Samples.RESPLIT, 0.25)
    printed = experiment_plan.parse(experiment_plan.print_(again), "f", "exp_003").value
    assert printed is not None
    assert printed.prediction == again.prediction


def test_a_plan_may_claim_nothing() -> None:
    """It is exploratory then."""
    for front in ("", "claims: []\n", "replicates: null\n"):
        value = experiment_plan.parse(plan(front), "f", "exp_003").value
        assert value is not None
        assert (value.claims, value.replicates) == ((), None)


@pytest.mark.parametrize(
    ("front", "line", "code"),
    [
        ("replicates: exp_003\n", 4, "replicates_itself"),
        ("samples: resplit\n", 4, "missing_key"),
        ("test_fraction: 0.2\n", 4, "bad_value"),
        ("samples: resplit\ntest_fraction: 20 %\n", 5, "bad_value"),
        ("samples: kfold\n", 4, "bad_value"),
        (f"claims:\n{claim()}{claim()}", 6, "duplicate_id"),
        (f"claims:\n{claim(change='equal', by='0')}", 5, "bad_value"),
        (f"claims:\n{claim(change='equal', by='0.00')}", 5, "bad_value"),
        (f"claims:\n{claim(baseline='m.x')}", 5, "claim_against_itself"),
        (f"claims:\n{claim(baseline='nan')}", 5, "bad_value"),
        (f"claims:\n{claim(baseline='-Infinity')}", 5, "bad_value"),
        (f"claims:\n{claim(baseline='1e999')}", 5, "bad_value"),
        (f"claims:\n{claim(by='1e-99999')}", 5, "bad_value"),
        ("claims:\n", 4, "bad_value"),
    ],
)
def test_what_predicts_nothing_is_a_problem(front: str, line: int, code: str) -> None:
    """Correctly written or not."""
    assert codes(plan(front)) == [(line, code)]


def test_header_and_sections_are_told_at_once() -> None:
    """And the folder's name, too."""
    data = b"---\nexperiment: exp_001\ntier: 9\n---\n## Method\n"
    assert codes(data) == [
        (2, "wrong_experiment"),
        (3, "bad_value"),
        (5, "section_empty"),
        (5, "section_missing"),
        (5, "section_missing"),
    ]
    assert codes(b"") == [(1, "header_missing")]


WORDS = st.text(st.characters(codec="ascii", categories=("Lu", "Ll", "Nd")), min_size=1, max_size=12)
SECTION = WORDS.map(lambda text: Section(text=text, line=1))
NUMBER = st.decimals(-1000, 1000, allow_nan=False, allow_infinity=False, places=4)
CLAIMS = st.builds(
    Claim,
    id=st.from_regex(r"[a-z0-9][a-z0-9_-]{0,9}", fullmatch=True),
    metric=WORDS.map("m.{}".format),
    baseline=NUMBER | WORDS.map("b.{}".format),
    change=st.sampled_from(Change),
    by=st.decimals(1, 9, places=2),
)


@settings(deadline=None, max_examples=50)
@given(
    st.builds(
        ExperimentPlan,
        experiment=st.just("exp_003"),
        tier=st.integers(1, 3),
        replicates=st.none() | st.just("exp_001"),
        papers=st.lists(st.sampled_from(["a", "b-2", "c_3"]), max_size=3).map(tuple),
        claims=st.lists(CLAIMS, max_size=3, unique_by=lambda each: each.id).map(tuple),
        hypothesis=SECTION,
        method=SECTION,
        refutation=SECTION,
    )
)
def test_printed_plans_come_back(value: ExperimentPlan) -> None:
    """To the digit; only the lines of the sections are where they were printed."""
    again = experiment_plan.parse(experiment_plan.print_(value), "f", "exp_003").value
    assert again is not None
    moved = {name: getattr(value, name).model_copy(update={"line": getattr(again, name).line})
             for name in experiment_plan.TITLES}  # fmt: skip
    assert again == value.model_copy(update=moved)
    assert [str(each.by) for each in again.claims] == [str(each.by) for each in value.claims]
