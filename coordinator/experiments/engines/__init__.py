"""Where do experiment processes run? One contract, `Engine`; local processes first, a cluster when it comes.

An engine starts one process, sees that nothing of it survives, and says how it ended. It knows nothing of
seeds, ledgers or budgets.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol


@dataclass(frozen=True, slots=True)
class Limits:
    """What one process tree may use beside wall time; None where there is no limit.

    Args:
        memory_mb: MiB that all of its processes hold at a time, and each of them may ask for.
        outputs_mb: MiB below `folders`, and in each file that it writes anywhere.
        cpu_seconds: of all of its processes.
        gpu_seconds: that its processes hold a GPU, summed over GPUs.
        folders: where it writes.
    """

    memory_mb: float | None = None
    outputs_mb: float | None = None
    cpu_seconds: float | None = None
    gpu_seconds: float | None = None
    folders: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Job:
    """One process to run.

    Args:
        argv: program and arguments; no shell is involved.
        folder: its working directory.
        environment: all of its environment variables.
        time_limit_seconds: wall seconds; then its whole process tree is killed.
        confinement: what the process may reach, for `guard.confine`; None: whatever its user may.
        stdout, stderr: descriptors, open for writing, that receive what it prints; the caller closes them
            once the process is started. Descriptors and not paths: whoever opened them chose the file safely.
        limits: what its tree may use beside that.
    """

    argv: tuple[str, ...]
    folder: Path
    environment: Mapping[str, str]
    time_limit_seconds: float
    stdout: int
    stderr: int
    limits: Limits = field(default_factory=Limits)
    confinement: Mapping[str, Any] | None = None


@dataclass(frozen=True, slots=True)
class Ended:
    """How one process ended.

    Args:
        exit_code: its own; negative for the signal that ended it; None if it never started.
        timed_out: it was killed at its limit of wall time.
        wall_seconds: from its start to its end.
        cpu_seconds: user and system time of everything that it started; None where not measurable.
        peak_memory_mb: the most MiB that all of it together was seen to hold; None where not measurable.
        gpu_seconds: that its processes held a GPU; None where not measurable.
        limit: what it was killed for: `time`, or a limit of `usage`; empty if for none.
        detail: what went wrong beside the exit code, in one line; empty if nothing did.
    """

    exit_code: int | None
    timed_out: bool
    wall_seconds: float
    cpu_seconds: float | None = None
    peak_memory_mb: float | None = None
    gpu_seconds: float | None = None
    limit: str = ""
    detail: str = ""


class Process(Protocol):
    """One process that an engine started."""

    def poll(self) -> Ended | None:
        """Tell how it ended, or None while it runs. Never waits."""

    def kill(self) -> None:
        """Order the end of its whole process tree; `poll` tells when that is done."""


class Engine(Protocol):
    """Starts processes."""

    @property
    def name(self) -> str:
        """The word that records carry."""

    @property
    def means(self) -> str:
        """What holds a tree to its limits: a word that records carry."""

    def start(self, job: Job) -> Process:
        """Start one process.

        Raises:
            MachineError: the system has no process to give.
        """
