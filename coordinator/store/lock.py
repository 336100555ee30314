"""Who works on this workspace? One daemon and one executor at a time, and everybody else is told who it is.

Taken once, at the start; the short turns of the hot path are `coordinator.store.turn`. The kernel lets go of
the lock when its holder dies, so that nothing has to be cleared away after a crash. The file lies in the
state folder, where workers do not write: a second process that makes it again would hold a second lock.
"""

from __future__ import annotations

import json
import os
import socket
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self

from coordinator.errors import HeldError
from coordinator.store.read import Content, read
from coordinator.store.tree import make_folder
from coordinator.store.write import told, write

if TYPE_CHECKING:
    from filelock import FileLock

_PATIENCE = 0.2
"""Seconds: somebody who only asks `holder` has the lock for microseconds, and is waited for."""
_NOTE_CAP = 10_000


@dataclass(frozen=True, slots=True)
class Holder:
    """Who holds a lock, as it said of itself.

    Args:
        purpose: `coordinator` or `executor`.
        pid: process id, on its host.
        host: name of its machine.
        since: when it took the lock, UTC, ISO 8601.
        root: the workspace that it works on.
    """

    purpose: str
    pid: int
    host: str
    since: str
    root: str

    def __str__(self) -> str:
        """Name the process to a human."""
        return f"process {self.pid} on {self.host} since {self.since}"


def _utc_now() -> datetime:
    return datetime.now(UTC)


class Lock:
    """A lock that a process keeps as long as it works: a context manager.

    Args:
        path: of the lock file; its folder is made with mode 0700 if need be.
        purpose: what for, as the others are told.
        root: the workspace, as the others are told.
        clock: replaced by tests only.
    """

    def __init__(
        self, path: Path, purpose: str, *, root: Path | None = None, clock: Callable[[], datetime] = _utc_now
    ) -> None:
        self.path = path
        self._purpose = purpose
        self._root = root
        self._clock = clock
        self._lock: FileLock | None = None
        self._seen: os.stat_result | None = None

    def __enter__(self) -> Self:
        self.acquire()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.release()

    def acquire(self) -> None:
        """Take the lock, or say who has it.

        Raises:
            HeldError: another process has it; the message names it.
            MachineError: the lock file cannot be made or locked.
        """
        make_folder(self.path.parent, mode=0o700)
        with told(self.path, "locked"):
            self._lock = _taken(self.path)
            if self._lock is None:
                raise HeldError(self._held_by(), path=str(self.path), hint="stop it, or wait until it ends")
            self._seen = self.path.stat()
        self._write_note()

    def release(self) -> None:
        """Let go of the lock; the file stays, since removing it would let two others in at once."""
        if self._lock is not None:
            self._lock.release()
        self._lock = self._seen = None

    def still_held(self) -> bool:
        """Tell whether the file that is locked is still the one that others would lock."""
        if self._seen is None:
            return False
        with suppress(OSError):
            return os.path.samestat(self._seen, self.path.stat())
        return False

    def _held_by(self) -> str:
        first = _note(self.path)
        return f"another {self._purpose} works on this workspace: {first or 'its process did not say which'}"

    def _write_note(self) -> None:
        note = {
            "purpose": self._purpose,
            "pid": os.getpid(),
            "host": socket.gethostname(),
            "since": self._clock().isoformat(timespec="seconds"),
            "root": "" if self._root is None else str(self._root),
        }
        write(_note_file(self.path), json.dumps(note).encode(), mode=0o600)


def holder(path: Path) -> Holder | None:
    """Tell who holds a lock at this moment; None if nobody does.

    It takes the lock for a moment to find out, which an `acquire` at the same time waits for.

    Raises:
        MachineError: the lock file cannot be opened.
    """
    with told(path, "locked"):
        if not path.exists():
            return None
        lock = _taken(path, patience=0.0)
    if lock is None:
        return _note(path) or Holder("", 0, "an unknown host", "an unknown time", "")
    lock.release()
    return None


def _taken(path: Path, patience: float = _PATIENCE) -> FileLock | None:
    from filelock import FileLock, Timeout  # noqa: PLC0415  # 67 ms; `run` and `next` take no lock

    # No soft lock: on a file system without locks two holders are worse than none.
    lock = FileLock(path, timeout=patience, mode=0o600, thread_local=False, fallback_to_soft=False)
    try:
        lock.acquire(poll_interval=0.01)
    except Timeout:
        return None
    return lock


def _note_file(path: Path) -> Path:
    return path.with_name(f"{path.name}.json")


def _note(path: Path) -> Holder | None:
    """Read what the holder said of itself; nothing if it cannot be read, since it is only for a message."""
    content = read(path.parent, _note_file(path).name, _NOTE_CAP)
    if not isinstance(content, Content):
        return None
    try:
        said: Any = json.loads(content.data)
        return Holder(said["purpose"], int(said["pid"]), said["host"], said["since"], said["root"])
    except (ValueError, KeyError, TypeError):
        return None
