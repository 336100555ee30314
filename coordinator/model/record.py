"""What did the coordinator see of an experiment? Its record, record.json, written by the executor alone."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Literal

from pydantic import Field

from coordinator.model.document import Count, Document, ExperimentName, Name, Sha256
from coordinator.model.protection import Protection


class Phase(StrEnum):
    """Which seeds an execution used."""

    EXPLORE = "explore"
    """The seeds of an ordinary experiment; costs one experiment."""
    CONFIRM = "confirm"
    """Fresh seeds on the sealed code; costs no experiment."""


class Outcome(StrEnum):
    """How one process, or a whole execution, ended."""

    COMPLETED = "completed"
    """Exit code 0 and a readable metrics.json."""
    FAILED = "failed"
    """Exit code other than 0, or killed by a signal."""
    TIMED_OUT = "timed_out"
    """Killed at the time limit, with its whole process tree."""
    MEMORY_LIMIT = "memory_limit"
    """It and what it started needed more memory than `experiment_memory_mb`."""
    OUTPUTS_LIMIT = "outputs_limit"
    """It wrote more than `experiment_outputs_mb`."""
    PROCESS_LIMIT = "process_limit"
    """It started more processes or threads than one experiment may have."""
    COMPUTE_LIMIT = "compute_limit"
    """It used up its share of `compute_minutes` or `gpu_minutes`."""
    NO_METRICS = "no_metrics"
    """Exit code 0, and no metrics.json."""
    BAD_METRICS = "bad_metrics"
    """Exit code 0, and a metrics.json that is not numbers, nested at will."""
    TARGET_CHANGED = "target_changed"
    """The target was not the same afterwards: the execution is void."""


class ProcessRecord(Document):
    """One process of an experiment: one seed."""

    seed: Count
    outcome: Outcome
    detail: str = ""
    """What went wrong, in one line; empty when completed."""
    started_at: datetime
    """UTC."""
    wall_seconds: float
    cpu_seconds: float | None = None
    """User and system time of the process and all that it started. None: not measurable here."""
    gpu_seconds: float | None = None
    """Seconds that it held a GPU, summed over GPUs. None: not measurable here."""
    peak_memory_mb: float | None = None
    """The most MiB that it and all that it started were seen to hold at a time. None: not measurable here."""
    exit_code: int | None = None
    """Negative: the signal that ended it. None: never started."""
    outputs: dict[str, Sha256] = Field(default_factory=dict)
    """Path below the seed's folder -> SHA-256, of every regular file there."""
    metrics: dict[str, float] = Field(default_factory=dict)
    """metrics.json, flattened: dotted path -> finite number. Empty unless completed."""


class Execution(Document):
    """One start of an experiment, from sealing to the end of its last process."""

    start: int
    """Number of its `experiment_started` entry in the ledger."""
    phase: Phase
    attempt: int = 1
    """Of a confirmation: the first or second of its direction."""
    finished: bool = False
    """False while processes are still to run: then `outcome` is None and nothing here counts yet."""
    outcome: Outcome | None = None
    """The worst over all processes."""
    seeds: tuple[int, ...]
    """All seeds of this execution, in order; `processes` fills up as they end."""
    plan_sha256: Sha256
    code_sha256: Sha256
    """Over experiment.py and patches/, names included."""
    code: dict[str, Sha256]
    """Sealed path -> SHA-256: `experiment.py`, `patches/…`."""
    target_sha256: Sha256
    """Manifest digest of the target before the first process."""
    time_limit_seconds: float
    """Per process."""
    memory_limit_mb: float | None = None
    """Per process, with all that it starts. None: no limit."""
    outputs_limit_mb: float | None = None
    """Per process. None: no limit."""
    limits: str = ""
    """By what the limits beside time were kept: `cgroup`, `sampled`, `job object`, or several of them."""
    guard: str
    """What held the experiment to its place on this machine, for example `landlock`, or `manifest` alone."""
    enforced: tuple[Protection, ...] = ()
    """What the guard kept it from, as tried on that machine."""
    engine: str
    python: str
    """Version of the interpreter that ran the experiment."""
    packages: dict[str, str] = Field(default_factory=dict)
    """Installed distribution -> version, as that interpreter sees them."""
    platform: str = ""
    processes: tuple[ProcessRecord, ...] = ()
    """In the order of `seeds`."""
    placebo: tuple[ProcessRecord, ...] = ()
    """Processes that trained on permuted labels; they are no part of `outcome`, unless the target changed."""


class Unfinished(Document):
    """What is kept of an execution that is under way, for the executor that may have to take it up."""

    environment_sha256: Sha256
    """Of what its processes run in: only processes of the same environment belong together."""
    takes: Count = 0
    """How often it was taken up since a process last finished."""
    processes: tuple[ProcessRecord, ...] = ()
    """Those that have finished, in the order of their ends."""


class Record(Document):
    """record.json: every execution of one experiment, oldest first."""

    direction: Name
    experiment: ExperimentName
    executions: tuple[Execution, ...] = ()


class Request(Document):
    """request.json: an experiment handed over by `run`, until the executor claims it."""

    experiment: ExperimentName
    phase: Phase
    id: Name
    """Made by `run`; the ledger's start repeats it, so that a request is never carried out twice."""
    files_sha256: Sha256 | Literal[""] = ""
    """Of plan and code as `run` saw them: what was changed since is not run. Empty: of a confirmation, whose code
    is sealed already."""
