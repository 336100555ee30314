"""What is wrong in someone's file, as data: never raised, always collected, shown to its writer."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Generic, TypeVar

T_co = TypeVar("T_co", covariant=True)


@dataclass(frozen=True, slots=True, order=True)
class Problem:
    """One thing that is wrong in one file, and what would mend it.

    Args:
        path: the file, relative to the workspace, with forward slashes.
        line: 1-based; 0 means the file as a whole.
        code: stable snake_case code, listed in protocol/formats.md.
        message: one sentence, quoting what was found.
        hint: what would mend it.
    """

    path: str
    line: int
    code: str
    message: str
    hint: str = ""

    def __str__(self) -> str:
        """Give the form that editors can jump to: `path:line: code: message`."""
        return f"{self.path}:{self.line}: {self.code}: {self.message}"


@dataclass(frozen=True, slots=True)
class Parsed(Generic[T_co]):
    """A document's value, or what is wrong with it: exactly one of the two.

    Args:
        value: the document, or None if there are problems.
        problems: everything that is wrong, in order of lines; empty if there is a value.
    """

    value: T_co | None
    problems: tuple[Problem, ...] = field(default=())

    def __post_init__(self) -> None:
        assert (self.value is None) == bool(self.problems), "a value or problems, never both or neither"
