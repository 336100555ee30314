"""An idle Codex session gets its instruction into its queue."""

from __future__ import annotations

import sys
import time
from pathlib import Path

import pytest

from coordinator.assistants import wake
from coordinator.assistants.sessions import Session


@pytest.fixture
def program(tmp_path: Path) -> Path:
    """Give a stand-in for Codex that notes what it is called with."""
    if sys.platform == "win32":
        pytest.skip("the program in the client's place is a shell script")
    path = tmp_path / "codex"
    path.write_text(f"#!/bin/sh\nprintf '%s\\n' \"$*\" >> '{tmp_path / 'calls'}'\n")
    path.chmod(0o755)
    return path


def later() -> float:
    """Give a time at which an inbox of now has been there for a while."""
    return time.time() + wake.GRACE + 1


def test_an_instruction_that_nobody_took_is_queued_once(scene: object, program: Path) -> None:
    """For the thread that called `next`, after a while, whole."""
    worker = scene.worker("a")
    scene.tell(worker, 2)
    scene.notes.bind(Session("codex", "thread-1"), worker)
    assert wake.idle_sessions(scene.notes, str(program), time.time) == []
    assert wake.idle_sessions(scene.notes, str(program), later) == [worker.folder.name]
    assert wake.idle_sessions(scene.notes, str(program), later) == []
    calls = (program.parent / "calls").read_text()
    assert calls.startswith("queue --thread thread-1 --message Your next step")
    assert calls.count("# Do continue") == 1


def test_whoever_needs_none_is_left_alone(scene: object, program: Path) -> None:
    """Answered, taken already, of another client, without a session, without an inbox."""
    answered, taken, claude = (scene.worker(name) for name in "abc")
    for worker in (answered, taken, claude, scene.worker("d")):
        scene.tell(worker, 2)
    scene.report(answered, 2)
    scene.notes.claim(taken, 2)
    for worker, client in ((answered, "codex"), (taken, "codex"), (claude, "claude"), (scene.worker("e"), "codex")):
        scene.notes.bind(Session(client, worker.direction), worker)
    assert wake.idle_sessions(scene.notes, str(program), later) == []
    assert not (program.parent / "calls").exists()


@pytest.mark.parametrize("script", ["#!/bin/sh\nexit 1\n", None])
def test_a_client_that_fails_is_not_asked_again(scene: object, program: Path, script: str | None) -> None:
    """The instruction is in the inbox, and the stop hook reminds of it."""
    worker = scene.worker("a")
    scene.tell(worker, 2)
    scene.notes.bind(Session("codex", "thread-1"), worker)
    program.write_text(script) if script else program.unlink()
    for _ in range(2):
        assert wake.idle_sessions(scene.notes, str(program), later) == []
