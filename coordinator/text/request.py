"""Which experiment was handed over? request.json, written by `run`, there until the executor claims it."""

from __future__ import annotations

from pydantic import TypeAdapter

from coordinator.model.problem import Parsed
from coordinator.model.record import Request
from coordinator.text import canonical, strict_json

MAX_BYTES = 1 << 16
"""A request has three short values; anything near this is no request."""

_REQUEST = TypeAdapter(Request)


def parse(data: bytes, path: str) -> Parsed[Request]:
    """Read request.json; anybody may have written it, so nothing in it is trusted beyond its form."""
    return strict_json.document(_REQUEST, data, path, MAX_BYTES)


def print_(request: Request) -> bytes:
    """Print request.json, sorted keys and indented."""
    return canonical.dumps_indented(request.model_dump())
