"""Were papers dropped, or written about? Looks at the folders and starts `papers add` when something changed.

The daemon reads no paper itself: a process of its own takes them in, and starts the children that read them. What is
still being copied is left until it rests.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from coordinator.engine import beside
from coordinator.errors import Exit, MachineError
from coordinator.store.layout import Workspace
from coordinator.store.state import State

if TYPE_CHECKING:
    import subprocess

LOOK_SECONDS = 2.0
"""Between two looks: a thousand papers cost some milliseconds."""
REST_SECONDS = 1.5
"""Without a change before what was dropped counts as whole."""
FIRST_PAUSE, LONGEST_PAUSE = 5.0, 300.0
"""Seconds before a process that failed is started again: doubling between these."""
PATIENCE = 10.0
"""Seconds that the process has to end when it is told to stop."""
ENTRIES = 20_000
"""Of one folder that are looked at."""

Look = tuple[tuple[str, int, int, int], ...]


class Librarian:
    """Keeps the paper database up to date, in a process that is started when there is something to do.

    Args:
        workspace: where the papers lie.
        state: where the process's output goes.
        monotonic: seconds from a clock that is never set back.
    """

    def __init__(self, workspace: Workspace, state: State, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._workspace = workspace
        self._state = state
        self._monotonic = monotonic
        self._process: subprocess.Popen[bytes] | None = None
        self._done: Look = ()
        self._seen: Look = ()
        self._since = 0.0
        self._next_look = 0.0
        self._pause = FIRST_PAUSE

    def keep(self) -> bool:
        """Look whether there is something to do; tell whether a process was started.

        Raises:
            MachineError: it cannot be started, or failed the last time.
        """
        now = self._monotonic()
        if self._process is not None and not self._has_ended(now):
            return False
        if now < self._next_look:
            return False
        self._next_look = now + LOOK_SECONDS
        found = self._look()
        if found != self._seen:
            self._seen, self._since = found, now
        if found == self._done or now - self._since < REST_SECONDS:
            return False
        self._start()
        return True

    def _has_ended(self, now: float) -> bool:
        """Take note of the process's end; a failure is told once, and tried again after a pause.

        Raises:
            MachineError: it failed.
        """
        assert self._process is not None, "asked about a process"
        ended = self._process.poll()
        if ended is None:
            return False
        self._process = None
        if ended == Exit.FINE:
            self._pause = FIRST_PAUSE
            return True
        self._done, self._next_look = (), now + self._pause
        self._pause = min(2 * self._pause, LONGEST_PAUSE)
        if ended == Exit.HELD:  # somebody takes papers in by hand
            return False
        message = f"taking in papers ended with exit code {ended}, and is tried again"
        raise MachineError(message, path=str(self._state.papers_log(self._workspace.root)), hint="that file says why")

    def _start(self) -> None:
        words = ("papers", "add", "--quiet", "--root", str(self._workspace.root))
        log = self._state.papers_log(self._workspace.root)
        self._done = self._seen
        self._process = beside.start(words, log, "given to the taking in of papers", fresh=True)

    def stop(self) -> None:
        """End the process; what it had not done is done after the next start."""
        beside.end(self._process, PATIENCE)

    def _look(self) -> Look:
        """Give what changes whenever a paper or something written about one does."""
        papers = self._workspace.papers
        return tuple(entry for folder in (papers.raw, papers.overview, papers.condensed) for entry in _entries(folder))


def _entries(folder: Path) -> list[tuple[str, int, int, int]]:
    """Give the files of a folder that are not hidden, with size, time and inode; none where there is no folder."""
    found = []
    try:
        with os.scandir(folder) as entries:
            for count, entry in enumerate(entries):
                if count >= ENTRIES:
                    break
                if not entry.name.startswith(".") and entry.is_file(follow_symlinks=False):
                    status = entry.stat(follow_symlinks=False)
                    found.append((f"{folder.name}/{entry.name}", status.st_size, status.st_mtime_ns, status.st_ino))
    except OSError:
        return []
    return sorted(found)
