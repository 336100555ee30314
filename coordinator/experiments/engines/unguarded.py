"""How does an experiment process run where there is no fork (Windows)? Without a warden, and so with less.

Weaker than `local` in four ways, which `doctor` says: what it prints is cut only once it has ended; a process
that leaves the tree (its parent gone) is not found; nothing ends it when the executor is killed; CPU time and
memory are not measured. Never run on Windows by our tests: they run it on POSIX, with the killing of a tree
left to the simulated `taskkill`.
"""

from __future__ import annotations

import os
import subprocess
import sys
import time

from coordinator.errors import MachineError
from coordinator.experiments.engines import Ended, Job, Process
from coordinator.experiments.engines.warden import HEAD_BYTES, TAIL_BYTES


class UnguardedEngine:
    """Plain processes of the system."""

    name = "local"

    def start(self, job: Job) -> Process:
        """Start one process.

        Raises:
            MachineError: the system has no process to give.
        """
        stored = (os.dup(job.stdout), os.dup(job.stderr))
        try:
            popen = subprocess.Popen(
                job.argv,
                cwd=job.folder,
                env=dict(job.environment),
                stdin=subprocess.DEVNULL,
                stdout=job.stdout,
                stderr=job.stderr,
                creationflags=getattr(subprocess, "CREATE_NEW_PROCESS_GROUP", 0),
            )
        except OSError as error:
            for descriptor in stored:
                os.close(descriptor)
            raise MachineError(f"no process could be started: {error.strerror}", path=job.argv[0]) from error
        return UnguardedProcess(popen, job.time_limit_seconds, stored)


class UnguardedProcess:
    """One plain process.

    Args:
        popen: the process, just started.
        limit: wall seconds that it may take.
        stored: descriptors of the files that hold what it prints; closed at the end.
    """

    def __init__(self, popen: subprocess.Popen[bytes], limit: float, stored: tuple[int, int]) -> None:
        self._popen = popen
        self._stored = stored
        self._began = time.monotonic()
        self._deadline = self._began + limit
        self._timed_out = False
        self._ended: Ended | None = None

    def poll(self) -> Ended | None:
        """Tell how the process ended, or None while it runs."""
        if self._ended is None and self._popen.poll() is None and time.monotonic() > self._deadline:
            self._timed_out = True
            self.kill()
        if self._ended is None and self._popen.poll() is not None:
            for descriptor in self._stored:
                shorten(descriptor)
                os.close(descriptor)
            wall = time.monotonic() - self._began
            self._ended = Ended(self._popen.returncode, self._timed_out, wall)
        return self._ended

    def kill(self) -> None:
        """Kill the process, on Windows with everything that it started."""
        if sys.platform == "win32":
            subprocess.run(["taskkill", "/T", "/F", "/PID", str(self._popen.pid)], check=False)  # noqa: S607  # in the system's own folder
        self._popen.kill()


def shorten(descriptor: int) -> None:
    """Cut the middle out of a file that is longer than what is kept of it."""
    size = os.fstat(descriptor).st_size
    cut = size - HEAD_BYTES - TAIL_BYTES
    if cut <= 0:
        return
    os.lseek(descriptor, size - TAIL_BYTES, os.SEEK_SET)
    tail = os.read(descriptor, TAIL_BYTES)
    os.ftruncate(descriptor, HEAD_BYTES)
    os.lseek(descriptor, HEAD_BYTES, os.SEEK_SET)
    os.write(descriptor, b"\n[... %d bytes cut ...]\n" % cut + tail)
