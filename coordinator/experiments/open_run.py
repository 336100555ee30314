"""Which run is open, and is it governed by what was frozen at its start?

The newest run is the open one until its ledger says that it ended. It is governed by the run.yaml whose digest the
ledger's first entry holds: where a worker changed or removed that file, by its copy in the state folder, so that
nobody raises a budget there, and nobody keeps the others' experiments from being run.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

from coordinator.model.direction import Direction
from coordinator.model.entry import Entry, RunEnded, RunStarted
from coordinator.model.run import FrozenRun
from coordinator.store.layout import RunPaths, Workspace
from coordinator.store.ledger import Ledger
from coordinator.store.read import Content, Signature, names, read, signature
from coordinator.store.state import State
from coordinator.text import canonical, frozen

FROZEN_CAP = 4 << 20
"""Of run.yaml, which holds three files that people write."""


@dataclass(frozen=True, slots=True)
class OpenRun:
    """A run whose experiments may be executed.

    Args:
        workspace: where it lies.
        frozen: what governs it.
        ledger: its memory.
        state: where what is kept of it out of the workers' reach lies.
        secret: from which its seeds derive.
        signature: of run.yaml when it was read; None where its copy governs.
    """

    workspace: Workspace
    frozen: FrozenRun
    ledger: Ledger
    state: State
    secret: bytes
    signature: Signature | None

    @property
    def paths(self) -> RunPaths:
        """Its files."""
        return self.workspace.run(self.frozen.run)

    @property
    def target(self) -> Path:
        """The codebase under study."""
        return self.workspace.target(self.frozen.settings.research_target_path)

    @property
    def is_in_place(self) -> bool:
        """Whether its folder is a folder: what somebody else puts there the daemon moves aside."""
        return isinstance(names(self.workspace.root, self.workspace.relative(self.paths.folder)), list)

    def direction(self, name: str) -> Direction | None:
        """Give one of its directions; None for a name that it does not have."""
        return next((found for found in self.frozen.directions if found.id == name), None)


def find(workspace: Workspace, state: State, known: OpenRun | None = None) -> OpenRun | None:
    """Find the open run.

    Args:
        workspace: where to look.
        state: where the run's secret and the anchor of its ledger are kept.
        known: what was found before; given back, without reading anything again, while it is still the one.
    """
    runs = begun(workspace, state)
    if not runs:
        return None
    if known is not None and known.frozen.run == runs[-1] and _unchanged(known):
        return None if _ended(known.ledger.read()) else known
    return _read(workspace, state, runs[-1])


def _unchanged(known: OpenRun) -> bool:
    if known.signature is None:
        return False
    path = known.workspace.relative(known.paths.frozen)
    return signature(known.workspace.root, path) == known.signature


def begun(workspace: Workspace, state: State | None) -> list[str]:
    """List the runs that have begun, open or ended, oldest first: those that began on this machine, if any did.

    A folder without run.yaml is a run that is just being made, or none; and anybody can make a folder with one.

    Args:
        workspace: where to look.
        state: where copies of frozen files are kept: a run that has one is one even if its run.yaml, or its whole
            folder, was removed. None: every run.yaml counts.
    """
    ours = [run for run in workspace.runs_named() if state is not None and state.frozen_copies(run)]
    return ours or [run for run in workspace.runs_found() if has_frozen(workspace, run)]


def has_frozen(workspace: Workspace, run: str) -> bool:
    """Tell whether a run has a run.yaml that could be read."""
    path = workspace.relative(workspace.run(run).frozen)
    return isinstance(signature(workspace.root, path), Signature)


def _read(workspace: Workspace, state: State, run: str) -> OpenRun | None:
    """Read a run; None if it is not open, or not what was frozen, or was started on another machine."""
    path = workspace.relative(workspace.run(run).frozen)
    content = read(workspace.root, path, FROZEN_CAP)
    found = _opened(workspace, state, run, content.data) if isinstance(content, Content) else None
    if found is not None:
        assert isinstance(content, Content), "it was read"
        return replace(found, signature=content.signature)
    copies = (_opened(workspace, state, run, copy.read_bytes()) for copy in state.frozen_copies(run))
    return next((found for found in copies if found is not None), None)


def _opened(workspace: Workspace, state: State, run: str, data: bytes) -> OpenRun | None:
    """Open a run as these frozen files govern it, if its ledger says that they do and that it is open."""
    paths = workspace.run(run)
    parsed = frozen.parse(data, workspace.relative(paths.frozen)).value
    if parsed is None or parsed.run != run or not state.has_secret(parsed.uid):
        return None
    anchor, lock = state.anchor(parsed.uid), state.ledger_lock(parsed.uid)
    ledger = Ledger(paths.ledger, anchor, lock, beneath=workspace.root)
    entries = ledger.read()
    if not entries or _ended(entries) or not _governs(data, entries[0]):
        return None
    return OpenRun(workspace, parsed, ledger, state, state.secret(parsed.uid), None)


def _governs(data: bytes, first: Entry) -> bool:
    """Tell whether this run.yaml is the one that the ledger begins with."""
    return isinstance(first.fact, RunStarted) and first.fact.frozen_sha256 == canonical.sha256(data)


def _ended(entries: tuple[Entry, ...]) -> bool:
    # Nothing but the executor's late ends follows a run's end, so the search is short in an open run too.
    return any(isinstance(entry.fact, RunEnded) for entry in entries)
