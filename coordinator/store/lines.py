"""How does a file of lines grow, safely and cheaply? One write and one sync a batch, on a kept descriptor.

The kept descriptor is compared with what the path names at every use: a file that was deleted or replaced is
opened again. Nothing here knows what a line says.
"""

from __future__ import annotations

import errno
import os
import stat
from contextlib import suppress
from pathlib import Path

from coordinator.store.folder import Folder
from coordinator.store.sync import DISK, Sync
from coordinator.store.write import told, write_all


class LineFile:
    """One append-only file.

    Args:
        path: the file; it need not be there.
        mode: permissions when it is made, before the umask.
        beneath: no component of the path below this folder may be a link. None: such links are followed.
        sync: replaced by tests only.
    """

    def __init__(self, path: Path, *, mode: int = 0o644, beneath: Path | None = None, sync: Sync = DISK) -> None:
        self.path = path
        self._mode = mode
        self._beneath = beneath
        self._sync = sync
        self._opened = -1

    def status(self) -> os.stat_result | None:
        """Give the file's lstat, or None if there is nothing of that name; links are not followed."""
        with told(self.path), suppress(FileNotFoundError, NotADirectoryError):
            return os.lstat(self.path)
        return None

    def read_from(self, offset: int, cap: int | None = None) -> bytes:
        """Read from an offset to the end, or up to a number of bytes.

        Raises:
            BlockedError: a link, a folder or a special file is in its place.
            MachineError: it is not there, or cannot be read.
        """
        with told(self.path):
            self._open()
            chunks, left = [], os.fstat(self._opened).st_size - offset if cap is None else cap
            os.lseek(self._opened, offset, os.SEEK_SET)
            while left > 0 and (chunk := os.read(self._opened, left)):
                chunks.append(chunk)
                left -= len(chunk)
            return b"".join(chunks)

    def append(self, data: bytes) -> None:
        """Add bytes to the end with one write, and return when they would survive a power cut.

        Raises:
            BlockedError: a link, a folder or a special file is in its place.
            MachineError: the disk refused; nothing was added.
        """
        with told(self.path):
            self._open(os.O_CREAT)
            size = os.fstat(self._opened).st_size
            try:
                write_all(self._opened, data)
                self._sync.file(self._opened)
            except OSError:
                # After a failed sync nobody knows what is on the disk: take the bytes back.
                with suppress(OSError):
                    os.ftruncate(self._opened, size)
                raise
            if size == 0:
                self._sync_folder()

    def cut(self, size: int) -> None:
        """Take everything beyond a size away, for good.

        Raises:
            MachineError: the disk refused.
        """
        with told(self.path):
            self._open()
            os.ftruncate(self._opened, size)
            self._sync.file(self._opened)

    def close(self) -> None:
        """Close the descriptor; the next use opens it again."""
        if self._opened >= 0:
            os.close(self._opened)
            self._opened = -1

    def _open(self, create: int = 0) -> None:
        if self._opened >= 0 and self._is_current():
            return
        self.close()
        with Folder(self.path.parent, self._beneath) as folder:
            self._opened = folder.open(self.path.name, os.O_RDWR | os.O_APPEND | create, self._mode)
        if not stat.S_ISREG(os.fstat(self._opened).st_mode):
            self.close()
            raise OSError(errno.ENODEV, "not a regular file", str(self.path))

    def _is_current(self) -> bool:
        with suppress(FileNotFoundError, NotADirectoryError):
            return os.path.samestat(os.fstat(self._opened), os.lstat(self.path))
        return False

    def _sync_folder(self) -> None:
        with Folder(self.path.parent, self._beneath) as folder:
            self._sync.folder(folder.fd)

    def __del__(self) -> None:
        self.close()
