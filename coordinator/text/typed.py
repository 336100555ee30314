"""Does this tree have the form of that document? Its value, or every misfit in words that its writer knows.

The types of `coordinator.model` say what is allowed and pydantic finds the misfits; the words come from
`coordinator.text.expected`. Pydantic's own text never reaches anybody.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterator, Mapping
from typing import TypeVar

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from coordinator.model.problem import Parsed, Problem
from coordinator.text.expected import expected, fields_of, form_of, shown
from coordinator.text.strict_yaml import KeyPath, Tree

MOST_PROBLEMS = 50
"""Of one document; nobody mends more at a time, and a hostile file could have thousands."""

M = TypeVar("M", bound=BaseModel)


def build(model: type[M], tree: Tree, path: str, extra: Mapping[str, object] | None = None) -> Parsed[M]:
    """Build a document, or say everything that keeps it from being one.

    Args:
        model: the type to build.
        tree: what was written.
        path: of the file, for problems.
        extra: values of fields that are not keys of the tree, such as the sections of a body.
    """
    misfits = _Misfits(model, tree, path, extra or {})
    intruders = [misfits.unknown((key,)) for key in tree.values if key in misfits.extra]
    try:
        value = model.model_validate({**tree.values, **misfits.extra})
    except ValidationError as error:
        found = _without_echoes(error.errors(include_url=False, include_context=False))
        problems = {*intruders, *(misfits.problem(each) for each in found)}
        return Parsed(None, tuple(sorted(problems)[:MOST_PROBLEMS]))
    return Parsed(None, tuple(intruders)) if intruders else Parsed(value)


def _without_echoes(errors: list[ErrorDetails]) -> list[ErrorDetails]:
    """Leave out that a list is too short where that only means that its entries have errors of their own."""
    around = {error["loc"][:n] for error in errors for n in range(len(error["loc"]))}
    return [error for error in errors if error["type"] != "too_short" or error["loc"] not in around]


class _Misfits:
    """Puts pydantic's errors about one document into words."""

    def __init__(self, model: type[BaseModel], tree: Tree, path: str, extra: Mapping[str, object]) -> None:
        self.model = model
        self.tree = tree
        self.path = path
        self.extra = extra

    def problem(self, error: ErrorDetails) -> Problem:
        """Say what is wrong, where, and what would mend it."""
        if error["type"] == "extra_forbidden":
            return self.unknown(error["loc"])
        form, at = form_of(self.model, error["loc"])
        name = self.tree.name(at)
        if error["type"] == "missing":
            return self._at(at, "missing_key", f"{name}: this key is missing", f"add `{at[-1]}:` with {expected(form)}")
        message = f"{name}: expected {expected(form)}, got {shown(error['input'])}"
        return self._at(at, "bad_value", message, form.about)

    def unknown(self, at: KeyPath) -> Problem:
        """Say that a key is not known here, and which one was probably meant."""
        form, _ = form_of(self.model, at[:-1])
        known = [name for name in fields_of(form) if len(at) > 1 or name not in self.extra]
        close = difflib.get_close_matches(str(at[-1]), known, n=1) or [*_elsewhere(self.model, str(at[-1]))]
        meant = f"; did you mean `{close[0]}`?" if close else ""
        message = f"{self.tree.name(at)}: unknown key{meant}"
        return self._at(at, "unknown_key", message, f"known keys: {', '.join(known)}")

    def _at(self, at: KeyPath, code: str, message: str, hint: str) -> Problem:
        return Problem(self.path, self.tree.line(at), code, message, hint)


def _elsewhere(model: type[BaseModel], key: str) -> Iterator[str]:
    """Find a key one level further in: `explore_seeds` is `significance.explore_seeds`."""
    for name in model.model_fields:
        if key in fields_of(form_of(model, (name,))[0]):
            yield f"{name}.{key}"
