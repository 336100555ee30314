"""Which `## Heading` sections does a body have? Each with its text and line, or what is missing."""

from __future__ import annotations

import difflib
import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from coordinator.model.experiment import Section
from coordinator.model.problem import Problem
from coordinator.text.header import Header

_FENCE = re.compile(r"^\s*(?P<fence>`{3,}(?=[^`]*$)|~{3,})")
_HEADING = re.compile(r"^ {0,3}(?P<level>#{1,2})(?:[ \t]|$)")
_MOST_SAME = 5
_MOST_COMPARED = 100
"""Of one body; a hostile file could have a hundred thousand headings."""
_COMMENT = re.compile(r"<!--.*?(?:-->|\Z)", re.DOTALL)


@dataclass(slots=True)
class _Open:
    """A section whose end is not reached yet."""

    title: str
    line: int
    """Of the heading."""
    text: list[str] = field(default_factory=list)


def read(header: Header, path: str, titles: Mapping[str, str]) -> tuple[dict[str, Section], tuple[Problem, ...]]:
    """Find the required sections of a body.

    Headings count in any case; other sections are left alone. A heading inside of a code fence is code.

    Args:
        header: the document.
        path: of the file, for problems.
        titles: name of the field -> title of its section.

    Returns:
        Every field with its section, an empty one where there is a problem, so that the rest of the
        document can be checked in the same go; and the problems.
    """
    found, unclosed = _split(header.body, header.body_line)
    sections: dict[str, Section] = {}
    problems: list[Problem] = []
    for name, title in titles.items():
        same = [each for each in found if _key(each.title) == _key(title)]
        sections[name] = _section(same[0]) if same else Section(text="", line=header.body_line)
        problems += _faults(title, same, path) if same else [_missing(title, header, path, found, unclosed)]
    return sections, tuple(problems)


def print_(sections: Mapping[str, Section], titles: Mapping[str, str]) -> str:
    """Print sections as they are read, each below its heading."""
    return "".join(f"\n## {title}\n\n{sections[name].text}\n" for name, title in titles.items())


def _split(body: str, first_line: int) -> tuple[list[_Open], int]:
    """Give all sections in order, and the line of a fence that is never closed, or 0."""
    found: list[_Open] = []
    current = _Open("", 0)
    fence, opened = "", 0
    for line, text in enumerate(body.split("\n"), first_line):
        was = fence
        fence = _fence(text, fence)
        opened = line if fence and not was else opened
        heading = None if was or fence else _HEADING.match(text)
        if heading is None:
            current.text.append(text)
            continue
        current = _Open(text[heading.end() :], line)
        if heading["level"] == "##":
            found.append(current)
    return found, opened if fence else 0


def _fence(text: str, fence: str) -> str:
    """Give the fence that is open after a line, or nothing."""
    match = _FENCE.match(text)
    if match is None:
        return fence
    if not fence:
        return match["fence"]
    closes = text.strip().startswith(fence) and not text.strip().strip(fence[0])
    return "" if closes else fence


def _section(found: _Open) -> Section:
    blank = next((n for n, text in enumerate(found.text) if text.strip()), 0)
    return Section(text="\n".join(found.text).strip(), line=found.line + 1 + blank)


def _key(title: str) -> str:
    return " ".join(title.casefold().rstrip("# \t").rstrip(":").split())


def _faults(title: str, same: list[_Open], path: str) -> list[Problem]:
    problems: list[Problem] = []
    if not _COMMENT.sub("", "\n".join(same[0].text)).strip():
        message = f"the section `## {title}` is empty"
        problems.append(Problem(path, same[0].line, "section_empty", message, "write it"))
    for again in same[1:_MOST_SAME]:
        message = f"a second section `## {title}`, the first is on line {same[0].line}"
        problems.append(Problem(path, again.line, "section_duplicate", message, "put both under one heading"))
    return problems


def _missing(title: str, header: Header, path: str, found: list[_Open], unclosed: int) -> Problem:
    hint = f"add a line `## {title}` and the text below it"
    close = difflib.get_close_matches(_key(title), [_key(each.title) for each in found[:_MOST_COMPARED]], n=1)
    if close:
        line = next(each.line for each in found if _key(each.title) == close[0])
        hint = f"the heading on line {line} looks like it: write `## {title}`"
    elif unclosed:
        hint = f"the code fence that begins on line {unclosed} is never closed: all below it is code"
    message = f"the section `## {title}` is missing"
    return Problem(path, header.body_line, "section_missing", message, hint)
