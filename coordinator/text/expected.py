"""What does a field expect, in words? Made from its type and bounds: a new field needs no new message."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from enum import Enum
from functools import cache
from types import NoneType, UnionType
from typing import Annotated, Any, Literal, Union, get_args, get_origin

from pydantic import BaseModel
from pydantic.fields import FieldInfo

from coordinator.model.document import EXPERIMENT_PATTERN, NAME_PATTERN, Nullable
from coordinator.text.strict_yaml import KeyPath

_PATTERNS = {
    NAME_PATTERN: "a name of at most 64 of a-z, 0-9, _ and -, beginning with a letter or digit",
    EXPERIMENT_PATTERN: "the name of an experiment, such as exp_001",
    r"^[^\s<>=!]{1,200}$": "a path into metrics.json, such as ratio_20.f1",
    r"^[0-9a-f]{64}$": "a SHA-256 digest of 64 hex digits",
}
_SIMPLE = {bool: "true or false", int: "a whole number", float: "a number", Decimal: "a number", str: "text",
           datetime: "a time such as 2026-11-23T14:30:22Z"}  # fmt: skip
_ANY_NUMBER = 1e299
"""A bound as far out as this only keeps a number finite; to name it would confuse."""
_MOST_SHOWN = 60


@dataclass(frozen=True, slots=True)
class Form:
    """The type of a field, taken apart.

    Args:
        kind: the bare type, or a Literal.
        marks: everything that narrows it: bounds, lengths, patterns.
        options: the forms of a union of several types; then `kind` is of no use.
        about: what the field's own docstring says.
    """

    kind: Any
    marks: tuple[Any, ...] = ()
    options: tuple[Form, ...] = ()
    about: str = ""

    def bound(self, name: str) -> Any:  # noqa: ANN401  # a number of some kind, a pattern, or None
        """Give what a mark such as `ge` or `pattern` says; the narrower one where there are two."""
        found = [value for mark in self.marks if (value := getattr(mark, name, None)) is not None]
        return (min if name in {"le", "lt"} else max)(found, default=None)


def form_of(model: type[BaseModel], at: KeyPath) -> tuple[Form, KeyPath]:
    """Follow a path of keys and indexes into a model, as far as it goes.

    Returns:
        The form that was reached, and the part of the path that leads there.
    """
    form = Form(model)
    for n, part in enumerate(at):
        inner = _inner(form, part)
        if inner is None:
            return form, at[:n]
        form = inner
    return form, at


def fields_of(form: Form) -> dict[str, FieldInfo]:
    """Give the fields of a form that is a model; none for any other."""
    is_model = isinstance(form.kind, type) and issubclass(form.kind, BaseModel)
    return form.kind.model_fields if is_model else {}


def _inner(form: Form, part: str | int) -> Form | None:
    if part in fields_of(form):
        return _field(form.kind, str(part))
    origin, args = get_origin(form.kind), get_args(form.kind)
    if origin is tuple and isinstance(part, int):
        return _form(args[0])
    return _form(args[1]) if origin is dict else None


@cache
def _field(model: type[BaseModel], name: str) -> Form:
    info = model.model_fields[name]
    form = _form(info.annotation, tuple(info.metadata))
    return Form(form.kind, form.marks, form.options, about(info))


def about(info: FieldInfo) -> str:
    """Give a field's docstring as its writers read it: on one line, and in YAML None is null."""
    return " ".join((info.description or "").split()).replace("None", "null")


def _form(annotation: Any, marks: tuple[Any, ...] = ()) -> Form:  # noqa: ANN401  # types are of any type
    if get_origin(annotation) is Annotated:
        kind, *more = get_args(annotation)
        return _form(kind, (*marks, *_flat(more)))
    if get_origin(annotation) not in {Union, UnionType}:
        return Form(annotation, marks)
    options = tuple(_form(option, marks) for option in get_args(annotation) if option is not NoneType)
    return options[0] if len(options) == 1 else Form(annotation, marks, options)


def _flat(marks: list[Any]) -> Iterator[Any]:
    for mark in marks:
        yield from mark.metadata if isinstance(mark, FieldInfo) else (mark,)


def expected(form: Form) -> str:
    """Say what a field takes: `a number from 1 to 10`, `working, waiting, blocked or done`."""
    words = _or([_bare(option) for option in form.options]) if form.options else _bare(form)
    return f"{words}, or null" if Nullable in form.marks else words


def _bare(form: Form) -> str:
    kind = form.kind
    if fields_of(form):
        return f"the keys {', '.join(fields_of(form))}"
    if get_origin(kind) is Literal:
        return _or([str(choice) for choice in get_args(kind)])
    if get_origin(kind) is tuple:
        return "a list" if form.bound("min_length") is None else "a list that is not empty"
    if get_origin(kind) is dict:
        return "keys and values"
    if isinstance(kind, type) and issubclass(kind, Enum):
        return _or([str(choice.value) for choice in kind])
    return _text(form) if kind is str else _SIMPLE.get(kind, "something else") + _range(form)


def _text(form: Form) -> str:
    least, most = form.bound("min_length"), form.bound("max_length")
    if form.bound("pattern") is not None:
        pattern = str(form.bound("pattern"))
        return _PATTERNS.get(pattern, f"text of the form {pattern}")
    if most is None:
        return "text"
    return f"text of {least} to {most:,} characters" if least else f"text of at most {most:,} characters"


def _range(form: Form) -> str:
    least, above, most, below = (_near(form.bound(name)) for name in ("ge", "gt", "le", "lt"))
    if least is not None and most is not None:
        return f" from {least} to {most}"
    words = {"of at least": least, "above": above, "of at most": most, "below": below}
    said = [f"{word} {bound}" for word, bound in words.items() if bound is not None]
    return f" {' and '.join(said)}" if said else ""


def _near(bound: Any) -> Any:  # noqa: ANN401  # a number of some kind or None
    return None if bound is None or abs(bound) >= _ANY_NUMBER else bound


def _or(words: list[str]) -> str:
    return " or ".join(filter(None, [", ".join(words[:-1]), words[-1]]))


def shown(value: object) -> str:
    """Say what was written instead: `'high'`, `nothing`, `a list`."""
    if isinstance(value, str):
        return repr(value) if 0 < len(value) <= _MOST_SHOWN else _long(value)
    return "keys and values" if isinstance(value, dict) else "a list" if value else "an empty list"


def _long(value: str) -> str:
    return f"{len(value):,} characters: {value[: _MOST_SHOWN // 2]!r}…" if value else "nothing"
