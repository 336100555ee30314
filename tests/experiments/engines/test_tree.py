"""Is a process tree found whole, and ended whole? The rest of it is seen from outside, in test_local."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from coordinator.experiments.engines import tree

pytestmark = pytest.mark.skipif(os.name != "posix", reason="wardens need fork")


def test_descendants() -> None:
    """A child and its child are found, others are not."""
    code = "import os, sys; pid = os.fork(); print(pid, flush=True) if pid else None; sys.stdin.read()"
    command = [sys.executable, "-I", "-S", "-c", code]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as child:
        assert child.stdout is not None
        assert child.stdin is not None
        grandchild = int(child.stdout.readline())
        assert tree.descendants(child.pid) == {grandchild}
        assert {child.pid, grandchild} <= tree.descendants(os.getpid())
        child.stdin.close()


def test_parents_without_proc(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Where there is no /proc, `ps` is asked; simulated, with a `ps` of our own."""
    program = tmp_path / "ps"
    program.write_text("#!/bin/sh\necho '  1  0  2048  0:01.50'\necho ' 17  1  512 1-02:00:03'\n")
    program.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr(os.path, "isdir", lambda _path: False)
    assert tree.parents() == {1: 0, 17: 1}


def test_killing_what_is_gone() -> None:
    """A process that ended by itself meanwhile is no error."""
    with subprocess.Popen([sys.executable, "-I", "-S", "-c", ""]) as child:
        pass
    tree.kill([child.pid])
    tree.kill_group(child.pid)
