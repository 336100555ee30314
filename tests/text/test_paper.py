"""text/{id}.json: what was extracted from a paper."""

from __future__ import annotations

from coordinator.model.paper import Paper, PaperHeading, PaperStatus
from coordinator.text import paper

WHOLE = Paper(
    id="a",
    sha256="0" * 64,
    status=PaperStatus.OK,
    title="A",
    authors=("B C",),
    year=2024,
    headings=(PaperHeading(level=1, text="D", page=2),),
    source="a.pdf",
    sources={"a.pdf": "0" * 64},
    sketch=(1, 2),
    confidence=0.5,
)


def test_what_is_printed_is_read_again() -> None:
    """Whole, and in the same bytes."""
    data = paper.print_(WHOLE)
    assert paper.parse(data, "f").value == WHOLE
    assert paper.print_(WHOLE) == data


def test_what_is_no_record_is_a_problem() -> None:
    """So that it is made again."""
    assert [each.code for each in paper.parse(b"[]", "f").problems] == ["json_not_an_object"]
    assert paper.parse(b'{"id": "a"}', "f").value is None


def test_only_two_statuses_are_readable() -> None:
    """Those have tiers."""
    assert {status.value for status in PaperStatus if status.is_readable} == {"ok", "partial"}
