"""What is done with things that lie where the coordinator writes? They are moved aside, never removed.

A worker can put a folder, a FIFO or a link in the place of anything below the workspace. Nobody loses what
they wrote, and nobody keeps the coordinator from writing its own files.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from coordinator.store.folder import Folder
from coordinator.store.write import BlockedError, told


def is_folder(path: Path) -> bool:
    """Tell whether there is a folder of this name; a link to one is none.

    Raises:
        MachineError: the disk refused.
    """
    mode = _mode(path)
    return mode is not None and stat.S_ISDIR(mode)


def put_aside(path: Path, beneath: Path) -> Path:
    """Rename whatever has this name, so that it can be looked at.

    Raises:
        BlockedError: it lies behind a link.
        MachineError: the disk refused.
    """
    number = 1
    while _mode(kept := path.with_name(f"{path.name}.aside-{number}")) is not None:
        number += 1
    with told(path, "moved aside"), Folder(path.parent, beneath) as folder:
        folder.replace(path.name, kept.name)
    return kept


def clear_folder(path: Path, beneath: Path) -> None:
    """Move aside what keeps a folder from being made.

    Raises:
        MachineError: as `put_aside`.
    """
    mode = _mode(path)
    if mode is not None and not stat.S_ISDIR(mode):
        put_aside(path, beneath)


def clear_file(path: Path, beneath: Path) -> None:
    """Move aside what keeps a file from being written: anything that is no regular file.

    Raises:
        MachineError: as `put_aside`.
    """
    mode = _mode(path)
    if mode is not None and not stat.S_ISREG(mode):
        put_aside(path, beneath)


def insist(write: Callable[[], None], folder: Path, file: Path, beneath: Path) -> None:
    """Write a file; where something is in the way, of it or of its folder, move that aside and write again.

    Raises:
        BlockedError: something else is in the way, for example a link above the folder.
        MachineError: the disk refused.
    """
    try:
        write()
    except BlockedError:
        clear_folder(folder, beneath)
        clear_file(file, beneath)
        write()


def _mode(path: Path) -> int | None:
    with told(path, "looked at"), suppress(FileNotFoundError, NotADirectoryError):
        return os.lstat(path).st_mode
    return None
