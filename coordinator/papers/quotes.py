"""Does a quote stand in the paper, there where it says? Letters and digits must be the same, and every number.

Fuzzy matching is of no use here: it accepts nearly every quote with a changed digit or an inserted "not". Letters
and digits alone, as one run between the borders of words, accept next to none; signs, decimals and relations, which
are neither letters nor digits, are compared on top.
"""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_right
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

from coordinator.papers.clean import letters
from coordinator.papers.markdown import PageText
from coordinator.papers.numbers import signature

QUOTE = re.compile(r"^\s*>\s*[\"“„](?P<text>.+)[\"”“]\s*\((?:p|S)\.\s*(?P<page>\d{1,5})\)\s*$")
LIKE = re.compile(r"^\s*>\s*\S")
LEAST_WORDS, LEAST_LETTERS = 4, 15
"""A shorter quote proves nothing."""
_AROUND = 4
"""Characters beside a passage that may belong to its first or last number."""
_SIGN = re.compile(r"(?:(?<=[\s(\[=<>~≈])|^)[-−–+.]{1,2}$")
_MORE = re.compile(r"[.,]\d+|%")
PASSAGE = 240
"""Characters of the nearest passage that is shown."""


@dataclass
class Source:
    """A paper's text, ready to be searched for quotes.

    Args:
        pages: as they were written down.
    """

    pages: Sequence[PageText]
    text: str = field(init=False, default="")
    _squeezed: str = field(init=False, default="")
    _places: list[int] = field(init=False, default_factory=list)
    _starts: list[tuple[int, int]] = field(init=False, default_factory=list)

    def __post_init__(self) -> None:
        parts, squeezed, length = [], [], 0
        for page in self.pages:
            self._starts.append((page.number, len(self._places)))
            for at, char in enumerate(page.text):
                for letter in char.casefold() if char.isascii() else _letters_of(char):
                    if letter.isalnum():
                        squeezed.append(letter)
                        self._places.append(length + at)
            parts.append(page.text)
            length += len(page.text) + 1
        self.text = "\n".join(parts)
        self._squeezed = "".join(squeezed)

    def holds(self, quote: str, page: int) -> bool:
        """Tell whether a quote stands on a page or on one of its neighbours."""
        wanted = letters(quote)
        start, end = self._between(page - 1, page + 1)
        at = self._squeezed.find(wanted, start, end) if wanted else -1
        while at >= 0:
            if self._is_same(quote, self._places[at], self._places[at + len(wanted) - 1] + 1):
                return True
            at = self._squeezed.find(wanted, at + 1, end)
        return False

    def pages_of(self, quote: str) -> list[int]:
        """Give the pages on which a quote stands, wherever that is."""
        return [number for number, _ in self._starts if self.holds(quote, number)]

    def nearest(self, quote: str, page: int | None = None) -> tuple[int, str]:
        """Give the page and the passage that have most words of a quote in common; 0 and nothing without any."""
        wanted = Counter(re.findall(r"[^\W_]{2,}", quote.casefold()))
        best = (0.0, 0, "")
        for each in self.pages:
            if page is not None and abs(each.number - page) > 1:
                continue
            for passage in re.split(r"(?<=[.!?])\s+|\n+", each.text):
                there = Counter(re.findall(r"[^\W_]{2,}", passage.casefold()))
                common = sum((wanted & there).values())
                score = 2 * common / (sum(wanted.values()) + sum(there.values()) or 1)
                if score > best[0]:
                    best = (score, each.number, passage.strip())
        return best[1], best[2][:PASSAGE]

    def _between(self, first: int, last: int) -> tuple[int, int]:
        numbers = [number for number, _ in self._starts]
        start = self._starts[low][1] if (low := bisect_right(numbers, first - 1)) < len(numbers) else len(self._places)
        end = self._starts[high][1] if (high := bisect_right(numbers, last)) < len(numbers) else len(self._places)
        return start, end

    def _is_same(self, quote: str, start: int, end: int) -> bool:
        """Compare what letters and digits do not say: borders of words, signs, points, relations."""
        if start and _joins(self.text[start - 1], self.text[start]):
            return False
        if end < len(self.text) and _joins(self.text[end - 1], self.text[end]):
            return False
        if self.text[start].isdigit() and re.search(r"\d[.,]$", self.text[max(0, start - 2) : start]):
            return False
        return signature(_edged(self.text, start, end)) == signature(_edged(quote, *_core(quote)))


def _core(quote: str) -> tuple[int, int]:
    """Give where the first letter or digit of a quote stands, and where the last one ends."""
    places = [at for at, char in enumerate(quote) if any(each.isalnum() for each in _letters_of(char))]
    return places[0], places[-1] + 1


def _edged(text: str, start: int, end: int) -> str:
    """Give a passage with what belongs to its first and its last number: a sign, a point, decimals, a percent sign."""
    before = _SIGN.search(text[max(0, start - _AROUND) : start])
    after = _MORE.match(text[end : end + _AROUND])
    return (before[0] if before else "") + text[start:end] + (after[0] if after else "")


def _letters_of(char: str) -> str:
    return unicodedata.normalize("NFKC", char).casefold()


def _joins(one: str, other: str) -> bool:
    return one.isalnum() and other.isalnum()


def is_too_short(quote: str) -> bool:
    """Tell whether a quote is too short to prove anything."""
    return len(quote.split()) < LEAST_WORDS or len(letters(quote)) < LEAST_LETTERS
