"""Whose turn is it to append? One process at a time, in sections so short that the others wait for them.

The daemon and the executor append to one ledger; each reads, decides and appends in one turn.
"""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import Self

from coordinator.errors import HeldError
from coordinator.store.beneath import CALM
from coordinator.store.flock import release, wait_exclusive
from coordinator.store.tree import make_folder
from coordinator.store.write import machine_error


class Turn:
    """One process at a time, waiting for its turn; for short sections on the hot path.

    The lock file stays open between turns, and a file that was deleted or replaced meanwhile is opened again.
    Not for threads of one process, and a turn is not taken twice by its holder.

    Args:
        path: the lock file; its folder is made with mode 0700 if it is not there.
        patience: seconds to wait for a turn; a holder needs milliseconds, so more means that it hangs.
    """

    def __init__(self, path: Path, patience: float = 30.0) -> None:
        self.path = path
        self._patience = patience
        self._opened = -1
        self.held = False

    def __enter__(self) -> Self:
        assert not self.held, "a turn is not taken twice by its holder"
        try:
            self._take()
        except OSError as error:
            raise machine_error(error, self.path, "locked") from error
        self.held = True
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.held = False
        release(self._opened)

    def close(self) -> None:
        """Close the lock file."""
        if self._opened >= 0:
            os.close(self._opened)
            self._opened = -1

    def _take(self) -> None:
        while True:
            self._open()
            if not wait_exclusive(self._opened, self._patience):
                hint = "a process that holds it hangs; stop it"
                raise HeldError(f"still held after {self._patience:g} s", path=str(self.path), hint=hint)
            if self._is_current():
                return
            release(self._opened)

    def _open(self) -> None:
        if self._opened >= 0 and self._is_current():
            return
        self.close()
        flags = os.O_RDWR | os.O_CREAT | CALM
        try:
            self._opened = os.open(self.path, flags, 0o600)
        except FileNotFoundError:
            make_folder(self.path.parent, mode=0o700)
            self._opened = os.open(self.path, flags, 0o600)

    def _is_current(self) -> bool:
        """Tell whether the open file is still the one that the path names: two files would be two locks."""
        with suppress(FileNotFoundError):
            return os.path.samestat(os.fstat(self._opened), os.lstat(self.path))
        return False

    def __del__(self) -> None:
        self.close()
