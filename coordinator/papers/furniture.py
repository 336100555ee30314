"""Which lines belong to the page and not to the text? Running heads, page numbers, stamps, line numbers."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import pairwise

from coordinator.papers.shapes import Line, Sheet

_EDGE = 0.11
"""Share of the page's height at its top and bottom where furniture stands."""
_DEEP = 4
"""Lines from the top or bottom of a page that may be furniture."""
_NUMBER = re.compile(
    r"(?:(?:page|seite|p\.)\s*)?[-–— ]*(?:\d{1,5}|[ivxlc]{1,7})[-–— ]*(?:(?:of|/|von)\s*\d{1,5})?", re.IGNORECASE
)


def without(pages: Sequence[list[Line]], sheets: Sequence[Sheet]) -> tuple[list[list[Line]], list[list[Line]]]:
    """Part the lines of each page into its text and its furniture.

    A line is furniture if it stands near an edge and says, up to its digits, what others there say on other pages,
    or if it is a page number. What is small and stands at the edge of the first page alone is a notice of the venue.
    """
    said: Counter[tuple[bool, str]] = Counter()
    for lines, sheet in zip(pages, sheets, strict=True):
        said.update({(line.base < sheet.height / 2, _key(line)) for line in _edges(lines, sheet)})
    text, furniture = [], []
    for lines, sheet in zip(pages, sheets, strict=True):
        out = {id(line) for line in _edges(lines, sheet) if _is_furniture(line, sheet, said, len(sheets))}
        out |= {id(line) for line in _numbers(lines)}
        text.append([line for line in lines if id(line) not in out])
        furniture.append([line for line in lines if id(line) in out])
    return text, furniture


def _edges(lines: Sequence[Line], sheet: Sheet) -> Iterator[Line]:
    by_height = sorted(lines, key=lambda line: line.base)
    for line in by_height[:_DEEP]:
        if line.base < _EDGE * sheet.height:
            yield line
    for line in by_height[max(_DEEP, len(by_height) - _DEEP) :]:
        if line.base > (1 - _EDGE) * sheet.height:
            yield line


def _key(line: Line) -> str:
    return f"{line.size:.0f} " + re.sub(r"[\d\W]+", "#", line.text.casefold())[:80]


def _is_furniture(line: Line, sheet: Sheet, said: Counter[tuple[bool, str]], pages: int) -> bool:
    if _NUMBER.fullmatch(line.text.strip()):
        return True
    again = said[(line.base < sheet.height / 2, _key(line))]
    return again >= 2 and again >= min(3, pages) and len(_key(line)) > 5


def _numbers(lines: Sequence[Line]) -> Iterator[Line]:
    """Find the numbers of lines in a manuscript under review: a column of nothing but rising numbers."""
    alone = [line for line in lines if line.text.isdigit() and len(line.text) <= 4]
    if len(alone) >= 15:
        numbers = [int(line.text) for line in sorted(alone, key=lambda line: line.base)]
        if all(0 < b - a <= 5 for a, b in pairwise(numbers)):
            yield from alone
