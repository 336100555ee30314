"""When is a byte on the disk? When it was synced: asked for in one place, so that tests can cut the power."""

from __future__ import annotations

import errno
import os
import sys
from contextlib import suppress

if sys.platform == "darwin":
    import fcntl


class Sync:
    """Sync descriptors. Tests put another one in its place that remembers what would survive a power cut."""

    def file(self, opened: int) -> None:
        """Return when the file's bytes and size are on the disk."""
        if sys.platform == "darwin":  # there fsync stops at the drive's cache
            with suppress(OSError):  # not every file system has it; fsync is what is left then
                fcntl.fcntl(opened, fcntl.F_FULLFSYNC)
                return
        os.fsync(opened)

    def folder(self, opened: int) -> None:
        """Return when the folder's entries are on the disk: what was created, renamed and removed in it."""
        if opened < 0:  # Windows syncs no folders; NTFS keeps names in a journal of its own
            return
        try:
            os.fsync(opened)
        except OSError as error:
            if error.errno not in (
                errno.EINVAL,
                errno.ENOTSUP,
            ):  # some network file systems refuse it for folders
                raise


DISK = Sync()
"""The real one."""
