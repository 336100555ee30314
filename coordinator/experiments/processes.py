"""Is that process still there? Asked by the executor of the daemon that started it."""

from __future__ import annotations

import ctypes
import os
import sys
from dataclasses import dataclass
from pathlib import Path

_SYNCHRONIZE = 0x00100000
_WAIT_TIMEOUT = 0x102


@dataclass(frozen=True, slots=True)
class Parent:
    """A process whose end is waited for.

    Args:
        pid: its id.
        is_ours: it is our own parent; then the system tells at once when it ends.
        born: when it started, in the system's ticks; empty where that is not known.
    """

    pid: int
    is_ours: bool
    born: str

    def is_alive(self) -> bool:
        """Tell whether it is still there, and not another one with its id."""
        if self.is_ours:
            return os.getppid() == self.pid
        return _exists(self.pid) and _born(self.pid) == self.born


def parent(pid: int) -> Parent:
    """Look at a process now, to tell later whether it is still the same."""
    return Parent(pid, os.name == "posix" and os.getppid() == pid, _born(pid))


def _born(pid: int) -> str:
    """Give the start time of a process, where /proc tells it."""
    try:
        return Path(f"/proc/{pid}/stat").read_text(errors="replace").rpartition(")")[2].split()[19]
    except OSError:
        return ""


def _exists(pid: int) -> bool:
    if sys.platform == "win32":
        return _exists_on_windows(pid)
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def _exists_on_windows(pid: int) -> bool:
    """Ask the kernel: there, `os.kill` with 0 would end the process. Never run by our tests."""
    kernel = ctypes.windll.kernel32  # type: ignore[attr-defined,unused-ignore]  # only there
    opened = kernel.OpenProcess(_SYNCHRONIZE, False, pid)  # noqa: FBT003  # its own signature
    if not opened:
        return False
    alive = kernel.WaitForSingleObject(opened, 0) == _WAIT_TIMEOUT
    kernel.CloseHandle(opened)
    return bool(alive)
