"""In which order is a page read? Words, gutters, bands, then lines: geometry alone.

The drawing order is right for most papers and wrong where rows were drawn across columns, so it is only compared
with (`agreement`). A gutter is a strip that few words cross, over the whole document; a page with a long list of
authors or a wide table has it too, although it cannot be seen there.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from coordinator.papers.shapes import Line, Sheet, Word

BIN = 2.0
"""Points; how finely strips are looked for."""
_NARROWEST = 7.0
"""Points of the narrowest gutter."""
_CROSSED = 0.55
"""Share of the ink beside it that may cross a gutter of the whole document."""
_CROSSED_ON_PAGE = 0.2
"""The same for a gutter that only one page has."""
_EDGE = 0.08
"""Share of the height at the top and bottom of a page where running heads cross every gutter."""
_SAME_SIZE = 3.0
"""Points by which pages of one size differ."""


@dataclass(frozen=True, slots=True)
class Gutter:
    """An empty strip between columns.

    Args:
        left, right: its edges.
    """

    left: float
    right: float

    @property
    def middle(self) -> float:
        """Where words are told apart."""
        return (self.left + self.right) / 2

    @property
    def width(self) -> float:
        """How wide it is."""
        return self.right - self.left


def read(sheets: Sequence[Sheet]) -> list[list[Line]]:
    """Give the lines of each page in the order of reading."""
    shared = _shared(sheets)
    return [_lines(sheet, shared.get(_format(sheet), ()) or _own(sheet)) for sheet in sheets]


def agreement(lines: Sequence[Line]) -> float:
    """Give the share of neighbouring lines that were also drawn one after the other, in that order."""
    starts = [min(word.order for word in line.words) for line in lines]
    if len(starts) < 2:
        return 1.0
    return sum(a < b for a, b in pairwise(starts)) / (len(starts) - 1)


def _format(sheet: Sheet) -> tuple[int, int]:
    return round(sheet.width / _SAME_SIZE), round(sheet.height / _SAME_SIZE)


def _shared(sheets: Sequence[Sheet]) -> dict[tuple[int, int], tuple[Gutter, ...]]:
    """Find the gutters that pages of one size have in common."""
    groups: dict[tuple[int, int], list[Sheet]] = defaultdict(list)
    for sheet in sheets:
        groups[_format(sheet)].append(sheet)
    found = {}
    for key, group in groups.items():
        ink = [sum(column) for column in zip(*(_ink(sheet) for sheet in group), strict=False)]
        central = _central(_gutters(ink, _CROSSED), group[0].width)
        # On a page of few lines the gaps between words may happen to stand below one another.
        found[key] = tuple(gutter for gutter in central if any(_divides(sheet, gutter) for sheet in group))
    return found


def _own(sheet: Sheet) -> tuple[Gutter, ...]:
    """Find gutters that a page has alone: a side bar, or the only page in two columns."""
    return tuple(gutter for gutter in _gutters(_ink(sheet), _CROSSED_ON_PAGE) if _divides(sheet, gutter))


def _central(gutters: Sequence[Gutter], width: float) -> tuple[Gutter, ...]:
    return tuple(gutter for gutter in gutters if 0.3 * width < gutter.middle < 0.7 * width)


def _ink(sheet: Sheet) -> list[float]:
    """Give, for each strip of the page, the height of the words that cover it."""
    ink = [0.0] * (int(sheet.width / BIN) + 2)
    last = len(ink) - 1
    for word in sheet.words:
        if not _EDGE * sheet.height < word.base < (1 - _EDGE) * sheet.height:
            continue
        for place in range(max(0, int(word.x0 / BIN + 0.5)), min(last, int(word.x1 / BIN + 0.5))):
            ink[place] += word.size
    return ink


def _gutters(ink: Sequence[float], crossed: float) -> list[Gutter]:
    """Find strips with much less ink than on both of their sides."""
    inked = [place for place, value in enumerate(ink) if value > 0]
    if not inked:
        return []
    found = []
    first, last = inked[0], inked[-1]
    start = None
    for place in range(first, last + 2):
        low = place <= last and ink[place] < crossed * _beside(ink, place)
        if low and start is None:
            start = place
        elif not low and start is not None:
            if (place - start) * BIN >= _NARROWEST - BIN / 2 and place <= last:
                found.append(Gutter(start * BIN, place * BIN))
            start = None
    return found


def _beside(ink: Sequence[float], place: int, reach: int = 30) -> float:
    """Give the lesser of the usual ink on the two sides of a strip."""
    left = sorted(ink[max(0, place - reach) : place])
    right = sorted(ink[place + 1 : place + 1 + reach])
    return min(left[len(left) * 2 // 3], right[len(right) * 2 // 3]) if left and right else 0.0


def _divides(sheet: Sheet, gutter: Gutter) -> bool:
    """Tell whether there is running text on both sides, not the cells of a table."""
    sides: dict[bool, Counter[float]] = {False: Counter(), True: Counter()}
    for word in sheet.words:
        sides[word.x0 > gutter.middle][round(word.base)] += 1
    rows = [sorted(side.values()) for side in sides.values()]
    return all(len(each) >= 8 and sum(each) / len(each) >= 2.2 for each in rows)


def _lines(sheet: Sheet, gutters: tuple[Gutter, ...]) -> list[Line]:
    """Cut rows at the gutters, and read band after band, in each of them column after column."""
    pieces = [piece for row in _rows(sheet.words) for piece in _cut(row, gutters, sheet)]
    ordered: list[Line] = []
    waiting: list[Line] = []
    band, bottom = 0, 0.0
    for piece in sorted(pieces, key=lambda line: line.base):
        across = piece.column < 0
        if waiting and (across or _is_apart(piece, bottom, sheet)):
            ordered += sorted(waiting, key=lambda line: line.column)
            waiting, band = [], band + 1
        elif not across and not waiting:
            band += 1
        piece.band = band
        (ordered if across else waiting).append(piece)
        bottom = piece.base
    return ordered + sorted(waiting, key=lambda line: line.column)


def _is_apart(line: Line, bottom: float, sheet: Sheet) -> bool:
    """Tell whether a line begins something below the authors of a first page, which may stand in columns themselves."""
    white = line.base - 0.75 * line.size - bottom
    return sheet.number == 1 and line.base < 0.6 * sheet.height and white > 2.2 * line.size


def _rows(words: Sequence[Word]) -> list[list[Word]]:
    """Put together words that stand on one line, raised and lowered signs with the word that they belong to."""
    sizes = Counter[float]()
    for word in words:
        sizes[round(word.size * 2) / 2] += len(word.text)
    body = sizes.most_common(1)[0][0] if sizes else 10.0
    rows: list[list[Word]] = []
    small: list[Word] = []
    base = float("-inf")
    for word in sorted(words, key=lambda word: word.base):
        if word.size < 0.82 * body:
            small.append(word)
        elif word.base - base <= 0.22 * word.size:
            rows[-1].append(word)
        else:
            rows.append([word])
            base = word.base
    return _with_small(rows, small)


def _with_small(rows: list[list[Word]], small: list[Word]) -> list[list[Word]]:
    """Add small words to the row that they touch, or stand in; those that do neither make rows of their own."""
    bases = [row[0].base for row in rows]
    lone: list[Word] = []
    for word in sorted(small, key=lambda word: (round(word.base), word.x0)):
        middle = word.base - 0.3 * word.size
        at = bisect_left(bases, middle)
        around = range(max(0, at - 2), min(len(rows), at + 3))
        near = [number for number in around if any(_touches(word, middle, each) for each in rows[number])]
        if near:
            rows[min(near, key=lambda number: abs(bases[number] - 0.3 * rows[number][0].size - middle))].append(word)
        else:
            lone.append(word)
    base = float("-inf")
    for word in sorted(lone, key=lambda word: word.base):
        if word.base - base <= 0.3 * word.size:
            rows[-1].append(word)
        else:
            rows.append([word])
            base = word.base
    return rows


def _touches(word: Word, middle: float, other: Word) -> bool:
    """Tell whether a small word is a raised or lowered sign of another one, or goes on in small capitals."""
    gap = max(word.x0 - other.x1, other.x0 - word.x1)
    if abs(word.base - other.base) <= 0.1 * word.size:
        return gap < 0.9 * other.size
    return gap < 0.35 * other.size and other.base - 0.95 * other.size < middle < other.base + 0.3 * other.size


def _cut(row: list[Word], gutters: tuple[Gutter, ...], sheet: Sheet) -> list[Line]:
    """Cut a row where a gutter is free; what crosses one runs across the columns."""
    row.sort(key=lambda word: word.x0)
    edges = [0.0, *(gutter.middle for gutter in gutters), sheet.width]
    pieces: list[list[Word]] = [[row[0]]]
    for before, word in pairwise(row):
        (pieces.append([word]) if _parted(before, word, gutters) else pieces[-1].append(word))
    lines = []
    for words in pieces:
        x0, x1 = words[0].x0 + 1, max(word.x1 for word in words) - 1
        first = sum(x0 > gutter.middle for gutter in gutters)
        last = sum(x1 > gutter.middle for gutter in gutters)
        column = first if first == last else -1
        left, right = (edges[first], edges[first + 1]) if column >= 0 else (edges[0], edges[-1])
        lines.append(Line(words, sheet.number, column, 0, left, right))
    return lines


def _parted(before: Word, word: Word, gutters: tuple[Gutter, ...]) -> bool:
    for gutter in gutters:
        least = max(0.65 * gutter.width, 0.45 * word.size)
        if before.x1 <= gutter.middle + 1 and word.x0 >= gutter.middle - 1 and word.x0 - before.x1 >= least:
            return True
    return False
