"""What does a warden do with its parts? The rest of it is seen from outside, in test_local."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import patience
import pytest

from coordinator.experiments.engines import local, warden

pytestmark = pytest.mark.skipif(os.name != "posix", reason="wardens need fork")


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
    command = [sys.executable, "-I", "-S", "-c", warden.COMMAND, local.ROOT]
    done = subprocess.run(command, input=b'{"argv": [', capture_output=True, check=True, timeout=patience.SECONDS)
    assert done.stdout == b""
