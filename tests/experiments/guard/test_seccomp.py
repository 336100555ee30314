"""Does the filter refuse what it should, and nothing else, on each processor? Read by an interpreter of our own."""

from __future__ import annotations

import errno
import struct

import pytest

from coordinator.experiments.guard import kernel
from coordinator.experiments.guard.seccomp import ABSENT, ALLOW, ERRNO, FORBIDDEN, program

OTHER = {"x86_64": {"read": 0, "clone": 56, "openat": 257}, "aarch64": {"read": 63, "clone": 220, "openat": 56}}
"""Calls that must stay allowed. Source: as in `kernel`."""


def verdict(instructions: bytes, *, number: int, audit: int, argument: int = 0) -> int:
    """Run a filter over one call, as the kernel would; give what it returns.

    Source: Documentation/networking/filter.rst, the four instructions that are used.
    """
    data = struct.pack("=iIQQ", number, audit, 0, argument)
    lines = list(struct.iter_unpack("=HBBI", instructions))
    at, value = 0, 0
    while True:
        code, if_so, if_not, operand = lines[at]
        at += 1
        if code == 0x20:
            (value,) = struct.unpack_from("=I", data, operand)
        elif code == 0x06:
            return operand
        else:
            holds = {0x15: value == operand, 0x35: value >= operand}[code]
            at += if_so if holds else if_not


@pytest.mark.parametrize("name", kernel.MACHINES)
@pytest.mark.parametrize("network", [True, False])
def test_what_is_refused(name: str, network: bool) -> None:
    """Ways around, always; every socket but local ones, where there is to be no network; and nothing else."""
    machine = kernel.MACHINES[name]
    numbers = {**kernel.NUMBERS, **machine.numbers}
    filter_ = program(machine, network=network)

    def ruled(number: int, argument: int = 0) -> int:
        return verdict(filter_, number=number, audit=machine.audit, argument=argument)

    assert {ruled(numbers[call]) for call in ABSENT} == {ERRNO | errno.ENOSYS}
    assert {ruled(numbers[call]) for call in FORBIDDEN} == {ERRNO | errno.EPERM}
    assert {ruled(number) for number in OTHER[name].values()} == {ALLOW}
    assert ruled(numbers["socket"], 1) == ALLOW
    for family in (2, 10, 16, 17):  # IPv4, IPv6, netlink, packet
        assert ruled(numbers["socket"], family) == (ALLOW if network else ERRNO | errno.EACCES)


def test_other_word_sizes_are_refused() -> None:
    """Their numbers mean other calls: i386 has its own mark, x32 a bit in the number."""
    machine = kernel.MACHINES["x86_64"]
    filter_ = program(machine, network=True)
    assert verdict(filter_, number=0, audit=0x40000003) == ERRNO | errno.EPERM
    assert verdict(filter_, number=0x40000000, audit=machine.audit) == ERRNO | errno.ENOSYS
