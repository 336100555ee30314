"""Where do experiment processes run? One contract, `Engine`; local processes first, a cluster when it comes.

An engine starts one process, sees that nothing of it survives, and says how it ended. It knows nothing of
seeds, ledgers or budgets.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Job:
    """One process to run.

    Args:
        argv: program and arguments; no shell is involved.
        folder: its working directory.
        environment: all of its environment variables.
        time_limit_seconds: wall seconds; then its whole process tree is killed.
        stdout, stderr: descriptors, open for writing, that receive what it prints; the caller closes them
            once the process is started. Descriptors and not paths: whoever opened them chose the file safely.
    """

    argv: tuple[str, ...]
    folder: Path
    environment: Mapping[str, str]
    time_limit_seconds: float
    stdout: int
    stderr: int


@dataclass(frozen=True, slots=True)
class Ended:
    """How one process ended.

    Args:
        exit_code: its own; negative for the signal that ended it; None if it never started.
        timed_out: it was killed at its time limit.
        wall_seconds: from its start to its end.
        cpu_seconds: user and system time of everything that it started; None where not measurable.
        peak_memory_mb: largest resident set of one process in MiB; None where not measurable.
        detail: what went wrong beside the exit code, in one line; empty if nothing did.
    """

    exit_code: int | None
    timed_out: bool
    wall_seconds: float
    cpu_seconds: float | None = None
    peak_memory_mb: float | None = None
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

    def start(self, job: Job) -> Process:
        """Start one process.

        Raises:
            MachineError: the system has no process to give.
        """
