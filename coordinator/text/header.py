"""Where does the front matter end and the body begin? Both, with their lines, or why nobody can tell.

python-frontmatter splits; what it would let pass silently is refused here by a handler of our own: a missing
delimiter (it returns an empty header), lists as headers, other formats (`+++`, `{`), duplicate keys.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

import frontmatter
from frontmatter.default_handlers import BaseHandler

from coordinator.model.problem import Parsed, Problem
from coordinator.text import strict_yaml
from coordinator.text.decode import decode
from coordinator.text.strict_yaml import Tree

_DELIMITER = re.compile(r"^---[ \t]*$", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Header:
    """A document in two parts.

    Args:
        tree: the front matter.
        body: everything below it, stripped of blank lines around it.
        body_line: 1-based line that the body begins on.
    """

    tree: Tree
    body: str
    body_line: int


class StrictHandler(BaseHandler):
    """Splits and reads front matter for python-frontmatter, and keeps what that library has no place for.

    Args:
        path: of the file, for problems.

    Attributes:
        parsed: the front matter's tree or its problems; None until it was read.
        end_line: line of the closing delimiter.
    """

    def __init__(self, path: str) -> None:
        super().__init__(_DELIMITER, "---", "---")
        self.path = path
        self.parsed: Parsed[Tree] | None = None
        self.end_line = 0

    def split(self, text: str) -> tuple[str, str]:
        """Split at the second delimiter.

        Raises:
            ValueError: there is none; python-frontmatter then gives up without a word.
        """
        _, header, body = _DELIMITER.split(text, 2)
        self.end_line = 1 + header.count("\n")
        return header, body

    def load(self, fm: str) -> dict[str, object]:
        """Read the header; its first line is what stands behind the opening delimiter."""
        self.parsed = strict_yaml.load(fm, self.path)
        return dict(self.parsed.value.values) if self.parsed.value else {}


def read(data: bytes, path: str) -> Parsed[Header]:
    """Read a document that begins with front matter; its body may be empty."""
    decoded = decode(data, path)
    if decoded.value is None:
        return Parsed(None, decoded.problems)
    text = decoded.value
    if _DELIMITER.match(text) is None:
        return Parsed(None, (_missing(text, path),))
    handler = StrictHandler(path)
    _, body = frontmatter.parse(text, handler=handler)
    if handler.parsed is None:
        message = "the front matter is never closed"
        return Parsed(None, (Problem(path, 1, "header_unclosed", message, "end it with a line `---`"),))
    if handler.parsed.value is None:
        return Parsed(None, handler.parsed.problems)
    blank = _blank_lines(_DELIMITER.split(text, 2)[2])
    return Parsed(Header(handler.parsed.value, body, handler.end_line + blank))


def _blank_lines(body: str) -> int:
    """Count the line ends before the first text."""
    return body[: len(body) - len(body.lstrip())].count("\n")


def _missing(text: str, path: str) -> Problem:
    hint = "the first line must be `---`, then keys and values, then `---` again"
    if not text.strip():
        return Problem(path, 1, "header_missing", "the file is empty", hint)
    message = f"the front matter is missing: the first line is {text.split(chr(10), 1)[0][:60]!r}"
    return Problem(path, 1, "header_missing", message, hint)
