"""What several commands need: the workspace, the run, the clock. Each made once, here."""

from __future__ import annotations

import argparse
import json
import os
import sys
from collections.abc import Sequence
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from coordinator.assistants.sessions import Notes, of_environment
from coordinator.engine.observe import Observer
from coordinator.engine.opening import Opened, latest, look
from coordinator.engine.rest import Rest
from coordinator.errors import CoordinatorError, UsageError
from coordinator.experiments.target import modules
from coordinator.model.problem import Problem
from coordinator.store.layout import WorkerPaths, Workspace
from coordinator.store.state import State


def now() -> datetime:
    """Read the real clock, UTC."""
    return datetime.now(UTC)


def workspace_of(arguments: argparse.Namespace) -> Workspace:
    """Give the workspace that a command is called on.

    Raises:
        UsageError: there is none.
    """
    workspace = Workspace(Path(arguments.root))
    if not workspace.directions_file.parent.is_dir() and not workspace.runs.is_dir():
        hint = "go to its root, name it with --root DIR, or make one: `python -m coordinator init DIR`"
        raise UsageError("this is not a workspace: it has neither config/ nor runs/", path=arguments.root, hint=hint)
    return workspace


def state() -> State:
    """Give this user's state folder."""
    return State.default(os.environ)


def note_session(workspace: Workspace, worker: WorkerPaths) -> None:
    """Tie the assistant's session that called us to its worker, if it says which one it is."""
    session = of_environment(os.environ)
    notes = Notes(state(), workspace)
    if session is not None and worker.folder.is_dir():
        with suppress(CoordinatorError):  # a convenience: inside of a sandbox nothing can be noted
            if notes.session_of(worker) != session:
                notes.bind(session, worker)


def run_of(workspace: Workspace, wanted: str | None) -> Opened:
    """Open a run for reading: the one that was named, or the newest.

    Raises:
        UsageError: there is none.
    """
    run = wanted or latest(workspace, state())
    if run is None:
        raise UsageError("there is no run yet", path="runs/", hint="start one: `python -m coordinator watch`")
    return look(workspace, state(), Path(run).name)


def observer_of(workspace: Workspace, opened: Opened) -> Observer:
    """Give an observer of a run."""
    target = workspace.target(opened.run.settings.research_target_path)
    return Observer(workspace, opened.run, modules(target), Rest())


def print_json(facts: Any) -> None:  # noqa: ANN401  # whatever a command knows
    """Print facts for a program."""
    json.dump(facts, sys.stdout, indent=2, default=str, ensure_ascii=False)
    print()


def print_problems(problems: Sequence[Problem], *, as_json: bool) -> None:
    """Print problems for a person or for a program."""
    if as_json:
        keys = ("path", "line", "code", "message", "hint")
        print_json([{key: getattr(problem, key) for key in keys} for problem in problems])
        return
    for problem in problems:
        print(problem)
        if problem.hint:
            print(f"  hint: {problem.hint}")
