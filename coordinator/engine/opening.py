"""Which run is open, and how does a new one begin?

A run begins in steps that can each be repeated: its secret and a copy of its frozen files in the state
folder, run.yaml, the ledger's first entry. A crash between them leaves a run that the next start completes.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import TypeVar

from coordinator.engine.aside import insist
from coordinator.errors import UsageError
from coordinator.experiments.guard import protected
from coordinator.experiments.guard.watch import Entries
from coordinator.experiments.open_run import begun, has_frozen
from coordinator.model.direction import Directions
from coordinator.model.entry import RunStarted
from coordinator.model.history import Memory
from coordinator.model.problem import Parsed, Problem
from coordinator.model.run import FrozenRun
from coordinator.model.settings import Settings
from coordinator.rules.history import remember
from coordinator.store.layout import RunPaths, Workspace
from coordinator.store.ledger import Ledger
from coordinator.store.read import Content, read
from coordinator.store.state import State
from coordinator.store.tree import make_folder
from coordinator.store.write import write
from coordinator.text import canonical, config, directions, frozen, rubric
from coordinator.text import ledger as ledger_line

T = TypeVar("T")

CAP = 4 << 20
"""Bytes of a config file, and of run.yaml, which holds three of them."""
LEDGER_CAP = 1 << 30
"""Bytes of a ledger."""


@dataclass(frozen=True, slots=True)
class Opened:
    """A run, its ledger and what the ledger says.

    Args:
        run: the frozen files.
        ledger: of the run.
        memory: what it says.
        frozen: the bytes of run.yaml as they were when the run began.
        changed: coordinator's own files that were found changed on opening, and put back.
        baseline: how the target, and what else is protected, was when the run began; None where that was not noted.
    """

    run: FrozenRun
    ledger: Ledger
    memory: Memory
    frozen: bytes
    changed: tuple[Problem, ...] = ()
    baseline: Entries | None = None


def ledger_of(workspace: Workspace, state: State, run: FrozenRun) -> Ledger:
    """Give the ledger of a run."""
    state.prepare(run.uid)
    path = workspace.run(run.run).ledger
    return Ledger(path, state.anchor(run.uid), state.ledger_lock(run.uid), beneath=workspace.root)


def latest(workspace: Workspace, state: State | None = None) -> str | None:
    """Give the id of the newest run that has frozen files, open or ended.

    Args:
        workspace: where to look.
        state: where copies of frozen files are kept; None: every run.yaml counts.
    """
    found = begun(workspace, state)
    return found[-1] if found else None


def look(workspace: Workspace, state: State, run_id: str) -> Opened:
    """Open a run for reading: nothing is written, mended or put back.

    Raises:
        UsageError: run.yaml is unreadable and no copy of it is in the state folder.
    """
    run, changed, data = _frozen(workspace, state, workspace.run(run_id))
    ledger = ledger_of(workspace, state, run)
    baseline = protected.noted(state, run)
    return Opened(run, ledger, remember(ledger.read()), data, (*changed, *ledger.audit()), baseline)


def reopen(workspace: Workspace, state: State, run_id: str) -> Opened:
    """Open a run that exists, mending what a crash left and putting back what somebody changed.

    Raises:
        UsageError: run.yaml is unreadable and no copy of it is in the state folder.
    """
    paths = workspace.run(run_id)
    run, changed, data = _frozen(workspace, state, paths)
    copy = state.frozen(run.run, canonical.sha256(data))
    make_folder(copy.parent, mode=0o700)
    write(copy, data, mode=0o600)
    cut_short = not has_frozen(workspace, run_id)
    _write_frozen(workspace, paths, data)
    ledger = ledger_of(workspace, state, run)
    damage = _mended(ledger)
    memory = remember(ledger.read())
    if memory.started is None:
        changed = () if cut_short else changed  # nobody's doing: the run was only beginning
        protected.note(workspace, state, run)
        memory = remember(ledger.append([_started(run, data)], run.created, 0), memory)
    return Opened(run, ledger, memory, data, (*changed, *damage), protected.noted(state, run))


def _write_frozen(workspace: Workspace, paths: RunPaths, data: bytes) -> None:
    def put() -> None:
        make_folder(paths.folder, beneath=workspace.root)
        write(paths.frozen, data, beneath=workspace.root)

    insist(put, paths.folder, paths.frozen, workspace.root)


def _mended(ledger: Ledger) -> tuple[Problem, ...]:
    """Bring the public ledger and its anchor together; say what was wrong."""
    damage = ledger.audit()
    if any(found.code == "anchor_missing" for found in damage):
        ledger.adopt()
    elif damage:
        ledger.restore()
    ledger.mend()
    return damage


def _frozen(workspace: Workspace, state: State, paths: RunPaths) -> tuple[FrozenRun, tuple[Problem, ...], bytes]:
    """Read what governs a run: run.yaml, or where that was changed, the copy in the state folder.

    Returns:
        The run, what was found changed, and the bytes that run.yaml should have.
    """
    relative = workspace.relative(paths.frozen)
    found = read(workspace.root, relative, CAP)
    data = found.data if isinstance(found, Content) else b""
    known = state.frozen(paths.run, canonical.sha256(data)).exists()
    copy = None if known else _copy(workspace, state, paths)
    parsed = frozen.parse(data if copy is None else copy, relative)
    if parsed.value is None:
        listed = "\n  ".join(str(problem) for problem in parsed.problems)
        raise UsageError(f"run.yaml cannot be read:\n  {listed}", path=relative, hint="start a new run: --new")
    if known:
        return parsed.value, (), data
    if copy is not None:
        message = "run.yaml is not what was frozen when the run began"
        problem = Problem(relative, 0, "frozen_edited", message, "edit config/ for the next run")
        return parsed.value, (problem,), copy
    message = "this machine has no copy of run.yaml: whether it was changed before cannot be known"
    return parsed.value, (Problem(relative, 0, "anchor_missing", message, "keep the state folder"),), data


def _copy(workspace: Workspace, state: State, paths: RunPaths) -> bytes | None:
    """Find the copy of run.yaml in the state folder.

    Where several workspaces on this machine have a run of this id, the ledger's first entry tells which copy
    is meant. It does not tell that none is: whoever can edit run.yaml can edit that entry too.
    """
    copies = {copy.stem.removeprefix(f"{paths.run}-"): copy for copy in state.frozen_copies(paths.run)}
    if len(copies) > 1:
        found = read(workspace.root, workspace.relative(paths.ledger), LEDGER_CAP)
        first = found.data.split(b"\n", 1)[0] if isinstance(found, Content) else b""
        entry = ledger_line.parse_line(first, workspace.relative(paths.ledger), 1).value
        named = entry.fact.frozen_sha256 if entry and isinstance(entry.fact, RunStarted) else ""
        copies = {digest: copy for digest, copy in copies.items() if digest == named}
    for copy in copies.values():
        kept = read(copy.parent, copy.name, CAP)
        return kept.data if isinstance(kept, Content) else None
    return None


def begin(workspace: Workspace, state: State, now: datetime) -> Opened:
    """Start a new run over the config as it is now.

    Raises:
        UsageError: the config cannot be used; the message lists every problem.
    """
    run = _freeze(workspace, now)
    data = frozen.print_(run)
    state.secret(run.uid)
    copy = state.frozen(run.run, canonical.sha256(data))
    make_folder(copy.parent, mode=0o700)
    write(copy, data, mode=0o600)
    paths = workspace.run(run.run)
    _write_frozen(workspace, paths, data)
    return reopen(workspace, state, run.run)


def _started(run: FrozenRun, data: bytes) -> RunStarted:
    return RunStarted(
        run=run.run,
        directions=tuple(direction.id for direction in run.directions),
        frozen_sha256=canonical.sha256(data),
        config_sha256=canonical.sha256(run.config_text.encode()),
        directions_sha256=canonical.sha256(run.directions_text.encode()),
        rubric_sha256=canonical.sha256(run.rubric_text.encode()),
    )


@dataclass(frozen=True, slots=True)
class Config:
    """The three config files, each as value and text, and what is wrong with them."""

    settings: tuple[Settings, str] | None
    directions: tuple[Directions, str] | None
    rubric: tuple[str, str] | None
    problems: tuple[Problem, ...]


def read_config(workspace: Workspace) -> Config:
    """Read the three config files, collecting every problem."""
    problems: list[Problem] = []
    settings = _config(workspace, workspace.config_file, config.parse, problems)
    asked = _config(workspace, workspace.directions_file, directions.parse, problems)
    bar = _config(workspace, workspace.rubric_file, rubric.parse, problems)
    if settings and not workspace.target(settings[0].research_target_path).is_dir():
        path = workspace.relative(workspace.config_file)
        message = f"research_target_path: {settings[0].research_target_path} is not a folder"
        problems.append(Problem(path, 0, "target_missing", message, "name the codebase under study"))
    for path in settings[0].protected_paths if settings else ():
        if not workspace.target(path).exists():
            message = f"protected_paths: there is no {path}"
            hint = "name a file or folder that is there, absolute or from the root of the workspace"
            problems.append(Problem(workspace.relative(workspace.config_file), 0, "protected_missing", message, hint))
    return Config(settings, asked, bar, tuple(problems))


def _freeze(workspace: Workspace, now: datetime) -> FrozenRun:
    """Give the run that the config files as they are now would govern."""
    found = read_config(workspace)
    if found.problems or found.settings is None or found.directions is None or found.rubric is None:
        listed = "\n  ".join(f"{problem}\n    hint: {problem.hint}" for problem in found.problems)
        raise UsageError(f"the config cannot be used:\n  {listed}")
    open_ones = tuple(direction for direction in found.directions[0].directions if not direction.done)
    if not open_ones:
        path = workspace.relative(workspace.directions_file)
        raise UsageError("every direction is done", path=path, hint="add a direction, or take `done: true` away")
    return FrozenRun(
        run=_free_id(workspace, now),
        uid=secrets.token_hex(16),
        created=now.replace(microsecond=0),
        config_text=found.settings[1],
        directions_text=found.directions[1],
        rubric_text=found.rubric[1],
        settings=found.settings[0],
        directions=open_ones,
    )


def _config(
    workspace: Workspace, path: Path, parse: Callable[[bytes, str], Parsed[T]], problems: list[Problem]
) -> tuple[T, str] | None:
    """Read one config file; what is wrong with it is added to the problems."""
    relative = workspace.relative(path)
    found = read(workspace.root, relative, CAP)
    if found is None:
        hint = "`python -m coordinator init DIR` makes a workspace with one"
        found = Problem(relative, 0, "config_missing", "there is no such file", hint)
    if isinstance(found, Problem):
        problems.append(found)
        return None
    parsed = parse(found.data, relative)
    problems += parsed.problems
    return (parsed.value, found.data.decode()) if parsed.value is not None else None


def _free_id(workspace: Workspace, now: datetime) -> str:
    """Name a run by its start; a second later if that one is taken."""
    while workspace.run(f"{now:%Y%m%d_%H%M%S}").folder.exists():
        now += timedelta(seconds=1)
    return f"{now:%Y%m%d_%H%M%S}"
