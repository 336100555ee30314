"""What is to be done? A pass's output: facts for the ledger first, then the inboxes that follow from them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from coordinator.model.entry import DirectionEnded, FirstReport, TamperingSeen, VerdictGiven
from coordinator.model.instruction import Instruction
from coordinator.model.problem import Problem


@dataclass(frozen=True, slots=True)
class Briefing:
    """What an instruction's text is made from: numbers, ids and the worker's own file paths, never free text.

    Args:
        worker: path of the worker's folder, relative to the workspace.
        problems: what to mend, of `revise` and `rerun`.
        facts: numbers by name, for the template of the action.
        experiments: name, standing and score of what was done so far.
    """

    worker: str
    problems: tuple[Problem, ...] = ()
    facts: Mapping[str, float | int | str | None] = field(default_factory=dict)
    experiments: tuple[tuple[str, str, float | None], ...] = ()


@dataclass(frozen=True, slots=True)
class Step:
    """One instruction to give, before its text is rendered.

    Args:
        instruction: the front matter of inbox.md.
        briefing: what its text is made from.
        answering: the instruction that had been answered.
        report_sha256: digest of the report that it reacts to.
    """

    instruction: Instruction
    briefing: Briefing
    answering: int = 0
    report_sha256: str = ""


Act = FirstReport | VerdictGiven | Step | DirectionEnded | TamperingSeen
"""One line of a plan; a Step becomes an InstructionGiven when its text is rendered."""


@dataclass(frozen=True, slots=True)
class Plan:
    """Everything that follows from one observation.

    Args:
        acts: appended to the ledger and synced, in this order, before any inbox is written.
        restore: directions whose inbox.md is not what the ledger says, and is written again.
        compile: every direction has ended and the findings are not compiled yet.
    """

    acts: tuple[Act, ...] = ()
    restore: tuple[str, ...] = ()
    compile: bool = False

    def __bool__(self) -> bool:
        """Tell whether there is anything to do."""
        return bool(self.acts or self.restore or self.compile)
