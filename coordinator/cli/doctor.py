"""`doctor`: what this machine can enforce, and what it cannot."""

from __future__ import annotations

import argparse
import os
import platform
import shutil
import sys
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path

from coordinator.assistants import checkup
from coordinator.assistants.checkup import Checked
from coordinator.cli.common import print_json, state
from coordinator.engine.opening import read_config
from coordinator.errors import Exit, MachineError
from coordinator.experiments.engines.local import engine
from coordinator.experiments.guard.hold import LandlockHold, ability
from coordinator.model.protection import Protection
from coordinator.report.guards import held, kept, not_kept
from coordinator.store import filesystem
from coordinator.store.beneath import best_way
from coordinator.store.layout import Workspace
from coordinator.store.lock import holder
from coordinator.store.write import write

OF_NETWORK = {Protection.NETWORK, Protection.TCP}
PYTHON = (3, 11)
"""The oldest version that this program runs on."""


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


def _all(workspace: Workspace) -> Iterator[Checked]:
    version = platform.python_version()
    yield Checked("python", sys.version_info >= PYTHON, version)
    yield _events(workspace)
    yield _state_folder()
    yield Checked("reading workers' files", fine=True, found=f"beneath the workspace, by {best_way().value}")
    yield from _guard()
    yield from _limits()
    for who, lock in (("coordinator", state().coordinator_lock), ("executor", state().executor_lock)):
        there = holder(lock(workspace.root))
        yield Checked(who, fine=True, found=str(there) if there else "not running")
    yield from _assistants(workspace)


def _assistants(workspace: Workspace) -> Iterator[Checked]:
    """Say whether each installed client is ready for a night; its settings are made from the config."""
    found = read_config(workspace).settings
    if found is None:
        mend = "`python -m coordinator check` says what is wrong with it"
        yield Checked(
            "assistants", fine=False, found="their settings are made from a config that has problems", mend=mend
        )
        return
    yield from checkup.check(workspace, found[0], os.environ, Path.cwd())


def _limits() -> Iterator[Checked]:
    """Say by what means experiments are held to memory, outputs and GPU time here, and to what not."""
    means = engine(sole=False).means
    yield Checked("limits", fine=means != "none", found=held(means))
    found = "nvidia-smi: measured and limited" if shutil.which("nvidia-smi") else "not measured: there is no nvidia-smi"
    yield Checked("GPU time", fine=True, found=found)


def _guard() -> Iterator[Checked]:
    """Say what holds experiments here, as tried just now, and what does not, and why."""
    means = ability()
    enforced = {Protection.TARGET, *means.enforced}
    name = means.hold.name or "manifest alone"
    if isinstance(means.hold, LandlockHold):
        name = f"{name} version {means.hold.abi}" + (" and mounts of its own" if means.hold.mounts else "")
    yield Checked("guard", fine=True, found=f"{name}: {kept({*enforced} - OF_NETWORK)}")
    mend = "; ".join(means.missing)
    lacking = not_kept(enforced, network=True)
    if lacking:
        yield Checked("guard, not enforced", fine=False, found=" ".join(lacking), mend=f"why: {mend}")
    denied = "in full" if Protection.NETWORK in enforced else "for TCP" if Protection.TCP in enforced else ""
    found = f"`experiment_network: deny` would be enforced {denied}" if denied else "cannot be denied to experiments"
    yield Checked("network", fine=bool(denied), found=found, mend="" if denied else f"why: {mend}")


def _events(workspace: Workspace) -> Checked:
    """Say whether changes in runs/ are told of, or found by looking."""
    folder = workspace.runs if workspace.runs.is_dir() else workspace.root
    kind = filesystem.kind(folder)
    if filesystem.delivers_events(folder):
        return Checked("file events", fine=True, found=f"runs/ is on {kind}")
    mend = "reports are seen within a second instead; put the workspace on a local disk to see them at once"
    return Checked("file events", fine=False, found=f"none: runs/ is on {kind}", mend=mend)


def _state_folder() -> Checked:
    """Try to write where locks, anchors and secrets are kept."""
    folder = state().folder
    try:
        folder.mkdir(parents=True, exist_ok=True)
        probe = folder / "doctor.probe"
        write(probe, b"doctor\n", mode=0o600)
        probe.unlink()
    except (OSError, MachineError) as error:
        return Checked("state folder", fine=False, found=str(error), mend="set XDG_STATE_HOME to a writable folder")
    return Checked("state folder", fine=True, found=str(folder))
