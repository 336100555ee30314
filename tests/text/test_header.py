"""Front matter and body are told apart, with their lines, or it is said why not."""

from __future__ import annotations

import pytest

from coordinator.text import header


def test_the_body_knows_its_line() -> None:
    """Blank lines around it are no part of it, and count."""
    document = header.read(b"---\na: 1\n---\n\n\nBody\n\n---\nmore\n\n", "f").value
    assert document is not None
    assert document.tree.values == {"a": "1"}
    assert document.tree.line(("a",)) == 2
    assert (document.body, document.body_line) == ("Body\n\n---\nmore", 6)


@pytest.mark.parametrize("data", [b"---\na: 1\n---", b"---\na: 1\n---\n", b"---\r\na: 1\r\n--- \t\r\n \r\n"])
def test_a_body_may_be_empty(data: bytes) -> None:
    """Its line is then the one of the closing delimiter, or below."""
    document = header.read(data, "f").value
    assert document is not None
    assert document.body == ""
    assert document.body_line >= 3


def test_a_byte_order_mark_and_windows_line_ends_are_no_mistakes() -> None:
    """The same document comes out."""
    plain = header.read(b"---\na: 1\n---\nx\n", "f")
    assert header.read(b"\xef\xbb\xbf---\r\na: 1\r\n---\r\nx\r\n", "f") == plain


@pytest.mark.parametrize("key", ["content", "handler", "self", "metadata", "text", "encoding"])
def test_no_key_confuses_the_library(key: str) -> None:
    """python-frontmatter's own `loads` raises TypeError for the first three."""
    document = header.read(f"---\n{key}: 1\n---\n".encode(), "f").value
    assert document is not None
    assert document.tree.values == {key: "1"}


def test_an_empty_header_is_one() -> None:
    """Which keys are missing is for the document's type to say."""
    document = header.read(b"---\n---\nbody", "f").value
    assert document is not None
    assert (document.tree.values, document.body) == ({}, "body")


@pytest.mark.parametrize(
    ("data", "line", "code"),
    [
        (b"", 1, "header_missing"),
        (b"\n \n", 1, "header_missing"),
        (b"a: 1\n", 1, "header_missing"),
        (b"\n---\na: 1\n---\n", 1, "header_missing"),
        (b"----\na: 1\n----\n", 1, "header_missing"),
        (b"+++\na = 1\n+++\n", 1, "header_missing"),
        (b'{"a": 1}\n', 1, "header_missing"),
        (b"---", 1, "header_unclosed"),
        (b"---\na: 1\n--", 1, "header_unclosed"),
        (b"---\na: 1\n ---\n", 1, "header_unclosed"),
        (b"---\n- a\n---\n", 2, "yaml_not_a_mapping"),
        (b"---\na: 1\na: 2\n---\n", 3, "yaml_duplicate_key"),
        (b"---\na: [\n---\n", 3, "yaml_syntax"),
        (b"---\na: 1\n---\nb\n\x00", 5, "not_text"),
        (b"---\na: \xff\n---\n", 2, "not_utf8"),
    ],
)
def test_what_is_refused(data: bytes, line: int, code: str) -> None:
    """One problem, at its line, with a hint; never an empty header instead."""
    (problem,) = header.read(data, "f").problems
    assert (problem.path, problem.line, problem.code) == ("f", line, code)
    assert problem.hint
