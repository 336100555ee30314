"""`run`: hand one experiment over, wait for its end, and pass its exit code on."""

from __future__ import annotations

import argparse
import os
import sys
from dataclasses import asdict
from pathlib import Path

from coordinator.cli.common import note_session, print_json, run_of, state, workspace_of
from coordinator.errors import Exit, UsageError
from coordinator.experiments import handover
from coordinator.experiments.again import recorded
from coordinator.experiments.progress import Progress, Stage
from coordinator.model.record import Phase
from coordinator.store.clients import WORKER
from coordinator.store.layout import ExperimentPaths, WorkerPaths, Workspace

MOST_LINES = 15
"""Of progress; an assistant pays for every line that it reads."""


def main(arguments: argparse.Namespace) -> int:
    """Hand over, wait, and say what to do next; killed and called again, it goes on waiting."""
    if arguments.again:
        return _again(arguments)
    workspace = workspace_of(arguments)
    phase = Phase.CONFIRM if arguments.confirm else Phase.EXPLORE
    handed = handover.hand_over(workspace, Path(arguments.experiment), phase, _own(workspace))
    note_session(workspace, workspace.worker_at(handed.paths.folder))
    last: Progress | None = None
    told = 0
    for progress in handover.wait(handed, state(), arguments.wait):
        last = progress
        if progress.code is None and not arguments.json and told < MOST_LINES:
            print(progress.message, file=sys.stderr, flush=True)
            told += 1
    assert last is not None, "waiting ends with a last word"
    assert last.code is not None, "and that has an exit code"
    if arguments.json:
        print_json({**asdict(last), "experiment": workspace.relative(handed.paths.folder)})
    else:
        print(last.message)
        if last.stage is Stage.ENDED:
            print(_next_step(workspace, handed.paths, phase))
    return last.code


def _again(arguments: argparse.Namespace) -> Exit:
    """Run the sealed bytes again on the recorded seeds, and compare."""
    from coordinator.cli import again

    workspace = workspace_of(arguments)
    paths = workspace.experiment_at(Path(arguments.experiment))
    phase = Phase.CONFIRM if arguments.confirm else Phase.EXPLORE
    run = again.open_run_of(workspace, run_of(workspace, paths.run))
    found = again.execute([recorded(run, paths, phase)])
    again.show(found, as_json=arguments.json)
    return again.code(found)


def _own(workspace: Workspace) -> WorkerPaths | None:
    """Find out which worker calls: the one that WORKER names, else the one in whose folder this is called."""
    named = os.environ.get(WORKER)
    try:
        return workspace.worker_at(workspace.root / named if named else Path.cwd())
    except UsageError:
        if named:
            raise
        return None


def _next_step(workspace: Workspace, paths: ExperimentPaths, phase: Phase) -> str:
    """Say what a worker does after an execution has ended."""
    if phase is Phase.CONFIRM:
        return "next: set `answered:` in status.md; there is nothing to write about a confirmation"
    outputs = workspace.relative(paths.outputs)
    return f"next: read {outputs}/seed_*/, then write {workspace.relative(paths.summary)}"
