"""`check`: everything that is wrong in anybody's files."""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from pathlib import Path

from coordinator.cli.common import now, observer_of, print_problems, run_of, workspace_of
from coordinator.engine.opening import latest, read_config
from coordinator.errors import Exit
from coordinator.model.observation import Observation
from coordinator.model.problem import Problem
from coordinator.rules.case import put_together
from coordinator.store.layout import Workspace


def main(arguments: argparse.Namespace) -> Exit:
    """Print every problem in the config and the newest run's folders, or only what lies at some paths."""
    workspace = workspace_of(arguments)
    wanted = [workspace.inside(Path(path)).as_posix() for path in arguments.paths]
    found = sorted({*read_config(workspace).problems, *_of_newest_run(workspace)})
    shown = [problem for problem in found if not wanted or any(_below(problem.path, path) for path in wanted)]
    print_problems(shown, as_json=arguments.json)
    if not shown and not arguments.json:
        print("nothing is wrong")
    return Exit.PROBLEMS if shown else Exit.FINE


def _below(path: str, folder: str) -> bool:
    return folder in {".", path} or path.startswith(f"{folder}/")


def _of_newest_run(workspace: Workspace) -> Iterator[Problem]:
    if latest(workspace) is None:
        return
    opened = run_of(workspace, None)
    yield from opened.changed
    yield from _of_workers(observer_of(workspace, opened).observe(now(), opened.memory))


def _of_workers(observed: Observation) -> Iterator[Problem]:
    """Give what is wrong with reports, plans, summaries and their evidence, told or not told yet."""
    for direction, view in observed.workers.items():
        history = observed.memory.histories[direction]
        if view.report is not None:
            yield from view.report.problems
        case = put_together(observed.now, view, history, observed.settings)
        for one in case.experiments:
            yield from one.verdict.problems
            yield from one.view.unreadable
            if one.view.plan is not None:
                yield from one.view.plan.problems
            if one.view.summary is not None:
                yield from one.view.summary.problems
