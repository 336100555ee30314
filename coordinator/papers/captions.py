"""Which lines are captions, and what lies beside them as a table?

A table is located by its caption: rows of cells above or below it, in its column or over the whole page. Its cells
are cut where the gaps of most rows agree.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from coordinator.papers.clean import clean
from coordinator.papers.shapes import Line, Word

_LABEL = re.compile(
    r"(?P<kind>fig(?:ure|\.)|table|tab\.|tabelle|abbildung|abb\.|algorithm|algorithmus|listing)\s*"
    r"(?P<number>(?:[A-Z]{1,2}[.-]?)?\d{1,3}(?:\.\d{1,2})?[a-z]?|[IVX]{1,5})(?P<mark>\s*[:.|–—-])?(?=\s|$)",
    re.IGNORECASE,
)
_NUMERIC = re.compile(r"[-–−+±~<>≤≥]?[\d.,]+(?:[%×x]|±[\d.,]+|[eE][-+]?\d+|[KMBk])?\**|[-–—/✓✗]|n/a", re.IGNORECASE)
ROWS_CAP = 200


@dataclass(frozen=True, slots=True)
class Table:
    """A table that was located.

    Args:
        page: 1-based.
        rows: of cells, all of the same length.
        lines: identities of the lines that hold its words.
    """

    page: int
    rows: tuple[tuple[str, ...], ...]
    lines: frozenset[int]


def label(line: Line) -> str:
    """Give the kind of caption that begins with a line: figure, table, algorithm; empty if none does."""
    found = _LABEL.match(line.text)
    if found is None:
        return ""
    word = line.words[0]
    rest = line.text[found.end() :].strip()
    marked = found["mark"] or word.bold or word.text.isupper() or not rest or (line.column < 0 and rest[:1].isupper())
    if not marked or (rest[:1].islower() and not found["mark"]):
        return ""
    kind = found["kind"].casefold()
    if kind.startswith("tab"):
        return "table"
    return "algorithm" if kind.startswith(("alg", "lis")) else "figure"


def table(caption: Sequence[Line], page: Sequence[Line], taken: set[int]) -> Table | None:
    """Find the table that a caption is about, above or below it.

    Args:
        caption: its lines.
        page: all lines of its page.
        taken: identities of lines that belong to something else.
    """
    wide = any(line.column < 0 for line in caption)
    own = {id(line) for line in caption}
    column = caption[0].column
    beside = [line for line in page if id(line) not in own | taken and (wide or line.column in {column, -1})]
    top, bottom = caption[0].base - caption[0].size, caption[-1].base
    above = _walk(sorted((line for line in beside if line.base < top), key=lambda line: -line.base), top)
    below = _walk(sorted((line for line in beside if line.base > bottom), key=lambda line: line.base), bottom)
    found = max((below, above), key=_cells)
    if _cells(found) < 4:
        return None
    rows = _rows(found)
    return Table(caption[0].page, _grid(rows), frozenset(id(line) for line in found)) if len(rows) > 1 else None


def _walk(lines: Sequence[Line], start: float) -> list[Line]:
    """Take lines away from a caption as long as they look like rows and follow closely."""
    found: list[Line] = []
    last = start
    for line in lines[: 4 * ROWS_CAP]:
        if abs(line.base - last) > 3.2 * line.size or label(line) or _is_prose(line):
            break
        found.append(line)
        last = line.base
    while found and len(_parts(found[-1].words)) < 2 and not _NUMERIC.fullmatch(found[-1].words[0].text):
        alone = not any(other is not found[-1] and abs(other.base - found[-1].base) < 3 for other in found)
        if not alone:
            break
        found.pop()
    return found


def _is_prose(line: Line) -> bool:
    numeric = sum(bool(_NUMERIC.fullmatch(word.text)) for word in line.words)
    wide = line.x1 - line.x0 > 0.62 * (line.right - line.left)
    return len(_parts(line.words)) < 2 and len(line.words) >= 6 and wide and numeric * 3 < len(line.words)


def _cells(lines: Sequence[Line]) -> int:
    return sum(len(_parts(line.words)) for line in lines if len(_parts(line.words)) > 1)


def _parts(words: Sequence[Word]) -> list[list[Word]]:
    """Part a row at its wide gaps."""
    parts = [[words[0]]]
    for word in words[1:]:
        if word.x0 - parts[-1][-1].x1 > 0.75 * max(word.size, parts[-1][-1].size):
            parts.append([word])
        else:
            parts[-1].append(word)
    return parts


def _rows(lines: Sequence[Line]) -> list[list[Word]]:
    """Put pieces of one height together again; a wide table was cut at the gutter."""
    rows: list[list[Word]] = []
    base = float("-inf")
    for line in sorted(lines, key=lambda line: line.base)[: 2 * ROWS_CAP]:
        if line.base - base < 0.45 * line.size:
            rows[-1] += line.words
        else:
            rows.append(list(line.words))
            base = line.base
    for row in rows:
        row.sort(key=lambda word: word.x0)
    return rows[:ROWS_CAP]


def _grid(rows: Sequence[list[Word]]) -> tuple[tuple[str, ...], ...]:
    """Cut every row at the same places: where no cell of the rows with most cells reaches."""
    parted = [_parts(row) for row in rows]
    usual = sorted(len(parts) for parts in parted)[len(parted) * 3 // 4]
    spans = sorted((part[0].x0, part[-1].x1) for parts in parted if len(parts) >= max(2, usual) for part in parts)
    columns: list[list[float]] = []
    for x0, x1 in spans:
        if columns and x0 < columns[-1][1] - 1:
            columns[-1][1] = max(columns[-1][1], x1)
        else:
            columns.append([x0, x1])
    starts = [column[0] for column in columns] or [0.0]
    grid = []
    for parts in parted:
        cells = [""] * len(starts)
        for part in parts:
            middle = (part[0].x0 + min(part[-1].x1, part[0].x0 + 30)) / 2
            at = max(0, sum(start <= middle for start in starts) - 1)
            cells[at] = f"{cells[at]} {clean(' '.join(word.text for word in part))}".strip()
        grid.append(tuple(cells))
    return tuple(grid)
