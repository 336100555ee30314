"""What does the ledger remember? One class a kind of entry; the envelope (n, at, prev, digest) is `Entry`."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any, Literal

from pydantic import Field

from coordinator.model.document import Count, Document, ExperimentName, Name, Sha256
from coordinator.model.experiment import Condition, Prediction
from coordinator.model.instruction import Action, BudgetLeft, Ending
from coordinator.model.record import Outcome, Phase


class RunStarted(Document):
    """A run began, with these frozen files."""

    kind: Literal["run_started"] = "run_started"
    run: Name
    directions: tuple[Name, ...]
    frozen_sha256: Sha256
    """Of run.yaml as a whole."""
    config_sha256: Sha256
    directions_sha256: Sha256
    rubric_sha256: Sha256


class FirstReport(Document):
    """A worker reported for the first time: its wall time starts here."""

    kind: Literal["first_report"] = "first_report"
    direction: Name


class ExperimentStarted(Document):
    """The executor sealed an experiment and reserved its budget; no process has run yet."""

    kind: Literal["experiment_started"] = "experiment_started"
    direction: Name
    experiment: ExperimentName
    phase: Phase
    attempt: int = 1
    """Of a confirmation: the first or second of its direction."""
    request: Name
    """Id of the request that this start answers."""
    seeds: tuple[int, ...]
    plan_sha256: Sha256
    code_sha256: Sha256
    target_sha256: Sha256
    reserved_seconds: float
    """CPU seconds set aside until the end is known: time limit times seeds. As many GPU seconds are, and as much
    wall time, where these have a budget."""
    placebo: tuple[int, ...] = ()
    """Of a confirmation: further seeds, whose processes train on permuted labels."""
    prediction: Prediction | None = None
    """Of an exploration: what the sealed plan predicts, so that no edit or loss of the plan unsays it."""


class ExperimentEnded(Document):
    """The last process of an execution ended."""

    kind: Literal["experiment_ended"] = "experiment_ended"
    direction: Name
    experiment: ExperimentName
    phase: Phase
    start: int
    """`n` of its experiment_started."""
    outcome: Outcome
    execution_sha256: Sha256
    """Of the Execution in record.json, as canonical JSON."""
    wall_seconds: float
    cpu_seconds: float
    """Settles the reservation, but for what an interruption left unknown."""
    gpu_seconds: float = 0.0
    """The same, of GPU time; 0 where there is nothing that tells."""


class ExperimentInterrupted(Document):
    """An executor was told to stop while an execution was under way, and says what that had used."""

    kind: Literal["experiment_interrupted"] = "experiment_interrupted"
    direction: Name
    experiment: ExperimentName
    start: int
    """`n` of its experiment_started."""
    cpu_seconds: float
    gpu_seconds: float = 0.0


class ExperimentResumed(Document):
    """An executor took up an execution that had not ended.

    Where no `experiment_interrupted` says what the seeds that run again had used before, all that was reserved for
    them counts as used.
    """

    kind: Literal["experiment_resumed"] = "experiment_resumed"
    direction: Name
    experiment: ExperimentName
    start: int
    """`n` of its experiment_started."""
    again_seconds: float
    """Reserved for the seeds that run again."""


class ReasonGiven(Document):
    """One reason of a verdict, with the numbers that it compared."""

    code: str
    holds: bool
    message: str
    numbers: dict[str, float | int | str | None] = Field(default_factory=dict)


class VerdictGiven(Document):
    """A ruling on one experiment; a later one on the same experiment replaces it."""

    kind: Literal["verdict"] = "verdict"
    direction: Name
    experiment: ExperimentName
    standing: str
    """A value of coordinator.model.verdict.Standing."""
    score: float | None = None
    start: int | None = None
    """`n` of the exploration that it rules on; None before the first."""
    summary_sha256: str = ""
    """Digest of the summary that was judged; empty without one."""
    refuted_if: Condition | None = None
    """What the summary says would refute it; kept from here on, whatever becomes of the summary."""
    reasons: tuple[ReasonGiven, ...]


class InstructionGiven(Document):
    """An instruction, whole: inbox.md is written from this entry and from nothing else."""

    kind: Literal["instruction"] = "instruction"
    direction: Name
    instruction: int = Field(ge=1)
    action: Action
    about: str | None = None
    reasons: tuple[str, ...] = ()
    budget: BudgetLeft
    ending: Ending | None = None
    answering: Count = 0
    """The instruction that had been answered when this one was given."""
    report_sha256: str = ""
    """Digest of the report that it reacts to; empty if it reacts to none."""
    text: str
    """The bytes of inbox.md."""


class DirectionEnded(Document):
    """A direction ended; nothing opens it again."""

    kind: Literal["direction_ended"] = "direction_ended"
    direction: Name
    ending: Ending
    experiment: ExperimentName | None = None
    """The experiment that the finding rests on, if any."""


class TamperingSeen(Document):
    """A file that was sealed, or that only the coordinator writes, was changed by somebody else."""

    kind: Literal["tampering"] = "tampering"
    path: str
    code: str
    """Stable code, for example `ledger_rewritten`, `plan_edited`, `record_edited`, `frozen_edited`."""
    detail: str
    direction: Name | None = None


class RunEnded(Document):
    """The last open direction ended and the findings were compiled."""

    kind: Literal["run_ended"] = "run_ended"
    findings_sha256: Sha256
    files_sha256: dict[str, Sha256] = Field(default_factory=dict)
    """Name -> digest of every file of the report, the pictures included."""


Fact = Annotated[
    RunStarted
    | FirstReport
    | ExperimentStarted
    | ExperimentEnded
    | ExperimentInterrupted
    | ExperimentResumed
    | VerdictGiven
    | InstructionGiven
    | DirectionEnded
    | TamperingSeen
    | RunEnded,
    Field(discriminator="kind"),
]
"""What an entry says, without its envelope."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the ledger.

    Args:
        n: position, from 1.
        at: when it was appended, UTC.
        fact: what it says.
        prev: digest of the entry before; 64 zeros for the first.
        digest: SHA-256 over n, at, kind, the facts and prev, as canonical JSON.
    """

    n: int
    at: datetime
    fact: Any
    prev: str
    digest: str
