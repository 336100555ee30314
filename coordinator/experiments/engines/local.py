"""How does an experiment process run on this machine? Under a warden of its own (see `warden`).

This is the executor's side: it starts the warden, holds the lifeline, reads the report. A warden that itself
was killed, or that does not answer, is dealt with here: then the executor kills what it left.
"""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any, Protocol

import coordinator
from coordinator.errors import MachineError
from coordinator.experiments.engines import Ended, Engine, Job, Process, cgroup, tree, warden
from coordinator.experiments.engines.unguarded import UnguardedEngine

ROOT = str(Path(coordinator.__file__).resolve().parents[1])
"""The folder in which this program lies."""
GRACE_SECONDS = warden.KILL_SECONDS + 10
"""How long after the time limit, or after an order to kill, a warden may still be silent."""


def engine(*, sole: bool) -> Engine:
    """Give the engine for processes of this machine, as strong as its system allows.

    Args:
        sole: this process is an executor and starts nothing but wardens; see `LocalEngine`.
    """
    if os.name != "posix":
        return UnguardedEngine()
    return LocalEngine(sole=sole, groups=cgroup.home(), nvidia_smi=shutil.which("nvidia-smi") or "")


def means(groups: str) -> str:
    """Give the word for what holds a tree to its limits.

    Args:
        groups: folder in which control groups are made; empty where that is not possible.
    """
    if not groups:
        return "sampled"
    return "cgroup" if cgroup.holds_memory(groups) else "cgroup without memory, sampled"


class LocalEngine:
    """Local processes under wardens: Linux, and with the limits said in `warden`, macOS and BSD.

    Args:
        sole: this process starts nothing but wardens. Then it adopts what a killed warden leaves behind, and
            kills it. In a process with other children that would hit them.
        groups: folder in which control groups are made; empty where that is not possible.
        nvidia_smi: path of the program that tells who holds a GPU; empty where there is none.
    """

    name = "local"

    def __init__(self, *, sole: bool = False, groups: str = "", nvidia_smi: str = "") -> None:
        self._groups = groups
        self._nvidia_smi = nvidia_smi
        self._sole = sole and warden.prctl(warden.PR_SET_CHILD_SUBREAPER, 1)
        self._alive: set[int] = set()

    @property
    def means(self) -> str:
        """Give what holds a tree to its limits."""
        return means(self._groups)

    def start(self, job: Job) -> Process:
        """Start a warden and hand it the job.

        Raises:
            MachineError: the system has no process to give.
        """
        # -I and -S: nothing that lies in the current folder or in the user's packages gets into a warden.
        command = [sys.executable, "-I", "-S", "-B", "-c", warden.COMMAND, ROOT]
        try:
            popen = subprocess.Popen(
                command,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                pass_fds=(job.stdout, job.stderr),
                start_new_session=True,  # a Ctrl-C in the executor's terminal is the executor's to act on
            )
        except OSError as error:
            raise MachineError(f"no process could be started: {error.strerror}", path=sys.executable) from error
        self._alive.add(popen.pid)
        return LocalProcess(popen, job, self._gone, cgroup=self._groups, nvidia_smi=self._nvidia_smi)

    def _gone(self, pid: int, *, cleanly: bool) -> None:
        """Forget a warden that ended, and kill what it left behind if it was not its own end."""
        self._alive.discard(pid)
        if not cleanly and self._groups:
            cgroup.abandoned(self._groups, pid)
        if self._sole and not cleanly:
            kill_strays(frozenset(self._alive))


class Gone(Protocol):
    """What a process calls when its warden has ended."""

    def __call__(self, pid: int, *, cleanly: bool) -> None:
        """Take note."""


class LocalProcess:
    """One process under its warden.

    Args:
        popen: the warden, just started.
        job: what it is to run.
        gone: told the warden's id when it has ended, and whether it could report.
        machine: what the warden has to know of this machine.
    """

    def __init__(self, popen: subprocess.Popen[bytes], job: Job, gone: Gone, **machine: str) -> None:
        assert popen.stdin is not None, "the lifeline is a pipe"
        assert popen.stdout is not None, "the report comes through a pipe"
        self._popen = popen
        self._lifeline = popen.stdin
        self._report = popen.stdout
        self._gone = gone
        self._limit = job.time_limit_seconds
        self._began = time.monotonic()
        self._overdue = self._began + job.time_limit_seconds + GRACE_SECONDS
        self._ended: Ended | None = None
        document = {**asdict(job), "folder": str(job.folder), **machine}
        # A warden that died at once tells so by its end; poll() sees it.
        with contextlib.suppress(BrokenPipeError):
            self._lifeline.write(json.dumps(document).encode() + b"\n")
            self._lifeline.flush()

    @property
    def pid(self) -> int:
        """Give the warden's process id."""
        return self._popen.pid

    def poll(self) -> Ended | None:
        """Tell how the process ended, or None while it runs."""
        if self._ended is None and self._popen.poll() is None and time.monotonic() > self._overdue:
            self._abandon()
        if self._ended is None and self._popen.poll() is not None:
            self._ended = self._conclude()
        return self._ended

    def kill(self) -> None:
        """Cut the lifeline: the warden kills everything that it guards, and ends."""
        self._cut()
        self._overdue = min(self._overdue, time.monotonic() + GRACE_SECONDS)

    def _cut(self) -> None:
        with contextlib.suppress(BrokenPipeError):
            self._lifeline.close()

    def _abandon(self) -> None:
        """Kill a warden that does not answer, after everything below it."""
        tree.end(self._popen.pid)
        self._popen.kill()
        self._popen.wait()

    def _conclude(self) -> Ended:
        """Read the report, or do without one."""
        said = self._report.read()
        self._report.close()
        self._cut()
        try:
            ended = _ended(json.loads(said))
        except (ValueError, KeyError, TypeError):
            self._gone(self._popen.pid, cleanly=False)
            wall = time.monotonic() - self._began
            detail = "its warden was killed before it could report"
            late = wall >= self._limit
            return Ended(self._popen.returncode, late, wall, limit=warden.TIME if late else "", detail=detail)
        self._gone(self._popen.pid, cleanly=True)
        return ended


def _ended(report: Mapping[str, Any]) -> Ended:
    """Convert what a warden says."""
    return Ended(
        exit_code=None if report["exit_code"] is None else int(report["exit_code"]),
        timed_out=report["limit"] == warden.TIME,
        wall_seconds=float(report["wall_seconds"]),
        cpu_seconds=float(report["cpu_seconds"]),
        peak_memory_mb=float(report["peak_memory_mb"]),
        gpu_seconds=None if report["gpu_seconds"] is None else float(report["gpu_seconds"]),
        limit=str(report["limit"]),
        detail=str(report["detail"]),
    )


def kill_strays(known: frozenset[int]) -> int:
    """Kill children of this process that it did not start: what a killed warden left behind.

    Args:
        known: ids of the wardens that are alive.

    Returns:
        How many were killed.
    """
    lost: set[int] = set()
    deadline = time.monotonic() + warden.KILL_SECONDS
    while time.monotonic() < deadline:
        found = tree.end(os.getpid(), spared=known)
        lost |= found
        _collect(known)
        if not found:
            break
    return len(lost)


def _collect(known: frozenset[int]) -> None:
    """Collect dead children that are not wardens."""
    for pid, seen in tree.everything().items():
        if seen.dead and seen.parent == os.getpid() and pid not in known:
            with contextlib.suppress(ChildProcessError):
                os.waitpid(pid, os.WNOHANG)
