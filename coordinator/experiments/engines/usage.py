"""What does a process tree use at this moment, and is that more than it may? The warden's sampled limits.

Sampled, because no system but Linux with a delegated control group (`cgroup`) limits a tree as a whole. What
one process alone can be held to is set before it starts (`confine`): the kernel then refuses it more at once.
Between two looks a tree can go over; how often it is looked at follows what a look costs.
"""

from __future__ import annotations

import os
import stat
import time
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from coordinator.experiments.engines import tree

try:
    import resource
except ImportError:  # Windows: imported for its names only, never run there
    resource = None  # type: ignore[assignment]

MAX_PROCESSES = 512
"""In one tree; RLIMIT_NPROC counts all processes of the user and is of no use for this."""
MAX_THREADS = 4096
"""In one tree, over all of its processes."""
MAX_ORPHANS = 512
"""Processes of one tree whose parent ended before them, counted when they end. Seldom more than a few in honest
work; a tree that replaces itself over and over, so that none of it lives long enough to be killed, soon has
thousands."""
MAX_FILES = 20_000
"""Below the folders that are watched: twice what a record takes; more would make each look slow."""

FIRST_SECONDS = 0.1
"""When the first look is taken, and the shortest time between two."""
LONGEST_SECONDS = 1.0
"""The longest time between two looks, whatever one costs."""
PROPORTIONAL_SECONDS = 0.05
"""How long one look takes at most to ask for the memory that processes share."""
SHARE = 20
"""The next look is put off by so many times what the last one took: looking takes at most 5 % of a core."""

MEMORY, OUTPUTS, PROCESSES, COMPUTE, GPU = "memory", "outputs", "processes", "compute", "gpu"
"""The limits, as reports name them."""


def confine(limits: Mapping[str, Any]) -> None:
    """Hold this process, and each one that it starts, to what the kernel enforces for a single process.

    RLIMIT_DATA and not RLIMIT_AS: the latter counts address space that is only reserved, of which CUDA and
    others take terabytes.
    """
    if limits["memory_mb"] is not None:
        _lower(resource.RLIMIT_DATA, int(limits["memory_mb"] * tree.MIB))
    if limits["outputs_mb"] is not None:
        _lower(resource.RLIMIT_FSIZE, int(limits["outputs_mb"] * tree.MIB))


def _lower(kind: int, value: int) -> None:
    """Lower a limit of this process; one that is lower already stays."""
    _, hard = resource.getrlimit(kind)
    value = value if hard == resource.RLIM_INFINITY else min(value, hard)
    resource.setrlimit(kind, (value, value))


class Meter:
    """What one tree used, looked at again and again.

    Args:
        limits: `memory_mb`, `outputs_mb`, `cpu_seconds`, `folders`, as in `Limits`.
        ancestor: whose descendants are meant.
        clock: a monotonic one.
    """

    def __init__(self, limits: Mapping[str, Any], ancestor: int, clock: Callable[[], float] = time.monotonic) -> None:
        self._limits = limits
        self._ancestor = ancestor
        self._clock = clock
        self._live: dict[tuple[int, int], float] = {}
        self._gone = 0.0
        self.due = clock() + FIRST_SECONDS
        self.peak_mb = 0.0
        self.pids: frozenset[int] = frozenset()

    @property
    def cpu_seconds(self) -> float:
        """Time used by every process that was seen, until it was last seen."""
        return self._gone + sum(self._live.values())

    def look(self, ours: Iterable[int] = ()) -> str:
        """Look at the tree; give the limit that it is over, or nothing.

        Args:
            ours: ids of processes below the ancestor that do not belong to the tree.
        """
        began = self._clock()
        everything = tree.everything()
        alive = {pid: seen.parent for pid, seen in everything.items() if not seen.dead}
        pids = tree.below(self._ancestor, alive) - set(ours)
        found = {pid: everything[pid] for pid in pids}
        self.pids = frozenset(found)
        inside = {self._ancestor, *found}
        dead = sum(seen.dead and seen.parent in inside for seen in everything.values())
        breach = self._processes(found, dead) or self._compute(found) or self._memory(found) or self.outputs()
        now = self._clock()
        self.due = now + min(max(FIRST_SECONDS, SHARE * (now - began)), LONGEST_SECONDS)
        return breach

    def _processes(self, found: Mapping[int, tree.Seen], dead: int) -> str:
        """Count them; the dead ones too, with which a tree that forks on fills the table of processes."""
        many = len(found) + dead > MAX_PROCESSES or sum(seen.threads for seen in found.values()) > MAX_THREADS
        return PROCESSES if many else ""

    def _compute(self, found: Mapping[int, tree.Seen]) -> str:
        now = {(pid, seen.born): seen.cpu_seconds for pid, seen in found.items()}
        self._gone += sum(seconds for key, seconds in self._live.items() if key not in now)
        self._live = now
        limit = self._limits["cpu_seconds"]
        return COMPUTE if limit is not None and self.cpu_seconds > limit else ""

    def _memory(self, found: Mapping[int, tree.Seen]) -> str:
        """Sum the memory of all processes; what they share is counted once, where that makes a difference."""
        held = sum(seen.resident_mb for seen in found.values())
        if held > self.peak_mb and len(found) > 1:
            held = self._proportional(found)
        self.peak_mb = max(self.peak_mb, held)
        limit = self._limits["memory_mb"]
        return MEMORY if limit is not None and held > limit else ""

    def _proportional(self, found: Mapping[int, tree.Seen]) -> float:
        """Sum with each shared page divided among those that share it; in a hurry, for as many as there is time."""
        until = self._clock() + PROPORTIONAL_SECONDS
        return sum(
            proportional_mb(pid, seen.resident_mb) if self._clock() < until else seen.resident_mb
            for pid, seen in found.items()
        )

    def outputs(self) -> str:
        """Sum what lies in the watched folders, and what was deleted and is held open."""
        limit = self._limits["outputs_mb"]
        if limit is None:
            return ""
        left = limit * tree.MIB - sum(held_bytes(pid) for pid in self.pids)
        files = MAX_FILES
        for folder in self._limits["folders"]:
            size, count = measured(folder, left, files)
            left, files = left - size, files - count
        return OUTPUTS if left < 0 or files < 0 else ""


def proportional_mb(pid: int, otherwise: float) -> float:
    """Give the memory of one process in MiB, with each shared page divided among those that share it.

    Args:
        pid: of the process.
        otherwise: what is given where the system does not say.
    """
    try:
        with open(f"/proc/{pid}/smaps_rollup", "rb") as file:  # noqa: PTH123  # strings: see tree
            words = [line.split() for line in file]
    except OSError:
        return otherwise
    found = [int(line[1]) for line in words if line[0] in {b"Pss:", b"SwapPss:"}]
    return sum(found) / 1024 if found else otherwise


def held_bytes(pid: int) -> int:
    """Sum the sizes of files that a process holds open and that have no name any more, memfd included."""
    folder = f"/proc/{pid}/fd"
    size = 0
    try:
        names = os.listdir(folder)  # noqa: PTH208  # strings: see tree
    except OSError:
        return 0
    for name in names:
        try:
            found = os.stat(f"{folder}/{name}")  # noqa: PTH116  # the same
        except OSError:
            continue
        if stat.S_ISREG(found.st_mode) and found.st_nlink == 0:
            size += found.st_blocks * 512
    return size


def measured(folder: str, most: float, files: int) -> tuple[int, int]:
    """Sum the sizes of the files below a folder, following no link; stops when there is too much.

    A sparse file counts by its length: it is hashed by its length.

    Returns:
        Bytes, and the number of entries.
    """
    size = count = 0
    queue = [folder]
    while queue and size <= most and count <= files:
        try:
            with os.scandir(queue.pop()) as entries:
                for entry in entries:
                    count += 1
                    if entry.is_dir(follow_symlinks=False):
                        queue.append(entry.path)
                    elif entry.is_file(follow_symlinks=False):
                        found = entry.stat(follow_symlinks=False)
                        size += max(found.st_size, found.st_blocks * 512)
                    if count > files:
                        break
        except OSError:  # removed meanwhile, or closed to us by its own modes: it is looked at when it ended
            continue
    return size, count
