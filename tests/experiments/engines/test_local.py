"""Does nothing of an experiment process survive, and is it told truly how it ended? With real processes."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import patience
import pytest

from coordinator.errors import MachineError
from coordinator.experiments.engines import Ended, Job, Process, local, warden
from coordinator.experiments.engines.local import LocalEngine, LocalProcess

pytestmark = pytest.mark.skipif(os.name != "posix", reason="wardens need fork")
linux = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="needs a subreaper")

DAEMON = """
import os, signal, sys, time
for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
    signal.signal(number, signal.SIG_IGN)
for depth in range(3):
    if os.fork() == 0:
        os.setsid()
        if os.fork():
            os._exit(0)
        break
print(os.getpid(), file=open(f"pid_{os.getpid()}", "w"))
time.sleep(60)
"""
"""Four processes: one, and three that left its session, lost their parents and ignore every polite signal."""


@pytest.fixture
def prints(tmp_path: Path) -> Iterator[tuple[Path, Path, int, int]]:
    """Give two files that receive what a process prints, and their descriptors."""
    out, err = tmp_path / "out.txt", tmp_path / "err.txt"
    descriptors = [os.open(path, os.O_WRONLY | os.O_CREAT) for path in (out, err)]
    yield out, err, *descriptors
    for descriptor in descriptors:
        os.close(descriptor)


@pytest.fixture
def start(tmp_path: Path, prints: tuple[Path, Path, int, int]) -> Callable[..., Process]:
    """Give a function that starts a piece of Python under a warden, in an empty folder."""
    folder = tmp_path / "work"
    folder.mkdir()

    def begin(code: str, *, limit: float = 20.0, argv: tuple[str, ...] = ()) -> Process:
        command = argv or (sys.executable, "-I", "-S", "-c", code)
        return LocalEngine().start(Job(command, folder, dict(os.environ), limit, *prints[2:]))

    return begin


def end(process: Process) -> Ended:
    """Wait for the end of a process."""
    return patience.until(process.poll)


def alive(pid: int) -> bool:
    """Tell whether a process exists and is not merely waiting to be collected."""
    try:
        os.kill(pid, 0)
        return "\nState:\tZ" not in Path(f"/proc/{pid}/status").read_text()
    except (ProcessLookupError, FileNotFoundError):
        return False


def gone(pids: list[int]) -> bool:
    """Wait a little for processes to be gone."""
    return patience.until(lambda: not any(alive(pid) for pid in pids))


def pids_in(folder: Path, count: int) -> list[int]:
    """Wait until so many processes have written their ids, and give these."""

    def written() -> list[int]:
        return [int(text) for path in folder.glob("pid_*") if (text := path.read_text())]

    patience.until(lambda: len(written()) >= count)
    return written()


def test_a_process_that_ends_well(
    start: Callable[..., Process], tmp_path: Path, prints: tuple[Path, Path, int, int]
) -> None:
    """Its exit code, what it printed, its folder and its empty stdin are what was asked for."""
    ended = end(start("import os, sys; print(os.getcwd(), repr(sys.stdin.read())); print('oops', file=sys.stderr)"))
    assert (ended.exit_code, ended.timed_out, ended.detail) == (0, False, "")
    assert prints[0].read_text() == f"{tmp_path / 'work'} ''\n"
    assert prints[1].read_text() == "oops\n"


def test_its_costs_are_its_own(start: Callable[..., Process]) -> None:
    """CPU seconds and peak memory are measured, a child's included, and not those of the executor."""
    code = """
import os, time
if os.fork() == 0:
    block = bytearray(80_000_000)
    os._exit(0)
while time.process_time() < 0.3: pass
"""
    ended = end(start(code))
    assert ended.cpu_seconds is not None
    assert ended.peak_memory_mb is not None
    assert 0.3 <= ended.cpu_seconds < 3
    assert 76 <= ended.peak_memory_mb < 150
    assert ended.wall_seconds >= 0.3


@pytest.mark.parametrize(
    ("code", "expected"), [("raise SystemExit(3)", 3), ("import os; os.kill(os.getpid(), 11)", -11)]
)
def test_its_own_exit_code(start: Callable[..., Process], code: str, expected: int) -> None:
    """A code is passed on as it is, a signal as a negative number."""
    assert end(start(code)).exit_code == expected


def test_a_program_that_is_not_there(start: Callable[..., Process]) -> None:
    """Never started is not an exit code."""
    ended = end(start("", argv=("/nowhere/python", "x.py")))
    assert ended.exit_code is None
    assert "could not be started" in ended.detail
    assert "/nowhere/python" in ended.detail


@linux
def test_the_time_limit_kills_the_whole_tree(start: Callable[..., Process], tmp_path: Path) -> None:
    """At the limit everything dies: also what left the session, lost its parent and ignores SIGTERM."""
    process = start(DAEMON, limit=0.8)
    pids = pids_in(tmp_path / "work", 4)
    ended = end(process)
    assert ended.timed_out
    assert ended.exit_code == -signal.SIGKILL
    assert 0.8 <= ended.wall_seconds < 5
    assert gone(pids)


@linux
def test_what_is_left_running_behind_ends_with_it(start: Callable[..., Process], tmp_path: Path) -> None:
    """The experiment ends when its process ends; a daemon that it leaves does not hold the GPU all night."""
    process = start(
        DAEMON.replace("for depth", "first = os.getpid()\nfor depth").replace(
            "time.sleep(60)", "time.sleep(0.5 if os.getpid() == first else 60)"
        )
    )
    pids = pids_in(tmp_path / "work", 4)
    ended = end(process)
    assert (ended.exit_code, ended.timed_out) == (0, False)
    assert gone(pids)


@linux
def test_an_order_to_kill(start: Callable[..., Process], tmp_path: Path) -> None:
    """An ordered end is no time limit, and leaves nothing."""
    process = start(DAEMON)
    pids = pids_in(tmp_path / "work", 4)
    process.kill()
    process.kill()
    ended = end(process)
    assert (ended.exit_code, ended.timed_out) == (-signal.SIGKILL, False)
    assert gone(pids)


@linux
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT, signal.SIGHUP])
def test_a_warden_that_is_ordered_to_end_takes_all_with_it(
    start: Callable[..., Process], tmp_path: Path, number: signal.Signals
) -> None:
    """`pkill python` in an experiment hits its own warden, which then cleans up and reports."""
    process = start(DAEMON)
    pids = pids_in(tmp_path / "work", 4)
    assert isinstance(process, LocalProcess)
    os.kill(process.pid, number)
    assert end(process).exit_code == -signal.SIGKILL
    assert gone(pids)


def test_long_prints_keep_head_and_tail(start: Callable[..., Process], prints: tuple[Path, Path, int, int]) -> None:
    """Of 5 MB, the first and the last MiB are stored, and how much lies between them."""
    ended = end(start("print('first'); print('x' * 5_000_000); print('last')"))
    stored = prints[0].read_bytes()
    assert ended.exit_code == 0
    assert stored.startswith(b"first\nxxx")
    assert stored.endswith(b"x\nlast\n")
    cut = 5_000_012 - warden.HEAD_BYTES - warden.TAIL_BYTES
    note = b"\n[... %d bytes cut ...]\n" % cut
    assert note in stored
    assert len(stored) == warden.HEAD_BYTES + warden.TAIL_BYTES + len(note)


def test_a_full_disk_does_not_hang_the_process(tmp_path: Path) -> None:
    """What cannot be stored is lost, and the process goes on."""
    if not Path("/dev/full").exists():
        pytest.skip("no /dev/full here")
    full = os.open("/dev/full", os.O_WRONLY)
    command = (sys.executable, "-I", "-S", "-c", "print('x' * 3_000_000)")
    process = LocalEngine().start(Job(command, tmp_path, dict(os.environ), 20, full, full))
    assert end(process).exit_code == 0
    os.close(full)


def test_a_large_environment(tmp_path: Path, prints: tuple[Path, Path, int, int]) -> None:
    """A job larger than a pipe's buffer, with a variable that is not UTF-8, reaches the process."""
    environment = {**{f"V{i}": "x" * 20_000 for i in range(10)}, "ODD": "\udcff"}
    command = (sys.executable, "-I", "-S", "-c", "import os; print(len(os.environ), os.environb[b'ODD'])")
    end(LocalEngine().start(Job(command, tmp_path, environment, 20, *prints[2:])))
    count, odd = prints[0].read_text().split()
    assert int(count) >= 11
    assert odd == "b'\\xff'"


IN_A_PROCESS_OF_ITS_OWN = """
import json, os, sys, time
from pathlib import Path
from coordinator.experiments.engines import Job
from coordinator.experiments.engines.local import LocalEngine
sink = os.open(os.devnull, os.O_WRONLY)
engine = LocalEngine(sole=True)
folder = Path(sys.argv[1])
process = engine.start(Job((sys.executable, "-I", "-S", "-c", sys.argv[2]), folder, dict(os.environ), 60, sink, sink))
print(process.pid, flush=True)
while (ended := process.poll()) is None:
    time.sleep(0.01)
print(json.dumps([ended.exit_code, ended.detail]), flush=True)
"""


def executor_like(folder: Path, code: str) -> subprocess.Popen[str]:
    """Start a process that starts one experiment and waits for it, as the executor does."""
    command = [sys.executable, "-c", IN_A_PROCESS_OF_ITS_OWN, str(folder), code]
    return subprocess.Popen(command, stdout=subprocess.PIPE, text=True)


@linux
def test_a_killed_executor_leaves_nothing(tmp_path: Path) -> None:
    """A kill -9 of whoever holds the lifeline ends warden and experiment."""
    with executor_like(tmp_path, DAEMON) as parent:
        assert parent.stdout is not None
        pids = [int(parent.stdout.readline()), *pids_in(tmp_path, 4)]
        parent.kill()
    assert gone(pids)


@linux
@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGSTOP])
def test_a_killed_warden_leaves_nothing(
    tmp_path: Path, number: signal.Signals, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An experiment that kills or stops its warden is killed by the executor, daemons included."""
    hurt = f"\nif os.getsid(0) == os.getpid(): time.sleep(0.3); os.kill(os.getppid(), {int(number)})\n"
    code = DAEMON.replace("time.sleep(60)", hurt + "time.sleep(60)")
    if number == signal.SIGSTOP:
        short = "from coordinator.experiments.engines import local; local.GRACE_SECONDS = -59"
        monkeypatch.setattr(sys.modules[__name__], "IN_A_PROCESS_OF_ITS_OWN", short + IN_A_PROCESS_OF_ITS_OWN)
    with executor_like(tmp_path, code) as parent:
        assert parent.stdout is not None
        pids = [int(parent.stdout.readline()), *pids_in(tmp_path, 4)]
        assert "warden was killed" in parent.stdout.read()
    assert gone(pids)


def test_the_engine_of_this_system() -> None:
    """POSIX gets wardens; a process with children of its own does not adopt strays."""
    engine = local.engine(sole=False)
    assert isinstance(engine, LocalEngine)
    assert engine.name == "local"


def test_no_process_to_be_had(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, prints: tuple[Path, Path, int, int]
) -> None:
    """A system that is out of processes is the machine's fault, with a path."""
    monkeypatch.setattr(sys, "executable", str(tmp_path / "none"))
    with pytest.raises(MachineError, match="no process could be started"):
        LocalEngine().start(Job(("x",), tmp_path, {}, 1, *prints[2:]))
