"""What is on a page, before anybody says what it means? Words, lines and pages with their places.

Coordinates are points, from the upper left corner of the page as it is read; `base` is the line that the
letters stand on. The engines make words, `columns` makes lines of them, everything else reads lines.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from functools import cached_property


@dataclass(slots=True)
class Word:
    """A run of letters without a space in it.

    Args:
        text: as the engine gave it.
        x0, x1: left and right end.
        base: the line that it stands on.
        size: of the type, in points, as it is seen.
        font: name of the font.
        bold: the font is a heavy one.
        order: its place in the drawing order of the page.
    """

    text: str
    x0: float
    x1: float
    base: float
    size: float
    font: str = ""
    bold: bool = False
    order: int = 0

    @property
    def top(self) -> float:
        """Where its capitals end, about."""
        return self.base - 0.75 * self.size


@dataclass(slots=True)
class Sheet:
    """One page as an engine read it.

    Args:
        number: 1-based.
        width, height: as it is read, in points.
        words: in drawing order, those that stand upright.
        aside: words in other directions, such as a stamp in the margin.
        pictured: share of the page that images cover.
        odd: characters that no reader could make sense of.
    """

    number: int
    width: float
    height: float
    words: list[Word]
    aside: list[Word] = field(default_factory=list)
    pictured: float = 0.0
    odd: int = 0

    @property
    def letters(self) -> int:
        """How many characters there are."""
        return sum(len(word.text) for word in self.words)


@dataclass
class Line:
    """Words that are read one after the other.

    Args:
        words: from left to right.
        page: 1-based.
        column: 0-based; -1 where it runs across columns.
        band: counts the stretches between lines that run across; lines of one band and column follow each other.
        left, right: edges of its column.
    """

    words: list[Word]
    page: int
    column: int = 0
    band: int = 0
    left: float = 0.0
    right: float = 0.0

    @cached_property
    def text(self) -> str:
        """Its words with a space between them."""
        return " ".join(word.text for word in self.words)

    @cached_property
    def size(self) -> float:
        """The size that most of its letters have."""
        return _most(Counter[float](), ((round(word.size, 1), len(word.text)) for word in self.words))

    @cached_property
    def bold(self) -> bool:
        """Whether most of its letters are heavy."""
        heavy = sum(len(word.text) for word in self.words if word.bold)
        return 2 * heavy > sum(len(word.text) for word in self.words)

    @cached_property
    def font(self) -> str:
        """The font that most of its letters have."""
        count: Counter[str] = Counter()
        for word in self.words:
            count[word.font] += len(word.text)
        return count.most_common(1)[0][0]

    @property
    def x0(self) -> float:
        """Left end."""
        return self.words[0].x0

    @property
    def x1(self) -> float:
        """Right end."""
        return max(word.x1 for word in self.words)

    @cached_property
    def base(self) -> float:
        """The line that most of it stands on."""
        return _most(Counter[float](), ((round(word.base, 1), len(word.text)) for word in self.words))


def _most(count: Counter[float], seen: object) -> float:
    for key, weight in seen:  # type: ignore[attr-defined]
        count[key] += weight
    return count.most_common(1)[0][0]


def body_size(lines: list[Line]) -> float:
    """Give the size of type that most of the letters have; 10 where there are none."""
    count: Counter[float] = Counter()
    for line in lines:
        count[round(line.size * 2) / 2] += len(line.text)
    return count.most_common(1)[0][0] if count else 10.0
