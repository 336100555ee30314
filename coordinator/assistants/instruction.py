"""What is a worker to do now? Its inbox, held against what its report says is answered."""

from __future__ import annotations

from dataclasses import dataclass

from coordinator.errors import MachineError
from coordinator.model.instruction import Action, Instruction
from coordinator.model.problem import Problem
from coordinator.store.layout import WorkerPaths, Workspace
from coordinator.store.read import read
from coordinator.text import inbox, report

CAP = 1 << 20


@dataclass(frozen=True, slots=True)
class Told:
    """The instruction in force.

    Args:
        instruction: its front matter.
        text: inbox.md, whole.
        answered: whether the report says that it was carried out.
    """

    instruction: Instruction
    text: str
    answered: bool

    @property
    def is_stop(self) -> bool:
        """Tell whether the direction has ended."""
        return self.instruction.action is Action.STOP

    @property
    def is_open(self) -> bool:
        """Tell whether there is something to be carried out; `stop` is told however often it is asked for."""
        return self.is_stop or not self.answered


def of(workspace: Workspace, worker: WorkerPaths) -> Told | None:
    """Read the instruction in force; None before the first, or while somebody's edit is being put right.

    Raises:
        MachineError: something lies in its place that is no plain file.
    """
    relative = workspace.relative(worker.inbox)
    found = read(workspace.root, relative, CAP)
    if found is None:
        return None
    if isinstance(found, Problem):
        raise MachineError(found.message, path=relative, hint="the coordinator writes it again")
    parsed = inbox.parse(found.data, relative)
    if parsed.value is None:
        return None
    answered = parsed.value.instruction <= _answered(workspace, worker)
    return Told(parsed.value, found.data.decode(), answered)


def _answered(workspace: Workspace, worker: WorkerPaths) -> int:
    """Give the number that the report says is answered; 0 without a readable report."""
    relative = workspace.relative(worker.report)
    found = read(workspace.root, relative, CAP)
    if found is None or isinstance(found, Problem):
        return 0
    parsed = report.parse(found.data, relative, worker.direction)
    return parsed.value.answered if parsed.value else 0
