"""What may one experiment process write, and what must it not read?

There are no rules that forbid, so what may be read is everything beside what must not be: the entries of
each folder on the way down to a hidden one. What is made there while the process runs is not among them and
cannot be read either; it is no part of what the experiment was sealed with.
"""

from __future__ import annotations

import os
from collections.abc import Iterable
from dataclasses import dataclass
from fnmatch import fnmatch
from pathlib import Path

from coordinator.experiments.order import Order
from coordinator.store.state import State

DEVICES = ("null", "zero", "full", "random", "urandom", "tty", "ptmx", "pts", "nvidia*", "dri", "kfd", "dxg", "accel*")
"""Of what is in /dev, what programs need, graphics cards among it. Not disks, which root could read whole."""
_DEV = Path("/dev")


@dataclass(frozen=True, slots=True)
class Place:
    """What belongs to one experiment process.

    Args:
        writable: folders that it may write to.
        hidden: files and folders that it must not read.
        network: whether it may use the network.
    """

    writable: tuple[Path, ...]
    hidden: tuple[Path, ...]
    network: bool


def place_of(order: Order, state: State, writable: Iterable[Path]) -> Place:
    """Give the place of a process of an execution.

    Hidden are the state folder, everything in runs/ that belongs to other workers and other runs, and what the
    run's own folder holds of other directions.
    """
    run, paths = order.run, order.paths
    worker = run.workspace.worker(paths.run, paths.direction)
    hidden = [state.folder, *_others(run.workspace.runs, (worker.folder.name, run.paths.folder.name))]
    for name in ("sealed", "records"):
        hidden += _others(run.paths.folder / name, (paths.direction,))
    network = run.frozen.settings.experiment_network == "allow"
    return Place(tuple(writable), tuple(hidden), network)


def _others(folder: Path, own: tuple[str, ...]) -> list[Path]:
    """List the folders in a folder, except our own."""
    if not folder.is_dir():
        return []
    with os.scandir(folder) as entries:
        return [Path(entry.path) for entry in entries if entry.is_dir() and entry.name not in own]


def readable(hidden: Iterable[Path]) -> tuple[str, ...]:
    """Give what is beside some hidden paths, from the root of the file system down.

    /dev is left out: `devices` are given by name.
    """
    shut = {os.path.realpath(path) for path in (*hidden, _DEV)}
    way = {str(above) for path in shut for above in Path(path).parents}
    found: list[str] = []
    for folder in sorted(way):
        if folder not in shut and not any(str(above) in shut for above in Path(folder).parents):
            found += _beside(folder, shut | way)
    return tuple(found)


def _beside(folder: str, left_out: set[str]) -> list[str]:
    try:
        with os.scandir(folder) as entries:
            return [entry.path for entry in entries if entry.path not in left_out and not entry.is_symlink()]
    except OSError:  # not ours to list: then not the experiment's to read either
        return []


def devices() -> tuple[str, ...]:
    """Give the devices of this machine that experiments may use."""
    if not _DEV.is_dir():
        return ()
    return tuple(str(path) for path in sorted(_DEV.iterdir()) if any(fnmatch(path.name, known) for known in DEVICES))
