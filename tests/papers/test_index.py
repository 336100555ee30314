"""One line a paper, within its budget; topics once there are many."""

from __future__ import annotations

from coordinator.model.experiment import Section
from coordinator.model.paper import Overview, Paper, PaperStatus, TierState
from coordinator.papers import index
from coordinator.papers.budgets import INDEX_LINE_TOKENS, INDEX_PAPERS
from coordinator.papers.tokens import tokens

TEXT = Section(text="x", line=1)


def card(name: str, **facts: object) -> Overview:
    """Give an overview that somebody has written."""
    written = {"title": "A Title", "venue": "ICML", "year": 2024, "useful_for": "choosing thresholds", **facts}
    parts = dict.fromkeys(("problem", "method", "key_results", "limitations"), TEXT)
    return Overview(**{"id": name, "status": TierState.DISTILLED, "sha256": "0" * 64, **written, **parts})  # type: ignore[arg-type]  # as the test says


def test_a_line_is_id_title_and_use() -> None:
    """In the form that workers read."""
    assert index.line(card("a")) == "- a | A Title (ICML 2024) | choosing thresholds"
    assert index.line(card("a", venue="", year=None)) == "- a | A Title | choosing thresholds"


def test_a_line_stays_within_its_budget() -> None:
    """The venue goes first, then the end of the title; the use stays."""
    long = card("a", title="Very " * 60 + "Long", venue="Proceedings " * 20)
    assert tokens(index.line(long)) <= INDEX_LINE_TOKENS
    assert index.line(long).endswith("| choosing thresholds")
    assert tokens(index.line(card("a", title="T " * 90, useful_for="so " * 90))) <= INDEX_LINE_TOKENS


def test_a_line_is_one_line() -> None:
    """Whatever a title has in it."""
    assert index.line(card("a", title="One | Two\nThree")) == "- a | One / Two Three (ICML 2024) | choosing thresholds"


def test_drafts_never_look_distilled() -> None:
    """Their use is not shown, and they stand apart."""
    text = index.written_out({"a": card("a"), "b": card("b", status=TierState.DRAFT)}, {})["index.md"]
    assert text.index("## Read") < text.index("- a |") < text.index("## Drafts") < text.index("- b |")
    assert "- b | A Title (ICML 2024) | draft: not read by anybody yet" in text


def test_what_cannot_be_read_says_what_to_do() -> None:
    """One line, no tiers."""
    paper = Paper(id="c", sha256="", status=PaperStatus.ENCRYPTED, source="c.pdf", detail="save a copy")
    assert "## Not readable\n\n- c | encrypted | save a copy" in index.written_out({}, {"c": paper})["index.md"]


def test_many_papers_are_listed_by_topic() -> None:
    """The index lists the topics, each file at most so many papers."""
    cards = {f"p{n:03}": card(f"p{n:03}", topic="trees" if n % 3 else None) for n in range(3 * INDEX_PAPERS)}
    files = index.written_out(cards, {})
    assert sorted(files) == ["index.md", "index/other.md", "index/trees-1.md", "index/trees-2.md"]
    assert "- p" not in files["index.md"]
    assert f"- other | {INDEX_PAPERS} papers | papers/index/other.md" in files["index.md"]
    listed = [line for name, text in files.items() if "/" in name for line in text.splitlines() if line[:3] == "- p"]
    assert len(listed) == 3 * INDEX_PAPERS
