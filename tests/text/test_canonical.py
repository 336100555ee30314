"""One form per value: equal values have equal bytes, and different ones different bytes."""

from __future__ import annotations

import json
import math
from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from coordinator.model.entry import DirectionEnded
from coordinator.model.instruction import Ending
from coordinator.text import canonical

JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**70), 2**70)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=12,
)


def test_the_form_is_what_the_page_says() -> None:
    """Sorted keys, no spaces, UTF-8, shortest floats; tuples are lists."""
    value = {"ü": 1.0, "b": [1, 0.1, None, True], "a": ("x", 'q"')}
    assert canonical.dumps(value) == '{"a":["x","q\\""],"b":[1,0.1,null,true],"ü":1.0}'.encode()


def test_indented_is_the_same_for_people() -> None:
    """Two spaces a level, sorted keys, a line break at the end."""
    assert canonical.dumps_indented({"b": 1, "a": [2]}) == b'{\n  "a": [\n    2\n  ],\n  "b": 1\n}\n'


@settings(deadline=None, max_examples=60)
@given(JSON)
def test_what_was_printed_reads_back(value: object) -> None:
    """Nothing is lost on the way to bytes, in either form."""
    assert json.loads(canonical.dumps(value)) == value
    assert json.loads(canonical.dumps_indented(value)) == value


@settings(deadline=None, max_examples=30)
@given(st.dictionaries(st.text(), st.integers(), max_size=6), st.randoms(use_true_random=False))
def test_the_order_of_keys_does_not_matter(value: dict[str, int], random: object) -> None:
    """Two dicts that are equal have the same digest."""
    pairs = list(value.items())
    random.shuffle(pairs)  # type: ignore[attr-defined]
    assert canonical.dumps(dict(pairs)) == canonical.dumps(value)


@pytest.mark.parametrize("value", [math.nan, math.inf, -math.inf])
def test_what_json_has_no_word_for_is_refused(value: float) -> None:
    """A digest over NaN would verify and mean nothing."""
    with pytest.raises(ValueError, match="not JSON compliant"):
        canonical.dumps({"a": value})


def test_times_and_decimals_are_text() -> None:
    """Times as pydantic reads them back, decimals with all the digits that were written."""
    noon = datetime(2026, 11, 23, 12, tzinfo=UTC)
    assert canonical.dumps([noon, noon.replace(microsecond=5), Decimal("0.30")]) == (
        b'["2026-11-23T12:00:00Z","2026-11-23T12:00:00.000005Z","0.30"]'
    )
    assert canonical.time(noon.astimezone(timezone(timedelta(hours=1)))) == "2026-11-23T13:00:00+01:00"


def test_nothing_else_has_a_form() -> None:
    """A set has no order, and a time without its zone no meaning: both are our own mistakes."""
    with pytest.raises(TypeError, match="set has no canonical form"):
        canonical.dumps({"a": {1}})
    with pytest.raises(AssertionError):
        canonical.dumps(datetime(2026, 11, 23))  # noqa: DTZ001  # that is the point


def test_a_lone_surrogate_is_escaped() -> None:
    """A file name that is not UTF-8 must not stop the record from being written."""
    assert canonical.dumps("a\udcffb") == b'"a\\udcffb"'
    assert json.loads(canonical.dumps("a\udcffb")) == "a\udcffb"


def test_sha256_is_the_one_everybody_computes() -> None:
    """The digest of the empty input, as every other tool prints it."""
    assert canonical.sha256(b"") == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"


def test_a_documents_digest_is_over_all_of_its_fields() -> None:
    """A field that was left out counts with its default, so that saying it changes nothing."""
    short = DirectionEnded(direction="a", ending=Ending.LOST)
    long = DirectionEnded(kind="direction_ended", direction="a", ending=Ending.LOST, experiment=None)
    said = b'{"direction":"a","ending":"lost","experiment":null,"kind":"direction_ended"}'
    assert canonical.digest_of(short) == canonical.digest_of(long) == canonical.sha256(said)
    assert canonical.digest_of(DirectionEnded(direction="b", ending=Ending.LOST)) != canonical.digest_of(long)
