"""What a hostile or broken JSON file costs: one problem, never an exception and never much time."""

from __future__ import annotations

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import TypeAdapter

from coordinator.model.record import Request
from coordinator.text import strict_json

REQUEST = TypeAdapter(Request)
GOOD = b'{"a": [1, -2.5e3, {"b": null}], "c": "]]}}\\"[[", "d": true}'

HOSTILE = {
    "empty": (b"", "json_syntax", 1),
    "spaces": (b" \n ", "json_syntax", 2),
    "torn": (b'{"a": 1', "json_syntax", 1),
    "torn string": (b'{\n"a', "json_syntax", 2),
    "two values": (b"{} {}", "json_syntax", 1),
    "trailing comma": (b'{"a": 1,}', "json_syntax", 1),
    "single quotes": (b"{'a': 1}", "json_syntax", 1),
    "raw NUL": (b'{"a": "\x00"}', "json_syntax", 1),
    "raw line break in a string": (b'{"a": "x\ny"}', "json_syntax", 1),
    "list": (b"[1]", "json_not_an_object", 0),
    "number": (b"1", "json_not_an_object", 0),
    "null": (b"null", "json_not_an_object", 0),
    "duplicate": (b'{"a": 1, "b": 2, "a": 1}', "json_duplicate_key", 0),
    "duplicate by escape": (b'{"a": 1, "\\u0061": 2}', "json_duplicate_key", 0),
    "duplicate inside": (b'{"x": [{"a": 1, "a": 1}]}', "json_duplicate_key", 0),
    "NaN": (b'{"a": NaN}', "json_not_finite", 0),
    "Infinity": (b'{"a": -Infinity}', "json_not_finite", 0),
    "float overflow": (b'{"a": 1e999}', "json_not_finite", 0),
    "endless integer": (b'{"a": ' + b"9" * 5000 + b"}", "json_not_finite", 0),
    "25,000 brackets": (b'{"a": ' + b"[" * 25_000, "json_too_deep", 0),
    "25,000 closed brackets": (b'{"a": ' + b"[" * 25_000 + b"]" * 25_000 + b"}", "json_too_deep", 0),
    "objects 21 deep": (b'{"a":' * 21 + b"1" + b"}" * 21, "json_too_deep", 0),
    "latin-1": (b'{\n"a": "\xe9"}', "not_utf8", 2),
    "UTF-16": ('{"a": 1}'.encode("utf-16"), "not_utf8", 1),
    "surrogate as UTF-8": (b'{"a": "\xed\xa0\x80"}', "not_utf8", 1),
    "too large": (b'{"a": "' + b"x" * (1 << 20) + b'"}', "json_too_large", 0),
    "unclosed string of escaped quotes": (b'"' + b'\\"' * 500_000, "json_syntax", 1),
    "lone backslash at the end": (b'{"a\\', "json_syntax", 1),
    "many keys, the last one twice": (
        b"{" + b",".join(b'"%d":1' % n for n in range(80_000)) + b',"79999":1}',
        "json_duplicate_key",
        0,
    ),
}


@pytest.mark.parametrize(("data", "code", "line"), HOSTILE.values(), ids=HOSTILE.keys())
def test_each_is_one_problem(data: bytes, code: str, line: int) -> None:
    """A stable code, a line where the text is at fault, words, and what would mend it."""
    (problem,) = strict_json.load(data, "a.json").problems
    assert (problem.path, problem.code, problem.line) == ("a.json", code, line)
    assert problem.message
    assert problem.hint
    assert len(problem.message) < 200


def test_good_json_is_what_it_says() -> None:
    """Brackets inside of strings do not count as nesting."""
    assert strict_json.load(GOOD, "a.json").value == {
        "a": [1, -2500.0, {"b": None}],
        "c": ']]}}"[[',
        "d": True,
    }


def test_twenty_levels_and_a_byte_order_mark_are_fine() -> None:
    """The limit is reached, not crossed; editors on Windows put the mark there."""
    deep = b'{"a":' * 20 + b"1" + b"}" * 20
    assert strict_json.load(b"\xef\xbb\xbf" + deep, "a.json").value is not None


def test_the_cap_is_the_readers() -> None:
    """What is too large for one document is fine for another."""
    assert strict_json.load(GOOD, "a.json", len(GOOD)).value
    (problem,) = strict_json.load(GOOD, "a.json", len(GOOD) - 1).problems
    assert problem.message == f"{len(GOOD)} bytes are more than {len(GOOD) - 1}"


@pytest.mark.parametrize("end", range(len(GOOD)))
def test_every_prefix_is_a_problem(end: int) -> None:
    """A torn file is never taken for a shorter one."""
    assert strict_json.load(GOOD[:end], "a.json").problems


@settings(deadline=None, max_examples=150)
@given(st.binary(max_size=60) | st.text(alphabet='{}[]",:\\ud8a0e-.1NI\n', max_size=40).map(str.encode))
def test_any_bytes_give_an_object_or_a_problem(data: bytes) -> None:
    """Where the standard library reads an object too, it is the same one."""
    loaded = strict_json.load(data, "a.json")
    if loaded.value is not None:
        assert json.loads(data) == loaded.value


def test_misfits_are_all_named_at_once() -> None:
    """Every error of the object, in our words and by its key."""
    tree = {"experiment": "exp_1", "phase": "explore", "more": [1]}
    problems = strict_json.build(REQUEST, tree, "request.json", 7).problems
    assert {(problem.code, problem.message) for problem in problems} == {
        ("bad_value", '"experiment": "exp_1" does not fit here'),
        ("missing_key", '"id": the key is missing'),
        ("unknown_key", '"more": no such key is known here'),
    }
    assert {(problem.path, problem.line) for problem in problems} == {("request.json", 7)}


def test_a_hostile_object_gives_few_problems() -> None:
    """A million unknown keys are not a million lines in an inbox."""
    problems = strict_json.build(REQUEST, {f"k{n}": n for n in range(1000)}, "request.json").problems
    assert len(problems) == strict_json.MAX_PROBLEMS


def test_a_quote_is_one_plain_short_line() -> None:
    """No control character, line break or length of a file's text reaches a message."""
    quoted = strict_json.shown({"k": "a\nb\x1b[31m\u202e" + "x" * 500})
    assert quoted.isascii() is False  # the ellipsis that says it was cut
    assert quoted.startswith('{"k": "a\\nb\\u001b[31m\\u202exxx')
    assert len(quoted) == strict_json.SHOWN + 1


def test_a_document_that_fits_is_its_value() -> None:
    """Text becomes the typed document."""
    tree = {"experiment": "exp_001", "phase": "confirm", "id": "ab12"}
    built = strict_json.build(REQUEST, tree, "request.json")
    assert built.value == Request(experiment="exp_001", phase="confirm", id="ab12")
    assert built.problems == ()
