"""Has somebody read this file without harm? A child process with limits does it, and is ended if it does not.

Limits on memory, CPU time, wall time, pages and size. A page that kills or stalls the child is skipped the next
time, so that one bad page costs a paper one page. Where the system has no such limits (Windows), wall time and the
stall limit are what is left.
"""

from __future__ import annotations

import json
import os
import queue
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from coordinator.errors import MachineError
from coordinator.papers.child import NO_MEMORY

RETRIES = 3
"""Pages of one file that may be skipped because the child did not survive them."""
LINE_CAP = 64 << 20
"""Bytes of one line that the child may say."""
PAUSES = (0.3, 1.0, 3.0)
"""Seconds between tries to start a child."""
_KEPT = ("PATH", "LANG", "LC_ALL", "SYSTEMROOT", "TMPDIR", "TEMP", "COVERAGE_PROCESS_START", "COVERAGE_PROCESS_CONFIG")

Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class Limits:
    """What reading one file may cost."""

    size_mb: int = 200
    """Megabytes of the file itself."""
    pages: int = 1_500
    memory_mb: int = 768
    """Address space of the child (Linux), more than it uses: 200 pages take about 100 MB."""
    cpu_seconds: int = 240
    wall_seconds: float = 360.0
    """For one file, retries included."""
    page_seconds: float = 20.0
    """Without a beat from the child, while it reads pages."""


@dataclass(frozen=True, slots=True)
class Reading:
    """How it went.

    Args:
        result: what was extracted (the fields of `extraction.Extracted`); None if nothing was.
        failed: empty, or locked, broken, memory, time, crash.
        detail: in words.
        lost: pages that the child did not survive, and why.
    """

    result: dict[str, Any] | None
    failed: str = ""
    detail: str = ""
    lost: tuple[tuple[int, str], ...] = ()


def read(
    path: Path, kind: str, limits: Limits, progress: Progress, clock: Callable[[], float] = time.monotonic
) -> Reading:
    """Read one file in a child process.

    Args:
        path: of the file.
        kind: pdf or source.
        limits: what it may cost.
        progress: told of (page, of how many).
        clock: seconds from a clock that is never set back.

    Raises:
        MachineError: no process can be started.
    """
    deadline = clock() + limits.wall_seconds
    lost: list[tuple[int, str]] = []
    while True:
        child = _Child(path, kind, limits, [page for page, _ in lost])
        said, page = child.listen(progress, deadline, clock)
        if said.result is not None or said.failed in {"locked", "broken"} or not page or len(lost) >= RETRIES:
            return Reading(said.result, said.failed, said.detail, tuple(lost))
        lost.append((page, said.failed))
        if clock() >= deadline:
            return Reading(None, "time", f"not read within {limits.wall_seconds:g} s", tuple(lost))


class _Child:
    """One child process at work on one file."""

    def __init__(self, path: Path, kind: str, limits: Limits, skip: list[int]) -> None:
        self._limits = limits
        self._said: queue.SimpleQueue[bytes] = queue.SimpleQueue()
        self._process = _started(path)
        job = {
            "path": str(path),
            "kind": kind,
            "skip": skip,
            "pages": limits.pages,
            "memory_mb": limits.memory_mb,
            "cpu_seconds": limits.cpu_seconds,
        }
        assert self._process.stdin is not None, "it is a pipe"
        assert self._process.stdout is not None, "it is a pipe"
        self._process.stdin.write(json.dumps(job).encode() + b"\n")
        self._process.stdin.flush()
        threading.Thread(target=_pump, args=(self._process.stdout, self._said), daemon=True).start()

    def listen(self, progress: Progress, deadline: float, clock: Callable[[], float]) -> tuple[Reading, int]:
        """Follow the child to its end; give what it said, and the page that it was on where it said nothing more."""
        page, of = 0, 0
        try:
            while True:
                stall = self._limits.page_seconds if not of or page < of else self._limits.wall_seconds
                patience = max(0.0, min(stall, deadline - clock()))
                try:
                    line = self._said.get(timeout=patience)
                except queue.Empty:
                    return Reading(None, "time", f"page {page} was not read within {patience:.0f} s"), page
                facts = json.loads(line) if line.endswith(b"\n") else {}
                if "page" in facts:
                    page, of = facts["page"], facts["of"]
                    progress(page, of)
                elif facts:
                    return Reading(facts.get("result"), facts.get("failed", ""), facts.get("detail", "")), page
                else:
                    return self._ended(), page
        finally:
            self._end()

    def _ended(self) -> Reading:
        """Say how a child ended that gave no answer."""
        ended = self._process.wait()
        if ended == NO_MEMORY:
            return Reading(None, "memory", f"more than {self._limits.memory_mb} MB of memory")
        if os.name == "posix" and ended == -signal.SIGXCPU:
            return Reading(None, "time", f"more than {self._limits.cpu_seconds} s of CPU time")
        if os.name == "posix" and -ended in {signal.SIGABRT, signal.SIGILL, signal.SIGTRAP}:
            # What PDFium does where it is given no more memory.
            return Reading(None, "memory", f"probably more than {self._limits.memory_mb} MB of memory")
        return Reading(None, "crash", f"the reading process ended with {ended}")

    def _end(self) -> None:
        self._process.kill()
        self._process.wait()
        assert self._process.stdin is not None, "it is a pipe"
        self._process.stdin.close()


def _started(path: Path) -> subprocess.Popen[bytes]:
    """Start a child, again after a moment where the machine has no room for another process just now."""
    for pause in (*PAUSES, None):
        try:
            return subprocess.Popen(
                [sys.executable, "-I", "-m", "coordinator.papers.child"],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                env={name: os.environ[name] for name in _KEPT if name in os.environ},
                start_new_session=True,  # Ctrl-C is the parent's to hear
            )
        except OSError as error:
            if pause is None:
                message = f"no process can be started to read it: {error.strerror}"
                hint = "the machine is out of processes or memory: try again when it is calmer"
                raise MachineError(message, path=str(path), hint=hint) from error
            time.sleep(pause)
    raise AssertionError("the last try returns or raises")


def _pump(source: IO[bytes], said: queue.SimpleQueue[bytes]) -> None:
    """Pass lines on, and an empty one at the end."""
    with source:
        while line := source.readline(LINE_CAP):
            said.put(line)
    said.put(b"")
