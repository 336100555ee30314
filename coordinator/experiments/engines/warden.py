"""How does one process run so that nothing of it survives? Under a warden, a small process of its own.

The executor starts `main` as a program (`COMMAND`), one for each experiment process, with an isolated
interpreter and nothing but the standard library. It speaks over its own stdin and stdout: one line of JSON in
(the job), one line out (how it ended). Its stdin stays open meanwhile and is the lifeline: when the executor
closes it, or dies by whatever signal, the warden reads the end of the file and kills what it guards. A lifeline
was preferred to Linux's parent-death signal because it works on every POSIX system and cannot be missed.

Why a process in between: on Linux it is a *subreaper*, so that a grandchild which daemonises itself (setsid,
double fork, signals ignored) becomes the warden's child and not init's: it belongs to one known experiment
and is found, killed and counted. The warden is small, so that the peak memory it measures is the
experiment's; and it keeps time and drains pipes also when the executor is busy hashing.

The limits beside the time are sampled (`usage`, `gpu`), or the kernel's own where a control group can be had
(`cgroup`); the end of a tree is in `tree`.

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
import sys
import time
from collections.abc import Mapping, Sequence
from typing import Any

from coordinator.experiments.engines import tree, usage
from coordinator.experiments.engines.cgroup import Group, holds_memory
from coordinator.experiments.engines.gpu import Gpus

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

ITSELF, TIME, ORDER = "itself", "time", "order"
"""What ended a process, beside the limits of `usage`."""

CHUNKS = 64
"""Of a pipe that is filled faster than it is read, so many chunks are taken before the clock is looked at."""

REAP_SECONDS = 0.1
"""Children that end faster than they are collected are collected so long before the clock is looked at."""

MANY_ORPHANS = 64
"""A tree that left so many behind, or that outruns its end, may be a bomb, and the kernel collects its dead,
uncounted: left to the warden, they would fill the machine's table of processes, and lengthen each look at it."""

COMMAND = """
import sys
for name in ("coordinator", "coordinator.experiments", "coordinator.experiments.engines"):
    package = sys.modules[name] = type(sys)(name)
    package.__path__ = [sys.argv[1] + "/" + name.replace(".", "/")]
from coordinator.experiments.engines.warden import main
main()
"""
"""Starts a warden without what its packages import: that would cost more than the warden itself. Its argument
is the folder in which the program lies."""

_CHUNK = 65536
_PACKAGE = __file__.rsplit(os.sep, 4)[0]


def prctl(option: int, value: int) -> bool:
    """Set one attribute of this process; False where there is no such call."""
    if not sys.platform.startswith("linux"):
        return False
    return bool(ctypes.CDLL(None, use_errno=True).prctl(option, value, 0, 0, 0) == 0)


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
        """Take what the pipe holds at present, or as much as there is time for."""
        for _ in range(CHUNKS):
            if not self.open:
                return
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
        job: `argv`, `folder`, `environment`, `time_limit_seconds`, `stdout`, `stderr`, `limits`, as in `Job`;
            `nvidia_smi`, the program's path, and `cgroup`, the folder for its group: empty where there is none.
        lifeline: a descriptor whose end of file orders the end.
    """

    def __init__(self, job: Mapping[str, Any], lifeline: int) -> None:
        self._job = job
        self._limits = _with_temporary(job)
        self._lifeline = lifeline
        self._wake, self._waker = os.pipe()
        for end in (self._wake, self._waker):
            os.set_blocking(end, False)
        for number in (signal.SIGCHLD, *ORDERS):
            signal.signal(number, lambda _number, _frame: None)
        signal.set_wakeup_fd(self._waker, warn_on_full_buffer=False)
        self._status: int | None = None
        self._orphans = 0
        self._childless = False
        self._ordered = False
        self._asking = 0.0
        """CPU seconds of `nvidia-smi`, which are not the experiment's."""
        self._meter = usage.Meter(self._limits, os.getpid())
        self._gpus = Gpus(job["nvidia_smi"]) if job["nvidia_smi"] else None
        self._group = self._grouped()

    def _grouped(self) -> Group | None:
        """Make a control group, where there is a place for one."""
        place, memory_mb = self._job["cgroup"], self._limits["memory_mb"]
        return Group.make(place, memory_mb, usage.MAX_THREADS) if place else None

    def run(self) -> dict[str, Any]:
        """Run it to its end, whatever that is, and say how it ended."""
        began = time.monotonic()
        out, out_end = os.pipe()
        err, err_end = os.pipe()
        self._captures = [Capture(out, self._job["stdout"]), Capture(err, self._job["stderr"])]
        self._pid, failure = start(self._job, out_end, err_end, self._group)
        os.close(out_end)
        os.close(err_end)
        ended_by = self._watch(began + self._job["time_limit_seconds"])
        wall = time.monotonic() - began
        survivors = self._end_all()
        for capture in self._captures:
            capture.finish()
        return {**self._measured(survivors, failure), "wall_seconds": wall, "limit": self._limit(ended_by)}

    def _watch(self, deadline: float) -> str:
        """Wait for the process's end, a limit or the lifeline's end, draining what it prints."""
        watched = {self._wake, self._lifeline} | {capture.source for capture in self._captures}
        while True:
            self._reap()
            now = time.monotonic()
            if self._status is not None:
                return ITSELF
            if now >= deadline:
                return TIME
            if self._ordered:
                return ORDER
            if self._orphans > usage.MAX_ORPHANS:
                return usage.PROCESSES
            if breach := self._breach(now):
                return breach
            due = min(deadline, self._meter.due, self._gpus.due if self._gpus else deadline)
            ready, _, _ = select.select(watched, [], [], max(0.0, due - time.monotonic()))
            self._take(ready)
            watched -= {capture.source for capture in self._captures if not capture.open}

    def _breach(self, now: float) -> str:
        """Look at what the tree uses, if it is time; give the limit that it is over, or nothing."""
        breach = self._meter.look(self._gpus.asked if self._gpus else ()) if now >= self._meter.due else ""
        if breach or self._gpus is None:
            return breach
        self._gpus.tick(self._meter.pids)
        limit = self._limits["gpu_seconds"]
        return usage.GPU if limit is not None and (self._gpus.seconds or 0.0) > limit else ""

    def _limit(self, ended_by: str) -> str:
        """Name the limit that ended the process, or that it was over when it ended; empty if none."""
        if self._group is not None and self._group.out_of_memory:
            return usage.MEMORY
        if ended_by == ITSELF:
            return self._meter.outputs()
        return "" if ended_by == ORDER else ended_by

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
        """Collect every child that has ended, adopted ones too, or as many as there is time for."""
        until = time.monotonic() + REAP_SECONDS
        while time.monotonic() < until:
            try:
                pid, status, spent = os.wait4(-1, os.WNOHANG)
            except ChildProcessError:
                self._childless = True
                return
            if pid == 0:
                return
            if pid == self._pid:
                self._status = status
            elif self._gpus is not None and pid in self._gpus.asked:
                self._asking += spent.ru_utime + spent.ru_stime
            else:
                self._orphans += 1

    def _end_all(self) -> int:
        """Kill until no child is left; give how many would not die."""
        deadline = time.monotonic() + KILL_SECONDS
        if self._gpus is not None:
            self._gpus.close()
        if self._group is not None:
            self._group.kill()
        tree.kill_group(self._pid)
        doomed: set[int] = set()
        outruns = False
        while True:
            self._reap()
            if self._childless:
                return 0
            if outruns or self._orphans > MANY_ORPHANS:
                signal.signal(signal.SIGCHLD, signal.SIG_IGN)
            remaining = tree.end(os.getpid())
            outruns = bool(doomed and remaining - doomed)
            doomed |= remaining
            if time.monotonic() > deadline:
                return len(remaining)
            select.select([self._wake], [], [], 0.01)
            self._take([capture.source for capture in self._captures])

    def _measured(self, survivors: int, failure: str) -> dict[str, Any]:
        """Say what was used: the most that any of our means saw, since each of them misses something."""
        waited = resource.getrusage(resource.RUSAGE_CHILDREN)
        per_mb = 1024 * 1024 if sys.platform == "darwin" else 1024
        cpu = [waited.ru_utime + waited.ru_stime - self._asking, self._meter.cpu_seconds]
        peak = [waited.ru_maxrss / per_mb, self._meter.peak_mb]
        if self._group is not None:
            cpu.append(self._group.cpu_seconds)
            peak.append(self._group.peak_mb)
            self._group.remove()
        code = None if failure or self._status is None else os.waitstatus_to_exitcode(self._status)
        return {
            "exit_code": code,
            "cpu_seconds": max(cpu),
            "gpu_seconds": self._gpus.seconds if self._gpus else None,
            "peak_memory_mb": max(peak),
            "detail": failure or (f"{survivors} of its processes could not be killed" if survivors else ""),
        }


def _with_temporary(job: Mapping[str, Any]) -> Mapping[str, Any]:
    """Count what lies in a temporary folder of its own among its outputs; one that it shares is not its doing."""
    own = job["environment"].get("TMPDIR")
    more = [] if own in {None, os.environ.get("TMPDIR")} else [own]
    return {**job["limits"], "folders": [*job["limits"]["folders"], *more]}


def start(job: Mapping[str, Any], stdout: int, stderr: int, group: Group | None = None) -> tuple[int, str]:
    """Fork and execute the job's program, in a session of its own.

    Returns:
        Its process id, and why it could not be executed: empty if it could.
    """
    told, tell = os.pipe()  # closed by a successful exec
    pid = os.fork()
    if pid == 0:
        try:
            if group is not None:
                group.join()
            _limit(job["limits"], job["cgroup"] if group else "")
            _become(job, stdout, stderr)
        except (OSError, ValueError) as error:
            os.write(tell, str(error).encode("utf-8", "replace"))
        finally:
            os._exit(127)
    os.close(tell)
    failure = b"".join(iter(lambda: os.read(told, _CHUNK), b"")).decode("utf-8", "replace")
    os.close(told)
    return pid, failure and f"it could not be started: {failure}"


def _limit(limits: Mapping[str, Any], place: str) -> None:
    """Set the limits of a single process, but for memory where the kernel counts that of the whole tree."""
    usage.confine({**limits, "memory_mb": None} if place and holds_memory(place) else limits)


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
    _confine(job)
    os.execvpe(job["argv"][0], job["argv"], job["environment"])  # noqa: S606  # no shell is wanted


def _confine(job: Mapping[str, Any]) -> None:
    """Give up every right that the job is not to have."""
    if job.get("confinement") is not None:
        sys.path.append(_PACKAGE)  # an isolated interpreter finds nothing but the standard library
        from coordinator.experiments.guard.confine import confine  # noqa: PLC0415  # only where it is needed

        confine(job["confinement"], job["folder"])


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
