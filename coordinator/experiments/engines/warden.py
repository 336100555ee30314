"""How does one process run so that nothing of it survives? Under a warden, a small process of its own.

The executor starts this file as a program, one for each experiment process, with an isolated interpreter and
nothing but the standard library. It speaks over its own stdin and stdout: one line of JSON in (the job), one
line out (how it ended). Its stdin stays open meanwhile and is the lifeline: when the executor closes it, or
dies by whatever signal, the warden reads the end of the file and kills what it guards. A lifeline was
preferred to Linux's parent-death signal because it works on every POSIX system and cannot be missed.

Why a process in between: on Linux it is a *subreaper*, so that a grandchild which daemonises itself (setsid,
double fork, signals ignored) becomes the warden's child and not init's: it belongs to one known experiment
and is found, killed and counted. The warden is small, so that the peak memory it measures is the
experiment's; and it keeps time and drains pipes also when the executor is busy hashing.

Where there is no subreaper (macOS, BSD) a process that both leaves its session and loses its parent escapes:
weaker, and documented as such.
"""

from __future__ import annotations

import contextlib
import ctypes
import json
import os
import select
import signal
import subprocess
import sys
import time
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

try:
    import resource
except ImportError:  # Windows: imported for its names only, never run there
    resource = None  # type: ignore[assignment]

PR_SET_PDEATHSIG = 1
PR_SET_CHILD_SUBREAPER = 36
"""Source: linux/prctl.h."""

HEAD_BYTES = 1024 * 1024
"""Of what a process prints, the first so many bytes are kept …"""
TAIL_BYTES = 1024 * 1024
"""… and the last so many; a note says how much was cut between them."""

KILL_SECONDS = 20.0
"""How long to go on killing. Only a process that the kernel itself holds up (dead network disk) takes
longer."""

ORDERS = tuple(getattr(signal, name) for name in ("SIGTERM", "SIGINT", "SIGHUP") if hasattr(signal, name))
"""Signals that end the guarded process too: an experiment that calls `pkill python` hits its own warden."""

_CHUNK = 65536


def prctl(option: int, value: int) -> bool:
    """Set one attribute of this process; False where there is no such call."""
    if not sys.platform.startswith("linux"):
        return False
    return bool(ctypes.CDLL(None, use_errno=True).prctl(option, value, 0, 0, 0) == 0)


def parents() -> dict[int, int]:
    """Give every process of this machine that we may see, with its parent."""
    if not os.path.isdir("/proc/self"):  # noqa: PTH112  # pathlib would double the warden's start-up time
        return _parents_by_ps()
    found = {}
    for name in os.listdir("/proc"):  # noqa: PTH208  # the same
        if name.isdigit():
            # A process that ended since the listing was read has no file any more.
            with contextlib.suppress(OSError), open(f"/proc/{name}/stat", "rb") as file:  # noqa: PTH123  # the same
                # pid (name) state ppid …: the name is the process's own choice and may hold any bracket.
                found[int(name)] = int(file.read().rpartition(b")")[2].split()[1])
    return found


def _parents_by_ps() -> dict[int, int]:
    """Ask `ps`, where there is no /proc."""
    printed = subprocess.run(["ps", "-A", "-o", "pid=,ppid="], capture_output=True, check=False).stdout  # noqa: S607  # `ps` lies elsewhere on each system
    lines = (line.split() for line in printed.splitlines())
    return {int(pid): int(parent) for pid, parent in lines}


def descendants(ancestor: int) -> set[int]:
    """Give the children of a process, their children, and so on."""
    children: dict[int, list[int]] = {}
    for pid, parent in parents().items():
        children.setdefault(parent, []).append(pid)
    found: set[int] = set()
    queue = list(children.get(ancestor, ()))
    while queue:
        pid = queue.pop()
        if pid not in found:
            found.add(pid)
            queue += children.get(pid, ())
    return found


def kill(pids: Iterable[int]) -> None:
    """Send SIGKILL to each that is still there and ours to kill."""
    for pid in pids:
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.kill(pid, signal.SIGKILL)


def kill_group(leader: int) -> None:
    """Send SIGKILL to the process group that one process leads."""
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(leader, signal.SIGKILL)


class Capture:
    """What one process prints to one pipe: head and tail are stored, the middle is counted.

    Args:
        source: the reading end of the pipe.
        target: where the text is stored.
    """

    def __init__(self, source: int, target: int) -> None:
        os.set_blocking(source, False)
        self.source = source
        self.open = True
        self._target = target
        self._room = HEAD_BYTES
        self._tail = bytearray()
        self._cut = 0

    def drain(self) -> None:
        """Take what the pipe holds at present."""
        while self.open:
            try:
                chunk = os.read(self.source, _CHUNK)
            except BlockingIOError:
                return
            self.open = bool(chunk)
            self._keep(chunk)

    def finish(self) -> None:
        """Take the rest and store the tail, with a note on what was left out before it."""
        self.drain()
        if self._cut:
            self._store(b"\n[... %d bytes cut ...]\n" % self._cut)
        self._store(bytes(self._tail))

    def _keep(self, chunk: bytes) -> None:
        head, rest = chunk[: self._room], chunk[self._room :]
        self._room -= len(head)
        self._store(head)
        self._tail += rest
        surplus = max(0, len(self._tail) - TAIL_BYTES)
        del self._tail[:surplus]
        self._cut += surplus

    def _store(self, data: bytes) -> None:
        # A full disk must not stop the draining: the process would hang on a full pipe until its time limit.
        with contextlib.suppress(OSError):
            while data:
                data = data[os.write(self._target, data) :]


class Ward:
    """The process under guard, and everything that it starts.

    Args:
        job: `argv`, `folder`, `environment`, `time_limit_seconds`, `stdout`, `stderr`, as in `Job`.
        lifeline: a descriptor whose end of file orders the end.
    """

    def __init__(self, job: Mapping[str, Any], lifeline: int) -> None:
        self._job = job
        self._lifeline = lifeline
        self._wake, self._waker = os.pipe()
        for end in (self._wake, self._waker):
            os.set_blocking(end, False)
        for number in (signal.SIGCHLD, *ORDERS):
            signal.signal(number, lambda _number, _frame: None)
        signal.set_wakeup_fd(self._waker, warn_on_full_buffer=False)
        self._status: int | None = None
        self._childless = False
        self._ordered = False

    def run(self) -> dict[str, Any]:
        """Run it to its end, whatever that is, and say how it ended."""
        began = time.monotonic()
        out, out_end = os.pipe()
        err, err_end = os.pipe()
        self._captures = [Capture(out, self._job["stdout"]), Capture(err, self._job["stderr"])]
        self._pid, failure = start(self._job, out_end, err_end)
        os.close(out_end)
        os.close(err_end)
        ended_by = self._watch(began + self._job["time_limit_seconds"])
        wall = time.monotonic() - began
        survivors = self._end_all()
        for capture in self._captures:
            capture.finish()
        return {**self._measured(wall, survivors, failure), "timed_out": ended_by == "time"}

    def _watch(self, deadline: float) -> str:
        """Wait for the process's end, the time limit or the lifeline's end, draining what it prints."""
        watched = {self._wake, self._lifeline} | {capture.source for capture in self._captures}
        while True:
            self._reap()
            left = deadline - time.monotonic()
            if self._status is not None:
                return "itself"
            if left <= 0:
                return "time"
            if self._ordered:
                return "order"
            ready, _, _ = select.select(watched, [], [], left)
            self._take(ready)
            watched -= {capture.source for capture in self._captures if not capture.open}

    def _take(self, ready: Sequence[int]) -> None:
        """Read what is ready: the numbers of signals, the lifeline, and what the process prints."""
        with contextlib.suppress(BlockingIOError):
            self._ordered |= any(number in ORDERS for number in os.read(self._wake, _CHUNK))
        if self._lifeline in ready:
            self._ordered |= not os.read(self._lifeline, _CHUNK)
        for capture in self._captures:
            if capture.source in ready:
                capture.drain()

    def _reap(self) -> None:
        """Collect every child that has ended, adopted ones too."""
        while True:
            try:
                pid, status = os.waitpid(-1, os.WNOHANG)
            except ChildProcessError:
                self._childless = True
                return
            if pid == 0:
                return
            if pid == self._pid:
                self._status = status

    def _end_all(self) -> int:
        """Kill until no child is left; give how many would not die."""
        deadline = time.monotonic() + KILL_SECONDS
        kill_group(self._pid)
        while True:
            remaining = descendants(os.getpid())
            kill(remaining)
            self._reap()
            if self._childless:
                return 0
            if time.monotonic() > deadline:
                return len(remaining)
            select.select([self._wake], [], [], 0.01)
            self._take([capture.source for capture in self._captures])

    def _measured(self, wall: float, survivors: int, failure: str) -> dict[str, Any]:
        usage = resource.getrusage(resource.RUSAGE_CHILDREN)
        per_mb = 1024 * 1024 if sys.platform == "darwin" else 1024
        code = None if failure or self._status is None else os.waitstatus_to_exitcode(self._status)
        return {
            "exit_code": code,
            "wall_seconds": wall,
            "cpu_seconds": usage.ru_utime + usage.ru_stime,
            "peak_memory_mb": usage.ru_maxrss / per_mb,
            "detail": failure or (f"{survivors} of its processes could not be killed" if survivors else ""),
        }


def start(job: Mapping[str, Any], stdout: int, stderr: int) -> tuple[int, str]:
    """Fork and execute the job's program, in a session of its own.

    Returns:
        Its process id, and why it could not be executed: empty if it could.
    """
    told, tell = os.pipe()  # closed by a successful exec
    pid = os.fork()
    if pid == 0:
        try:
            _become(job, stdout, stderr)
        except (OSError, ValueError) as error:
            os.write(tell, str(error).encode("utf-8", "replace"))
        finally:
            os._exit(127)
    os.close(tell)
    failure = b"".join(iter(lambda: os.read(told, _CHUNK), b"")).decode("utf-8", "replace")
    os.close(told)
    return pid, failure and f"it could not be started: {failure}"


def _become(job: Mapping[str, Any], stdout: int, stderr: int) -> None:
    """Turn this forked process into the job's program."""
    os.setsid()
    prctl(PR_SET_PDEATHSIG, signal.SIGKILL)  # should somebody kill the warden
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    os.chdir(job["folder"])
    nothing = os.open(os.devnull, os.O_RDONLY)
    for source, place in ((nothing, 0), (stdout, 1), (stderr, 2)):
        os.dup2(source, place)
    for inherited in {job["stdout"], job["stderr"]}:
        os.close(inherited)
    os.execvpe(job["argv"][0], job["argv"], job["environment"])  # noqa: S606  # no shell is wanted


def main() -> None:
    """Read a job, run it, and say how it ended."""
    line = bytearray()
    while not line.endswith(b"\n"):
        chunk = os.read(0, _CHUNK)
        if not chunk:
            return  # the executor died before it had said what to do
        line += chunk
    prctl(PR_SET_CHILD_SUBREAPER, 1)
    os.write(1, json.dumps(Ward(json.loads(line), 0).run()).encode() + b"\n")


if __name__ == "__main__":
    main()
