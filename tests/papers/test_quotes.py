"""A quote is in the paper, letter for letter and number for number, or it is not."""

from __future__ import annotations

import pytest

from coordinator.papers.markdown import PageText
from coordinator.papers.quotes import QUOTE, Source, is_too_short

PAGES = [
    PageText(1, "We find that the error does fall, by -0.5 points (from 12.5 to 12.0, p < 0.05) in all of the", ""),
    PageText(
        2, "cases that we tried. It is not unlike the well-known case: 10–20 trees, 1,000 of them at 5% each.", ""
    ),
    PageText(3, "Größe matters: the ﬁrst re- sult holds for 44 % of α-stable laws.", ""),
]


@pytest.fixture
def source() -> Source:
    """Give a paper of three pages."""
    return Source(PAGES)


@pytest.mark.parametrize(
    ("quote", "page"),
    [
        ("the error does fall, by -0.5 points", 1),
        ("the error does fall, by −0.5 points", 1),
        ("The Error does fall -- by -0.5 points", 1),
        ("from 12.5 to 12.0, p < 0.05", 1),
        ("in all of the cases that we tried", 1),
        ("in all of the cases that we tried", 2),
        ("the error does fall, by -0.5 points", 2),
        ("10-20 trees, 1000 of them at 5% each", 2),
        ("the first result holds for 44% of α-stable laws", 3),
    ],
)
def test_true_quotes_are_accepted(source: Source, quote: str, page: int) -> None:
    """Over line ends, page ends, typographic signs and ligatures; on the page or beside it."""
    assert source.holds(quote, page)


@pytest.mark.parametrize(
    ("quote", "page"),
    [
        ("the error does not fall, by -0.5 points", 1),
        ("the error does fall, by 0.5 points", 1),
        ("the error does fall, by -5 points", 1),
        ("the error does fall, by -0.6 points", 1),
        ("from 12.5 to 120, p < 0.05", 1),
        ("from 12.5 to 12.0, p > 0.05", 1),
        ("like the well-known case: 10–20 trees", 2),
        ("trees, 1,000 of them at 5 each", 2),
        ("It is not unlike the well-known cas", 2),
        ("the error does fall, by -0.5 points", 3),
        ("fall, by -0.5 points (from 12", 1),
        ("5 points (from 12.5 to 12.0", 1),
        ("", 1),
    ],
)
def test_altered_quotes_are_refused(source: Source, quote: str, page: int) -> None:
    """A word more, a sign less, another digit, a moved point, half a word, half a number, another page."""
    assert not source.holds(quote, page)


def test_the_nearest_passage_is_named(source: Source) -> None:
    """So that whoever misquoted sees what is there."""
    assert source.nearest("It is like a well-known case of trees") == (
        2,
        "It is not unlike the well-known case: 10–20 trees, 1,000 of them at 5% each.",
    )
    assert source.nearest("xyzzy plugh") == (0, "")
    assert source.pages_of("the error does fall") == [1, 2]


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ('> "some words of it" (p. 3)', ("some words of it", "3")),
        ("> “some words of it” (p. 12)", ("some words of it", "12")),
        ('> "he said "so" there" (p. 3)', ('he said "so" there', "3")),
        ('> "some words of it"', None),
        ("> some words (p. 3)", None),
    ],
)
def test_the_form_of_a_quote(line: str, expected: tuple[str, str] | None) -> None:
    """On one line, with its page."""
    found = QUOTE.match(line)
    assert (found and (found["text"], found["page"])) == expected


def test_short_quotes_prove_nothing() -> None:
    """Three words stand in any paper."""
    assert is_too_short("the error does")
    assert is_too_short("a b c d e")
    assert not is_too_short("the error does fall")
