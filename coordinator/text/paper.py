"""What was extracted from a paper? text/{id}.json, written by the coordinator alone."""

from __future__ import annotations

from pydantic import TypeAdapter

from coordinator.model.paper import Paper
from coordinator.model.problem import Parsed
from coordinator.text import canonical, strict_json

MAX_BYTES = 16 << 20

_PAPER = TypeAdapter(Paper)


def parse(data: bytes, path: str) -> Parsed[Paper]:
    """Read text/{id}.json."""
    return strict_json.document(_PAPER, data, path, MAX_BYTES)


def print_(paper: Paper) -> bytes:
    """Print text/{id}.json: sorted keys and indented, so that equal papers are equal bytes."""
    return canonical.dumps_indented(paper.model_dump(mode="json"))
