"""Does the engine for systems without fork keep limits and caps? Simulated on POSIX, never run on Windows."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from coordinator.errors import MachineError
from coordinator.experiments.engines import Ended, Job, Limits, unguarded, usage
from coordinator.experiments.engines.jobobject import Used
from coordinator.experiments.engines.unguarded import UnguardedEngine


def run(folder: Path, code: str, limit: float = 20.0, *, outputs_mb: float | None = None) -> tuple[Ended, bytes]:
    """Run a piece of Python to its end, and give what it printed too."""
    stored = folder / "stored"
    descriptors = [os.open(path, os.O_RDWR | os.O_CREAT) for path in (stored, folder / "errors")]
    command = (sys.executable, "-I", "-S", "-c", code)
    limits = Limits(outputs_mb=outputs_mb, folders=(str(folder / "out"),))
    process = UnguardedEngine().start(Job(command, folder, dict(os.environ), limit, *descriptors, limits))
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
    """On Windows, where no job object is to be had, `taskkill` takes the tree; simulated."""
    called: list[list[str]] = []

    def refused(*_limits: object) -> None:
        raise OSError("refused")

    monkeypatch.setattr(sys, "platform", "win32")
    monkeypatch.setattr(unguarded, "JobObject", refused)
    monkeypatch.setattr(subprocess, "run", lambda command, **_options: called.append(command))
    run(tmp_path, "import time; time.sleep(60)", limit=0.1)
    assert called[0][:4] == ["taskkill", "/T", "/F", "/PID"]


class Held:
    """A job object that notes what is done with it."""

    def __init__(self, *limits: object) -> None:
        self.done: list[object] = [limits]
        JOBS.append(self)

    def take(self, process: int) -> None:
        """Note the member."""
        self.done.append(process)

    def used(self) -> Used:
        """Give two seconds and seven MiB."""
        return Used(2.0, 7.0)

    def kill(self) -> None:
        """Note the end."""
        self.done.append("kill")

    def close(self) -> None:
        """Note that it is let go of."""
        self.done.append("close")


JOBS: list[Held] = []


@pytest.mark.parametrize("limit", [20.0, 0.1])
def test_a_job_object_holds_the_tree(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, limit: float) -> None:
    """On Windows it measures the tree, and ends what is left of it, at the limit and after its end; simulated."""
    monkeypatch.setattr(sys, "platform", "win32")
    monkeypatch.setattr(unguarded, "JobObject", Held)
    monkeypatch.setattr(subprocess.Popen, "_handle", 42, raising=False)
    ended, _ = run(tmp_path, "" if limit > 1 else "import time; time.sleep(60)", limit)
    kills = ["kill"] if limit > 1 else ["kill", "kill"]
    assert JOBS[-1].done == [(None, usage.MAX_PROCESSES), 42, *kills, "close"]
    assert (ended.cpu_seconds, ended.peak_memory_mb, ended.limit) == (2.0, 7.0, "" if limit > 1 else "time")


@pytest.mark.parametrize(("size", "limit"), [(1_000_000, ""), (3_000_000, "outputs")])
def test_outputs_are_measured_afterwards(tmp_path: Path, size: int, limit: str) -> None:
    """More than the limit is found once it has ended."""
    (tmp_path / "out").mkdir()
    code = f"open('out/x', 'wb').write(bytes({size}))"
    assert run(tmp_path, code, outputs_mb=2.0)[0].limit == limit


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
