"""How is a whole process tree held on Windows? In a job object: limits, counts, and an end for all at once.

The kernel ends every member when the last handle of the job is closed, thus also when the executor is killed.
Untried: our tests run it against a simulated kernel32, since none of them runs on Windows. A child that the
process starts in the first instant, before it is a member, is not one.

Source: Microsoft, Win32 API, "Job Objects"; the structures are those of winnt.h.
"""

from __future__ import annotations

import ctypes
from dataclasses import dataclass
from typing import Any

KILL_ON_CLOSE = 0x00002000
JOB_MEMORY = 0x00000200
ACTIVE_PROCESSES = 0x00000008
BASIC_ACCOUNTING, EXTENDED_LIMITS = 1, 9
"""JOBOBJECTINFOCLASS."""

_PER_SECOND = 10_000_000
"""Times are in units of 100 ns."""
_MIB = 1024 * 1024


class BasicLimits(ctypes.Structure):
    """JOBOBJECT_BASIC_LIMIT_INFORMATION."""

    _fields_ = (
        ("PerProcessUserTimeLimit", ctypes.c_int64),
        ("PerJobUserTimeLimit", ctypes.c_int64),
        ("LimitFlags", ctypes.c_uint32),
        ("MinimumWorkingSetSize", ctypes.c_size_t),
        ("MaximumWorkingSetSize", ctypes.c_size_t),
        ("ActiveProcessLimit", ctypes.c_uint32),
        ("Affinity", ctypes.c_size_t),
        ("PriorityClass", ctypes.c_uint32),
        ("SchedulingClass", ctypes.c_uint32),
    )


class ExtendedLimits(ctypes.Structure):
    """JOBOBJECT_EXTENDED_LIMIT_INFORMATION."""

    _fields_ = (
        ("BasicLimitInformation", BasicLimits),
        ("IoInfo", ctypes.c_uint64 * 6),
        ("ProcessMemoryLimit", ctypes.c_size_t),
        ("JobMemoryLimit", ctypes.c_size_t),
        ("PeakProcessMemoryUsed", ctypes.c_size_t),
        ("PeakJobMemoryUsed", ctypes.c_size_t),
    )


class Accounting(ctypes.Structure):
    """JOBOBJECT_BASIC_ACCOUNTING_INFORMATION."""

    _fields_ = (
        ("TotalUserTime", ctypes.c_int64),
        ("TotalKernelTime", ctypes.c_int64),
        ("ThisPeriodTotalUserTime", ctypes.c_int64),
        ("ThisPeriodTotalKernelTime", ctypes.c_int64),
        ("TotalPageFaultCount", ctypes.c_uint32),
        ("TotalProcesses", ctypes.c_uint32),
        ("ActiveProcesses", ctypes.c_uint32),
        ("TotalTerminatedProcesses", ctypes.c_uint32),
    )


@dataclass(frozen=True, slots=True)
class Used:
    """What the members of a job used so far.

    Args:
        cpu_seconds: user and kernel time, of those that ended too.
        peak_memory_mb: the most that they had committed at a time.
    """

    cpu_seconds: float
    peak_memory_mb: float


class JobObject:
    """One job object.

    Args:
        memory_mb: the most that its members may commit together; None: no limit.
        processes: the most that there may be.
        kernel: kernel32; None is the system's.

    Raises:
        OSError: the system refuses.
    """

    def __init__(self, memory_mb: float | None, processes: int, kernel: Any = None) -> None:  # noqa: ANN401  # a library of functions
        self._kernel = kernel or ctypes.WinDLL("kernel32", use_last_error=True)  # type: ignore[attr-defined,unused-ignore]  # only there
        self._kernel.CreateJobObjectW.restype = ctypes.c_void_p
        self._handle = ctypes.c_void_p(self._checked(self._kernel.CreateJobObjectW(None, None)))
        limits = ExtendedLimits()
        limits.BasicLimitInformation.LimitFlags = KILL_ON_CLOSE | ACTIVE_PROCESSES
        limits.BasicLimitInformation.ActiveProcessLimit = processes
        if memory_mb is not None:
            limits.BasicLimitInformation.LimitFlags |= JOB_MEMORY
            limits.JobMemoryLimit = int(memory_mb * _MIB)
        self._checked(
            self._kernel.SetInformationJobObject(
                self._handle, EXTENDED_LIMITS, ctypes.byref(limits), ctypes.sizeof(limits)
            )
        )

    @staticmethod
    def _checked(result: int | None) -> int:
        if not result:
            raise OSError("the system refuses a job object")
        return result

    def take(self, process: int) -> None:
        """Make a process a member, and with it everything that it will start.

        Args:
            process: its handle.

        Raises:
            OSError: the system refuses.
        """
        self._checked(self._kernel.AssignProcessToJobObject(self._handle, ctypes.c_void_p(process)))

    def used(self) -> Used:
        """Say what the members used so far."""
        times, limits = Accounting(), ExtendedLimits()
        self._ask(BASIC_ACCOUNTING, times)
        self._ask(EXTENDED_LIMITS, limits)
        seconds = (times.TotalUserTime + times.TotalKernelTime) / _PER_SECOND
        return Used(seconds, limits.PeakJobMemoryUsed / _MIB)

    def _ask(self, what: int, into: ctypes.Structure) -> None:
        self._checked(
            self._kernel.QueryInformationJobObject(self._handle, what, ctypes.byref(into), ctypes.sizeof(into), None)
        )

    def kill(self) -> None:
        """End every member at once."""
        self._kernel.TerminateJobObject(self._handle, 1)

    def close(self) -> None:
        """Let go of the job; what is left of its members ends."""
        self._kernel.CloseHandle(self._handle)
