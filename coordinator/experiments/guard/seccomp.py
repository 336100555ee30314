"""How are system calls refused that Landlock does not look at? By a seccomp filter, a small program in the kernel.

Refused in any case are the ways around the other means: io_uring, whose requests no filter sees; calls that
change what is mounted where; opening by handle, and entering namespaces. Where there shall be no network,
every socket but a Unix one is refused too: Landlock knows TCP alone, and that only since version 4.

Source: Documentation/userspace-api/seccomp_filter.rst; include/uapi/linux/{seccomp,filter,bpf_common}.h.
"""

from __future__ import annotations

import ctypes
import errno
import struct

from coordinator.experiments.guard import kernel

PR_SET_SECCOMP = 22
MODE_FILTER = 2
ALLOW, ERRNO = 0x7FFF0000, 0x00050000

ABSENT = ("io_uring_setup", "io_uring_enter", "io_uring_register")
"""Answered as if the kernel did not have them: programs that try them have another way."""
FORBIDDEN = ("open_tree", "move_mount", "fsopen", "fsmount", "mount_setattr", "open_by_handle_at", "setns", "bpf")

_LOAD, _EQUAL, _AT_LEAST, _RETURN = 0x20, 0x15, 0x35, 0x06
_NUMBER_AT, _AUDIT_AT, _FIRST_ARGUMENT_AT = 0, 4, 16
_X32 = 0x40000000
_AF_UNIX = 1


def program(machine: kernel.Machine, *, network: bool) -> bytes:
    """Assemble the filter.

    Args:
        machine: whose numbers it knows calls by; those of another word size are all refused.
        network: whether sockets other than Unix ones may be made.
    """
    numbers = {**kernel.NUMBERS, **machine.numbers}
    lines = [_load(_AUDIT_AT), *_unless(_EQUAL, machine.audit, errno.EPERM), _load(_NUMBER_AT)]
    lines += _refuse_from(_X32, errno.ENOSYS)
    for name in ABSENT:
        lines += _refuse(numbers[name], errno.ENOSYS)
    for name in FORBIDDEN:
        lines += _refuse(numbers[name], errno.EPERM)
    if not network:
        # Any other call jumps over the three instructions that look at the family of a socket.
        lines += [_jump(_EQUAL, numbers["socket"], 0, 3), _load(_FIRST_ARGUMENT_AT)]
        lines += _unless(_EQUAL, _AF_UNIX, errno.EACCES)
    return b"".join([*lines, _give(ALLOW)])


def _load(offset: int) -> bytes:
    return struct.pack("=HBBI", _LOAD, 0, 0, offset)


def _jump(test: int, value: int, if_so: int, if_not: int) -> bytes:
    return struct.pack("=HBBI", test, if_so, if_not, value)


def _give(result: int) -> bytes:
    return struct.pack("=HBBI", _RETURN, 0, 0, result)


def _unless(test: int, value: int, error: int) -> list[bytes]:
    return [_jump(test, value, 1, 0), _give(ERRNO | error)]


def _refuse(number: int, error: int) -> list[bytes]:
    return [_jump(_EQUAL, number, 0, 1), _give(ERRNO | error)]


def _refuse_from(number: int, error: int) -> list[bytes]:
    return [_jump(_AT_LEAST, number, 0, 1), _give(ERRNO | error)]


class _Program(ctypes.Structure):
    _fields_ = (("length", ctypes.c_ushort), ("filter", ctypes.c_char_p))


def refuse(*, network: bool) -> None:
    """Put the filter in force for this process and everything that it starts.

    Raises:
        OSError: the kernel refused, or the processor is none whose calls are known.
    """
    machine = kernel.machine()
    if machine is None:
        raise OSError(errno.ENOSYS, "seccomp: the calls of this processor are not known")
    filter_ = program(machine, network=network)
    kernel.no_new_privileges()
    described = _Program(len(filter_) // 8, filter_)
    kernel.checked(
        kernel.libc().prctl(PR_SET_SECCOMP, ctypes.c_ulong(MODE_FILTER), ctypes.byref(described), 0, 0), "seccomp"
    )
