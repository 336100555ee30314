"""Can the kernel itself hold a process tree to its limits? On Linux in a control group of its own.

Used where the second version of control groups is mounted and this user may make groups (a delegated part of
the tree, as systemd gives to a user's services; or root). Then no fork can outrun the end: `cgroup.kill` ends
all members at once, and what a process forks is a member from the start. With the memory controller the
kernel also enforces the limit on the tree as a whole. Part of the warden: only the standard library.

Source: Linux, Documentation/admin-guide/cgroup-v2.rst (`cgroup.kill` since 5.14, `memory.peak` since 5.19).
"""

from __future__ import annotations

import contextlib
import os
import subprocess
import time

PREFIX = "autoresearcher-"
_REMOVE_SECONDS = 1.0
_MIB = 1024 * 1024


def home(mounts: str = "/proc/self/mountinfo", own: str = "/proc/self/cgroup") -> str:
    """Find a folder in which groups can be made; empty if there is none.

    The group in which this process lies itself cannot be divided (a group with members has no controllers
    below it), so its parent is tried first, then the group itself, where the memory controller may be
    missing.

    Args:
        mounts: where the system says what is mounted.
        own: where it says in which groups this process is.
    """
    mounted, inside = _mounted(mounts), _inside(own)
    if not mounted or inside is None:
        return ""
    group = os.path.normpath(mounted + inside)
    candidates = [os.path.dirname(group)] if group != mounted else []  # noqa: PTH120  # strings: see tree
    usable = [folder for folder in [*candidates, group] if _usable(folder)]
    return next((folder for folder in usable if holds_memory(folder)), usable[0] if usable else "")


def holds_memory(folder: str) -> bool:
    """Tell whether groups made in a folder have a memory limit."""
    return "memory" in _read(f"{folder}/cgroup.subtree_control").split()


def _mounted(mounts: str) -> str:
    """Give where the second version is mounted."""
    for line in _read(mounts).splitlines():
        before, _, after = line.partition(" - ")
        if after.split(" ")[0] == "cgroup2":
            return before.split(" ")[4]
    return ""


def _inside(own: str) -> str | None:
    """Give the group of this process, from the mount on."""
    return next((line[3:] for line in _read(own).splitlines() if line.startswith("0::/")), None)


def _usable(folder: str) -> bool:
    """Tell whether groups can be made here and processes moved into them; tried, since the modes do not say."""
    probe = f"{folder}/{PREFIX}probe-{os.getpid()}"
    enter = ["/bin/sh", "-c", f"echo $$ > '{probe}/cgroup.procs'"]
    try:
        os.mkdir(probe)  # noqa: PTH102  # strings: see tree
        try:
            entered = subprocess.run(enter, check=False, stderr=subprocess.DEVNULL).returncode == 0
            return entered and os.access(f"{probe}/cgroup.kill", os.W_OK)
        finally:
            os.rmdir(probe)  # noqa: PTH106  # the same
    except OSError:
        return False


def _read(path: str) -> str:
    try:
        with open(path, encoding="ascii", errors="replace") as file:  # noqa: PTH123  # strings: see tree
            return file.read()
    except OSError:
        return ""


def _write(path: str, text: str) -> None:
    with open(path, "w", encoding="ascii") as file:  # noqa: PTH123  # the same
        file.write(text)


class Group:
    """One group, made for one tree.

    Args:
        folder: its own.
    """

    def __init__(self, folder: str) -> None:
        self._folder = folder

    @classmethod
    def make(cls, parent: str, memory_mb: float | None, processes: int) -> Group | None:
        """Make a group with its limits; None if the system refuses.

        Args:
            parent: where; from `home`.
            memory_mb: of the whole tree, or None.
            processes: the most that there may be, threads included.
        """
        group = cls(name(parent, os.getpid()))
        try:
            os.mkdir(group._folder)  # noqa: PTH102  # strings: see tree
            if memory_mb is not None:
                group._set("memory.max", str(int(memory_mb * _MIB)))
                group._set("memory.swap.max", "0")
                group._set("memory.oom.group", "1")
            group._set("pids.max", str(processes))
        except OSError:
            group.remove()
            return None
        return group

    def _set(self, key: str, value: str) -> None:
        """Set what there is: which files a group has depends on its controllers."""
        if os.path.exists(f"{self._folder}/{key}"):  # noqa: PTH110  # strings: see tree
            _write(f"{self._folder}/{key}", value)

    def join(self) -> None:
        """Move this process into the group, and with it all that it will start.

        Raises:
            OSError: the system refuses.
        """
        _write(f"{self._folder}/cgroup.procs", str(os.getpid()))

    def kill(self) -> None:
        """End every member at once."""
        with contextlib.suppress(OSError):
            _write(f"{self._folder}/cgroup.kill", "1")

    def facts(self, file: str) -> dict[str, int]:
        """Read a file of names and numbers, such as cpu.stat; empty where there is none."""
        words = (line.split() for line in _read(f"{self._folder}/{file}").splitlines())
        return {pair[0]: int(pair[1]) for pair in words if len(pair) == 2}

    @property
    def peak_mb(self) -> float:
        """The most memory that its members held at a time; 0 where that is not counted."""
        text = _read(f"{self._folder}/memory.peak").strip()
        return int(text) / _MIB if text.isdigit() else 0.0

    @property
    def cpu_seconds(self) -> float:
        """Time that its members used, also those that nobody waited for; 0 where that is not counted."""
        return self.facts("cpu.stat").get("usage_usec", 0) / 1e6

    @property
    def out_of_memory(self) -> bool:
        """The kernel ended members for the memory limit."""
        return self.facts("memory.events").get("oom_kill", 0) > 0

    def remove(self) -> None:
        """Remove the group; the kernel lets go of its last member a moment after it ended."""
        deadline = time.monotonic() + _REMOVE_SECONDS
        while True:
            try:
                os.rmdir(self._folder)  # noqa: PTH106  # strings: see tree
            except OSError as error:
                if isinstance(error, FileNotFoundError) or time.monotonic() > deadline:
                    return
                time.sleep(0.002)
            else:
                return


def name(parent: str, warden: int) -> str:
    """Give the folder of the group that a warden made."""
    return f"{parent}/{PREFIX}{warden}"


def abandoned(parent: str, warden: int) -> None:
    """End and remove the group of a warden that was killed."""
    group = Group(name(parent, warden))
    group.kill()
    group.remove()
