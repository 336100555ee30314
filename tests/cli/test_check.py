"""`check`: everything that is wrong."""

from __future__ import annotations

import json
from pathlib import Path

from folders import worker


def test_check_names_file_line_and_code(call: object, workspace: Path) -> None:
    """In the form that editors jump to, with a hint."""
    config = workspace / "config" / "config.yaml"
    config.write_text("budgets:\n  experiments: 5\nmax_tier: seven\n")
    found = call("check")
    assert found.code == 1
    assert "config/config.yaml:1: unknown_key:" in found.out
    assert "did you mean" in found.out
    assert "config/config.yaml:3: bad_value: max_tier:" in found.out
    assert [one["line"] for one in json.loads(call("check", "--json").out)] == [1, 3]


def test_check_shows_only_what_was_asked_for(call: object, workspace: Path) -> None:
    """One worker's problems do not concern another one."""
    call("watch", "--once")
    folder = worker(workspace)
    (folder / "status.md").write_text("nothing\n")
    assert "header_missing" in call("check", str(folder)).out
    assert call("check", "config").code == 0
