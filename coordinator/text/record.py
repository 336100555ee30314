"""What did the executor witness of one experiment? record.json, written by the executor alone."""

from __future__ import annotations

from pydantic import TypeAdapter

from coordinator.model.problem import Parsed, Problem
from coordinator.model.record import Record
from coordinator.text import canonical, strict_json

MAX_BYTES = 64 << 20
"""Room for a thousand seeds with hundreds of metrics and output files each."""

_RECORD = TypeAdapter(Record)


def parse(data: bytes, path: str) -> Parsed[Record]:
    """Read record.json; whether it is what the executor wrote, only the ledger's digests can say."""
    record = strict_json.document(_RECORD, data, path, MAX_BYTES)
    if record.value is not None and _lacks_zone(record.value):
        message = "started_at: a time without its zone is no time"
        return Parsed(None, (Problem(path, 0, "bad_value", message, "write it in UTC, ending in Z"),))
    return record


def _lacks_zone(record: Record) -> bool:
    """Tell whether a time has no zone: comparing it with a time of ours would raise."""
    times = [process.started_at for execution in record.executions for process in execution.processes]
    return any(time.tzinfo is None for time in times)


def print_(record: Record) -> bytes:
    """Print record.json: sorted keys and indented, so that equal records are equal bytes."""
    return canonical.dumps_indented(record.model_dump())
