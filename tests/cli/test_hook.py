"""`assistants hook`: what the clients call."""

from __future__ import annotations

import io
import json
import sys
from pathlib import Path

import pytest
from folders import worker


@pytest.mark.parametrize("said", [b"", b"no json", b"[]", b'{"hook_event_name": "Notification"}'])
def test_a_hook_that_understands_nothing_stops_nobody(
    call: object, workspace: Path, monkeypatch: pytest.MonkeyPatch, said: bytes
) -> None:
    """No answer, exit code 0."""
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(said)))
    answered = call("assistants", "hook", "claude")
    assert (answered.code, answered.out, answered.err) == (0, "", "")


def test_a_hook_ties_and_next_hands_over(call: object, workspace: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What `next` has printed, no hook hands over again."""
    call("watch", "--once")
    folder = worker(workspace).relative_to(workspace)

    def event(name: str, **more: object) -> str:
        said = {"hook_event_name": name, "session_id": "s", "cwd": str(workspace), **more}
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(json.dumps(said).encode())))
        return call("assistants", "hook", "claude").out

    assert event("PreToolUse", tool_name="Bash", tool_input={"command": f"python -m coordinator next {folder}"}) == ""
    assert "action: begin" in call("next", str(folder)).out
    assert event("PostToolUse", tool_name="Bash") == ""
