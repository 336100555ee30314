"""Sections are found by their headings, wherever those are real headings."""

from __future__ import annotations

import pytest
from costs import MOST, loops
from hypothesis import given, settings
from hypothesis import strategies as st

from coordinator.model.experiment import Section
from coordinator.model.problem import Problem
from coordinator.text import sections
from coordinator.text.header import Header
from coordinator.text.strict_yaml import Tree

TITLES = {"method": "Method", "key": "Key Findings"}


def read(body: str) -> tuple[dict[str, Section], tuple[Problem, ...]]:
    """Read a body that begins on line 5."""
    return sections.read(Header(Tree({}), body, 5), "f", TITLES)


def codes(body: str) -> list[tuple[int, str]]:
    """Give line and code of what is wrong with a body."""
    return [(problem.line, problem.code) for problem in read(body)[1]]


def test_text_and_line_of_a_section() -> None:
    """The text is stripped, and the line is the one it begins on."""
    found, problems = read("before\n## Method\n\n  one\ntwo\n\n## Key Findings\nthree")
    assert problems == ()
    assert found == {
        "method": Section(text="one\ntwo", line=8),
        "key": Section(text="three", line=12),
    }


@pytest.mark.parametrize(
    "heading", ["## Method", "##  METHOD  ", "## method:", "   ## Method ##", "##\tMethod", "## Method ###"]
)
def test_headings_are_compared_kindly(heading: str) -> None:
    """Case, spaces, a colon and closing signs do not matter."""
    assert codes(f"{heading}\nm\n## Key   Findings\nk") == []


@pytest.mark.parametrize("heading", ["##Method", "    ## Method", "### Method", "# Method", "Method\n------"])
def test_what_is_no_heading_of_a_section(heading: str) -> None:
    """Other levels, code and text are none."""
    assert codes(f"{heading}\nm\n## Key Findings\nk") == [(5, "section_missing")]


def test_deeper_headings_belong_to_their_section_and_others_end_it() -> None:
    """What stands below an unknown or a first-level heading is nobody's text."""
    found, problems = read("## Method\na\n### Part\nb\n## Other\nc\n## Key Findings\nd\n# Top\ne")
    assert problems == ()
    assert (found["method"].text, found["key"].text) == ("a\n### Part\nb", "d")


@pytest.mark.parametrize(
    "code",
    [
        "```\n## Method\n```",
        "~~~ text\n## Method\n```\n## Method\n~~~",
        "````\n```\n## Method\n````",
        "  ```py\n## Method\n  ```  ",
        "```\n``` no end\n## Method\n```",
    ],
)
def test_headings_inside_of_code_are_code(code: str) -> None:
    """A fence ends where one of its own kind and length stands alone."""
    found, problems = read(f"## Method\n{code}\n## Key Findings\nk")
    assert problems == ()
    assert found["method"].text == code.strip()


def test_three_backticks_within_a_line_open_nothing() -> None:
    """That is a code span, not a fence."""
    assert codes("## Method\n```x``` is code\n## Key Findings\nk") == []


def test_what_is_missing_empty_or_there_twice() -> None:
    """Each is a problem of its own; a comment of the template is no text."""
    assert codes("") == [(5, "section_missing"), (5, "section_missing")]
    assert codes("## Method\n<!-- how? -->\n## Key Findings\n <!-- open") == [
        (5, "section_empty"),
        (7, "section_empty"),
    ]
    assert codes("## Method\na\n## Key Findings\nk\n## METHOD\nb") == [(9, "section_duplicate")]


def test_the_first_of_two_counts_meanwhile() -> None:
    """A placeholder stands where one is missing, so that the rest can be checked too."""
    found, _ = read("## Method\na\n## Method\nb")
    assert found == {"method": Section(text="a", line=6), "key": Section(text="", line=5)}


def test_a_hint_says_what_happened_to_the_section() -> None:
    """A title that is nearly right, a fence that swallowed it, or nothing at all."""
    (typo,) = read("## Methods\nm\n## Key Findings\nk")[1]
    assert "line 5" in typo.hint
    (swallowed,) = read("## Key Findings\nk\n```\n## Method\nm")[1]
    assert "line 7 is never closed" in swallowed.hint
    (absent,) = read("## Key Findings\nk")[1]
    assert "`## Method`" in absent.hint


@pytest.mark.parametrize(
    "body",
    [
        "## " + " " * 400_000 + "x",
        "## Method" + " #" * 200_000,
        "`" * 400_000 + "x`",
        "## Method\nm\n" * 40_000,
        "## Metho\n" * 40_000,
        "<!--" * 100_000,
    ],
)
def test_hostile_bodies_cost_little(body: str) -> None:
    """No pattern backtracks without end, and no body makes a thousand problems."""
    assert len(codes(body)) <= 10
    assert loops(lambda: codes(body)) < MOST


LINE = st.text(st.characters(codec="ascii", exclude_characters="#`~<\r\n", exclude_categories=("Cc",)), min_size=1)
PARAGRAPHS = st.lists(LINE.map(str.strip).filter(bool), min_size=1, max_size=3).map("\n\n".join)


@settings(deadline=None, max_examples=50)
@given(PARAGRAPHS, PARAGRAPHS)
def test_printed_sections_come_back(method: str, key: str) -> None:
    """Text comes back as it was; lines are where the printer put it."""
    written = {"method": Section(text=method, line=0), "key": Section(text=key, line=0)}
    body = sections.print_(written, TITLES)
    found, problems = sections.read(Header(Tree({}), body, 1), "f", TITLES)
    assert problems == ()
    assert {name: section.text for name, section in found.items()} == {"method": method, "key": key}
    assert all(body.split("\n")[each.line - 1] == each.text.split("\n")[0] for each in found.values())
