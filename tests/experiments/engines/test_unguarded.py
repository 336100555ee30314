"""Does the engine for systems without fork keep limits and caps? Simulated on POSIX, never run on Windows."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from coordinator.errors import MachineError
from coordinator.experiments.engines import Ended, Job, unguarded
from coordinator.experiments.engines.unguarded import UnguardedEngine


def run(folder: Path, code: str, limit: float = 20.0) -> tuple[Ended, bytes]:
    """Run a piece of Python to its end, and give what it printed too."""
    stored = folder / "stored"
    descriptors = [os.open(path, os.O_RDWR | os.O_CREAT) for path in (stored, folder / "errors")]
    command = (sys.executable, "-I", "-S", "-c", code)
    process = UnguardedEngine().start(Job(command, folder, dict(os.environ), limit, *descriptors))
    for descriptor in descriptors:
        os.close(descriptor)
    while (ended := process.poll()) is None:
        time.sleep(0.01)
    assert process.poll() == ended
    return ended, stored.read_bytes()


def test_its_own_end(tmp_path: Path) -> None:
    """Exit code and prints are its own; what cannot be measured is absent and not zero."""
    ended, printed = run(tmp_path, "print('hello'); raise SystemExit(3)")
    assert (ended.exit_code, ended.timed_out, ended.cpu_seconds, ended.peak_memory_mb) == (
        3,
        False,
        None,
        None,
    )
    assert printed == b"hello\n"


def test_the_time_limit(tmp_path: Path) -> None:
    """At the limit the process is killed."""
    ended, _ = run(tmp_path, "import time; time.sleep(60)", limit=0.2)
    assert ended.timed_out
    assert 0.2 <= ended.wall_seconds < 5


def test_a_tree_is_killed_by_the_system(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """On Windows `taskkill` takes the tree; simulated."""
    called: list[list[str]] = []
    monkeypatch.setattr(sys, "platform", "win32")
    monkeypatch.setattr(subprocess, "run", lambda command, **_options: called.append(command))
    run(tmp_path, "import time; time.sleep(60)", limit=0.1)
    assert called[0][:4] == ["taskkill", "/T", "/F", "/PID"]


def test_long_prints_are_cut_afterwards(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Head and tail stay."""
    monkeypatch.setattr(unguarded, "HEAD_BYTES", 10)
    monkeypatch.setattr(unguarded, "TAIL_BYTES", 5)
    _, printed = run(tmp_path, "print('0123456789abcdefghiXYZW')")
    assert printed == b"0123456789\n[... 9 bytes cut ...]\nXYZW\n"


def test_a_program_that_is_not_there(tmp_path: Path) -> None:
    """The system's refusal is a MachineError with the program's path."""
    with pytest.raises(MachineError, match="no process could be started"):
        UnguardedEngine().start(Job(("/nowhere/python",), tmp_path, {}, 1, 1, 1))
