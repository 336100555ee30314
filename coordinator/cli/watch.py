"""`watch`: the daemon, composed of the real clock, disk and processes."""

from __future__ import annotations

import argparse
import os
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from coordinator.assistants import commands, wake
from coordinator.assistants.sessions import Notes
from coordinator.cli.common import now, observer_of, state, workspace_of
from coordinator.engine.board import Board
from coordinator.engine.companion import Companion
from coordinator.engine.daemon import Daemon
from coordinator.engine.librarian import Librarian
from coordinator.engine.opening import Opened, begin, latest, reopen
from coordinator.engine.passing import Pass
from coordinator.errors import Exit
from coordinator.store import filesystem
from coordinator.store.layout import Workspace
from coordinator.store.lock import Lock

WAKE_SECONDS = 5.0
"""Between two looks for sessions that are idle."""
SWITCH_SECONDS = 0.0005
"""Between threads: the watcher's must not wait for the loop's (measured: docs/decisions/0008)."""


def main(arguments: argparse.Namespace) -> Exit:
    """Resume the open run or start one, and drive it."""
    workspace = workspace_of(arguments)
    workspace.runs.mkdir(exist_ok=True)
    with Lock(state().coordinator_lock(workspace.root), purpose=f"watch {workspace.root}"):
        sys.setswitchinterval(SWITCH_SECONDS)
        opened = _opened(workspace, new=arguments.new)
        _greet(workspace, opened)
        daemon = _daemon(workspace, opened, with_executor=not arguments.once)
        if arguments.once:
            daemon.once()
            return Exit.FINE
        with _waking(workspace):
            done = daemon.run(until_done=arguments.until_done)
        if done:
            print(f"findings: {workspace.relative(workspace.run(opened.run.run).findings)}", flush=True)
    return Exit.FINE


@contextmanager
def _waking(workspace: Workspace) -> Iterator[None]:
    """Wake idle sessions of Codex beside the loop, where it is installed: its own program takes a while."""
    program = commands.installed("codex")
    over = threading.Event()

    def look() -> None:
        while program is not None and not over.wait(WAKE_SECONDS):
            wake.idle_sessions(Notes(state(), workspace), program, time.time)

    beside = threading.Thread(target=look, name="wake", daemon=True)
    beside.start()
    try:
        yield
    finally:
        over.set()
        beside.join(WAKE_SECONDS)


def _opened(workspace: Workspace, *, new: bool) -> Opened:
    """Open the newest run if it is not ended, else begin one."""
    newest = latest(workspace, state())
    opened = reopen(workspace, state(), newest) if newest else None
    if opened is not None and opened.memory.ended is None:
        if not new:
            return opened
        Pass(workspace, opened, observer_of(workspace, opened)).close(now())
    return begin(workspace, state(), now())


def _daemon(workspace: Workspace, opened: Opened, *, with_executor: bool) -> Daemon:
    companion = Companion(workspace.root, state()) if with_executor else None
    board = Board(workspace, opened.run, echo=lambda line: print(line, flush=True))
    board.tell(opened.ledger.read())
    librarian = Librarian(workspace, state()) if with_executor else None
    one_pass = Pass(workspace, opened, observer_of(workspace, opened))
    return Daemon(workspace, one_pass, board, companion, now, librarian=librarian)


def _greet(workspace: Workspace, opened: Opened) -> None:
    """Say which run this is and where to point the assistants."""
    print(f"run {opened.run.run}, coordinator process {os.getpid()}")
    for direction in opened.run.directions:
        inbox = workspace.worker(opened.run.run, direction.id).inbox
        print(f"  point one assistant at {workspace.relative(inbox)}")
    if not filesystem.delivers_events(Path(workspace.runs)):
        kind = filesystem.kind(workspace.runs)
        print(f"  runs/ is on {kind}, which gives no file events: looked at every second instead")
    sys.stdout.flush()
