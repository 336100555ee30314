"""How is a folder held to, while somebody may move it, replace it or put links in its place?

Its descriptor is kept, and its entries are named from it. Where that is not possible (Windows) the path is
checked and used, which is weaker.
"""

from __future__ import annotations

import errno
import os
import stat
from collections.abc import Iterator
from contextlib import AbstractContextManager
from pathlib import Path
from types import TracebackType
from typing import Self

from coordinator.store.beneath import (
    AS_FOLDER,
    CALM,
    HAS_FOLDER_FD,
    is_link,
    open_beneath,
    open_checked,
    parts,
    relative_to,
)

__all__ = ["HAS_FOLDER_FD", "Folder"]


class Folder:
    """A folder held open, so that what happens to its path afterwards does not matter.

    Where folders cannot be held open (Windows) its path is used, which is weaker.

    Args:
        path: the folder.
        beneath: no component of `path` below this folder may be a link; None: links are followed.
    """

    def __init__(self, path: Path, beneath: Path | None = None) -> None:
        self.path = path
        relative = "" if beneath is None else relative_to(path, beneath)
        top = path if beneath is None else beneath
        self.fd = open_beneath(top, relative, AS_FOLDER) if HAS_FOLDER_FD else _look(top, relative)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Close it."""
        if self.fd >= 0:
            os.close(self.fd)
            self.fd = -1

    def open(self, name: str, flags: int, mode: int = 0) -> int:
        """Open a file in this folder, never through a link, never waiting for a FIFO's other end."""
        if self.fd >= 0:
            return os.open(name, flags | CALM, mode, dir_fd=self.fd)
        return open_checked(self.path, (name,), flags | CALM, mode)

    def scan(self) -> AbstractContextManager[Iterator[os.DirEntry[str]]]:
        """List the entries; the result is a context manager."""
        return os.scandir(self.fd) if self.fd >= 0 else os.scandir(self.path)

    def stat(self, name: str) -> os.stat_result:
        """Give the lstat of an entry."""
        if self.fd >= 0:
            return os.stat(name, dir_fd=self.fd, follow_symlinks=False)
        return os.lstat(self.path / name)

    def replace(self, old: str, new: str) -> None:
        """Rename an entry, over whatever file or link has the new name."""
        if self.fd >= 0:
            os.replace(old, new, src_dir_fd=self.fd, dst_dir_fd=self.fd)
        else:
            (self.path / old).replace(self.path / new)

    def unlink(self, name: str) -> None:
        """Remove a file or a link."""
        if self.fd >= 0:
            os.unlink(name, dir_fd=self.fd)
        else:
            (self.path / name).unlink()

    def mkdir(self, name: str, mode: int) -> None:
        """Make a folder in this one."""
        if self.fd >= 0:
            os.mkdir(name, mode, dir_fd=self.fd)
        else:
            (self.path / name).mkdir(mode)


def _look(top: Path, relative: str) -> int:
    """Check a folder's components where it cannot be held open; -1 says that there is no descriptor."""
    path = top
    for name in parts(relative):
        path = path / name
        if is_link(os.lstat(path)):
            raise OSError(errno.ELOOP, os.strerror(errno.ELOOP), os.fspath(path))
    if not stat.S_ISDIR(path.stat().st_mode):
        raise NotADirectoryError(errno.ENOTDIR, os.strerror(errno.ENOTDIR), os.fspath(path))
    return -1
