"""`status`: the present state."""

from __future__ import annotations

import json
from pathlib import Path


def test_status_shows_each_direction(call: object, workspace: Path) -> None:
    """For people and for programs."""
    call("watch", "--once")
    assert "threshold_tuning" in call("status").out
    facts = json.loads(call("status", "--json").out)
    assert [row["action"] for row in facts["directions"]] == ["begin"] * 3
    assert facts["coordinator"] is False


def test_status_before_any_run_says_what_to_do(call: object, workspace: Path) -> None:
    """The error names the command."""
    told = call("status")
    assert told.code == 2
    assert "coordinator watch" in told.err
