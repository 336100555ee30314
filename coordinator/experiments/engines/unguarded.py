"""How does an experiment process run where there is no fork (Windows)? Without a warden, and so with less.

On Windows its tree is held in a job object (`jobobject`): memory and the number of processes are limited, CPU
time and memory measured, and all of it ends together, also when the executor is killed. Weaker than `local`:
what it prints is cut, and its outputs are measured, only once it has ended; CPU and GPU time are not limited.
Where the system refuses a job object, `taskkill` ends what it finds, and nothing is measured. Never run on
Windows by our tests: they run it on POSIX, with job object and `taskkill` simulated.
"""

from __future__ import annotations

import os
import subprocess
import sys
import time

from coordinator.errors import MachineError
from coordinator.experiments.engines import Ended, Job, Process, tree, usage
from coordinator.experiments.engines.jobobject import JobObject
from coordinator.experiments.engines.warden import HEAD_BYTES, TAIL_BYTES, TIME


class UnguardedEngine:
    """Plain processes of the system."""

    name = "local"
    means = "job object" if sys.platform == "win32" else "none"

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
        return UnguardedProcess(popen, job, stored, _job_object(popen, job))


def _job_object(popen: subprocess.Popen[bytes], job: Job) -> JobObject | None:
    """Put a process into a job object of its own; None where there is no such thing, or it is refused."""
    if sys.platform != "win32":
        return None
    try:
        made = JobObject(job.limits.memory_mb, usage.MAX_PROCESSES)
        made.take(int(popen._handle))  # noqa: SLF001  # subprocess keeps it from nobody, and os has no other way
    except OSError:
        return None
    return made


class UnguardedProcess:
    """One plain process.

    Args:
        popen: the process, just started.
        job: what it runs.
        stored: descriptors of the files that hold what it prints; closed at the end.
        held: the job object that it is in, if any.
    """

    def __init__(
        self, popen: subprocess.Popen[bytes], job: Job, stored: tuple[int, int], held: JobObject | None = None
    ) -> None:
        self._popen = popen
        self._stored = stored
        self._held = held
        self._limits = job.limits
        self._began = time.monotonic()
        self._deadline = self._began + job.time_limit_seconds
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
            self._ended = self._conclude(time.monotonic() - self._began)
        return self._ended

    def _conclude(self, wall: float) -> Ended:
        """Say how it ended, and end what it left running."""
        limit = TIME if self._timed_out else self._outputs()
        if self._held is None:
            return Ended(self._popen.returncode, self._timed_out, wall, limit=limit)
        used = self._held.used()
        self._held.kill()
        self._held.close()
        cpu, peak = used.cpu_seconds, used.peak_memory_mb
        return Ended(self._popen.returncode, self._timed_out, wall, cpu, peak, limit=limit)

    def _outputs(self) -> str:
        """Tell whether it left more than it may."""
        most = self._limits.outputs_mb
        if most is None:
            return ""
        found = sum(usage.measured(folder, most * tree.MIB, usage.MAX_FILES)[0] for folder in self._limits.folders)
        return usage.OUTPUTS if found > most * tree.MIB else ""

    def kill(self) -> None:
        """Kill the process, on Windows with everything that it started."""
        if self._held is not None:
            self._held.kill()
        elif sys.platform == "win32":
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
