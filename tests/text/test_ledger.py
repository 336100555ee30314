"""A line of the ledger is what was sealed, or says how it is not."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta, timezone
from typing import get_args

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from coordinator.model.entry import (
    DirectionEnded,
    Entry,
    ExperimentEnded,
    ExperimentInterrupted,
    ExperimentResumed,
    ExperimentStarted,
    Fact,
    FirstReport,
    InstructionGiven,
    ReasonGiven,
    RunEnded,
    RunStarted,
    TamperingSeen,
    VerdictGiven,
)
from coordinator.model.instruction import Action, BudgetLeft, Ending
from coordinator.model.record import Outcome, Phase
from coordinator.text import canonical, ledger

AT = datetime(2026, 11, 23, 14, 30, 22, 125000, tzinfo=UTC)
SHA256 = "ab" * 32
FACTS = (
    RunStarted(
        run="20261123_143022",
        directions=("a", "b"),
        frozen_sha256=SHA256,
        config_sha256=SHA256,
        directions_sha256=SHA256,
        rubric_sha256=SHA256,
    ),
    FirstReport(direction="a"),
    ExperimentStarted(
        direction="a",
        experiment="exp_001",
        phase=Phase.EXPLORE,
        request="r1",
        seeds=(1, 2),
        plan_sha256=SHA256,
        code_sha256=SHA256,
        target_sha256=SHA256,
        reserved_seconds=600,
    ),
    ExperimentEnded(
        direction="a",
        experiment="exp_001",
        phase=Phase.EXPLORE,
        start=3,
        outcome=Outcome.COMPLETED,
        execution_sha256=SHA256,
        wall_seconds=1.5,
        cpu_seconds=1e-9,
    ),
    VerdictGiven(
        direction="a",
        experiment="exp_001",
        standing="holds",
        score=8,
        reasons=(ReasonGiven(code="c", holds=True, message="m ü", numbers={"i": 1, "f": 1.0, "t": "1", "n": None}),),
    ),
    InstructionGiven(
        direction="a",
        instruction=1,
        action=Action.STOP,
        budget=BudgetLeft(experiments_left=2),
        ending=Ending.FINALIZED,
        text="---\nä\u2028\n",
    ),
    DirectionEnded(direction="a", ending=Ending.LOST),
    TamperingSeen(path="runs/\udcff", code="plan_edited", detail="x"),
    ExperimentInterrupted(direction="a", experiment="exp_001", start=3, cpu_seconds=0.25, gpu_seconds=1e-9),
    ExperimentResumed(direction="a", experiment="exp_001", start=3, again_seconds=600),
    RunEnded(findings_sha256=SHA256),
)
SEALED = ledger.seal(7, AT, FACTS[6], SHA256)
LINE = ledger.line(SEALED)


def _reseal(data: bytes, **changes: object) -> bytes:
    """Forge a line that verifies, as anybody can who knows this program."""
    values = {**json.loads(data), **changes}
    del values["digest"]
    return canonical.dumps({**values, "digest": canonical.sha256(canonical.dumps(values))})


def test_the_bytes_of_a_line() -> None:
    """Envelope and fact at top level, canonical, the digest over everything else."""
    said = (
        b'"at":"2026-11-23T14:30:22.125000Z",%s"direction":"a","ending":"lost","experiment":null,'
        b'"kind":"direction_ended","n":7,"prev":"' + SHA256.encode() + b'"}'
    )
    digest = canonical.sha256(b"{" + said % b"")
    assert digest == SEALED.digest
    assert b"{" + said % f'"digest":"{digest}",'.encode() + b"\n" == LINE


def test_every_kind_of_fact_is_tried_here() -> None:
    """A new kind of fact needs an example above."""
    assert {type(fact) for fact in FACTS} == set(get_args(get_args(Fact)[0]))


@pytest.mark.parametrize("fact", FACTS, ids=lambda fact: fact.kind)
def test_parse_after_print_is_the_same(fact: Fact) -> None:
    """With and without the line break; whole numbers stay whole, text stays text."""
    entry = ledger.seal(1, AT, fact, ledger.FIRST_PREV)
    data = ledger.line(entry)
    assert ledger.parse_line(data, "ledger.jsonl", 1).value == entry
    assert ledger.parse_line(data.removesuffix(b"\n"), "ledger.jsonl", 1).value == entry
    assert data.count(b"\n") == 1


@settings(deadline=None, max_examples=50)
@given(
    st.integers(1, 2**60),
    st.datetimes(timezones=st.just(UTC)),
    st.text(),
    st.floats(allow_nan=False, allow_infinity=False),
)
def test_any_values_survive(n: int, at: datetime, text: str, number: float) -> None:
    """Digests hold for every text and every float."""
    reason = ReasonGiven(code=text, holds=False, message=text, numbers={text: number})
    fact = VerdictGiven(direction="a", experiment="exp_001", standing="holds", reasons=(reason,))
    entry = ledger.seal(n, at, fact, SHA256)
    assert ledger.parse_line(ledger.line(entry), "ledger.jsonl", 1).value == entry


def test_a_time_elsewhere_is_the_same_time_here() -> None:
    """Entries are in UTC, whoever appends them."""
    elsewhere = AT.astimezone(timezone(timedelta(hours=5)))
    assert ledger.seal(7, elsewhere, FACTS[6], SHA256) == SEALED


@pytest.mark.parametrize("end", range(len(LINE) - 1))
def test_every_prefix_is_a_problem(end: int) -> None:
    """A line torn by a crash is never an entry."""
    (problem, *_) = ledger.parse_line(LINE[:end], "ledger.jsonl", 3).problems
    assert problem.line == 3


@settings(deadline=None, max_examples=100)
@given(st.integers(0, len(LINE) - 2), st.integers(0, 255))
def test_every_changed_byte_is_noticed(position: int, byte: int) -> None:
    """Whichever byte is changed to whatever: the entry is the old one or there is none."""
    altered = LINE[:position] + bytes([byte]) + LINE[position + 1 :]
    assert ledger.parse_line(altered, "ledger.jsonl", 1).value in {
        None,
        *([SEALED] if altered == LINE else []),
    }


ALTERED = {
    "value": (LINE.replace(b"lost", b"exhausted"), "ledger_edited"),
    "number": (LINE.replace(b'"n":7', b'"n":8'), "ledger_edited"),
    "digest": (LINE.replace(SEALED.digest[:8].encode(), b"00000000"), "ledger_edited"),
    "spaces": (LINE.replace(b",", b", "), "ledger_edited"),
    "order": (b'{"n":7,' + LINE[1:].replace(b'"n":7,', b""), "ledger_edited"),
    "two line breaks": (LINE + b"\n", "ledger_edited"),
    "Windows line break": (LINE[:-1] + b"\r\n", "ledger_edited"),
    "byte order mark": (b"\xef\xbb\xbf" + LINE, "ledger_edited"),
    "duplicate key": (b'{"n":7,' + LINE[1:], "json_duplicate_key"),
    "no digest": (LINE.replace(b'"digest"', b'"digits"'), "missing_key"),
    "unknown key": (_reseal(LINE, sizes=1), "unknown_key"),
    "unknown kind": (_reseal(LINE, kind="party"), "bad_value"),
    "no kind": (_reseal(LINE, kind=None), "bad_value"),
    "position 0": (_reseal(LINE, n=0), "bad_value"),
    "no zone": (_reseal(LINE, at="2026-11-23T14:30:22"), "bad_value"),
    "another zone": (_reseal(LINE, at="0001-01-01T00:00:00+05:00"), "bad_value"),
    "prev": (_reseal(LINE, prev="0"), "bad_value"),
    "empty": (b"", "json_syntax"),
    "NUL": (b"\x00" * 40, "json_syntax"),
    "deep": (b'{"a":' * 25_000, "json_too_deep"),
    "long": (b'"' + b"x" * ledger.MAX_BYTES + b'"', "json_too_large"),
}


@pytest.mark.parametrize(("data", "code"), ALTERED.values(), ids=ALTERED.keys())
def test_an_altered_line_says_how(data: bytes, code: str) -> None:
    """Each is a problem at its line, and never an exception."""
    problems = ledger.parse_line(data, "ledger.jsonl", 5).problems
    assert code in {problem.code for problem in problems}
    assert {(problem.path, problem.line) for problem in problems} == {("ledger.jsonl", 5)}


def test_a_whole_number_in_the_chain_is_an_entry() -> None:
    """A line that verifies is read even where its author was not this program; the anchor decides on that."""
    parsed = ledger.parse_line(_reseal(LINE, ending="exhausted"), "ledger.jsonl", 1)
    assert isinstance(parsed.value, Entry)
    assert parsed.value.fact.ending is Ending.EXHAUSTED


@pytest.mark.parametrize(("n", "at"), [(0, AT), (1, AT.replace(tzinfo=None))])
def test_what_cannot_be_sealed_is_our_own_mistake(n: int, at: datetime) -> None:
    """Positions begin at 1, and times have a zone."""
    with pytest.raises(AssertionError):
        ledger.seal(n, at, FACTS[6], SHA256)
