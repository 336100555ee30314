"""Does a hyphen at the end of a line belong to the word? The rest of the document mostly knows.

The words that the document writes within its lines are the dictionary: no list of words is downloaded, and
names of methods, which no list has, are known best by the paper itself.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable

_WORD = re.compile(r"[^\W\d_]+(?:-[^\W\d_]+)*")
_LAST = re.compile(r"((?:[^\W_]+-)*)([^\W\d_]+)-$")
_FIRST = re.compile(r"([^\W\d_]+)(.*)", re.DOTALL)
_TAIL = 120
"""Characters of a text that are looked at for its last word."""
_USUAL, _LONG = 2, 5
"""Two words of so many letters, each used so often alone, are a compound: what TeX cuts off is seldom a word."""
_PARTS = frozenset([
    "all", "anti", "auto", "best", "co", "cross", "data", "deep", "double", "end", "fine", "five", "first",
    "four", "full", "graph", "half", "hand", "hard", "high", "large", "left", "length", "long", "low",
    "machine", "meta", "mid", "mini", "model", "multi", "near", "neural", "non", "one", "open", "post", "pre",
    "pseudo", "real", "right", "second", "self", "semi", "seven", "short", "single", "six", "small", "so",
    "soft", "state", "task", "ten", "third", "three", "time", "top", "trade", "two", "ultra", "well", "wide",
    "worst", "zero",
])  # fmt: skip
"""Words that often begin a compound with a hyphen."""
_FIRM = frozenset({"self", "non", "semi", "well", "state", "three", "two", "four", "five", "six", "high",
                   "low", "cross", "large", "small", "real", "full", "single", "long", "short", "fine", "best", "worst",
                   "hand", "end", "half", "zero", "near", "open", "deep", "mid", "quasi", "pseudo"})  # fmt: skip
_ENDS = re.compile(
    r"(?:based|level|free|driven|aware|art|like|wise|known|dimensional|specific|scale|shot|end|time|trained|tuning|"
    r"tuned|order|step|layer|class|world|life|art|off|quality|term|stage|linear|supervised|trivial|zero|to|"
    r"stationary|limited|constrained|efficient|optimal|rich|wide|parametric|negative|convex|agnostic|oriented|"
    r"related|dependent|independent|invariant|sensitive|point)s?"
)


class Vocabulary:
    """The words that a document writes within its lines.

    Args:
        lines: of the whole document.
    """

    def __init__(self, lines: Iterable[str]) -> None:
        self._words: Counter[str] = Counter()
        broken = False
        for line in lines:
            # The last of a line that ends in a hyphen is half a word, and so is the first of the next one.
            found = [word.casefold() for word in _WORD.findall(line)]
            broken, was = line.endswith("-"), broken
            self._words.update(found[was : len(found) - broken])

    def joined(self, before: str, after: str) -> str | None:
        """Join two lines where the first ends in a hyphen.

        Returns:
            Both as one text, with the hyphen or without it; None where no word is broken.
        """
        left, right = _LAST.search(before[-_TAIL:]), _FIRST.match(after)
        if left is None or right is None:
            return before + after if before.endswith("-") and after[:1].isdigit() and before[-2:-1].isalnum() else None
        keep = self._keeps(left[1], left[2], right[1])
        return (before if keep else before[:-1]) + after

    def _keeps(self, chain: str, first: str, second: str) -> bool:
        """Tell whether `first-second` has its hyphen for good."""
        whole = (first + second).casefold()
        halves = f"{first}-{second}".casefold()
        glued, parted = self._words[whole], self._words[halves] + self._words[(chain + halves).casefold()]
        if glued or parted:
            return parted > glued
        return self._is_compound(chain, first, second)

    def _is_compound(self, chain: str, first: str, second: str) -> bool:
        """Guess where the document never writes the word within a line."""
        if second[:1].isupper() or (first.isupper() and len(first) > 1) or (len(first) == 1 and not chain):
            return True
        known, begun = self._words[second.casefold()], self._words[first.casefold()]
        ending = _ENDS.fullmatch(second.casefold()) is not None
        if (chain and known) or (first.casefold() in _FIRM and (known or ending)):
            return True
        if ending or first.casefold() in _PARTS:
            return bool(known and begun)
        return min(known, begun) >= _USUAL and min(len(first), len(second)) >= _LONG
