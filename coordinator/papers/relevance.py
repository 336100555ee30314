"""Which papers may help with a question? Those whose "useful for" shares rare words with it, and that somebody read."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Mapping

from coordinator.model.paper import Overview, TierState

MOST = 3
"""Papers that a worker is pointed to at its start."""
LEAST_COMMON = 2
"""Words that a paper's use and a question must share."""
_USUAL = frozenset(
    re.findall(
        r"\w+",
        """about after again against also among and any are because been before being below between both
        but can cannot could does for from had has have how into its itself more most much must need
        not number only other over own same should so some such than that the their them then there
        these they this those through under until use used useful using very was were what when where
        whether which while who why will with without work works working would yet you your model
        method data paper""",
    )
)
"""Words that say nothing of what a question is about."""


def fitting(cards: Mapping[str, Overview], question: str) -> tuple[str, ...]:
    """Name the papers that fit a question, the best first.

    Args:
        cards: overviews by id; drafts are passed over, since nobody vouches for them.
        question: title, question and context of a direction.
    """
    read = {name: _words(card.useful_for) for name, card in cards.items() if card.status is TierState.DISTILLED}
    spread = Counter(word for words in read.values() for word in words)
    asked = _words(question)
    scored = []
    for name, words in read.items():
        common = words & asked
        weight = sum(math.log(1 + len(read) / spread[word]) for word in common)
        if len(common) >= LEAST_COMMON:
            scored.append((-weight, name))
    return tuple(name for _, name in sorted(scored)[:MOST])


def _words(text: str) -> frozenset[str]:
    """Give the words of a text that say what it is about, without their endings."""
    found = re.findall(r"[^\W\d_]{3,}|[^\W_]*\d[^\W_]*[^\W\d_][^\W_]*", text.casefold())
    return frozenset(_stem(word) for word in found if word not in _USUAL)


def _stem(word: str) -> str:
    for ending in ("ations", "ation", "ings", "ing", "ies", "ied", "ed", "es", "s", "y"):
        if word.endswith(ending) and len(word) - len(ending) >= 4:
            return word[: -len(ending)]
    return word
