"""When does the loop turn? Wake, observe, decide, apply, sleep.

A file event only wakes it; the scan on every beat is the truth. Signal handlers only set a flag; the loop
ends after the pass that it is in. Nothing here knows a rule.
"""

from __future__ import annotations

import signal
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from pathlib import Path
from types import FrameType
from typing import TypeVar

from coordinator.engine.board import Board
from coordinator.engine.companion import Companion
from coordinator.engine.librarian import Librarian
from coordinator.engine.passing import Pass, Passed
from coordinator.engine.watch import Wake, Watcher
from coordinator.errors import HeldError, MachineError
from coordinator.store.layout import Workspace

T = TypeVar("T")

BEAT = 1.0
"""Seconds between two scans when nothing happens."""
SOON = 0.1
"""Seconds until the next look at something that is still being written."""
BURST = 10.0
"""Seconds of events without a pause after which the board's table is written all the same."""
SHARE = 0.05
"""Of one core, at most, for scans in which nothing happened: the beat slows down by the cost of a pass."""


@dataclass
class Stop:
    """Set by a signal; read by the loop.

    Args:
        asked: somebody wants the loop to end.
        wake: woken so that the loop notices at once.
    """

    wake: Wake
    asked: bool = False

    def __call__(self, *_: int | FrameType | None) -> None:
        """Ask the loop to end after its pass; usable as a signal handler."""
        self.asked = True
        self.wake.ring()


@contextmanager
def stopped_by_signals(stop: Stop) -> Iterator[None]:
    """Let SIGINT and SIGTERM set the flag while the loop runs."""
    names = [name for name in ("SIGINT", "SIGTERM", "SIGBREAK") if hasattr(signal, name)]
    before = {name: signal.signal(getattr(signal, name), stop) for name in names}
    try:
        yield
    finally:
        for name, handler in before.items():
            signal.signal(getattr(signal, name), handler)


@dataclass
class Daemon:
    """Everything that the loop needs, real or fake.

    Args:
        workspace: where everything lies.
        one_pass: makes one pass over the open run.
        board: told of what happened.
        companion: keeps the executor alive; None where somebody else does.
        clock: gives now, UTC.
        monotonic: seconds from a clock that is never set back.
        librarian: takes in papers; None where nobody does.
    """

    workspace: Workspace
    one_pass: Pass
    board: Board
    companion: Companion | None
    clock: Callable[[], datetime]
    monotonic: Callable[[], float] = time.monotonic
    librarian: Librarian | None = None
    wake: Wake = field(default_factory=Wake)
    stop: Stop = field(init=False)
    _said: dict[str, str] = field(init=False, default_factory=dict)
    _settled: float = field(init=False)

    def __post_init__(self) -> None:
        self._settled = self.monotonic()
        self.stop = Stop(self.wake)

    def once(self, patience: float = 3.0) -> Passed:
        """Make one pass, waiting a little for files that are just being written.

        Raises:
            MachineError: the disk refused.
            HeldError: another process keeps its turn at the ledger.
        """
        deadline = self.monotonic() + patience
        passed = self._pass()
        while passed.again and self.monotonic() < deadline and not self.stop.asked:
            self._tell()
            self.wake.wait(SOON)
            passed = self._pass()
        self._tell()
        self.board.settle(passed.observed)
        return passed

    def run(self, *, until_done: bool) -> bool:
        """Pass until a signal asks to stop, or until the findings are compiled.

        Args:
            until_done: end when they are.

        Returns:
            Whether the findings are compiled.
        """
        watcher = Watcher(self.wake)
        with stopped_by_signals(self.stop):
            try:
                self._loop(watcher, until_done=until_done)
            finally:
                watcher.stop()
                for helper in (self.companion, self.librarian):
                    if helper is not None:
                        helper.stop()
        return self.one_pass.memory.ended is not None

    def _loop(self, watcher: Watcher, *, until_done: bool) -> None:
        while not self.stop.asked:
            watcher.keep(self._folders())
            began = self.monotonic()
            passed = self._attempt("coordinator", self._pass)
            cost = self.monotonic() - began
            self._attempt("board", self._tell)
            if self.librarian is not None:
                self._attempt("papers", self.librarian.keep)
            if self.one_pass.memory.ended is None:
                self._attempt("executor", self._keep_executor)
            elif passed is not None and until_done:
                self._attempt("board", partial(self.board.settle, passed.observed))
                return
            if passed is None:
                self._pause(BEAT)
            elif not passed.acted:
                self._sleep(passed, cost)

    def _attempt(self, who: str, act: Callable[[], T]) -> T | None:
        """Do something; say once what keeps it from working, and once that it works again.

        A disk that is full now is not full for ever: whoever calls this tries again with the next beat.
        """
        try:
            done, trouble = act(), ""
        except (MachineError, HeldError) as error:
            done, trouble = None, str(error)
        if trouble != self._said.get(who, ""):
            self._said[who] = trouble
            self.board.echo(f"{who}: {trouble or 'works again'}")
        return done

    def _keep_executor(self) -> None:
        """Keep the executor alive, and say why no experiment may be running."""
        if self.companion is None:
            return
        self.companion.keep()
        if self.companion.trouble is not None:
            raise self.companion.trouble

    def _pause(self, seconds: float) -> None:
        """Wait, whatever happens to files meanwhile, unless somebody asks to stop."""
        deadline = self.monotonic() + seconds
        while not self.stop.asked and (left := deadline - self.monotonic()) > 0:
            self.wake.wait(left)

    def _sleep(self, passed: Passed, cost: float) -> None:
        """Wait for an event or the next beat; when nothing happens, or all the time, show how things stand."""
        woken = self.wake.wait(SOON if passed.again else max(BEAT, cost / SHARE))
        if (passed.again or woken) and self.monotonic() - self._settled < BURST:
            return
        self._settled = self.monotonic()
        self._attempt("board", partial(self.board.settle, passed.observed))

    def _pass(self) -> Passed:
        return self.one_pass(self.clock(), self._closed())

    def _tell(self) -> None:
        self.board.tell(self.one_pass.entries)

    def _closed(self) -> list[str]:
        return [self.workspace.relative(Path(path)) for path in self.wake.take()]

    def _folders(self) -> list[Path]:
        """Give the folders in which something may happen: the run's and those of its open workers."""
        memory = self.one_pass.memory
        run = self.one_pass.run.run
        workers = [self.workspace.worker(run, direction).folder for direction in memory.open]
        return [self.workspace.run(run).folder, *workers]
