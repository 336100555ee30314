"""Is a Codex session idle while an instruction waits for it? Then the instruction is queued for it there.

Claude Code is woken by its own hook on a changed file, Cursor has no such way. A session at work takes its
instruction by `next`, by its stop hook or after a tool call, all of them within moments; so what nobody has taken
after a while is for a session that waits for its user, because its hooks are not trusted or their time was up.
"""

from __future__ import annotations

import subprocess
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from coordinator.assistants import instruction, stop
from coordinator.assistants.sessions import Notes
from coordinator.errors import CoordinatorError
from coordinator.store.layout import WorkerPaths

GRACE = 20.0
"""Seconds that an instruction has to be there before it is queued."""
QUEUE_SECONDS = 30.0
"""How long the client may take to queue it."""


def idle_sessions(notes: Notes, program: str, now: Callable[[], float]) -> list[str]:
    """Queue the instruction in force for each Codex session that nobody has handed it to.

    Args:
        notes: on sessions and what was handed over.
        program: Codex.
        now: seconds since the epoch, as files have it.

    Returns:
        The names of the workers whose sessions were woken.
    """
    woken = []
    for worker in notes.workspace.newest_workers():
        session = notes.session_of(worker)
        if session is None or session.client != "codex" or now() - _changed(worker.inbox, now()) < GRACE:
            continue
        with suppress(CoordinatorError):  # the next look tries again
            if _wake(notes, worker, [program, "queue", "--thread", session.id]):
                woken.append(worker.folder.name)
    return woken


def _wake(notes: Notes, worker: WorkerPaths, command: list[str]) -> bool:
    told = instruction.of(notes.workspace, worker)
    if told is None or told.answered or not notes.claim(worker, told.instruction.instruction):
        return False
    text = stop.text_of(notes, worker, told)
    try:
        done = subprocess.run(
            [*command, "--message", text],
            cwd=notes.workspace.root,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=QUEUE_SECONDS,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired):
        return False
    return done.returncode == 0


def _changed(path: Path, now: float) -> float:
    try:
        return path.stat().st_mtime
    except OSError:
        return now
