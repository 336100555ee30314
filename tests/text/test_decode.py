"""Bytes become text, or a problem at the right line."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from coordinator.text.decode import decode


@pytest.mark.parametrize(
    ("data", "text"),
    [
        (b"", ""),
        (b"\xef\xbb\xbfa\r\nb\rc\n", "a\nb\nc\n"),
        ("ü\tz\n".encode(), "ü\tz\n"),
    ],
)
def test_habits_of_editors_are_no_problem(data: bytes, text: str) -> None:
    """A byte order mark and any line ends are read without a word."""
    assert decode(data, "f").value == text


@pytest.mark.parametrize(
    ("data", "line", "code"),
    [
        (b"a\nb\xff", 2, "not_utf8"),
        (b"a\n\n\xed\xa0\x80", 3, "not_utf8"),  # a lone surrogate
        (b"\xff\xfea\x00", 1, "not_utf8"),
        (b"a\r\nb\x00", 2, "not_text"),
        (b"a\n\n\x1b[31m", 3, "not_text"),
        (b"\x7f", 1, "not_text"),
        ("a\n\x9b".encode(), 2, "not_text"),
    ],
)
def test_what_is_not_text_is_a_problem_at_its_line(data: bytes, line: int, code: str) -> None:
    """The line counts in the file as it is, and the code says what it is."""
    (problem,) = decode(data, "f").problems
    assert (problem.path, problem.line, problem.code) == ("f", line, code)
    assert problem.hint


@settings(deadline=None, max_examples=100)
@given(st.binary(max_size=60))
def test_any_bytes_give_text_or_one_problem(data: bytes) -> None:
    """Nothing raises, and text never holds what the terminal would obey."""
    decoded = decode(data, "f")
    if decoded.value is None:
        assert len(decoded.problems) == 1
    else:
        assert "\r" not in decoded.value
        assert "\x1b" not in decoded.value
