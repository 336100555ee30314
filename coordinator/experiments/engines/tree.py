"""Which processes belong to a tree, what does each of them use, and how is every one of them ended?

Part of the warden: nothing but the standard library, and little of it. Read from /proc; where there is none
(macOS, BSD) `ps` is asked, which knows less.
"""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import time
from collections.abc import Container, Iterable, Iterator, Mapping
from typing import NamedTuple

FREEZE_SECONDS = 0.3
"""How long to go on stopping processes that keep appearing, before those that are stopped are killed."""

_TICKS = os.sysconf("SC_CLK_TCK") if hasattr(os, "sysconf") else 100
_PAGE = os.sysconf("SC_PAGE_SIZE") if hasattr(os, "sysconf") else 4096
MIB = 1024 * 1024


class Seen(NamedTuple):
    """One process at one moment.

    Args:
        parent: the id of its parent.
        born: when it started, in the system's ticks; tells it from a later process with its id.
        cpu_seconds: user and system time of its own.
        resident_mb: memory that it holds, what it shares with others included.
        threads: how many it has.
        dead: it has ended, and nobody has asked yet how.
    """

    parent: int
    born: int = 0
    cpu_seconds: float = 0.0
    resident_mb: float = 0.0
    threads: int = 1
    dead: bool = False


def has_proc() -> bool:
    """Tell whether this system shows processes as files."""
    return os.path.isdir("/proc/self")  # noqa: PTH112  # pathlib would double the warden's start-up time


def numbers() -> list[int]:
    """List the ids of all processes that we may see."""
    return [int(name) for name in os.listdir("/proc") if name.isdigit()]  # noqa: PTH208  # as above


def look(pid: int) -> Seen | None:
    """Look at one process; None if it is gone."""
    try:
        with open(f"/proc/{pid}/stat", "rb") as file:  # noqa: PTH123  # as above
            # pid (name) state ppid …: the name is the process's own choice and may hold any bracket.
            fields = file.read().rpartition(b")")[2].split()
    except OSError:
        return None
    if len(fields) < 22:
        return None
    cpu = (int(fields[11]) + int(fields[12])) / _TICKS
    held, threads, is_dead = int(fields[21]) * _PAGE / MIB, int(fields[17]), fields[0] in b"ZX"
    return Seen(int(fields[1]), int(fields[19]), cpu, held, threads, is_dead)


def everything() -> dict[int, Seen]:
    """Look at every process of this machine that we may see, those that are dead already included."""
    if not has_proc():
        return _by_ps()
    found = {pid: look(pid) for pid in numbers()}
    return {pid: seen for pid, seen in found.items() if seen is not None}


def _by_ps() -> dict[int, Seen]:
    """Ask `ps`, where there is no /proc."""
    command = ["ps", "-A", "-o", "pid=,ppid=,rss=,time="]
    printed = subprocess.run(command, capture_output=True, check=False).stdout.decode("ascii", "replace")
    lines = (line.split() for line in printed.splitlines())
    return {int(pid): Seen(int(parent), 0, _seconds(cpu), int(rss) / 1024) for pid, parent, rss, cpu in lines}


def _seconds(text: str) -> float:
    """Read a time as `ps` prints it: [days-][hours:]minutes:seconds."""
    days, _, rest = text.rpartition("-")
    seconds = 0.0
    for part in rest.split(":"):
        seconds = seconds * 60 + float(part)
    return seconds + 86400 * int(days or 0)


def parents() -> dict[int, int]:
    """Give every process that we may see and that is alive, with its parent."""
    return {pid: seen.parent for pid, seen in everything().items() if not seen.dead}


def below(ancestor: int, parent_of: Mapping[int, int], spared: Container[int] = ()) -> set[int]:
    """Give the children of a process, their children, and so on; not those that are spared, nor theirs."""
    children: dict[int, list[int]] = {}
    for pid, parent in parent_of.items():
        children.setdefault(parent, []).append(pid)
    found: set[int] = set()
    queue = list(children.get(ancestor, ()))
    while queue:
        pid = queue.pop()
        if pid not in found and pid not in spared:
            found.add(pid)
            queue += children.get(pid, ())
    return found


def descendants(ancestor: int) -> set[int]:
    """Give the children of a process, their children, and so on, as they are now."""
    return below(ancestor, parents())


def kill(pids: Iterable[int]) -> None:
    """Send SIGKILL to each that is still there and ours to kill."""
    _send(pids, signal.SIGKILL)


def _send(pids: Iterable[int], number: int) -> None:
    for pid in pids:
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.kill(pid, number)


def kill_group(leader: int) -> None:
    """Send SIGKILL to the process group that one process leads."""
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(leader, signal.SIGKILL)


def freeze(ancestor: int, spared: Container[int] = ()) -> set[int]:
    """Stop everything below a process but what is spared, and give it; what is stopped starts nothing new.

    A tree that forks while it is killed one process after the other stays ahead of whoever kills it: what is
    born between looking and killing goes on forking. So all are stopped first. Of each further look only what
    is new is read, so that it takes less time than the one before and less is born during it.
    """
    known: set[int] = set()
    parent_of: dict[int, int] = {}
    stopped: set[int] = set()
    deadline = time.monotonic() + FREEZE_SECONDS
    while True:
        for pid, seen in _unknown(known):
            known.add(pid)
            if not seen.dead:
                parent_of[pid] = seen.parent
                if (seen.parent == ancestor or seen.parent in stopped) and pid not in spared:
                    _send((pid,), signal.SIGSTOP)  # at once, not after the look: it could not be slower
                    stopped.add(pid)
            if time.monotonic() > deadline:
                return stopped
        fresh = below(ancestor, parent_of, spared) - stopped
        _send(fresh, signal.SIGSTOP)
        before, stopped = len(stopped), stopped | fresh
        if not fresh and len(stopped) == before:
            return stopped


def _unknown(known: Container[int]) -> Iterator[tuple[int, Seen]]:
    """Give the processes that are not known yet; the dead too, so that nobody looks at them again."""
    if not has_proc():
        yield from everything().items()
        return
    for pid in reversed(numbers()):  # the newest first: of those that replace themselves only they are still there
        if pid not in known:
            seen = look(pid)
            if seen is not None:
                yield pid, seen


def end(ancestor: int, spared: Container[int] = ()) -> set[int]:
    """Stop everything below a process but what is spared, then kill it; give what there was.

    Called again until there is nothing: one call may miss what was born while it looked.
    """
    doomed = freeze(ancestor, spared)
    kill(doomed)
    return doomed
