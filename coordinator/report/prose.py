"""How are other people's words shown, so that they cannot pass for ours?

A summary is written by a worker; it may hold headings, HTML, images, a front matter of its own or characters
that hide or reorder text. In Markdown its blocks are quoted line by line, and everything that could open
structure is escaped; what the renderer shows is what the worker typed. Whatever a template of Markdown prints
goes through `finalize`, so that forgetting a filter escapes too much and never too little.
In HTML, jinja2's autoescape does the same; only `clean` is needed there.
"""

from __future__ import annotations

import re
import unicodedata
from typing import Any

PROSE_CAP = 6_000
"""Characters of one section that are quoted; the rest is a click away in the summary."""

LINES_CAP = 120
"""Lines of one section that are quoted."""

INLINE_CAP = 300
"""Characters of somebody's text that are shown inside a line or a cell."""

SENTENCE_CAP = 4_000
"""Characters of what a template prints; our own sentences may list many experiments."""

_JOINERS = {"\u200c", "\u200d"}
"""Invisible, but part of how some scripts and emoji are written."""

_INLINE = re.compile(r"[\\`*\[\]|~$]|(?<![^\W_])_|_(?![^\W_])|<(?=[A-Za-z/!?])|&(?=[#\w])")
_BLOCK = re.compile(r"[\\\[]|<(?=[A-Za-z/!?])|&(?=[#\w])")
_HEADING = re.compile(r"(^|[\s>])#", re.MULTILINE)
_LINE_START = re.compile(r"^([^\S\n]*)(>|[=\-*_](?=[=\-*_ \t]*$))", re.MULTILINE)
_ENTITIES = {"<": "&lt;", "&": "&amp;"}
"""Entities where a backslash is not understood by every renderer of Markdown."""


class Markdown(str):
    """Text that is Markdown already and is printed as it is."""

    __slots__ = ()


def clean(text: str) -> str:
    """Replace whatever hides, reorders or breaks text: control and format characters, lone surrogates.

    Line ends become newlines and tabs spaces; the rest becomes U+FFFD, so that it shows.
    """
    text = text.replace("\r\n", "\n").replace("\r", "\n").replace("\u2028", "\n").replace("\u2029", "\n")
    return "".join(_shown(character) for character in text.replace("\t", "    "))


def _shown(character: str) -> str:
    if character == "\n" or character in _JOINERS:
        return character
    return "\N{REPLACEMENT CHARACTER}" if unicodedata.category(character) in {"Cc", "Cf", "Cs"} else character


def one_line(text: str, cap: int = INLINE_CAP) -> str:
    """Give text as one clean line of at most `cap` characters."""
    line = " ".join(clean(text).split())
    return line if len(line) <= cap else line[: cap - 1].rstrip() + "…"


def cut(text: str) -> str:
    """Give clean text of bounded length, saying how much was left out."""
    whole = clean(text).strip("\n").rstrip()
    lines = whole.split("\n")[:LINES_CAP]
    shown = "\n".join(lines)[:PROSE_CAP].rstrip()
    left_out = len(whole) - len(shown)
    return f"{shown}\n… (cut here: {left_out} more characters in summary.md)" if left_out else shown


def inline(text: str) -> Markdown:
    """Escape one line of plain text for the middle of a line, or a cell, of Markdown."""
    return Markdown(_INLINE.sub(_escape, one_line(text, SENTENCE_CAP)))


def quote(text: str) -> Markdown:
    """Quote a block of somebody's text in Markdown.

    Lists, emphasis and code in it stay alive; headings, links, images and HTML do not.
    """
    escaped = _BLOCK.sub(_escape, cut(text))
    escaped = _HEADING.sub(r"\1\\#", escaped)
    escaped = _LINE_START.sub(r"\1\\\2", escaped)
    return Markdown("\n".join(f"> {line}".rstrip() for line in escaped.split("\n")))


def _escape(found: re.Match[str]) -> str:
    character = found.group()
    return _ENTITIES.get(character, f"\\{character}")


def finalize(value: Any) -> str:  # noqa: ANN401  # whatever a template prints
    """Escape what a Markdown template prints, unless it is Markdown already.

    Args:
        value: text or a number; None is a slip in the template.
    """
    assert value is not None, "a template says in words that something is absent"
    return value if isinstance(value, Markdown) else inline(str(value))
