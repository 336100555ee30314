"""Does the benchmark of the papers measure what it says?"""

from __future__ import annotations

from pathlib import Path

import paper_pages
import papers_bench
import papers_truth
import pytest

from coordinator.papers.markdown import PageText

PROSE = [PageText(1, "The gain was 0.5 points in 12 of all the cases that we have tried so far here. " * 12, "")]


def test_recall_counts_what_is_there() -> None:
    """Words as often as the truth has them; runs of five only where nothing stands between them."""
    chunks = [("a", "b", "c", "d", "e", "f")]
    assert papers_truth.word_recall(chunks, ["a", "b", "x", "d", "e", "f"]) == (5, 6)
    assert papers_truth.gram_recall(chunks, ["a", "b", "c", "d", "e", "x", "f"]) == (1, 2)


def test_order_is_the_longest_rising_run() -> None:
    """Missing words count against it."""
    assert papers_truth.order("abcd", "abcd") == 1
    assert papers_truth.order("abcd", "bcda") == 0.75
    assert papers_truth.order("abcd", "dc") == 0.25


def test_a_check_that_accepts_everything_is_found_out(monkeypatch: pytest.MonkeyPatch) -> None:
    """The figure is below its bar then, and holds with the real check."""
    monkeypatch.setattr(papers_bench, "QUOTES", 60)
    assert all(figure.holds for figure in papers_bench.quotes([PROSE]))
    monkeypatch.setattr("coordinator.papers.quotes.Source.holds", lambda _self, _quote, _page: True)
    altered, true = papers_bench.quotes([PROSE])
    assert (altered.holds, altered.value, true.value) == (False, 1.0, 1.0)


def test_figures_know_their_bars() -> None:
    """From below and from above."""
    assert papers_bench.Figure("a", 0.9, 0.9).holds
    assert not papers_bench.Figure("a", 0.89, 0.9).holds
    assert not papers_bench.Figure("a", 301, 300, most=True).holds
    assert str(papers_bench.Figure("a", 0.98765, 0.9, note="of 3")) == "| a | 0.9877 | 0.9 | of 3 |"


def test_pages_are_drawn_in_every_order(tmp_path: Path) -> None:
    """The same words, and PDFium's own text in another order where rows run across the columns."""
    read = papers_bench.readers()["pypdfium2"]
    texts = {}
    for order in paper_pages.ORDERS:
        page = paper_pages.stress(order, 18.0, 3)
        path = tmp_path / "stress.pdf"
        path.write_bytes(paper_pages.pdf([page.page]))
        texts[order] = papers_truth.words(read(path))
        assert sorted(page.expected) == sorted(texts[order])
    assert papers_truth.order(page.expected, texts["by column"]) == 1
    assert papers_truth.order(page.expected, texts["by row"]) < 0.7
