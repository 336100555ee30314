"""Whose fault is it, when it is not a file's? The machine's, the caller's, or our own.

Someone's file is never an exception: it is a `Problem` (coordinator.model.problem), collected and shown to
its writer. Our own mistakes are assertions and end with exit code 70. What is left are the errors here.
"""

from __future__ import annotations

from enum import IntEnum


class Exit(IntEnum):
    """What a command tells the shell."""

    FINE = 0
    """Done, and nothing is wrong."""
    PROBLEMS = 1
    """Done, and problems were found in someone's files."""
    USAGE = 2
    """Wrong arguments or a config that cannot be used."""
    HELD = 3
    """Another coordinator (or executor) holds this workspace."""
    SPENT = 4
    """The budget is spent."""
    BUG = 70
    """An error of ours."""
    LATER = 75
    """Not there yet: call the same command again."""
    TIMED_OUT = 124
    """The experiment met its time limit (`run` only)."""
    REFUSED = 125
    """The experiment was not started: over budget, unsafe, or unknown folder (`run` only)."""


class CoordinatorError(Exception):
    """Something outside of this program that it cannot mend itself.

    Args:
        message: what happened, one sentence.
        path: the file or folder that it happened to, as the user would name it.
        hint: what would mend it.
    """

    code = Exit.USAGE

    def __init__(self, message: str, *, path: str = "", hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.path = path
        self.hint = hint

    def __str__(self) -> str:
        """Give path, message and hint on one or two lines."""
        where = f"{self.path}: " if self.path else ""
        hint = f"\n  hint: {self.hint}" if self.hint else ""
        return f"{where}{self.message}{hint}"


class MachineError(CoordinatorError):
    """The disk, the clock or the operating system refused: full, read-only, out of descriptors."""

    code = Exit.PROBLEMS


class UsageError(CoordinatorError):
    """The command was called wrongly, or on a folder that is not what it needs."""

    code = Exit.USAGE


class HeldError(CoordinatorError):
    """Another process holds the lock; the message names it."""

    code = Exit.HELD


class RefusedError(CoordinatorError):
    """An experiment may not start; the message gives every reason."""

    code = Exit.REFUSED


class HeadMovedError(CoordinatorError):
    """The ledger grew between reading and appending: read again, decide again."""

    code = Exit.BUG


class TamperingError(CoordinatorError):
    """A file that only the coordinator writes says something that the coordinator did not write."""

    code = Exit.PROBLEMS
