"""What does a worker say of itself? Its report, status.md."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

from coordinator.model.document import Count, Document, ExperimentName, Name, Nullable


class WorkerState(StrEnum):
    """What a worker says it is doing."""

    WORKING = "working"
    """On an instruction."""
    WAITING = "waiting"
    """For the next instruction, or for an experiment."""
    BLOCKED = "blocked"
    """Something outside of its reach keeps it from going on; the note says what."""
    DONE = "done"
    """It believes that there is nothing more to find."""


class Report(Document):
    """The front matter of status.md and the lines below it."""

    direction: Name
    """Must be the direction of the folder that it lies in."""
    state: WorkerState
    answered: Count
    """Number of the last instruction carried out; 0 before the first."""
    experiment: Annotated[ExperimentName | None, Nullable] = None
    """What it is on, if anything."""
    note: str = ""
    """One or two lines for the human: the body, not a key of the front matter."""
