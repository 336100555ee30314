"""Which folders are there, and what is no longer? Making and removing, for good and beneath a root.

Like writing a file: links at the name itself are never followed, and with `beneath` none among the parents.
"""

from __future__ import annotations

import errno
import shutil
import stat
from contextlib import suppress
from pathlib import Path

from coordinator.store.folder import HAS_FOLDER_FD, Folder
from coordinator.store.sync import DISK, Sync
from coordinator.store.write import told


def make_folder(path: Path, *, mode: int = 0o755, beneath: Path | None = None, sync: Sync = DISK) -> bool:
    """Make a folder, and those above it, and return when they would survive a power cut.

    Args:
        path: the folder.
        mode: permissions of each folder that is made, before the umask.
        beneath: no component below this folder may be a link, and nothing is made above it.
        sync: replaced by tests only.

    Returns:
        Whether it was made.

    Raises:
        BlockedError: a file or a link is in its place.
        MachineError: the disk refused.
    """
    with told(path):
        made = not _is_there(path, beneath)
        if path in (path.parent, beneath):
            return False
    if made:
        make_folder(path.parent, mode=mode, beneath=beneath, sync=sync)
    with told(path), Folder(path.parent, beneath) as above:
        if made:
            with suppress(FileExistsError):  # somebody was faster; if it is no folder, its first use says so
                above.mkdir(path.name, mode)
        sync.folder(above.fd)  # in any case: whoever made it may have been killed before that
    return made


def _is_there(path: Path, beneath: Path | None) -> bool:
    try:
        Folder(path, beneath).close()
    except FileNotFoundError:
        if path in (path.parent, beneath):
            raise
        return False
    return True


def remove(path: Path, *, beneath: Path | None = None, sync: Sync = DISK) -> bool:
    """Remove a file or a link, for good.

    Returns:
        Whether there was one.

    Raises:
        BlockedError: it is a folder, or lies behind a link.
        MachineError: the disk refused.
    """
    with told(path):
        try:
            with Folder(path.parent, beneath) as folder:
                folder.unlink(path.name)
                sync.folder(folder.fd)
        except FileNotFoundError:
            return False
        return True


def remove_tree(path: Path, *, beneath: Path | None = None) -> bool:
    """Remove a folder and everything in it; links in it are removed, not followed.

    Returns:
        Whether there was one.

    Raises:
        BlockedError: it is no folder, or lies behind a link.
        MachineError: the disk refused.
    """
    with told(path):
        try:
            with Folder(path.parent, beneath) as above:
                if not stat.S_ISDIR(above.stat(path.name).st_mode):
                    raise NotADirectoryError(errno.ENOTDIR, "not a folder", str(path))
                _remove_in(above, path)
        except FileNotFoundError:
            return False
        return True


def _remove_in(above: Folder, path: Path) -> None:
    if HAS_FOLDER_FD:
        shutil.rmtree(path.name, dir_fd=above.fd)
    else:
        shutil.rmtree(path)
