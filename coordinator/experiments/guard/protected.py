"""What is a run's target to be held against? A note of how everything protected was when the run began.

Kept in the state folder, out of the workers' reach, so that whatever was changed can be named whoever asks
and whenever: after a restart, by the executor and by the daemon.
"""

from __future__ import annotations

from pathlib import Path

from coordinator.errors import MachineError
from coordinator.experiments.guard.watch import NAMED, Entries, Watch, below_named
from coordinator.model.run import FrozenRun
from coordinator.store.layout import Workspace
from coordinator.store.manifest import dump, load
from coordinator.store.read import Content, read
from coordinator.store.state import State
from coordinator.store.write import write

BASELINE_CAP = 256 << 20
"""Bytes of the note: MAX_FILES of a manifest with long names."""


def named(workspace: Workspace, run: FrozenRun) -> dict[str, Path]:
    """Give what is protected beside the target: what the user named, and the run's frozen config."""
    paths = run.settings.protected_paths
    frozen = workspace.run(run.run).frozen
    return {path: workspace.target(path) for path in paths} | {workspace.relative(frozen): frozen}


def shown(workspace: Workspace, run: FrozenRun) -> str:
    """Give what the frozen config is called among what is watched."""
    return below_named(workspace.relative(workspace.run(run.run).frozen))


def below(path: str) -> str | None:
    """Give the path of something that was named beside the target; None for what lies in the target."""
    return path.removeprefix(NAMED) if path.startswith(NAMED) else None


def watch_of(workspace: Workspace, run: FrozenRun) -> Watch:
    """Give what compares everything that a run protects."""
    target = workspace.target(run.settings.research_target_path)
    frozen = workspace.relative(workspace.run(run.run).frozen)
    spare = run.settings.allow_research_target_writes
    return Watch(target, named(workspace, run), steady=frozenset({frozen}), spare_target=spare)


def note(workspace: Workspace, state: State, run: FrozenRun) -> None:
    """Note how everything protected is now, unless that was done: a run has one beginning.

    Raises:
        MachineError: the target cannot be read, or the disk refused.
    """
    if noted(state, run) is None:
        write(state.baseline(run.uid), dump(watch_of(workspace, run).mark().entries), mode=0o600)


def noted(state: State, run: FrozenRun) -> Entries | None:
    """Give how everything protected was when the run began; None where nobody noted it.

    Raises:
        MachineError: what is there is not a note.
    """
    path = state.baseline(run.uid)
    content = read(path.parent, path.name, BASELINE_CAP)
    if content is None:
        return None
    entries = load(content.data) if isinstance(content, Content) else None
    if entries is None:
        hint = "restore it from a backup, or start a new run: `python -m coordinator watch --new`"
        raise MachineError("is not the note of the target that was kept here", path=str(path), hint=hint)
    return entries
