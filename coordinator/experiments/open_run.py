"""Which run is open, and is it governed by what was frozen at its start?

The newest run is the open one until its ledger says that it ended. It counts only if its run.yaml is the one
whose digest the ledger's first entry holds: a worker that raises its budget there gets nothing executed.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from coordinator.model.direction import Direction
from coordinator.model.entry import Entry, RunEnded, RunStarted
from coordinator.model.run import FrozenRun
from coordinator.store.layout import RunPaths, Workspace
from coordinator.store.ledger import Ledger
from coordinator.store.read import Content, Signature, read, signature
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
        signature: of run.yaml when it was read.
    """

    workspace: Workspace
    frozen: FrozenRun
    ledger: Ledger
    state: State
    secret: bytes
    signature: Signature

    @property
    def paths(self) -> RunPaths:
        """Its files."""
        return self.workspace.run(self.frozen.run)

    @property
    def target(self) -> Path:
        """The codebase under study."""
        return self.workspace.target(self.frozen.settings.research_target_path)

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
    runs = _begun(workspace, state)
    if not runs:
        return None
    if known is not None and known.frozen.run == runs[-1] and _unchanged(known):
        return None if _ended(known.ledger.read()) else known
    return _read(workspace, state, runs[-1])


def _begun(workspace: Workspace, state: State) -> list[str]:
    """Name the runs that have a run.yaml: without one, a run is just being made, or is none.

    Those that began on this machine come before all others: a run.yaml that a worker wrote, under the name of a
    later run, must not keep everybody else's experiments from running.
    """
    runs = [run for run in workspace.runs_found() if workspace.run(run).frozen.exists()]
    return [run for run in runs if state.frozen_copies(run)] or runs


def _unchanged(known: OpenRun) -> bool:
    path = known.workspace.relative(known.paths.frozen)
    return signature(known.workspace.root, path) == known.signature


def _read(workspace: Workspace, state: State, run: str) -> OpenRun | None:
    """Read a run; None if it is not open, or not what was frozen, or was started on another machine."""
    paths = workspace.run(run)
    path = workspace.relative(paths.frozen)
    content = read(workspace.root, path, FROZEN_CAP)
    if not isinstance(content, Content):
        return None
    parsed = frozen.parse(content.data, path).value
    if parsed is None or parsed.run != run or not state.has_secret(parsed.uid):
        return None
    anchor, lock = state.anchor(parsed.uid), state.ledger_lock(parsed.uid)
    ledger = Ledger(paths.ledger, anchor, lock, beneath=workspace.root)
    entries = ledger.read()
    if not entries or _ended(entries) or not _governs(content.data, entries[0]):
        return None
    return OpenRun(workspace, parsed, ledger, state, state.secret(parsed.uid), content.signature)


def _governs(data: bytes, first: Entry) -> bool:
    """Tell whether this run.yaml is the one that the ledger begins with."""
    return isinstance(first.fact, RunStarted) and first.fact.frozen_sha256 == canonical.sha256(data)


def _ended(entries: tuple[Entry, ...]) -> bool:
    # Nothing but the executor's late ends follows a run's end, so the search is short in an open run too.
    return any(isinstance(entry.fact, RunEnded) for entry in entries)
