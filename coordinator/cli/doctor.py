"""`doctor`: what this machine can enforce, and what it cannot."""

from __future__ import annotations

import argparse
import os
import platform
import shutil
import sys
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path

from coordinator.assistants import checkup
from coordinator.cli.common import print_json, state
from coordinator.engine.opening import read_config
from coordinator.errors import Exit, MachineError
from coordinator.experiments.engines.local import engine
from coordinator.experiments.guard.hold import LandlockHold, ability
from coordinator.model.protection import Protection
from coordinator.report.guards import kept, not_kept
from coordinator.store import filesystem
from coordinator.store.beneath import best_way
from coordinator.store.layout import Workspace
from coordinator.store.lock import holder
from coordinator.store.write import write

OF_NETWORK = {Protection.NETWORK, Protection.TCP}
PYTHON = (3, 11)
"""The oldest version that this program runs on."""


MEANS = {
    "cgroup": "cgroup: the kernel limits memory and number of each process tree, and ends it at once",
    "cgroup without memory, sampled": "cgroup without memory: the kernel ends each process tree at once; its memory"
    " is limited by looking",
    "sampled": "sampled: each process tree is looked at ten times a second; no control group can be made here",
    "job object": "job object: memory and number of each process tree; CPU time and outputs are only measured",
    "none": "none: only wall time is limited",
}
"""What holds a tree to its limits, in words."""


@dataclass(frozen=True, slots=True)
class Checkup:
    """One thing that was looked at.

    Args:
        what: name.
        fine: nothing is to be done.
        found: what there is.
        mend: what would make it better; empty if nothing would.
    """

    what: str
    fine: bool
    found: str
    mend: str = ""


def main(arguments: argparse.Namespace) -> Exit:
    """Look at everything and print it, a line each."""
    found = list(_all(Workspace(Path(arguments.root))))
    if arguments.json:
        print_json([asdict(one) for one in found])
    else:
        for one in found:
            print(f"[{'ok' if one.fine else '!'}] {one.what}: {one.found}")
            if one.mend:
                print(f"     {one.mend}")
    return Exit.FINE if all(one.fine for one in found) else Exit.PROBLEMS


def _all(workspace: Workspace) -> Iterator[Checkup]:
    version = platform.python_version()
    yield Checkup("python", sys.version_info >= PYTHON, version)
    yield _events(workspace)
    yield _state_folder()
    yield Checkup("reading workers' files", fine=True, found=f"beneath the workspace, by {best_way().value}")
    yield from _guard()
    yield from _limits()
    for who, lock in (("coordinator", state().coordinator_lock), ("executor", state().executor_lock)):
        held = holder(lock(workspace.root))
        yield Checkup(who, fine=True, found=str(held) if held else "not running")
    yield from _assistants(workspace)


def _assistants(workspace: Workspace) -> Iterator[Checkup]:
    """Say whether each installed client is ready for a night; its settings are made from the config."""
    found = read_config(workspace).settings
    if found is None:
        mend = "`python -m coordinator check` says what is wrong with it"
        yield Checkup(
            "assistants", fine=False, found="their settings are made from a config that has problems", mend=mend
        )
        return
    for one in checkup.check(workspace, found[0], os.environ, Path.cwd()):
        yield Checkup(one.what, one.fine, one.found, one.mend)


def _limits() -> Iterator[Checkup]:
    """Say by what means experiments are held to memory, outputs and GPU time here, and to what not."""
    means = engine(sole=False).means
    yield Checkup("limits", fine=means != "none", found=MEANS.get(means, means))
    found = "nvidia-smi: measured and limited" if shutil.which("nvidia-smi") else "not measured: there is no nvidia-smi"
    yield Checkup("GPU time", fine=True, found=found)


def _guard() -> Iterator[Checkup]:
    """Say what holds experiments here, as tried just now, and what does not, and why."""
    means = ability()
    enforced = {Protection.TARGET, *means.enforced}
    name = means.hold.name or "manifest alone"
    if isinstance(means.hold, LandlockHold):
        name = f"{name} version {means.hold.abi}" + (" and mounts of its own" if means.hold.mounts else "")
    yield Checkup("guard", fine=True, found=f"{name}: {kept({*enforced} - OF_NETWORK)}")
    mend = "; ".join(means.missing)
    lacking = not_kept(enforced, network=True)
    if lacking:
        yield Checkup("guard, not enforced", fine=False, found=" ".join(lacking), mend=f"why: {mend}")
    denied = "in full" if Protection.NETWORK in enforced else "for TCP" if Protection.TCP in enforced else ""
    found = f"`experiment_network: deny` would be enforced {denied}" if denied else "cannot be denied to experiments"
    yield Checkup("network", fine=bool(denied), found=found, mend="" if denied else f"why: {mend}")


def _events(workspace: Workspace) -> Checkup:
    """Say whether changes in runs/ are told of, or found by looking."""
    folder = workspace.runs if workspace.runs.is_dir() else workspace.root
    kind = filesystem.kind(folder)
    if filesystem.delivers_events(folder):
        return Checkup("file events", fine=True, found=f"runs/ is on {kind}")
    mend = "reports are seen within a second instead; put the workspace on a local disk to see them at once"
    return Checkup("file events", fine=False, found=f"none: runs/ is on {kind}", mend=mend)


def _state_folder() -> Checkup:
    """Try to write where locks, anchors and secrets are kept."""
    folder = state().folder
    try:
        folder.mkdir(parents=True, exist_ok=True)
        probe = folder / "doctor.probe"
        write(probe, b"doctor\n", mode=0o600)
        probe.unlink()
    except (OSError, MachineError) as error:
        return Checkup("state folder", fine=False, found=str(error), mend="set XDG_STATE_HOME to a writable folder")
    return Checkup("state folder", fine=True, found=str(folder))
