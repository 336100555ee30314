"""How does the public ledger differ from the one out of the workers' reach? Pure: two files, as bytes.

A hash chain alone shows every local edit and no complete rewrite; a copy outside of the workspace shows both.
"""

from __future__ import annotations

from collections.abc import Sequence

from coordinator.model.entry import Entry
from coordinator.model.problem import Problem

_HINT = "the copy outside of the workspace is the one that counts; the next start of `watch` restores this file"


def sound_bytes(public: bytes, sealed: bytes, entries: Sequence[Entry]) -> int | None:
    """Tell how much of the public file stands, if it lacks nothing but what a crash can have taken.

    The anchor is written first, and whoever appends next mends the public file before: at most the last batch
    is missing, and the entries of one batch have one time. After a power cut it may be there as zeros.

    Args:
        public: the public file.
        sealed: the anchor, whole lines only.
        entries: what the anchor says.

    Returns:
        Bytes from the start, after which the rest of the anchor is to follow; None if it is no crash.
    """
    if public == sealed:
        return len(sealed)
    sound = public.split(b"\0", 1)[0] if len(public) <= len(sealed) else public
    if not sealed.startswith(sound):
        return None
    lost = entries[sound.count(b"\n") :]
    return len(sound) if all(entry.at == entries[-1].at for entry in lost) else None


def differences(public: bytes, sealed: bytes, shown: str) -> tuple[Problem, ...]:
    """Say how the public file differs from the anchor, where a crash does not explain it.

    Args:
        public: the public file.
        sealed: the anchor, whole lines only.
        shown: path of the public file, as problems give it.

    Returns:
        Nothing for equal files; else the first line that differs, and what is missing or too many at the end.
    """
    ours, theirs = sealed.split(b"\n")[:-1], public.split(b"\n")
    theirs = theirs if theirs[-1] else theirs[:-1]
    common = min(len(ours), len(theirs))
    torn = 0 < len(theirs) <= len(ours) and not public.endswith(b"\n")
    whole = common - 1 if torn and ours[common - 1].startswith(theirs[-1]) else common
    edited = [line for line in range(whole) if ours[line] != theirs[line]]
    problems = []
    if edited:
        message = f"{len(edited)} of {whole} lines are not what was written; this is the first"
        problems.append(Problem(shown, edited[0] + 1, "ledger_edited", message, _HINT))
    if whole < len(ours):
        message = f"{len(ours) - whole} of {len(ours)} entries are missing at the end"
        problems.append(Problem(shown, whole, "ledger_truncated", message, _HINT))
    if len(theirs) > len(ours):
        message = "lines follow that the coordinator did not write"
        problems.append(Problem(shown, len(ours) + 1, "ledger_foreign_entry", message, _HINT))
    return tuple(problems)


def missing(shown: str, what: str = "is not there") -> Problem:
    """Say that there is no public ledger."""
    return Problem(shown, 0, "ledger_missing", what, _HINT)


def unanchored(shown: str) -> Problem:
    """Say that only the chain could be verified."""
    message = "there is no copy of this ledger on this machine: a complete rewrite of it would not show"
    hint = "expected after a move to another machine; `watch` makes a new copy from it"
    return Problem(shown, 0, "anchor_missing", message, hint)
