"""overview/{id}.md and condensed/{id}.md: what an assistant says about a paper."""

from __future__ import annotations

import pytest

from coordinator.model.experiment import Section
from coordinator.model.paper import Condensed, Overview, TierState
from coordinator.text import tiers


def section(line: int) -> Section:
    """Give a section with text, as it is read back."""
    return Section(text="Some text.", line=line)


OVERVIEW = {
    "id": "a",
    "title": 'Of "Quotes": a study',
    "authors": ("A B", "C, D"),
    "venue": "X",
    "year": 2024,
    "useful_for": "reading",
    "status": TierState.DISTILLED,
    "sha256": "0" * 64,
}


@pytest.mark.parametrize("more", [{}, {"topic": "trees", "overrides": {"title": "it is: wrong"}}, {"year": None}])
def test_an_overview_is_read_as_it_is_printed(more: dict[str, object]) -> None:
    """Every key, whatever is in it."""
    first = 12 + len({"topic", "overrides"} & more.keys())
    parts = {name: section(first + 2 * at) for at, name in enumerate(tiers.OVERVIEW_TITLES)}
    overview = Overview(**{**OVERVIEW, **more, **parts})  # type: ignore[arg-type]  # as the test says
    assert tiers.parse_overview(tiers.print_overview(overview), "f", "a").value == overview


def test_a_condensed_text_is_read_as_it_is_printed() -> None:
    """With its six sections."""
    parts = {name: section(9 + 4 * at) for at, name in enumerate(tiers.CONDENSED_TITLES)}
    condensed = Condensed(id="a", status=TierState.DRAFT, sha256="0" * 64, **parts)
    assert tiers.parse_condensed(tiers.print_condensed(condensed), "f", "a").value == condensed


def test_a_tier_belongs_to_its_file() -> None:
    """And says everything else that is wrong in the same go."""
    data = b"---\nid: b\nstatus: done\nsha256: " + b"0" * 64 + b"\n---\n## Setup\nx\n"
    found = tiers.parse_condensed(data, "f", "a")
    assert found.value is None
    assert {each.code for each in found.problems} == {"wrong_id", "bad_value", "section_missing"}
    assert [each.code for each in tiers.parse_overview(b"", "f", "a").problems] == ["header_missing"]
