"""What does the ledger say of one direction, and of its run? The entries, sorted by whom they concern."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from coordinator.model.entry import (
    DirectionEnded,
    ExperimentEnded,
    ExperimentStarted,
    InstructionGiven,
    TamperingSeen,
    VerdictGiven,
)
from coordinator.model.record import Phase


@dataclass(frozen=True, slots=True)
class Start:
    """One start of an experiment, and its end once it is known.

    Args:
        n: number of the ledger entry.
        at: when, UTC.
        fact: what was sealed and reserved.
        end: how it ended; None while it is in flight.
        ended_n: number of the end's ledger entry; None while it is in flight.
        ended_at: when it ended, UTC; None while it is in flight.
        lost_cpu_seconds: charged for what was done before it was interrupted and begun again.
        lost_gpu_seconds: the same, of GPU time.
        noted: an interruption was noted, and nothing was begun since.
    """

    n: int
    at: datetime
    fact: ExperimentStarted
    end: ExperimentEnded | None = None
    ended_n: int | None = None
    ended_at: datetime | None = None
    lost_cpu_seconds: float = 0.0
    lost_gpu_seconds: float = 0.0
    noted: bool = False

    @property
    def cpu_seconds(self) -> float:
        """CPU time that is charged for it: what it used, or what is set aside while that is not known."""
        return self.lost_cpu_seconds + (self.end.cpu_seconds if self.end else self.fact.reserved_seconds)

    @property
    def gpu_seconds(self) -> float:
        """The same, of GPU time."""
        return self.lost_gpu_seconds + (self.end.gpu_seconds if self.end else self.fact.reserved_seconds)


@dataclass(frozen=True, slots=True)
class Given:
    """One instruction as it was given.

    Args:
        n: number of the ledger entry.
        at: when, UTC.
        fact: the instruction, whole.
        sha256: of its text, which is what inbox.md must hold.
    """

    n: int
    at: datetime
    fact: InstructionGiven
    sha256: str


@dataclass(frozen=True, slots=True)
class History:
    """Everything that the ledger remembers of one direction, oldest first.

    Args:
        instructions: every instruction given.
        first_report: when the worker was first heard of; its wall time starts there.
        starts: every start, explorations and confirmations.
        verdicts: the latest on each experiment.
        accepted: every verdict on each experiment by which its evidence held, oldest first.
        ending: how the direction ended; None while it is open.
        progress_n: number of the last entry that shows progress: a start or an end.
    """

    instructions: tuple[Given, ...] = ()
    first_report: datetime | None = None
    starts: tuple[Start, ...] = ()
    verdicts: Mapping[str, VerdictGiven] = field(default_factory=dict)
    accepted: Mapping[str, tuple[VerdictGiven, ...]] = field(default_factory=dict)
    ending: DirectionEnded | None = None
    progress_n: int = 0

    @property
    def last(self) -> Given | None:
        """The instruction in force."""
        return self.instructions[-1] if self.instructions else None

    @property
    def in_flight(self) -> tuple[Start, ...]:
        """Starts whose end is not known."""
        return tuple(start for start in self.starts if start.end is None)

    @property
    def sealed(self) -> Mapping[int, str]:
        """Number of each start that has ended -> digest of its execution."""
        return {start.n: start.end.execution_sha256 for start in self.starts if start.end is not None}

    def explorations(self, experiment: str | None = None) -> tuple[Start, ...]:
        """Give the starts that cost an experiment: all of them, or those of one."""
        return self._of(Phase.EXPLORE, experiment)

    def confirmations(self, experiment: str | None = None) -> tuple[Start, ...]:
        """Give the starts on fresh seeds: all of them, or those of one experiment."""
        return self._of(Phase.CONFIRM, experiment)

    def _of(self, phase: Phase, experiment: str | None) -> tuple[Start, ...]:
        return tuple(
            start for start in self.starts if start.fact.phase is phase and experiment in {None, start.fact.experiment}
        )


@dataclass(frozen=True, slots=True)
class Memory:
    """Everything that the ledger remembers of a run.

    Args:
        head: number of the last entry that went into it; 0 for an empty ledger.
        histories: one per direction of the run.
        started: when the run began; None for an empty ledger.
        tampering: every tampering seen.
        ended: when the findings were compiled; None while the run is open.
    """

    head: int = 0
    histories: Mapping[str, History] = field(default_factory=dict)
    started: datetime | None = None
    tampering: tuple[TamperingSeen, ...] = ()
    ended: datetime | None = None

    @property
    def open(self) -> tuple[str, ...]:
        """Directions that have not ended."""
        return tuple(direction for direction, history in self.histories.items() if history.ending is None)
