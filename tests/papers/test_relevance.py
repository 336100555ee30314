"""A question meets the papers that are useful for it."""

from __future__ import annotations

from test_index import card

from coordinator.model.paper import TierState
from coordinator.papers.relevance import MOST, fitting

QUESTION = "Does a tuned decision threshold beat the default under class imbalance?"


def test_papers_that_share_rare_words_are_named() -> None:
    """Best first, at most three, and none that shares a single word."""
    cards = {
        "a": card("a", useful_for="choosing decision thresholds when classes are imbalanced"),
        "b": card("b", useful_for="tuning thresholds by class"),
        "c": card("c", useful_for="translating threshold poems"),
        "d": card("d", useful_for="protein folding"),
    }
    assert fitting(cards, QUESTION) == ("a", "b")
    many = {f"p{n}": card(f"p{n}", useful_for="tuned class thresholds") for n in range(9)}
    assert len(fitting(many, QUESTION)) == MOST


def test_drafts_are_never_named() -> None:
    """Nobody has read them."""
    draft = card("a", useful_for="tuned thresholds under class imbalance", status=TierState.DRAFT)
    assert fitting({"a": draft}, QUESTION) == ()
