"""How is a whole machine made read-only for one process? By mounts of its own, in a namespace of its own.

Landlock does not look at chmod, chown, utime and extended attributes; a mount that is read-only refuses them
all. Root makes such mounts directly, anybody else in a user namespace, which maps the user to itself and to
nothing more. Where neither is allowed (some distributions, most containers) this is left out, and changes of
that kind are found by the manifest instead.

Source: mount_namespaces(7), user_namespaces(7), mount_setattr(2), since Linux 5.12.
"""

from __future__ import annotations

import ctypes
import os
import struct
from collections.abc import Sequence

from coordinator.experiments.guard import kernel

NEW_NAMESPACE, NEW_USER = 0x00020000, 0x10000000
BIND, RECURSIVE, PRIVATE = 0x1000, 0x4000, 0x40000
ATTR_READ_ONLY = 1
AT_RECURSIVE = 0x8000

SHARED_MEMORY = "/dev/shm"  # noqa: S108  # where the C library puts semaphores, whatever TMPDIR says

_KEPT = (0, 1, 3, 4)
"""Capabilities that files need: chown, override permissions, owner's rights, set-id bits. Source: capabilities(7)."""
_LAST_CAPABILITY = 63
_PR_CAPBSET_DROP = 24
_CAPABILITY_VERSION = 0x20080522


def privately(writable: Sequence[str]) -> None:
    """Make everything read-only for this process and its children, except some folders.

    Shared memory becomes a file system of its own, so that nobody else's is in reach.

    Args:
        writable: the folders, absolute and behind no link.

    Raises:
        OSError: the system does not allow it; this process may then be of no more use.
    """
    _unshare()
    _mount(None, "/", 0, RECURSIVE | PRIVATE)
    for folder in writable:
        _mount(folder, folder, None, BIND)
    if os.path.isdir(SHARED_MEMORY):  # noqa: PTH112  # pathlib is slow to load
        _mount("tmpfs", SHARED_MEMORY, "tmpfs", 0, b"mode=1777")
        writable = (*writable, SHARED_MEMORY)
    _set("/", AT_RECURSIVE, ATTR_READ_ONLY, 0)
    for folder in writable:
        _set(folder, 0, 0, ATTR_READ_ONLY)


def _unshare() -> None:
    """Enter a mount namespace, by way of a user namespace where that is needed."""
    unshare = kernel.libc().unshare
    if os.geteuid() == 0 and unshare(NEW_NAMESPACE) == 0:
        return
    user, group = os.geteuid(), os.getegid()
    kernel.checked(unshare(NEW_USER | NEW_NAMESPACE), "unshare")
    for name, text in (("setgroups", "deny"), ("uid_map", f"{user} {user} 1"), ("gid_map", f"{group} {group} 1")):
        with open(f"/proc/self/{name}", "w") as file:  # noqa: PTH123  # pathlib is slow to load
            file.write(text)


def _mount(source: str | None, target: str, kind: str | int | None, flags: int, data: bytes | None = None) -> None:
    result = kernel.libc().mount(
        source.encode() if source else None,
        os.fsencode(target),
        kind.encode() if isinstance(kind, str) else None,
        ctypes.c_ulong(flags),
        data,
    )
    kernel.checked(result, f"mount {target}")


def _set(path: str, flags: int, on: int, off: int) -> None:
    """Set and clear attributes of a mount, with AT_RECURSIVE also of those below it."""
    attributes = struct.pack("=QQQQ", on, off, 0, 0)
    kernel.call("mount_setattr", kernel.AT_FDCWD, os.fsencode(path), flags, attributes, len(attributes))


def drop_capabilities() -> None:
    """Give up what makes root more than the owner of its files; for anybody else this changes nothing."""
    libc = kernel.libc()
    for number in range(_LAST_CAPABILITY):
        if number not in _KEPT:
            libc.prctl(_PR_CAPBSET_DROP, ctypes.c_ulong(number), 0, 0, 0)  # refused to who has none to drop
    kept = sum(1 << number for number in _KEPT) if os.geteuid() == 0 else 0
    header = struct.pack("=Ii", _CAPABILITY_VERSION, 0)
    libc.capset(header, struct.pack("=6I", kept, kept, 0, 0, 0, 0))
