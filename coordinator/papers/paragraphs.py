"""Which lines make one paragraph? Joined over line ends, columns and pages, as long as the sentence goes on."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from coordinator.papers.clean import clean
from coordinator.papers.hyphens import Vocabulary
from coordinator.papers.shapes import Line

_ENDED = re.compile(r"[.!?:;][\"'”’)\]]*\s*[\d†‡*]*$")
_ITEM = re.compile(r"(?:[•●▪◦–—*‣]|\(?(?:\d{1,2}|[a-z]|[ivx]{1,4})[.)])\s")


@dataclass
class Block:
    """A paragraph, or a line that stands alone.

    Args:
        lines: as they are read.
        kind: text, heading, caption or table.
        level: of a heading, from 1.
        text: joined; may end on a later page than it begins on.
        breaks: (offset in the text, page) where a new page begins.
    """

    lines: list[Line]
    kind: str = "text"
    level: int = 0
    text: str = ""
    breaks: list[tuple[int, int]] = field(default_factory=list)

    @property
    def page(self) -> int:
        """The page that it begins on."""
        return self.lines[0].page


def blocks(pages: Sequence[Sequence[Line]]) -> list[Block]:
    """Part lines into paragraphs."""
    found: list[Block] = []
    for lines in pages:
        step = _leading(lines)
        for line in lines:
            if found and _goes_on(found[-1], line, step):
                found[-1].lines.append(line)
            else:
                found.append(Block([line]))
    return found


def join(block: Block, vocabulary: Vocabulary) -> None:
    """Make a block's text out of its lines."""
    text = clean(block.lines[0].text)
    breaks = []
    for before, line in pairwise(block.lines):
        added = clean(line.text)
        whole = vocabulary.joined(text, added)
        if line.page != before.page:
            breaks.append((len(whole) - len(added) if whole is not None else len(text) + 1, line.page))
        text = f"{text} {added}" if whole is None else whole
    block.text, block.breaks = text, breaks


def _leading(lines: Sequence[Line]) -> float:
    """Give the usual distance of two lines on a page; 12 where there is none."""
    steps = sorted(
        b.base - a.base
        for a, b in pairwise(lines)
        if a.band == b.band and a.column == b.column and 0 < b.base - a.base < 3 * a.size
    )
    return steps[len(steps) // 2] if steps else 12.0


def _goes_on(block: Block, line: Line, step: float) -> bool:
    last = block.lines[-1]
    if abs(last.size - line.size) > 0.8 or last.bold != line.bold or _ITEM.match(line.text):
        return False
    if (last.page, last.band, last.column) != (line.page, line.band, line.column):
        return _runs_over(last, line)
    distance = line.base - last.base
    if distance > 1.45 * max(step, 1.1 * line.size) or distance < 0:
        return False
    first = block.lines[0]
    indented = line.x0 - last.x0 > 0.7 * line.size
    hanging = len(block.lines) == 1 or abs(line.x0 - block.lines[1].x0) < 0.5 * line.size
    if indented and not (hanging and len(block.lines) == 1 and _ITEM.match(first.text)):
        return len(block.lines) == 1 and not _ENDED.search(last.text) and _ITEM.match(first.text) is not None
    return not (_is_short(last) and _ENDED.search(last.text))


def _is_short(line: Line) -> bool:
    return line.x1 < line.right - 0.25 * (line.right - line.left)


def _runs_over(last: Line, line: Line) -> bool:
    """Tell whether a paragraph goes on in the next column or on the next page."""
    text = line.text.lstrip("(“\"'")
    return not _ENDED.search(last.text) and (last.text.endswith("-") or text[:1].islower())
