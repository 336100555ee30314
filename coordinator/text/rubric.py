"""What does config/scoring_rubric.md say? Free text; only that there is some matters here."""

from __future__ import annotations

from coordinator.model.problem import Parsed, Problem
from coordinator.text.decode import decode


def parse(data: bytes, path: str) -> Parsed[str]:
    """Read the rubric as text."""
    decoded = decode(data, path)
    if decoded.value is None or decoded.value.strip():
        return decoded
    message = "the rubric is empty"
    hint = "say what a finding must show for each score from 1 to 10"
    return Parsed(None, (Problem(path, 1, "rubric_empty", message, hint),))
