"""Are the coordinator's own files still what it wrote? Put back where somebody changed them, and named.

A run's folder, its run.yaml and its ledger: without them the executor starts nothing, for nobody. Cheap when
nothing changed: some stats.
"""

from __future__ import annotations

from coordinator.engine.aside import clear_folder, insist, is_folder
from coordinator.engine.opening import CAP, Opened
from coordinator.errors import TamperingError
from coordinator.model.problem import Problem
from coordinator.store.layout import Workspace
from coordinator.store.read import Content, Signature, read, signature
from coordinator.store.tree import make_folder
from coordinator.store.write import BlockedError, write


class OwnFiles:
    """The files of one run that only the coordinator writes.

    Args:
        workspace: where everything lies.
        opened: the run.
    """

    def __init__(self, workspace: Workspace, opened: Opened) -> None:
        self._root = workspace.root
        self._paths = workspace.run(opened.run.run)
        self._frozen = opened.frozen
        self._ledger = opened.ledger
        self._shown = workspace.relative(self._paths.folder)
        self._frozen_shown = workspace.relative(self._paths.frozen)
        self._seen: Signature | None = None
        self._found: list[Problem] = []
        """What was put back since somebody was told: a disk that refuses on the way must not lose it."""

    def restore(self) -> tuple[Problem, ...]:
        """Put back whatever was changed; give what that was.

        Raises:
            TamperingError: the ledger's copy in the state folder is gone, so that nothing can be vouched for.
            MachineError: the disk refused.
        """
        found = self._found
        try:
            self._folder(found)
            self._run_yaml(found)
            self._public_ledger(found)
        except BlockedError as error:  # a link above it: the ledger goes on in the state folder meanwhile
            found.append(Problem(self._shown, 0, "link_refused", error.message, error.hint))
        self._found = []
        return tuple(dict.fromkeys(found))

    def _folder(self, found: list[Problem]) -> None:
        if is_folder(self._paths.folder):
            return
        clear_folder(self._paths.folder, self._root)
        make_folder(self._paths.folder, beneath=self._root)
        message = "the run's folder was removed or replaced, and made again"
        found.append(Problem(self._shown, 0, "not_a_folder", message, "leave it to the coordinator"))

    def _run_yaml(self, found: list[Problem]) -> None:
        before = signature(self._root, self._frozen_shown)
        if isinstance(before, Signature) and before == self._seen:
            return
        content = read(self._root, self._frozen_shown, CAP)
        if not (isinstance(content, Content) and content.data == self._frozen):
            message = "run.yaml was changed while the run was open, and put back"
            hint = "edit config/ for the next run"
            found.append(Problem(self._frozen_shown, 0, "frozen_edited", message, hint))
            insist(self._write_run_yaml, self._paths.folder, self._paths.frozen, self._root)
            return
        self._seen = content.signature

    def _write_run_yaml(self) -> None:
        write(self._paths.frozen, self._frozen, beneath=self._root)

    def _public_ledger(self, found: list[Problem]) -> None:
        damage = self._ledger.audit()
        if any(one.code == "anchor_missing" for one in damage):
            hint = "start `watch` again: it takes over ledger.jsonl as far as its chain is whole, and notes so"
            raise TamperingError(
                "the ledger's copy in the state folder is gone while the run is open",
                path=self._shown,
                hint=hint,
            )
        if damage:
            found += damage
            self._ledger.restore()
        elif self._ledger.lags:  # whoever reads it would not see the last instruction
            self._ledger.mend()
