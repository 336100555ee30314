"""How is a system call made that Python has no function for? Linux only; the standard library only.

Loaded by wardens between fork and exec, so it is small: tuples with names instead of dataclasses, which would
load five times as much.
"""

from __future__ import annotations

import ctypes
import os
from collections.abc import Mapping
from typing import NamedTuple

AT_FDCWD = -100
PR_SET_NO_NEW_PRIVS = 38
_CLOSE_ON_EXEC = 4
_LAST_DESCRIPTOR = 0xFFFFFFFF


class Machine(NamedTuple):
    """What differs between processors.

    Args:
        audit: the value by which a seccomp filter knows its own calls from those of another word size.
        numbers: system call -> number, of those whose number differs.
    """

    audit: int
    numbers: Mapping[str, int]


MACHINES = {
    "x86_64": Machine(0xC000003E, {"socket": 41, "open_by_handle_at": 304, "setns": 308, "bpf": 321}),
    "aarch64": Machine(0xC00000B7, {"socket": 198, "open_by_handle_at": 265, "setns": 268, "bpf": 280}),
}
"""Source: linux/audit.h; arch/x86/entry/syscalls/syscall_64.tbl; include/uapi/asm-generic/unistd.h."""

NUMBERS = {
    "io_uring_setup": 425,
    "io_uring_enter": 426,
    "io_uring_register": 427,
    "open_tree": 428,
    "move_mount": 429,
    "fsopen": 430,
    "fsmount": 432,
    "close_range": 436,
    "mount_setattr": 442,
    "landlock_create_ruleset": 444,
    "landlock_add_rule": 445,
    "landlock_restrict_self": 446,
}
"""The same on all of MACHINES: since 5.1, calls have one number everywhere."""


def machine() -> Machine | None:
    """Give this machine's processor; None where its system calls are not known here."""
    return MACHINES.get(os.uname().machine)


def libc() -> ctypes.CDLL:
    """Give the C library."""
    return ctypes.CDLL(None, use_errno=True)


def checked(result: int, what: str) -> int:
    """Give the result of a call, or raise what it failed with.

    Raises:
        OSError: it failed.
    """
    if result < 0:
        number = ctypes.get_errno()
        raise OSError(number, f"{what}: {os.strerror(number)}")
    return result


def call(name: str, *arguments: int | bytes | ctypes.Structure | None) -> int:
    """Make a system call by its name.

    Args:
        name: a key of NUMBERS.
        arguments: integers, or memory that the call reads.

    Raises:
        OSError: it failed.
    """
    passed = [_passed(argument) for argument in arguments]
    return checked(libc().syscall(ctypes.c_long(NUMBERS[name]), *passed), name)


def _passed(argument: int | bytes | ctypes.Structure | None) -> object:
    """Give an argument as `syscall` takes it: in a whole register, since it knows no types."""
    if isinstance(argument, ctypes.Structure):
        return ctypes.byref(argument)
    return ctypes.c_long(argument) if isinstance(argument, int) else argument


def prctl(option: int, *values: int) -> int:
    """Set or read one attribute of this process.

    Raises:
        OSError: it failed.
    """
    padded = [ctypes.c_ulong(value) for value in (*values, 0, 0, 0, 0)[:4]]
    return checked(libc().prctl(option, *padded), f"prctl {option}")


def no_new_privileges() -> None:
    """Give up, for good and for all children, what set-user-id programs could give."""
    prctl(PR_SET_NO_NEW_PRIVS, 1)


def close_on_exec(first: int) -> None:
    """Let no descriptor from this one on reach the program that this process becomes.

    Raises:
        OSError: the kernel cannot (before Linux 5.11).
    """
    call("close_range", first, _LAST_DESCRIPTOR, _CLOSE_ON_EXEC)
