"""A tree becomes a document, or every misfit is told at once, at its line and in our words."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import BaseModel

from coordinator.model.direction import Directions
from coordinator.model.experiment import ExperimentPlan, Section, Summary
from coordinator.model.instruction import Instruction
from coordinator.model.problem import Problem
from coordinator.model.report import Report, WorkerState
from coordinator.model.settings import Settings
from coordinator.text import typed
from coordinator.text.strict_yaml import Node, Tree, load

MODELS = [Settings, Directions, Report, ExperimentPlan, Summary, Instruction]


def problems(model: type[BaseModel], text: str, **extra: object) -> list[Problem]:
    """Give what is wrong with a text as a model."""
    tree = load(text, "f").value
    assert tree is not None
    return list(typed.build(model, tree, "f", extra).problems)


def test_text_becomes_values() -> None:
    """Numbers, choices and null are read from what was written."""
    tree = load("direction: a\nstate: done\nanswered: '7'\nexperiment: ~\n", "f").value
    assert tree is not None
    expected = Report(direction="a", state=WorkerState.DONE, answered=7, note="hi")
    assert typed.build(Report, tree, "f", {"note": "hi"}).value == expected


def test_the_message_names_key_expectation_and_what_was_found() -> None:
    """The line is the key's, and the hint is what the setting is for."""
    (problem,) = problems(Settings, "max_tier: 1\nsignificance:\n  score: high\n")
    assert problem == Problem(
        "f",
        3,
        "bad_value",
        "significance.score: expected a number from 1 to 10, got 'high'",
        "Self-score (of 10) from which an experiment is worth replicating.",
    )


def test_a_union_that_does_not_fit_is_one_problem() -> None:
    """Not one for each of its members."""
    claim = "claims: [{id: a, metric: m, baseline: 'a b', change: equal, by: 1}]"
    section = Section(text="", line=1)
    (problem,) = problems(
        ExperimentPlan,
        f"experiment: exp_001\ntier: 1\n{claim}",
        hypothesis=section,
        method=section,
        refutation=section,
    )
    assert problem.message.startswith("claims[0].baseline: expected a number or a path into metrics.json")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("max_teir: 1", "max_teir: unknown key; did you mean `max_tier`?"),
        ("budget: {experimens: 1}", "budget.experimens: unknown key; did you mean `experiments`?"),
        ("explore_seeds: 3", "explore_seeds: unknown key; did you mean `significance.explore_seeds`?"),
        ("zzz: 1", "zzz: unknown key"),
    ],
)
def test_unknown_keys(text: str, message: str) -> None:
    """With the key that was probably meant, here or one level further in; the hint lists all."""
    (problem,) = problems(Settings, text)
    assert (problem.code, problem.message) == ("unknown_key", message)
    assert problem.hint.startswith("known keys: ")


def test_what_comes_from_elsewhere_is_no_key() -> None:
    """Not when everything else is right, not when it is not, and not as a suggestion."""
    right = "direction: a\nstate: done\nanswered: 1\nnote: mine\n"
    (problem,) = problems(Report, right, note="body")
    assert (problem.line, problem.code, problem.message) == (4, "unknown_key", "note: unknown key")
    assert "note" not in problem.hint
    assert [each.code for each in problems(Report, f"{right}stat: x\nnot: y\n", note="b")] == ["unknown_key"] * 3


def test_missing_keys_are_missed_where_they_should_stand() -> None:
    """At the line of what they belong to, saying what they take."""
    found = problems(Directions, "directions:\n  - id: a\n    title: b\n")
    assert [(each.line, each.code, each.message) for each in found] == [
        (2, "missing_key", "directions[0].question: this key is missing")
    ]
    assert found[0].hint == "add `question:` with text of 1 to 5,000 characters"


def test_nobody_gets_a_thousand_problems() -> None:
    """The first ones are told."""
    assert len(problems(Settings, "".join(f"key_{n}: 1\n" for n in range(500)))) == typed.MOST_PROBLEMS


KEYS = sorted({name for model in MODELS for name in model.model_fields} | {"id", "metric", "by", "score", "zzz"})
NODES: st.SearchStrategy[Node] = st.recursive(
    st.sampled_from(["", "1", "0", "-1", "nan", "inf", "1e999", "9" * 5000, "null", "a", "exp_001", "yes"]),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.sampled_from(KEYS), inner, max_size=3),
    max_leaves=8,
)


@settings(deadline=None, max_examples=150)
@given(st.sampled_from(MODELS), st.dictionaries(st.sampled_from(KEYS), NODES, max_size=4))
def test_pydantic_never_speaks(model: type[BaseModel], values: dict[str, Node]) -> None:
    """Whatever the tree, each message is ours: a key, and what was expected of it."""
    for problem in typed.build(model, Tree(values, {(): 1}), "f").problems:
        assert problem.line == 1
        assert problem.code in {"missing_key", "unknown_key", "bad_value"}
        _, words = problem.message.split(": ", 1)
        assert words.startswith(("expected ", "this key is missing", "unknown key"))
        assert "Input should" not in problem.message
