"""A record reads back as it was written, and with the same digests."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from coordinator.model.record import Execution, Outcome, Phase, ProcessRecord, Record
from coordinator.text import canonical, record

FINITE = st.floats(allow_nan=False, allow_infinity=False)
SHA256 = st.binary(max_size=3).map(canonical.sha256)
PROCESSES = st.builds(
    ProcessRecord,
    seed=st.integers(0, 2**31),
    outcome=st.sampled_from(Outcome),
    detail=st.text(st.characters(), max_size=20),
    started_at=st.datetimes(timezones=st.just(UTC)),
    wall_seconds=FINITE | st.integers(0, 2**40),
    cpu_seconds=st.none() | FINITE,
    peak_memory_mb=st.none() | FINITE,
    exit_code=st.none() | st.integers(-64, 255),
    outputs=st.dictionaries(st.text(st.characters(), max_size=9), SHA256, max_size=3),
    metrics=st.dictionaries(st.text(max_size=9), FINITE, max_size=3),
)
EXECUTIONS = st.builds(
    Execution,
    start=st.integers(1, 99),
    phase=st.sampled_from(Phase),
    seeds=st.lists(st.integers(0, 2**31), max_size=3).map(tuple),
    plan_sha256=SHA256,
    code_sha256=SHA256,
    code=st.dictionaries(st.text(max_size=9), SHA256, max_size=2),
    target_sha256=SHA256,
    time_limit_seconds=FINITE,
    guard=st.just("manifest"),
    engine=st.just("local"),
    python=st.just("3.11.9"),
    processes=st.lists(PROCESSES, max_size=2).map(tuple),
)
RECORDS = st.builds(
    Record,
    direction=st.just("metric_divergence"),
    experiment=st.just("exp_001"),
    executions=st.lists(EXECUTIONS, max_size=2).map(tuple),
)
ONE = Record(
    direction="a",
    experiment="exp_001",
    executions=(
        Execution(
            start=2,
            phase=Phase.EXPLORE,
            seeds=(7,),
            plan_sha256="0" * 64,
            code_sha256="1" * 64,
            code={"experiment.py": "2" * 64},
            target_sha256="3" * 64,
            time_limit_seconds=300,
            guard="manifest",
            engine="local",
            python="3.11.9",
            processes=(
                ProcessRecord(
                    seed=7,
                    outcome=Outcome.COMPLETED,
                    started_at=datetime(2026, 11, 23, 14, 30, tzinfo=UTC),
                    wall_seconds=1,
                    metrics={"f1": 0.5},
                ),
            ),
        ),
    ),
)


@settings(deadline=None, max_examples=40)
@given(RECORDS)
def test_parse_after_print_is_the_same(value: Record) -> None:
    """File names that are not UTF-8 included; the executions keep their digests."""
    parsed = record.parse(record.print_(value), "record.json")
    assert parsed.value == value
    assert record.print_(parsed.value) == record.print_(value)
    assert [canonical.digest_of(execution) for execution in parsed.value.executions] == [
        canonical.digest_of(execution) for execution in value.executions
    ]


def test_a_file_name_that_is_not_utf8_survives() -> None:
    """An experiment may call its files what it likes; its record must still be readable."""
    process = ONE.executions[0].processes[0].model_copy(update={"outputs": {"a\udcff": "4" * 64}})
    execution = ONE.executions[0].model_copy(update={"processes": (process,)})
    value = ONE.model_copy(update={"executions": (execution,)})
    assert record.parse(record.print_(value), "record.json").value == value


def test_the_bytes_are_indented_sorted_and_end_with_a_line_break() -> None:
    """People look at it, and programs compare it."""
    lines = record.print_(ONE).decode().split("\n")
    assert lines[:3] == ["{", '  "direction": "a",', '  "executions": [']
    assert lines[-2:] == ["}", ""]


def test_every_prefix_is_a_problem() -> None:
    """Half a record is no record."""
    data = record.print_(ONE).removesuffix(b"\n")
    assert all(record.parse(data[:end], "record.json").problems for end in range(len(data)))


@pytest.mark.parametrize(
    ("before", "after", "code"),
    [
        (b'"direction": "a"', b'"direction": "../a"', "bad_value"),
        (b'"seed": 7,', b"", "missing_key"),
        (b'"seed": 7,', b'"seed": 7, "sead": 8,', "unknown_key"),
        (b'"seed": 7,', b'"seed": 7, "seed": 8,', "json_duplicate_key"),
        (b'"f1": 0.5', b'"f1": NaN', "json_not_finite"),
        (b"14:30:00Z", b"14:30:00", "bad_value"),
        (b'"outcome": "completed"', b'"outcome": "splendid"', "bad_value"),
    ],
)
def test_an_altered_record_is_a_problem(before: bytes, after: bytes, code: str) -> None:
    """A time without its zone is one too: comparing it would raise."""
    data = record.print_(ONE)
    assert before in data
    (problem,) = record.parse(data.replace(before, after), "record.json").problems
    assert problem.code == code
