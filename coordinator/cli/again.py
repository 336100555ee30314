"""`run --again` and `verify --rerun`: sealed bytes on the recorded seeds once more, compared with the record."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

from coordinator.cli.common import print_json, state
from coordinator.engine.opening import Opened
from coordinator.errors import Exit, MachineError
from coordinator.experiments import again
from coordinator.experiments.again import Recorded
from coordinator.experiments.clock import Clock
from coordinator.experiments.engines.local import engine
from coordinator.experiments.environment import Environments
from coordinator.experiments.execution import Means
from coordinator.experiments.guard import protected
from coordinator.experiments.guard.guard import Guard
from coordinator.experiments.guard.hold import ability
from coordinator.experiments.guard.scratch import Scratch
from coordinator.experiments.open_run import OpenRun
from coordinator.rules.reproduction import TOLERANCE, Reproduction, Sameness
from coordinator.store.layout import Workspace
from coordinator.store.read import Signature, signature

SHOWN_AT_MOST = 10
"""Numbers that differ, and packages that changed, of one experiment; `--json` has all of them."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """One execution that was repeated.

    Args:
        name: direction and experiment.
        folder: where its outputs are, from the root.
        found: what came out.
    """

    name: str
    folder: str
    found: Reproduction


def open_run_of(workspace: Workspace, opened: Opened) -> OpenRun:
    """Make a run that was opened for reading one whose sealed bytes can be executed; it gets no secret.

    Raises:
        MachineError: its frozen files are gone.
    """
    path = workspace.relative(workspace.run(opened.run.run).frozen)
    found = signature(workspace.root, path)
    if not isinstance(found, Signature):
        raise MachineError("the run's frozen files are not there", path=path)
    return OpenRun(workspace, opened.run, opened.ledger, state(), b"", found)


def _guard(run: OpenRun) -> Guard:
    """Give what guards a repetition; a target that has changed since is told by other numbers, not refused."""
    watch = protected.watch_of(run.workspace, run.frozen)
    scratch = Scratch(run.workspace.root / "again")  # the executor clears its own when it starts
    return Guard(run, ability(), watch, None, scratch)


def execute(asked: Sequence[Recorded]) -> list[Outcome]:
    """Execute them one after the other, with a progress bar where somebody watches."""
    from rich.console import Console
    from rich.progress import Progress

    machine = engine(sole=True)
    outcomes = []
    with Progress(console=Console(stderr=True), transient=True) as bar:
        for one in asked:
            task = bar.add_task(one.name, total=len(one.execution.seeds))
            folder = again.clean_folder(one)
            settings = one.run.frozen.settings
            means = Means(
                engine=machine,
                guard=_guard(one.run),
                environment=Environments().of(settings.executor.python),
                inherited=dict(os.environ),
                clock=Clock(),
            )
            found = again.execute(one, means, folder, lambda done, task=task: bar.update(task, completed=done))  # type: ignore[misc]  # a default argument has no type of its own
            outcomes.append(Outcome(one.name, one.run.workspace.relative(folder), found))
    return outcomes


def code(outcomes: Sequence[Outcome]) -> Exit:
    """Give 0 where everything is identical or equal, else 1."""
    different = any(one.found.sameness is Sameness.DIFFERENT for one in outcomes)
    return Exit.PROBLEMS if different else Exit.FINE


def facts(outcomes: Sequence[Outcome]) -> list[dict[str, Any]]:
    """Give everything that was compared."""
    return [{"experiment": one.name, "folder": one.folder, **asdict(one.found)} for one in outcomes]


def show(outcomes: Sequence[Outcome], *, as_json: bool) -> None:
    """Print what came out."""
    if as_json:
        print_json({"tolerance": TOLERANCE, "experiments": facts(outcomes)})
        return
    if not outcomes:
        print("no finding cites an experiment: there is nothing to run again")
    for one in outcomes:
        counts = ", ".join(f"{one.found.counted(kind)} {kind}" for kind in Sameness)
        print(f"{one.name}: {one.found.sameness} (numbers: {counts}); outputs in {one.folder}")
        print("".join(f"  {line}\n" for line in _lines(one.found)), end="")


def _lines(found: Reproduction) -> list[str]:
    """Say what differs, and what of the environment is not as it was."""
    differing = [one for one in found.metrics if one.sameness is Sameness.DIFFERENT]
    numbers = [f"seed {one.seed}, {one.metric}: {_shown(one.then)} then, {_shown(one.now)} now" for one in differing]
    changed = [f"{one.what}: {one.then or 'none'} then, {one.now or 'none'} now" for one in found.environment]
    return [*found.seeds, *_cut(numbers), *_cut(changed)]


def _shown(number: float | None) -> str:
    return "missing" if number is None else repr(number)


def _cut(lines: Sequence[str]) -> list[str]:
    more = len(lines) - SHOWN_AT_MOST
    return [*lines[:SHOWN_AT_MOST], *([f"and {more} more: --json has them"] if more > 0 else [])]
