"""Is what cannot be synced told apart from what failed to sync?"""

import errno
import os
from pathlib import Path

import pytest

from coordinator.store.sync import DISK


def test_files_and_folders_are_synced(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Ask the system for each."""
    synced = []
    monkeypatch.setattr(os, "fsync", synced.append)
    DISK.file(11)
    DISK.folder(12)
    assert synced == [11, 12]


def test_a_folder_that_is_not_held_is_left(monkeypatch: pytest.MonkeyPatch) -> None:
    """Do nothing for the folder that Windows cannot hold open."""
    monkeypatch.setattr(os, "fsync", lambda _: pytest.fail("there is no descriptor"))
    DISK.folder(-1)


def test_a_refusal_is_no_failure(monkeypatch: pytest.MonkeyPatch) -> None:
    """Go on where a file system syncs no folders, and stop where syncing fails."""

    def refuse(number: int) -> None:
        def fsync(_: int) -> None:
            raise OSError(number, os.strerror(number))

        monkeypatch.setattr(os, "fsync", fsync)

    for number in (errno.EINVAL, errno.ENOTSUP):
        refuse(number)
        DISK.folder(3)
    refuse(errno.EIO)
    with pytest.raises(OSError, match=r"."):
        DISK.folder(3)
    with pytest.raises(OSError, match=r"."):
        DISK.file(3)
