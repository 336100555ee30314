"""Which works does a paper cite? Its references, one entry each."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Sequence

from coordinator.papers.hyphens import Vocabulary
from coordinator.papers.paragraphs import Block, join
from coordinator.papers.shapes import Line

MOST = 2_000
_MARKED = re.compile(r"\[[^\]\s]{1,12}\]\s?|\(\d{1,3}\)\s")
_NUMBERED = re.compile(r"\d{1,3}\.\s+(?=[^\W\d_])")


def entries(lines: Sequence[Line], vocabulary: Vocabulary) -> list[str]:
    """Part the lines of the references into entries: by marks, by numbers, or by hanging indents."""
    found: list[str] = []
    for block in _parted(lines)[:MOST]:
        join(block, vocabulary)
        if len(block.text) > 20:
            found.append(block.text)
    return found


def _parted(lines: Sequence[Line]) -> list[Block]:
    starts = _starts(lines)
    blocks: list[Block] = []
    for line, begins in zip(lines, starts, strict=True):
        if begins or not blocks:
            blocks.append(Block([line]))
        else:
            blocks[-1].lines.append(line)
    return blocks


def _starts(lines: Sequence[Line]) -> list[bool]:
    for pattern in (_MARKED, _NUMBERED):
        marked = [bool(pattern.match(line.text)) for line in lines]
        if sum(marked) >= 2 and sum(marked) * 8 >= len(lines):
            return marked
    edges: dict[tuple[int, int], float] = defaultdict(lambda: float("inf"))
    for line in lines:
        key = (line.page, line.column)
        edges[key] = min(edges[key], line.x0)
    hanging = [line.x0 - edges[line.page, line.column] < 0.4 * line.size for line in lines]
    if 0.1 * len(lines) <= sum(hanging) <= 0.8 * len(lines):
        return hanging
    return [
        at == 0
        or line.base - lines[at - 1].base > 1.4 * line.size
        or (lines[at - 1].text.rstrip().endswith(".") and line.text[:1].isupper())
        for at, line in enumerate(lines)
    ]
