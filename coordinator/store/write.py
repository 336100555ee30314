"""How does a file get onto the disk, whole and for good? The one function that writes, and the board's two.

What is written here is there whole, or as it was before, whatever happens in between: the bytes go to a
temporary file in the same folder, are synced, renamed over the target, and the folder is synced as well;
without that last step ext4 loses acknowledged files in most power cuts. A link at the target is replaced,
never followed; with `beneath`, links among the parents are refused, which every write into a worker's folder
needs.
"""

from __future__ import annotations

import errno
import os
import secrets
import stat
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from coordinator.errors import MachineError
from coordinator.store.flock import try_exclusive
from coordinator.store.folder import HAS_FOLDER_FD, Folder
from coordinator.store.sync import DISK, Sync

_IN_THE_WAY = (
    errno.ELOOP,
    errno.EXDEV,
    errno.EISDIR,
    errno.ENOTDIR,
    errno.ENXIO,
    errno.ENODEV,
    errno.ENOTEMPTY,
)
_HINTS = {
    errno.ENOSPC: "the disk is full: free some space",
    errno.EDQUOT: "the disk quota is used up: free some space",
    errno.EROFS: "the file system is read-only",
    errno.EACCES: "this user may not write there",
    errno.EPERM: "this user may not write there",
    errno.EMFILE: "too many open files: raise `ulimit -n`",
    errno.ENFILE: "the machine has too many open files",
    errno.ENOENT: "its folder is not there",
    errno.ENOSYS: "this file system has no locks: keep the state folder (XDG_STATE_HOME) on a local disk",
    errno.ENOLCK: "this file system has no locks: keep the state folder (XDG_STATE_HOME) on a local disk",
}


class BlockedError(MachineError):
    """Something lies in the way that is not replaced: a folder at the file's name, a link among its parents.

    Its own type, so that a caller can tell one worker's doing from a disk that is full.
    """


def write(path: Path, data: bytes, *, mode: int = 0o644, beneath: Path | None = None, sync: Sync = DISK) -> bool:
    """Put these bytes at this path, atomically, and return when they would survive a power cut.

    Args:
        path: its folder must be there.
        data: the whole content.
        mode: permissions, before the user's umask.
        beneath: no component of the path below this folder may be a link. None: such links are followed.
        sync: replaced by tests only.

    Returns:
        Whether the file was written; False if the same bytes were there already (which are synced all the
        same: whoever wrote them may have been killed before that).

    Raises:
        BlockedError: something lies in the way that only a user or a worker can have put there.
        MachineError: the disk refused; the file is as it was before.
    """
    with told(path), Folder(path.parent, beneath) as folder:
        if _is_there(folder, path.name, data, sync):
            sync.folder(folder.fd)
            return False
        _replace(folder, path.name, data, mode, sync)
        return True


def append(path: Path, data: bytes, *, beneath: Path | None = None) -> None:
    """Add these bytes to the end of a file, made if need be; not synced, since only the board needs it.

    Raises:
        BlockedError: a link, a FIFO or a folder is in its place.
        MachineError: the disk refused.
    """
    with told(path), Folder(path.parent, beneath) as folder:
        _put(folder, path.name, data, anew=False)


def restart(path: Path, data: bytes = b"", *, beneath: Path | None = None) -> None:
    """Empty a file in place and begin it with these bytes: the inode stays, so that `tail -f` stays with it.

    Raises:
        BlockedError: a link, a FIFO or a folder is in its place.
        MachineError: the disk refused.
    """
    with told(path), Folder(path.parent, beneath) as folder:
        _put(folder, path.name, data, anew=True)


def _put(folder: Folder, name: str, data: bytes, *, anew: bool) -> None:
    opened = folder.open(name, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o644)
    try:
        if not stat.S_ISREG(os.fstat(opened).st_mode):
            raise OSError(errno.ENODEV, "not a regular file", name)
        if anew:
            os.ftruncate(opened, 0)
        write_all(opened, data)
    finally:
        os.close(opened)


@contextmanager
def told(path: Path, doing: str = "written") -> Iterator[None]:
    """Turn the errors of the operating system into ours, with path and hint."""
    try:
        yield
    except OSError as error:
        raise machine_error(error, path, doing) from error


def machine_error(error: OSError, path: Path, doing: str = "written") -> MachineError:
    """Say what kept a file from being written, or whatever else was done to it, from the error it gave."""
    if error.errno in _IN_THE_WAY:
        hint = "a link, a folder or a special file is in its place or among its parents: remove it"
        return BlockedError(f"cannot be {doing}: {error.strerror}", path=str(path), hint=hint)
    hint = _HINTS.get(error.errno or 0, "see what `doctor` says about this disk")
    return MachineError(f"cannot be {doing}: {error.strerror}", path=str(path), hint=hint)


def write_all(opened: int, data: bytes) -> None:
    """Write every byte; one system call unless the disk takes less at a time."""
    view = memoryview(data)
    while view:
        view = view[os.write(opened, view) :]


def _is_there(folder: Folder, name: str, data: bytes, sync: Sync) -> bool:
    """Tell whether a regular file of this name holds just these bytes, and sync it if it does."""
    try:
        opened = folder.open(name, os.O_RDONLY)
    except OSError:  # not there, a link, unreadable: all of that is replaced
        return False
    try:
        status = os.fstat(opened)
        if not stat.S_ISREG(status.st_mode) or status.st_size != len(data) or _bytes(opened, len(data)) != data:
            return False
        if HAS_FOLDER_FD:  # Windows syncs only what is open for writing
            sync.file(opened)
        return True
    finally:
        os.close(opened)


def _bytes(opened: int, size: int) -> bytes:
    chunks = []
    while size >= 0 and (chunk := os.read(opened, size + 1)):
        chunks.append(chunk)
        size -= len(chunk)
    return b"".join(chunks)


def _replace(folder: Folder, name: str, data: bytes, mode: int, sync: Sync) -> None:
    opened, temporary = _temporary(folder, name, mode)
    try:
        try:
            write_all(opened, data)
            sync.file(opened)
            if HAS_FOLDER_FD:  # renamed while it is held, so that nobody takes it for a leftover
                folder.replace(temporary, name)
        finally:
            os.close(opened)
        if not HAS_FOLDER_FD:
            folder.replace(temporary, name)
    except OSError:
        with suppress(OSError):
            folder.unlink(temporary)
        raise
    sync.folder(folder.fd)


def _temporary(folder: Folder, name: str, mode: int) -> tuple[int, str]:
    """Create the temporary file: `.name.tmp`, so that the next writer finds and replaces a killed one's.

    Whoever writes holds its lock. If another writer has it, or somebody put something else there, a random
    name does as well; only the leftover of a writer killed in that rare case stays.
    """
    usual = f".{name}.tmp"
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL
    if HAS_FOLDER_FD:  # Windows renames no open file, so that its lock could not be held until then
        with suppress(OSError):
            _clear_leftover(folder, usual)
            opened = folder.open(usual, flags, mode)
            if _holds(folder, usual, opened):
                return opened, usual
            os.close(opened)
    other = f".{name}.{secrets.token_hex(4)}.tmp"
    return folder.open(other, flags, mode), other


def _clear_leftover(folder: Folder, name: str) -> None:
    """Remove the temporary file of a writer that is gone; leave that of one at work."""
    try:
        opened = folder.open(name, os.O_RDONLY)
    except FileNotFoundError:
        return
    try:
        if _holds(folder, name, opened):
            folder.unlink(name)
    finally:
        os.close(opened)


def _holds(folder: Folder, name: str, opened: int) -> bool:
    """Lock a file, and tell whether it is still the one of that name."""
    with suppress(OSError):  # no flock on this file system, or the name is gone
        if try_exclusive(opened):
            return os.path.samestat(os.fstat(opened), folder.stat(name))
    return False
