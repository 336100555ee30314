"""What a field expects is said from its own type, for every field that a person fills in."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Annotated

import pytest
from pydantic import BaseModel, Field, StringConstraints

from coordinator.model.direction import Direction, Directions
from coordinator.model.document import Sha256
from coordinator.model.experiment import Claim, ExperimentPlan, Summary
from coordinator.model.instruction import Instruction
from coordinator.model.report import Report
from coordinator.model.settings import Settings
from coordinator.text.expected import Form, about, expected, fields_of, form_of, shown
from coordinator.text.strict_yaml import KeyPath


class Odd(BaseModel):
    """Fields that no document has yet."""

    when: datetime
    digest: Sha256
    own: Annotated[str, StringConstraints(pattern="^x+$")]
    raw: bytes
    most: Annotated[int, Field(le=5)]
    most_text: Annotated[str, Field(max_length=1000)]
    mapping: dict[str, int]


@pytest.mark.parametrize(
    ("model", "at", "words"),
    [
        (Settings, ("significance", "score"), "a number from 1 to 10"),
        (Settings, ("significance", "alpha"), "a number above 0 and below 1"),
        (Settings, ("budget", "experiments"), "a whole number of at least 1"),
        (Settings, ("budget", "wall_minutes"), "a number above 0, or null"),
        (Settings, ("allow_research_target_writes",), "true or false"),
        (Settings, ("research_target_path",), "text"),
        (Settings, ("executor", "engine"), "local"),
        (Settings, ("executor",), "the keys engine, parallel, python"),
        (Directions, ("directions",), "a list that is not empty"),
        (Directions, ("directions", 3, "title"), "text of 1 to 300 characters"),
        (Direction, ("budget", "experiments"), "a whole number of at least 1"),
        (ExperimentPlan, ("experiment",), "the name of an experiment, such as exp_001"),
        (ExperimentPlan, ("claims",), "a list"),
        (ExperimentPlan, ("claims", 0, "change"), "increase, decrease or equal"),
        (ExperimentPlan, ("claims", 0, "by"), "a number of at least 0"),
        (Claim, ("baseline",), "a number or a path into metrics.json, such as ratio_20.f1"),
        (Claim, ("id",), "a name of at most 64 of a-z, 0-9, _ and -, beginning with a letter or digit"),
        (Summary, ("values",), "keys and values"),
        (Summary, ("values", "any", "value"), "a number"),
        (Report, ("state",), "working, waiting, blocked or done"),
        (Odd, ("when",), "a time such as 2026-11-23T14:30:22Z"),
        (Odd, ("digest",), "a SHA-256 digest of 64 hex digits"),
        (Odd, ("own",), "text of the form ^x+$"),
        (Odd, ("raw",), "something else"),
        (Odd, ("most",), "a whole number of at most 5"),
        (Odd, ("most_text",), "text of at most 1,000 characters"),
        (Odd, ("mapping", "key"), "a whole number"),
    ],
)
def test_words_of_a_field(model: type[BaseModel], at: KeyPath, words: str) -> None:
    """Type, bounds, choices and whether null is allowed."""
    form, reached = form_of(model, at)
    assert reached == at
    assert expected(form) == words


def forms(form: Form) -> list[Form]:
    """Give a form and all forms inside of it."""
    inner = [form_of(form.kind, (name,))[0] for name in fields_of(form)]
    for each in list(inner):
        inner += forms(each)
    return [form, *inner, *form.options]


@pytest.mark.parametrize("model", [Settings, Directions, Report, ExperimentPlan, Claim, Summary, Instruction])
def test_every_field_that_people_write_has_words(model: type[BaseModel]) -> None:
    """A new type or pattern in the model needs a line in the tables here."""
    for form in forms(Form(model)):
        assert "something else" not in expected(form)
        assert "of the form" not in expected(form)
        assert "E+" not in expected(form)


def test_a_path_is_followed_as_far_as_it_goes() -> None:
    """The rest is pydantic's own, such as the member of a union that did not fit."""
    form, reached = form_of(Claim, ("baseline", "decimal"))
    assert reached == ("baseline",)
    assert [option.kind for option in form.options] == [Decimal, str]
    assert form_of(ExperimentPlan, ("claims", "x"))[1] == ("claims",)


@pytest.mark.parametrize(
    ("value", "words"),
    [
        ("high", "'high'"),
        ("", "nothing"),
        ("a\nb", "'a\\nb'"),
        ([], "an empty list"),
        (["a"], "a list"),
        ({}, "keys and values"),
        ("x" * 2000, f"2,000 characters: '{'x' * 30}'…"),
    ],
)
def test_what_was_written_instead(value: object, words: str) -> None:
    """Quoted on one line, and never long."""
    assert shown(value) == words


def test_a_docstring_speaks_yaml() -> None:
    """None is what Python calls it."""
    assert about(Settings.model_fields["budget"]) == ""
    assert form_of(Settings, ("budget", "wall_minutes"))[0].about.endswith("null: no limit.")
