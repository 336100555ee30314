"""The rubric is free text, and there must be some."""

from __future__ import annotations

from coordinator.text import rubric


def test_any_text_is_a_rubric() -> None:
    """Line ends and a byte order mark aside, it stays as it is."""
    assert rubric.parse(b"\xef\xbb\xbf# Score\r\n10: great\r\n", "f").value == "# Score\n10: great\n"


def test_an_empty_rubric_and_bytes_are_none() -> None:
    """Each with its code."""
    assert [each.code for each in rubric.parse(b" \n", "f").problems] == ["rubric_empty"]
    assert [each.code for each in rubric.parse(b"\x00", "f").problems] == ["not_text"]
