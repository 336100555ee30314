"""`next`: the worker's next instruction, as soon as it is there."""

from __future__ import annotations

import argparse
import sys
import time
from pathlib import Path

from coordinator.cli.common import print_json, state, workspace_of
from coordinator.errors import Exit, MachineError
from coordinator.model.instruction import Action, Instruction
from coordinator.model.problem import Problem
from coordinator.store.layout import WorkerPaths, Workspace
from coordinator.store.lock import holder
from coordinator.store.read import read
from coordinator.text import inbox, report

CAP = 1 << 20
BEAT = 0.1
"""Seconds between two looks at the inbox."""


def main(arguments: argparse.Namespace) -> Exit:
    """Print the first instruction that the report has not answered; wait for it if asked to."""
    workspace = workspace_of(arguments)
    worker = workspace.worker_at(Path(arguments.worker))
    deadline = time.monotonic() + (arguments.wait or 0)
    while True:
        found = _unanswered(workspace, worker)
        if found is not None:
            _print(*found, as_json=arguments.json)
            return Exit.FINE
        if time.monotonic() >= deadline:
            return _nothing(workspace, worker)
        time.sleep(BEAT)


def _unanswered(workspace: Workspace, worker: WorkerPaths) -> tuple[Instruction, str] | None:
    """Read the inbox; None if the report has answered what it says."""
    relative = workspace.relative(worker.inbox)
    found = read(workspace.root, relative, CAP)
    if found is None:
        return None
    if isinstance(found, Problem):
        raise MachineError(found.message, path=relative, hint="the coordinator writes it again")
    parsed = inbox.parse(found.data, relative)
    if parsed.value is None:  # edited by somebody: the coordinator is about to write it again
        return None
    instruction = parsed.value
    answered = instruction.instruction <= _answered(workspace, worker)
    return None if answered and instruction.action is not Action.STOP else (instruction, found.data.decode())


def _answered(workspace: Workspace, worker: WorkerPaths) -> int:
    """Give the number that the report says is answered; 0 without a readable report."""
    relative = workspace.relative(worker.report)
    found = read(workspace.root, relative, CAP)
    if found is None or isinstance(found, Problem):
        return 0
    parsed = report.parse(found.data, relative, worker.direction)
    return parsed.value.answered if parsed.value else 0


def _print(instruction: Instruction, text: str, *, as_json: bool) -> None:
    if as_json:
        print_json({**instruction.model_dump(mode="json"), "text": text})
    else:
        print(text, end="" if text.endswith("\n") else "\n")


def _nothing(workspace: Workspace, worker: WorkerPaths) -> Exit:
    """Say that there is no new instruction, and whether anybody is there to give one."""
    if not worker.inbox.exists():
        print(f"{workspace.relative(worker.folder)} has no inbox: is the folder's name right?", file=sys.stderr)
    elif holder(state().coordinator_lock(workspace.root)) is None:
        print("no coordinator is running; start it: python -m coordinator watch", file=sys.stderr)
    else:
        print("no new instruction yet; call the same command again", file=sys.stderr)
    return Exit.LATER
