"""How is an open file kept from other processes? With flock, which the kernel releases when its holder dies.

A lock on a kept descriptor costs a microsecond, an acquire of `filelock` a hundred: this is for the hot path,
and `coordinator.store.lock` for locks that are taken once. Where there is no flock (Windows) filelock's
own call on a descriptor takes its place; that branch is not run by our tests.
"""

from __future__ import annotations

import sys
import time

if sys.platform != "win32":
    import fcntl

_PAUSE = 0.002
"""Seconds between two tries; a turn takes about as long as a sync."""


def try_exclusive(opened: int) -> bool:
    """Take the exclusive lock of an open file, or say that somebody else has it; never wait."""
    if sys.platform == "win32":
        from filelock import lock_descriptor  # noqa: PLC0415  # 67 ms that nobody else needs to pay

        return bool(lock_descriptor(opened, blocking=False))
    else:  # noqa: RET505  # mypy knows platforms by their branches
        try:
            fcntl.flock(opened, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True


def wait_exclusive(opened: int, patience: float) -> bool:
    """Take the exclusive lock of an open file, waiting up to so many seconds for its holder."""
    deadline = time.monotonic() + patience
    while not try_exclusive(opened):
        if time.monotonic() > deadline:
            return False
        time.sleep(_PAUSE)
    return True


def release(opened: int) -> None:
    """Let go of the lock of an open file."""
    if sys.platform == "win32":
        from filelock import unlock_descriptor  # noqa: PLC0415  # as above

        unlock_descriptor(opened)
    else:
        fcntl.flock(opened, fcntl.LOCK_UN)
