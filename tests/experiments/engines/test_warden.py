"""What does a warden do with its parts? The rest of it is seen from outside, in test_local."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from coordinator.experiments.engines import warden

pytestmark = pytest.mark.skipif(os.name != "posix", reason="wardens need fork")


def test_descendants() -> None:
    """A child and its child are found, others are not."""
    code = "import os, sys; pid = os.fork(); print(pid, flush=True) if pid else None; sys.stdin.read()"
    command = [sys.executable, "-I", "-S", "-c", code]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as child:
        assert child.stdout is not None
        assert child.stdin is not None
        grandchild = int(child.stdout.readline())
        assert warden.descendants(child.pid) == {grandchild}
        assert {child.pid, grandchild} <= warden.descendants(os.getpid())
        child.stdin.close()


def test_parents_without_proc(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Where there is no /proc, `ps` is asked; simulated, with a `ps` of our own."""
    program = tmp_path / "ps"
    program.write_text("#!/bin/sh\necho '  1     0'\necho ' 17     1'\n")
    program.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr(os.path, "isdir", lambda _path: False)
    assert warden.parents() == {1: 0, 17: 1}


def test_killing_what_is_gone() -> None:
    """A process that ended by itself meanwhile is no error."""
    with subprocess.Popen([sys.executable, "-I", "-S", "-c", ""]) as child:
        pass
    warden.kill([child.pid])
    warden.kill_group(child.pid)


@pytest.mark.parametrize("size", [0, 1, 10, 19, 20, 21, 1000])
def test_what_is_kept_of_a_stream(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, size: int) -> None:
    """Up to head and tail together everything is kept to the byte; beyond, the middle is replaced by a note."""
    monkeypatch.setattr(warden, "HEAD_BYTES", 10)
    monkeypatch.setattr(warden, "TAIL_BYTES", 10)
    data = bytes(ord("a") + i % 26 for i in range(size))
    source, end = os.pipe()
    target = os.open(tmp_path / "stored", os.O_WRONLY | os.O_CREAT)
    capture = warden.Capture(source, target)
    os.write(end, data)
    capture.drain()
    assert capture.open
    os.close(end)
    capture.finish()
    assert not capture.open
    os.close(source)
    os.close(target)
    note = b"\n[... %d bytes cut ...]\n" % (size - 20)
    assert (tmp_path / "stored").read_bytes() == (data if size <= 20 else data[:10] + note + data[-10:])


def test_a_warden_without_a_job_ends() -> None:
    """An executor that died before it had said what to do leaves no warden waiting."""
    command = [sys.executable, "-I", "-S", warden.__file__]
    done = subprocess.run(command, input=b'{"argv": [', capture_output=True, check=True, timeout=10)
    assert done.stdout == b""
