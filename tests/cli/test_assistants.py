"""`assistants`: setup, hook and launch as commands."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from folders import worker


def test_setup_writes_checks_and_says_what(call: object, workspace: Path) -> None:
    """Exit code 1 where a file is not current, or is left as it is, with the problem."""
    settings = workspace / ".claude" / "settings.json"
    settings.unlink()
    checked = call("assistants", "setup", "claude", "--check")
    assert (checked.code, settings.exists()) == (1, False)
    assert "not current" in checked.out
    assert "written" in call("assistants", "setup", "claude").out
    assert call("assistants", "setup", "--check").code == 0
    settings.write_text('{"permissions": {"allow": ["Bash(env *)"]}}')
    refused = call("assistants", "setup", "claude")
    assert refused.code == 1
    assert "rule_too_broad: `Bash(env *)` is refused: it starts whatever program" in refused.out
    told = json.loads(call("assistants", "setup", "claude", "--json").out)
    assert told[0]["problems"][0]["code"] == "rule_too_broad"


def test_setup_needs_a_config_that_can_be_read(call: object, workspace: Path) -> None:
    """The settings are made from it."""
    (workspace / "config" / "config.yaml").write_text("max_tier: high\n")
    assert call("assistants", "setup").code == 2


def test_next_notes_the_session_that_codex_names(
    call: object, workspace: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Without a hook, too: `launch` resumes it."""
    call("watch", "--once")
    monkeypatch.setenv("CODEX_THREAD_ID", "thread-1")
    folder = worker(workspace)
    for _ in range(2):
        assert call("next", str(folder)).code == 0
    notes = [json.loads(path.read_text()) for path in Path(workspace.parent.parent, "state").rglob("session.json")]
    assert notes == [{"client": "codex", "id": "thread-1", "agent": ""}]


def test_launch_prints_what_it_would_start(call: object, workspace: Path) -> None:
    """One command per open direction, of the client that was asked for, installed or not."""
    call("watch", "--once")
    told = call("assistants", "launch", "--client", "codex", "--dry-run")
    assert told.code == 0
    assert [line.split()[1] for line in told.out.splitlines()] == ["exec"] * 3


def test_launch_needs_a_client_and_a_coordinator(
    call: object, workspace: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """It says which of the two is missing, and how to mend it."""
    call("watch", "--once")
    monkeypatch.setenv("PATH", str(tmp_path))
    assert "no client is installed" in call("assistants", "launch").err
    (tmp_path / "claude").write_text("#!/bin/sh\n")
    (tmp_path / "claude").chmod(0o755)
    refused = call("assistants", "launch")
    assert refused.code == 2
    assert "no coordinator is running" in refused.err
