"""Is the executor there? The process beside the daemon that runs experiments, started and kept."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from coordinator.engine import beside
from coordinator.errors import MachineError
from coordinator.store.lock import holder
from coordinator.store.state import State

if TYPE_CHECKING:
    import subprocess

FIRST_PAUSE = 0.5
LONGEST_PAUSE = 30.0
"""Seconds before an executor that ended is started again: doubling between these."""
CALM_SECONDS = 60.0
"""An executor that lived so long may be started again at once."""
PATIENCE = 15.0
"""Seconds that the executor has to end what it runs when it is told to stop."""


class Companion:
    """Keeps one executor alive, whoever started it.

    Args:
        root: of the workspace.
        state: where locks and the executor's log lie.
        monotonic: seconds from a clock that is never set back.
    """

    def __init__(self, root: Path, state: State, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._root = root
        self._state = state
        self._monotonic = monotonic
        self._process: subprocess.Popen[bytes] | None = None
        self._started = 0.0
        self._pause = FIRST_PAUSE
        self._not_before = 0.0
        self.trouble: MachineError | None = None
        """Why no experiment may be running; None while the executor is well."""

    def keep(self) -> bool:
        """Start the executor if nobody's is there; tell whether one was started.

        Raises:
            MachineError: whether one is there cannot be told. Why one cannot be started is in `trouble`.
        """
        now = self._monotonic()
        if self._process is not None:
            if self._process.poll() is None:
                if now - self._started > CALM_SECONDS:
                    self.trouble = None
                return False
            self._ended(now)
        if now < self._not_before:
            return False
        if holder(self._state.executor_lock(self._root)) is not None:
            self.trouble = None
            return False
        try:
            self._start(now)
        except MachineError as error:
            self.trouble = error
            self._back_off(now)
            return False
        return True

    def _ended(self, now: float) -> None:
        """Wait longer before each next start while executors end soon after they began."""
        assert self._process is not None, "it has ended"
        log = self._state.executor_log(self._root)
        message = f"the executor ended with exit code {self._process.returncode}, and is started again"
        self.trouble = MachineError(message, path=str(log), hint="that file says why")
        if now - self._started > CALM_SECONDS:
            self._pause = FIRST_PAUSE
        self._back_off(now)
        self._process = None

    def _back_off(self, now: float) -> None:
        """Let the next start wait, each time twice as long."""
        self._not_before = now + self._pause
        self._pause = min(2 * self._pause, LONGEST_PAUSE)

    def _start(self, now: float) -> None:
        words = ("execute", "--root", str(self._root), "--parent", str(os.getpid()))
        self._started = now
        log = self._state.executor_log(self._root)
        self._process = beside.start(words, log, "given to the executor", fresh=False)

    def stop(self) -> None:
        """Tell the executor to end, and wait until it has killed what it runs."""
        beside.end(self._process, PATIENCE)
