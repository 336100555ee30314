"""Which metrics.json give numbers, and which are sent back with a reason."""

from __future__ import annotations

import json
import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from coordinator.text import metrics

GOOD = b'{"ratio_20": {"f1": 0.31, "n": 3}, "folds": [1, {"auc": -2e-3}], "macro avg": 0}'


def test_nested_numbers_have_dotted_paths() -> None:
    """Objects by key, lists by index, integers as floats; names with spaces are fine."""
    parsed = metrics.parse(GOOD, "metrics.json")
    assert parsed.value == {
        "ratio_20.f1": 0.31,
        "ratio_20.n": 3.0,
        "folds.0": 1.0,
        "folds.1.auc": -0.002,
        "macro avg": 0.0,
    }
    assert all(type(value) is float for value in parsed.value.values())


BAD = {
    "true": (b'{"a": true}', ["metric_not_a_number"], '"a": expected a number, got true'),
    "text": (b'{"a": {"b": "0.3"}}', ["metric_not_a_number"], '"a.b": expected a number, got "0.3"'),
    "null": (b'{"a": [1, null]}', ["metric_not_a_number"], '"a.1": expected a number, got null'),
    "NaN": (b'{"a": NaN}', ["json_not_finite"], '"NaN" is no finite number'),
    "infinity": (b'{"a": 1e400}', ["json_not_finite"], '"1e400" is no finite number'),
    "duplicate": (b'{"a": 1, "a": 2}', ["json_duplicate_key"], 'the key "a" is there twice'),
    "one path, two numbers": (
        b'{"a.b": 1, "a": {"b": 2}}',
        ["metric_twice"],
        '"a.b": two numbers have this dotted path',
    ),
    "no numbers": (b"{}", ["metrics_empty"], "there is not one number"),
    "no numbers, nested": (b'{"a": {}, "b": [[], {}]}', ["metrics_empty"], "there is not one number"),
    "no name": (b'{"": 1}', ["metric_bad_name"], '"": not a name of 1 to 200 printable characters'),
    "escape sequence": (
        b'{"\\u001b[2J": 1}',
        ["metric_bad_name"],
        '"\\u001b[2J": not a name of 1 to 200 printable characters',
    ),
    "lone surrogate": (
        b'{"\\ud800": 1}',
        ["metric_bad_name"],
        '"\\ud800": not a name of 1 to 200 printable characters',
    ),
    "long name": (b'{"' + b"x" * 201 + b'": 1}', ["metric_bad_name"], None),
    "all at once": (
        b'{"a": null, "b": 1, "c": [false]}',
        ["metric_not_a_number", "metric_not_a_number"],
        '"a": expected a number, got null',
    ),
    "a list": (b"[1, 2]", ["json_not_an_object"], "expected an object {…}, got [1, 2]"),
    "too large": (b" " * (metrics.MAX_BYTES + 1), ["json_too_large"], None),
    "too deep": (b'{"a":' + b"[" * 20 + b"1" + b"]" * 20 + b"}", ["json_too_deep"], None),
}


@pytest.mark.parametrize(("data", "codes", "message"), BAD.values(), ids=BAD.keys())
def test_everything_else_is_a_problem(data: bytes, codes: list[str], message: str | None) -> None:
    """Each problem has a code, names the metric, and says what to do."""
    problems = metrics.parse(data, "m.json").problems
    assert [problem.code for problem in problems] == codes
    assert message in {None, problems[0].message}
    assert all(problem.hint and problem.path == "m.json" for problem in problems)


@pytest.mark.parametrize(("count", "fits"), [(metrics.MAX_NUMBERS, True), (metrics.MAX_NUMBERS + 1, False)])
def test_ten_thousand_numbers_and_no_more(count: int, fits: bool) -> None:
    """More are data, and belong elsewhere."""
    parsed = metrics.parse(json.dumps({"a": list(range(count))}).encode(), "m.json")
    assert [problem.code for problem in parsed.problems] == ([] if fits else ["metrics_too_many"])


def test_a_file_of_words_gives_few_problems() -> None:
    """Nobody reads ten thousand of them."""
    data = json.dumps({"a": ["x"] * 5000}).encode()
    assert len(metrics.parse(data, "m.json").problems) == 50


@settings(deadline=None, max_examples=60)
@given(st.dictionaries(st.from_regex(r"[a-z.]{1,20}", fullmatch=True), st.floats(), min_size=1, max_size=8))
def test_numbers_come_back_bit_by_bit(numbers: dict[str, float]) -> None:
    """Flat metrics read as they were written, unless one of them is not finite."""
    parsed = metrics.parse(json.dumps(numbers).encode(), "m.json")
    if all(math.isfinite(number) for number in numbers.values()):
        assert parsed.value == numbers
    else:
        assert parsed.problems[0].code == "json_not_finite"


@pytest.mark.parametrize("end", range(len(GOOD)))
def test_every_prefix_is_a_problem(end: int) -> None:
    """An experiment that was killed while writing has no metrics."""
    assert metrics.parse(GOOD[:end], "m.json").problems
