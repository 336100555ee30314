"""What does the ledger in the workspace say? The public copy, for those who may not read the anchor.

It could have been edited by a worker; whoever decides something reads `coordinator.store.ledger` instead.
"""

from __future__ import annotations

from coordinator.model.history import Memory
from coordinator.rules.history import remember
from coordinator.store.chain import Chain
from coordinator.store.layout import ExperimentPaths, Workspace
from coordinator.store.lines import LineFile


class PublicLedger:
    """The open run as its files in the workspace show it.

    Args:
        workspace: where it lies.
        paths: of an experiment of the run.
    """

    def __init__(self, workspace: Workspace, paths: ExperimentPaths) -> None:
        ledger = workspace.run(paths.run).ledger
        self._chain = Chain(LineFile(ledger, beneath=workspace.root), workspace.relative(ledger))
        self._memory = Memory()

    def read(self) -> Memory:
        """Give what the ledger says by now; what was edited in it, and all after that, is left out."""
        self._chain.refresh()
        if self._chain.head[0] < self._memory.head:
            self._memory = Memory()
        self._memory = remember(self._chain.entries, self._memory)
        return self._memory
