"""What several commands need."""

from __future__ import annotations

from pathlib import Path


def test_outside_of_a_workspace_every_command_says_so(call: object, tmp_path: Path) -> None:
    """Wrong folder: exit code 2, and what to do."""
    (tmp_path / "empty").mkdir()
    told = call("status", "--root", str(tmp_path / "empty"))
    assert told.code == 2
    assert "not a workspace" in told.err
