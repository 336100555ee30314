"""What is kept of an execution that is under way? A file in the state folder, written by the executor alone."""

from __future__ import annotations

from pydantic import TypeAdapter

from coordinator.model.problem import Parsed
from coordinator.model.record import Unfinished
from coordinator.text import canonical, record, strict_json

_UNFINISHED = TypeAdapter(Unfinished)


def parse(data: bytes, path: str) -> Parsed[Unfinished]:
    """Read what is kept of an execution."""
    return strict_json.document(_UNFINISHED, data, path, record.MAX_BYTES)


def print_(unfinished: Unfinished) -> bytes:
    """Print what is kept of an execution, sorted keys and indented."""
    return canonical.dumps_indented(unfinished.model_dump())
