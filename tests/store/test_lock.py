"""Is a workspace one process's, and does everybody else hear whose?"""

import json
import os
import signal
import stat
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from coordinator.errors import HeldError, MachineError
from coordinator.store import lock as lock_module
from coordinator.store.lock import Holder, Lock, holder

NOW = datetime(2026, 11, 23, 14, 30, 22, tzinfo=UTC)

HOLD = """
import sys
from pathlib import Path
from coordinator.store.lock import Lock
with Lock(Path(sys.argv[1]), "coordinator", root=Path("/workspace")):
    print("held", flush=True)
    sys.stdin.read()
"""


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Give the path of a lock whose folder is not there yet."""
    return tmp_path / "state" / "coordinator.lock"


@pytest.fixture
def other(path: Path) -> Iterator[subprocess.Popen[bytes]]:
    """Start another process that holds the lock."""
    command = [sys.executable, "-c", HOLD, str(path)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == b"held\n"
        yield process
        process.kill()


def test_the_second_is_told_who_is_first(path: Path, other: subprocess.Popen[bytes]) -> None:
    """Name purpose, process and machine of the holder."""
    with pytest.raises(HeldError) as caught:
        Lock(path, "coordinator").acquire()
    assert f"another coordinator works on this workspace: process {other.pid} on " in caught.value.message
    found = holder(path)
    assert found is not None
    assert (found.pid, found.purpose, found.root) == (other.pid, "coordinator", str(Path("/workspace")))


def test_a_killed_holder_holds_nothing(path: Path, other: subprocess.Popen[bytes]) -> None:
    """Let the next one in at once after a kill, with nothing to clear away."""
    other.send_signal(signal.SIGKILL if hasattr(signal, "SIGKILL") else signal.SIGTERM)
    other.wait()
    assert holder(path) is None
    with Lock(path, "coordinator", clock=lambda: NOW) as lock:
        assert lock.still_held()
        found = holder(path)
        assert found is not None
        assert (found.pid, found.since) == (os.getpid(), "2026-11-23T14:30:22+00:00")
    assert holder(path) is None


def test_asking_needs_no_lock_file(path: Path) -> None:
    """Make nothing by only asking."""
    assert holder(path) is None
    assert not path.parent.exists()


@pytest.mark.skipif(os.name == "nt", reason="permissions are another thing there")
def test_the_lock_is_private(path: Path) -> None:
    """Let nobody else see who works on what."""
    with Lock(path, "coordinator"):
        modes = [stat.S_IMODE(found.stat().st_mode) for found in (path.parent, *path.parent.iterdir())]
    assert modes == [0o700, 0o600, 0o600]


@pytest.mark.parametrize("how", ["removed", "replaced"])
def test_a_lock_file_that_is_gone_is_noticed(path: Path, how: str) -> None:
    """Tell the holder that another could come in, since deleting the file opens the door."""
    with Lock(path, "coordinator") as lock:
        assert lock.still_held()
        path.unlink()
        if how == "replaced":
            path.touch()
        assert not lock.still_held()
    assert not lock.still_held()


@pytest.mark.parametrize("note", [b"", b"{}", b"[]", b"\xff", b'{"pid": "x"}', b"x" * 20_000])
def test_a_damaged_note_does_not_hide_the_holder(path: Path, note: bytes) -> None:
    """Say that somebody holds it, even if it is not known who."""
    with Lock(path, "executor"):
        path.with_name("coordinator.lock.json").write_bytes(note)
        found = holder(path)
        assert found is not None
        assert "unknown" in str(found)
        with pytest.raises(HeldError, match="another executor works on this workspace"):
            Lock(path, "executor").acquire()


def test_the_note_names_the_workspace(path: Path) -> None:
    """Write down what the others need to find the process."""
    with Lock(path, "coordinator", root=Path("/workspace"), clock=lambda: NOW):
        said = json.loads(path.with_name("coordinator.lock.json").read_bytes())
    assert said["pid"] == os.getpid()
    assert str(Holder(**said)).endswith("since 2026-11-23T14:30:22+00:00")


def test_a_file_system_without_locks_is_refused(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Refuse to work without a lock, and say where to put the state folder."""
    fcntl = pytest.importorskip("fcntl")

    def no_locks(*_: object) -> None:
        raise OSError(38, "Function not implemented")

    monkeypatch.setattr(fcntl, "flock", no_locks)
    with pytest.raises(MachineError) as caught:
        Lock(path, "coordinator").acquire()
    assert "XDG_STATE_HOME" in caught.value.hint


def test_what_cannot_be_a_lock_is_named(path: Path) -> None:
    """Give path and reason if the lock file cannot be opened."""
    path.mkdir(parents=True)
    for call in (Lock(path, "coordinator").acquire, lambda: holder(path)):
        with pytest.raises(MachineError, match=r"coordinator\.lock"):
            call()


def test_the_clock_is_utc() -> None:
    """Write times that mean the same on every machine."""
    assert lock_module._utc_now().tzinfo is UTC
