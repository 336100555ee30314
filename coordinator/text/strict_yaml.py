"""What does this YAML say? A tree of plain text with a line for every key, or what is wrong with it.

YAML is more than documents need, and some of it is dangerous: nesting that overflows the C loader's stack,
aliases that blow up, duplicate keys of which the last one wins, a `no` that means false. So only the
parser's *events* are used: one pass over them enforces the limits, a second one builds the tree, and every
scalar stays the text that was written. The types of `coordinator.model` convert it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import TypeAlias

import yaml

from coordinator.model.problem import Parsed, Problem
from coordinator.text.decode import CONTROL

MAX_DEPTH = 20
"""Levels of nesting. Our deepest document has 4; the C loader's constructor crashes at some 20,000."""
MAX_KEYS = 2000
"""Keys and list items in one document, unless its reader allows more."""

_Loader = getattr(yaml, "CBaseLoader", yaml.BaseLoader)  # without libyaml it is only slower
_MOST_SHOWN = 100
_SURROGATE = re.compile(r"[\ud800-\udfff]")

KeyPath: TypeAlias = tuple[str | int, ...]
"""Where a value stands: keys, and indexes of list items from 0; () is the whole document."""
Node: TypeAlias = "str | list[Node] | dict[str, Node]"
"""Text, a list or a mapping; nothing else."""


@dataclass(frozen=True, slots=True)
class Tree:
    """A document as it was written, before any typing.

    Args:
        values: the top-level mapping.
        lines: 1-based line of every key and list item; () is where the document begins.
        shown: what a key is called in messages, where it was written elsewhere than it stands.
    """

    values: dict[str, Node]
    lines: Mapping[KeyPath, int] = field(default_factory=dict)
    shown: Mapping[KeyPath, str] = field(default_factory=dict)

    def line(self, at: KeyPath) -> int:
        """Give the line of a key, or of the nearest one around it that was written; 0 if unknown."""
        while at and at not in self.lines:
            at = at[:-1]
        return self.lines.get(at, 0)

    def name(self, at: KeyPath) -> str:
        """Give a key as its writer knows it."""
        return self.shown.get(at) or dotted(at)


def dotted(at: KeyPath) -> str:
    """Write a key path as people do: `claims[0].by`; a very long one is cut."""
    text = ""
    for part in at:
        text += f"[{part}]" if isinstance(part, int) else f".{part}" if text else part
    return text if len(text) <= _MOST_SHOWN else f"{text[:_MOST_SHOWN]}…"


def load(
    text: str, path: str, first_line: int = 1, *, max_keys: int = MAX_KEYS, any_character: bool = False
) -> Parsed[Tree]:
    """Read a mapping; an empty document is an empty mapping.

    Args:
        text: the YAML, without the delimiters of front matter.
        path: of the file, for problems.
        first_line: line of the file that the text begins on.
        max_keys: keys and list items that the document may have.
        any_character: let escapes spell control characters; only for files that we write ourselves.

    Returns:
        The tree, or the problems: all of them, unless one hides what comes after it.
    """
    limits = _Limits(path, first_line, max_keys)
    events = _events(text, limits)
    if isinstance(events, Problem):
        return Parsed(None, (events,))
    builder = _Builder(limits, iter(events), _SURROGATE if any_character else CONTROL)
    top = builder.document()
    if top is None:
        return Parsed(None, tuple(sorted(builder.problems)))
    return Parsed(Tree(top, {(): first_line, **builder.lines}))


def _events(text: str, limits: _Limits) -> list[yaml.Event] | Problem:
    """Give the nodes' events, or the first thing that makes it unwise or impossible to go on."""
    events: list[yaml.Event] = []
    try:
        for event in yaml.parse(text, Loader=_Loader):
            problem = limits.passed_by(event)
            if problem:
                return problem
            if isinstance(event, yaml.NodeEvent | yaml.CollectionEndEvent):
                events.append(event)
    except yaml.MarkedYAMLError as error:
        return _syntax(error, limits)
    except (yaml.YAMLError, UnicodeEncodeError):
        # The reader's complaint about characters, which carries no line: the C one meets them while encoding.
        found = CONTROL.search(text)
        line = limits.first_line + text.count("\n", 0, found.start()) if found else limits.first_line
        return Problem(limits.path, line, "not_text", "a character that YAML does not allow", "remove it")
    return events


class _Limits:
    """What a stream of events may not do, told one event at a time, before anything is built of it."""

    def __init__(self, path: str, first_line: int, max_keys: int) -> None:
        self.path = path
        self.first_line = first_line
        self._max_nodes = 2 * max_keys + 1  # a key and its value are two nodes, the document is one
        self._depth = self._nodes = self._documents = 0

    def passed_by(self, event: yaml.Event) -> Problem | None:
        """Count one event and say what is wrong with it, if anything."""
        self._count(event)
        if self._depth > MAX_DEPTH:
            return self.problem(event, "yaml_too_deep", f"nested more than {MAX_DEPTH} levels deep", "nest less")
        if self._nodes > self._max_nodes:
            message = f"more than {self._max_nodes // 2} keys"
            return self.problem(event, "yaml_too_many_keys", message, "split or shorten the document")
        if self._documents > 1:
            message = "a second document begins here"
            return self.problem(event, "yaml_many_documents", message, "keep one document; remove `---` or `...`")
        return self._feature(event)

    def _count(self, event: yaml.Event) -> None:
        self._nodes += isinstance(event, yaml.NodeEvent)
        self._depth += isinstance(event, yaml.CollectionStartEvent)
        self._depth -= isinstance(event, yaml.CollectionEndEvent)
        self._documents += isinstance(event, yaml.DocumentStartEvent)

    def _feature(self, event: yaml.Event) -> Problem | None:
        """Refuse what makes a document mean something else than it says."""
        if isinstance(event, yaml.NodeEvent) and event.anchor:
            hint = "write the value out; text that begins with & or * needs quotes"
            return self.problem(event, "yaml_alias", "anchors and aliases are not read", hint)
        if getattr(event, "tag", None) or getattr(event, "tags", None):
            hint = "remove it; text that begins with ! needs quotes"
            return self.problem(event, "yaml_tag", "tags are not read", hint)
        return None

    def problem(self, event: yaml.Event, code: str, message: str, hint: str) -> Problem:
        """Make a problem at an event's line."""
        return Problem(self.path, self.line(event), code, message, hint)

    def line(self, event: yaml.Event) -> int:
        """Give the line of the file that an event begins on."""
        return self.first_line + (event.start_mark.line if event.start_mark else 0)


class _Builder:
    """Builds the tree of events that passed the limits, so that recursion ends at MAX_DEPTH."""

    def __init__(self, limits: _Limits, events: Iterator[yaml.Event], refused: re.Pattern[str]) -> None:
        self._limits = limits
        self._events = events
        self._refused = refused
        self.lines: dict[KeyPath, int] = {}
        self.problems: list[Problem] = []

    def document(self) -> dict[str, Node] | None:
        """Build the whole; None if there are problems."""
        first = next(self._events, None)
        top: Node = {} if first is None else self._node(first, ())
        if first is not None and not isinstance(top, dict) and top != "":
            what = "a list" if isinstance(top, list) else f"{top[:60]!r}"
            hint = "write `key: value`, one a line"
            self._add(first, "yaml_not_a_mapping", f"expected keys and values, got {what}", hint)
        return None if self.problems else top if isinstance(top, dict) else {}

    def _node(self, event: yaml.Event, at: KeyPath) -> Node:
        if isinstance(event, yaml.MappingStartEvent):
            return self._mapping(at)
        if isinstance(event, yaml.SequenceStartEvent):
            return self._sequence(at)
        return self._text(event)

    def _text(self, event: yaml.Event) -> str:
        assert isinstance(event, yaml.ScalarEvent), "aliases were refused before"
        if self._refused.search(event.value):
            self._add(event, "not_text", "an escape spells a control character", "remove it")
        return str(event.value)

    def _sequence(self, at: KeyPath) -> list[Node]:
        items: list[Node] = []
        while not isinstance(event := next(self._events), yaml.SequenceEndEvent):
            here = (*at, len(items))
            self.lines[here] = self._limits.line(event)
            items.append(self._node(event, here))
        return items

    def _mapping(self, at: KeyPath) -> dict[str, Node]:
        values: dict[str, Node] = {}
        while not isinstance(event := next(self._events), yaml.MappingEndEvent):
            key = self._key(event, at, values)
            value = self._node(next(self._events), (*at, key))
            values.setdefault(key, value)
        return values

    def _key(self, event: yaml.Event, at: KeyPath, before: Mapping[str, Node]) -> str:
        """Give a key and note its line; a key that is no text is a problem, and stands as an empty one."""
        if not isinstance(event, yaml.ScalarEvent):
            self._node(event, (*at, "?"))
            self._add(event, "yaml_key_not_text", "a list or a mapping stands as a key", "put text before the colon")
            return ""
        key = self._text(event)
        here = (*at, key)
        if key in before:
            message = f"{dotted(here)}: given twice, first on line {self.lines[here]}"
            self._add(event, "yaml_duplicate_key", message, "keep one of them")
        self.lines.setdefault(here, self._limits.line(event))
        return key

    def _add(self, event: yaml.Event, code: str, message: str, hint: str) -> None:
        self.problems.append(self._limits.problem(event, code, message, hint))


_INDENTED = ("a line that is indented wrongly", "begin the keys of one mapping in the same column")
_SYNTAX = {
    "mapping values are not allowed": (
        "a colon stands where none can",
        "put text with a colon in quotes: 'a: b'",
    ),
    "cannot start any token": (
        "a character that cannot begin a value",
        "indent with spaces, and put text that begins with one of @ ` % in quotes",
    ),
    "unexpected end of stream": ("the text ends inside of quotes", "close the quotes"),
    "could not find expected ':'": (
        "a line without a colon",
        "write `key: value`; indent what continues a value",
    ),
    "did not find expected key": _INDENTED,
    "expected <block end>": _INDENTED,
    "expected ',' or": ("brackets that are not closed", "close every [ and {"),
}
"""What PyYAML says -> what we say instead, and what would mend it."""


def _syntax(error: yaml.MarkedYAMLError, limits: _Limits) -> Problem:
    said = error.problem or ""
    known = (ours for theirs, ours in _SYNTAX.items() if theirs in said)
    message, hint = next(known, ("this is not YAML", "write `key: value`, one a line"))
    mark = error.problem_mark or error.context_mark
    line = limits.first_line + (mark.line if mark else 0)
    return Problem(limits.path, line, "yaml_syntax", message, hint)
