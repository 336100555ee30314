"""`next`: the worker's next instruction, as soon as it is there."""

from __future__ import annotations

import argparse
import sys
import time
from contextlib import suppress
from pathlib import Path

from coordinator.assistants import instruction as told_by
from coordinator.assistants.sessions import Notes
from coordinator.cli.common import note_session, print_json, state, workspace_of
from coordinator.errors import CoordinatorError, Exit
from coordinator.model.instruction import Instruction
from coordinator.store.layout import WorkerPaths, Workspace
from coordinator.store.lock import holder

MOST_LINES = 20
"""Of what is printed; the rest is in the inbox."""
BEAT = 0.1
"""Seconds between two looks at the inbox."""


def main(arguments: argparse.Namespace) -> Exit:
    """Print the first instruction that the report has not answered; wait for it if asked to."""
    workspace = workspace_of(arguments)
    worker = workspace.worker_at(Path(arguments.worker))
    note_session(workspace, worker)
    deadline = time.monotonic() + (arguments.wait or 0)
    while True:
        found = told_by.of(workspace, worker)
        if found is not None and found.is_open:
            _claim(workspace, worker, found.instruction)
            path = workspace.relative(worker.inbox)
            _print(found.instruction, found.text, path, as_json=arguments.json)
            return Exit.FINE
        if time.monotonic() >= deadline:
            return _nothing(workspace, worker)
        time.sleep(BEAT)


def _claim(workspace: Workspace, worker: WorkerPaths, told: Instruction) -> None:
    """Note that this instruction was handed over, so that no hook does it again."""
    with suppress(CoordinatorError):  # inside of a sandbox nothing can be noted; it is printed all the same
        Notes(state(), workspace).claim(worker, told.instruction)


def _print(instruction: Instruction, text: str, path: str, *, as_json: bool) -> None:
    """Print an instruction: whole for a program, its beginning for an assistant, who pays for every line."""
    if as_json:
        print_json({**instruction.model_dump(mode="json"), "text": text})
        return
    lines = text.splitlines()
    if len(lines) > MOST_LINES:
        left = len(lines) - MOST_LINES + 1
        lines = [*lines[: MOST_LINES - 1], f"... {left} more lines: read {path}"]
    print("\n".join(lines))


def _nothing(workspace: Workspace, worker: WorkerPaths) -> Exit:
    """Say that there is no new instruction, and whether anybody is there to give one."""
    if not worker.inbox.exists():
        print(f"{workspace.relative(worker.folder)} has no inbox: is the folder's name right?", file=sys.stderr)
    elif holder(state().coordinator_lock(workspace.root)) is None:
        print("no coordinator is running; start it: python -m coordinator watch", file=sys.stderr)
    else:
        print("no new instruction yet; call the same command again", file=sys.stderr)
    return Exit.LATER
