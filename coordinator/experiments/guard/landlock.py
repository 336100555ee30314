"""How does a process give up the right to write and read files, for itself and all its children? By Landlock.

Landlock is in Linux since 5.13, needs no rights and no package, and cannot be taken off again. A ruleset
names what it handles; everything handled is then forbidden except where a rule allows it, so there are no
rules that forbid: what must not be read is left out of what may be.

Not covered by any version so far: chmod, chown, utime and extended attributes (see `mounts`), listing and
stat of what is otherwise unreadable if the listing of `/` is allowed, sockets that are neither TCP nor
abstract (see `seccomp`).

Source: Documentation/userspace-api/landlock.rst; include/uapi/linux/landlock.h.
"""

from __future__ import annotations

import ctypes
import os
import stat
import struct
from collections.abc import Iterable
from typing import NamedTuple

from coordinator.experiments.guard import kernel

EXECUTE, WRITE_FILE, READ_FILE, READ_DIR = (1 << bit for bit in range(4))
REMOVE_DIR, REMOVE_FILE, MAKE_CHAR, MAKE_DIR, MAKE_REG = (1 << bit for bit in range(4, 9))
MAKE_SOCK, MAKE_FIFO, MAKE_BLOCK, MAKE_SYM = (1 << bit for bit in range(9, 13))
REFER, TRUNCATE, IOCTL_DEV = (1 << bit for bit in range(13, 16))

READ = EXECUTE | READ_FILE
OF_FILES = EXECUTE | WRITE_FILE | READ_FILE | TRUNCATE | IOCTL_DEV
"""Rights that a rule on a file, and not a folder, may give."""
DEVICE = READ_FILE | WRITE_FILE | IOCTL_DEV
WRITE = (
    (EXECUTE | WRITE_FILE | READ_FILE | READ_DIR | REMOVE_DIR | REMOVE_FILE | MAKE_DIR | MAKE_REG)
    | (MAKE_SOCK | MAKE_FIFO | MAKE_SYM | REFER | TRUNCATE)
)  # fmt: skip  # two lines that belong together
"""Everything but making devices."""

BIND_TCP, CONNECT_TCP = 1, 2
ABSTRACT_SOCKETS, SIGNALS = 1, 2

REFER_ABI, TRUNCATE_ABI, NETWORK_ABI, IOCTL_ABI, SCOPE_ABI = 2, 3, 4, 5, 6
"""Versions from which on each of these is handled."""
NEWEST_ABI = 6
"""The newest version whose rights are known here; a newer kernel is used like this one."""

_VERSION = 1
_PATH_BENEATH = 1
_ENTRY_RIGHTS = (1 << 13) - 1


class Rules(NamedTuple):
    """What stays allowed.

    Args:
        writable: folders in which everything but making devices is.
        readable: files and folders that may be read and executed.
        devices: files and folders of devices that may be read, written and controlled.
        listable: folders that may be listed, with everything in them.
        tcp: whether TCP ports may be bound and connected to.
    """

    writable: tuple[str, ...]
    readable: tuple[str, ...]
    devices: tuple[str, ...] = ()
    listable: tuple[str, ...] = ("/",)
    tcp: bool = True


class _Ruleset(ctypes.Structure):
    _fields_ = (("fs", ctypes.c_uint64), ("net", ctypes.c_uint64), ("scoped", ctypes.c_uint64))


def abi() -> int:
    """Give the version of Landlock that is in force here; 0 where there is none."""
    if kernel.machine() is None or not os.path.isdir("/proc/self"):  # noqa: PTH112  # pathlib is slow to load
        return 0
    try:
        return kernel.call("landlock_create_ruleset", None, 0, _VERSION)
    except OSError:  # not built in, or turned off at boot
        return 0


def rights(version: int) -> int:
    """Give every right over files that a version handles."""
    later = {REFER_ABI: REFER, TRUNCATE_ABI: TRUNCATE, IOCTL_ABI: IOCTL_DEV}
    return _ENTRY_RIGHTS | sum(right for since, right in later.items() if version >= since)


def restrict(rules: Rules, version: int) -> None:
    """Forbid this process everything else, for good, and all that it starts from now on.

    Args:
        rules: what stays allowed.
        version: of Landlock; at most that of the kernel.

    Raises:
        OSError: the kernel refused; then nothing, or nothing more, is forbidden.
    """
    handled = rights(version)
    network = BIND_TCP | CONNECT_TCP if version >= NETWORK_ABI and not rules.tcp else 0
    scoped = ABSTRACT_SOCKETS | SIGNALS if version >= SCOPE_ABI else 0
    size = 8 if version < NETWORK_ABI else 16 if version < SCOPE_ABI else 24
    ruleset = kernel.call("landlock_create_ruleset", _Ruleset(handled, network, scoped), size, 0)
    try:
        _allow(ruleset, rules.writable, handled & WRITE, needed=True)
        _allow(ruleset, rules.readable, handled & (READ | READ_DIR))
        _allow(ruleset, rules.devices, handled & (DEVICE | READ_DIR))
        _allow(ruleset, rules.listable, handled & READ_DIR)
        kernel.no_new_privileges()
        kernel.call("landlock_restrict_self", ruleset, 0)
    finally:
        os.close(ruleset)


def _allow(ruleset: int, paths: Iterable[str], allowed: int, *, needed: bool = False) -> None:
    """Add a rule for each path.

    Args:
        ruleset: its descriptor.
        paths: what the rules are about; a link is passed over, since what it points to has its own place.
        allowed: the rights.
        needed: whether a path that is not there is an error.
    """
    for path in paths:
        try:
            opened = os.open(path, os.O_PATH | os.O_CLOEXEC | os.O_NOFOLLOW)
        except OSError:  # gone since it was listed, or behind a folder that is not ours to search
            if needed:
                raise
            continue
        try:
            mode = os.fstat(opened).st_mode
            if not stat.S_ISLNK(mode):
                given = allowed if stat.S_ISDIR(mode) else allowed & OF_FILES
                kernel.call("landlock_add_rule", ruleset, _PATH_BENEATH, struct.pack("=Qi", given, opened), 0)
        finally:
            os.close(opened)
