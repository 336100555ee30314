"""How is an experiment run under bubblewrap? By its options, in front of the program.

The means of a Linux without Landlock. It makes namespaces as `mounts` does, and needs to be installed; on a
system that lets nobody make them it does not work either, which a trial shows.

Source: bwrap(1).
"""

from __future__ import annotations

import os
from pathlib import Path

from coordinator.experiments.guard.mounts import SHARED_MEMORY
from coordinator.experiments.guard.place import Place


def options(program: str, place: Place, folder: Path) -> tuple[str, ...]:
    """Give the command up to the experiment's own.

    Everything is bound read-only; then the hidden folders are covered, and what may be written bound over it.
    """
    command = [program, "--die-with-parent", "--unshare-pid", "--cap-drop", "ALL"]
    if not place.network:
        command.append("--unshare-net")
    command += ["--ro-bind", "/", "/", "--dev-bind", "/dev", "/dev", "--proc", "/proc", "--tmpfs", SHARED_MEMORY]
    for path in place.hidden:
        real = os.path.realpath(path)
        if os.path.isdir(real):  # noqa: PTH112  # a string in, strings out
            command += ["--tmpfs", real, "--remount-ro", real]
    for path in place.writable:
        real = os.path.realpath(path)
        command += ["--bind", real, real]
    return (*command, "--chdir", os.path.realpath(folder), "--")
