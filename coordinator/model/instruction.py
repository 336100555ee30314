"""What does the coordinator tell a worker? One numbered next step, the content of inbox.md."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

from pydantic import Field

from coordinator.model.document import Count, Document, Name, Nullable


class Action(StrEnum):
    """What a worker is to do next."""

    BEGIN = "begin"
    """Read the protocol and start with a first experiment."""
    CONTINUE = "continue"
    """Go on with another experiment."""
    REVISE = "revise"
    """Mend the named problems; costs nothing."""
    RERUN = "rerun"
    """Run the named experiment under the executor's eyes; costs an experiment."""
    REPLICATE = "replicate"
    """Repeat the named experiment by other means."""
    CONFIRM = "confirm"
    """Run the named experiment's sealed code on fresh seeds; costs no experiment."""
    CHANGE_APPROACH = "change_approach"
    """The last experiments were near-identical: do something else."""
    REPORT = "report"
    """Nothing was heard for a while: say what you are doing."""
    STOP = "stop"
    """The direction has ended."""


class Ending(StrEnum):
    """How a direction ended."""

    FINALIZED = "finalized"
    """The finding holds."""
    EXHAUSTED = "exhausted"
    """The budget is spent; the best result is reported as what it is."""
    ABANDONED = "abandoned"
    """Circling, no progress, or the worker said `done` after enough experiments."""
    LOST = "lost"
    """Nothing was heard of the worker any more."""


class BudgetLeft(Document):
    """What a direction may still use."""

    experiments_left: Count
    wall_minutes_left: Annotated[int | None, Nullable] = Field(default=None, ge=0)
    """Whole minutes, rounded down. None: no limit."""


class Instruction(Document):
    """The front matter of inbox.md."""

    direction: Name
    instruction: int = Field(ge=1)
    """Counts up by one."""
    action: Action
    about: Annotated[str | None, Nullable] = None
    """The experiment that it is about, or None."""
    reasons: tuple[str, ...] = ()
    """Stable codes, listed in protocol/formats.md."""
    budget: BudgetLeft
    ending: Annotated[Ending | None, Nullable] = None
    """With `stop` only."""
