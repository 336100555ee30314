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
from collections.abc import Container, Iterator, Mapping
from functools import cache
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


def reach(pid: int, was: Seen, ancestor: int, number: int) -> bool:
    """Send a signal to the process that was seen, and never to a stranger that was given its id since.

    A tree that uses up the machine's ids has each of them given away again at once. So the process is held (a
    pidfd) while it is compared; before Linux 5.3, and elsewhere, nothing guards the moment between the two.

    Args:
        pid: its id.
        was: what was seen of it.
        ancestor: whose child it may have become by now, when its own parent has ended.
        number: of the signal.

    Returns:
        Whether it is still there, be it somebody else's to kill.
    """
    try:
        held = os.pidfd_open(pid) if _holds() else None
    except ProcessLookupError:
        return False
    except OSError:  # no descriptor is left
        held = None
    try:
        now = look(pid) if has_proc() else was
        if now is None or now.dead or now.born != was.born or now.parent not in {was.parent, ancestor}:
            return False
        if held is None:
            os.kill(pid, number)
        else:
            signal.pidfd_send_signal(held, number)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    finally:
        if held is not None:
            os.close(held)
    return True


@cache
def _holds() -> bool:
    """Tell whether this system lets a process be held: Linux does since 5.3, some sandboxes do not."""
    try:
        held = os.pidfd_open(os.getpid())
        signal.pidfd_send_signal(held, 0)
        os.close(held)
    except (AttributeError, OSError):
        return False
    return True


def kill_group(leader: int) -> None:
    """Send SIGKILL to the process group that one process leads."""
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(leader, signal.SIGKILL)


def freeze(ancestor: int, spared: Container[int] = ()) -> dict[int, Seen]:
    """Stop everything below a process but what is spared, and give it; what is stopped starts nothing new.

    A tree that forks while it is killed one process after the other stays ahead of whoever kills it: what is
    born between looking and killing goes on forking. So all are stopped first. Of each further look only what
    is new is read, so that it takes less time than the one before and less is born during it.
    """
    known: set[int] = set()
    alive: dict[int, Seen] = {}
    stopped: dict[int, Seen] = {}

    def stop(pid: int) -> None:
        if reach(pid, alive[pid], ancestor, signal.SIGSTOP):
            stopped[pid] = alive[pid]
        else:  # whoever has this id now, its children are not ours
            del alive[pid]

    deadline = time.monotonic() + FREEZE_SECONDS
    while True:
        before = len(stopped)
        for pid, seen in _unknown(known):
            known.add(pid)
            if not seen.dead:
                alive[pid] = seen
                if (seen.parent == ancestor or seen.parent in stopped) and pid not in spared:
                    stop(pid)  # at once, not after the look: it could not be slower
            if time.monotonic() > deadline:
                return stopped
        for pid in below(ancestor, {pid: seen.parent for pid, seen in alive.items()}, spared) - stopped.keys():
            stop(pid)
        if len(stopped) == before:
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
    for pid, seen in doomed.items():
        reach(pid, seen, ancestor, signal.SIGKILL)
    return set(doomed)
