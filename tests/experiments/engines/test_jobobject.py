"""Is the kernel of Windows asked for the right things? Simulated: no test of ours runs on Windows."""

from __future__ import annotations

import ctypes
from typing import Any

import pytest

from coordinator.experiments.engines import jobobject
from coordinator.experiments.engines.jobobject import JobObject, Used


class Function:
    """One function of the library: notes its calls and answers.

    Args:
        answer: given, or called with the arguments to give it.
    """

    def __init__(self, answer: object) -> None:
        self.answer = answer
        self.calls: list[tuple[Any, ...]] = []

    def __call__(self, *arguments: object) -> object:
        """Note and answer."""
        self.calls.append(arguments)
        return self.answer(*arguments) if callable(self.answer) else self.answer


def filled(_job: object, what: int, into: Any, _size: int, _needed: object) -> int:  # noqa: ANN401  # ctypes
    """Answer a query."""
    structure = into._obj
    if what == jobobject.BASIC_ACCOUNTING:
        structure.TotalUserTime, structure.TotalKernelTime = 30_000_000, 5_000_000
    else:
        structure.PeakJobMemoryUsed = 7 << 20
    return 1


class Kernel:
    """A kernel32 with the functions that job objects take."""

    def __init__(self, *, refuses: str = "") -> None:
        for name in ("CreateJobObjectW", "SetInformationJobObject", "AssignProcessToJobObject"):
            setattr(self, name, Function(0 if name == refuses else 77))
        self.QueryInformationJobObject = Function(0 if refuses == "QueryInformationJobObject" else filled)
        self.TerminateJobObject = Function(1)
        self.CloseHandle = Function(1)


def test_a_job_with_all_its_limits() -> None:
    """Members end with its last handle, their number and memory are limited, and it measures them."""
    kernel = Kernel()
    job = JobObject(100, 512, kernel)
    (_, what, into, size), *_ = kernel.SetInformationJobObject.calls
    limits = into._obj
    assert (what, size) == (jobobject.EXTENDED_LIMITS, ctypes.sizeof(jobobject.ExtendedLimits))
    flags = jobobject.KILL_ON_CLOSE | jobobject.ACTIVE_PROCESSES | jobobject.JOB_MEMORY
    assert limits.BasicLimitInformation.LimitFlags == flags
    assert (limits.BasicLimitInformation.ActiveProcessLimit, limits.JobMemoryLimit) == (512, 100 << 20)
    job.take(5)
    assert [handle.value for handle in kernel.AssignProcessToJobObject.calls[0]] == [77, 5]
    assert job.used() == Used(3.5, 7.0)
    job.kill()
    job.close()
    assert (len(kernel.TerminateJobObject.calls), len(kernel.CloseHandle.calls)) == (1, 1)


def test_no_memory_limit_is_none() -> None:
    """Then the flag is left out: a limit of nothing would end everything."""
    kernel = Kernel()
    JobObject(None, 512, kernel)
    limits = kernel.SetInformationJobObject.calls[0][2]._obj
    assert not limits.BasicLimitInformation.LimitFlags & jobobject.JOB_MEMORY


def test_the_structures_are_as_long_as_the_system_has_them() -> None:
    """On 64 bits; a wrong length is refused there.

    Source: sizeof in winnt.h for x64: 64, 144 and 48 bytes.
    """
    if ctypes.sizeof(ctypes.c_void_p) != 8:
        pytest.skip("the lengths are those of 64 bits")
    lengths = [jobobject.BasicLimits, jobobject.ExtendedLimits, jobobject.Accounting]
    assert [ctypes.sizeof(structure) for structure in lengths] == [64, 144, 48]


@pytest.mark.parametrize("refuses", ["CreateJobObjectW", "SetInformationJobObject", "AssignProcessToJobObject"])
def test_a_refusal_is_the_systems(refuses: str) -> None:
    """It is an OSError, and whoever asked goes without."""
    with pytest.raises(OSError, match="refuses"):
        JobObject(100, 512, Kernel(refuses=refuses)).take(5)
