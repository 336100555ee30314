"""`assistants`: the clients' settings, and workers that are started and kept going. Their hooks call `hook`."""

from __future__ import annotations

import argparse
import os
import shlex
import time
from dataclasses import asdict
from pathlib import Path

from coordinator.assistants import CLIENTS, checkup, commands, setup
from coordinator.assistants.launch import Launch, Outside, environment
from coordinator.assistants.sessions import Notes
from coordinator.assistants.setup import Settled
from coordinator.cli.common import now, print_json, print_problems, state, workspace_of
from coordinator.engine.opening import read_config
from coordinator.errors import Exit, UsageError
from coordinator.experiments.signals import flagged
from coordinator.model.settings import Settings
from coordinator.store.layout import Workspace
from coordinator.store.lock import holder

BEAT = 0.5
"""Seconds between two looks at the clients."""


def main(arguments: argparse.Namespace) -> Exit:
    """Carry out one of the commands."""
    return {"setup": _setup, "launch": _launch}[arguments.what](arguments)


def settings_of(workspace: Workspace) -> Settings:
    """Read the config that settings are made from.

    Raises:
        UsageError: it has problems.
    """
    found = read_config(workspace)
    if found.settings is None:
        hint = "`python -m coordinator check` lists them"
        raise UsageError("has problems", path=workspace.relative(workspace.config_file), hint=hint)
    return found.settings[0]


def _setup(arguments: argparse.Namespace) -> Exit:
    """Write the settings, or look whether they are current."""
    workspace = workspace_of(arguments)
    settings = settings_of(workspace)
    clients = CLIENTS if arguments.client == "all" else (arguments.client,)
    done = [one for client in clients for one in setup.settle(workspace, settings, client, check=arguments.check)]
    if arguments.json:
        print_json([asdict(one) for one in done])
    else:
        for one in done:
            print(f"{one.path}: {_said(one, check=arguments.check)}")
            print_problems(one.problems, as_json=False)
    return Exit.FINE if all(one.current for one in done) else Exit.PROBLEMS


def _said(one: Settled, *, check: bool) -> str:
    if one.problems:
        return "left as it is"
    if one.written:
        return "written"
    return "current" if one.current or not check else "not current: python -m coordinator assistants setup"


def _launch(arguments: argparse.Namespace) -> Exit:
    """Keep a worker on each open direction, until all of them have ended or somebody says stop."""
    workspace = workspace_of(arguments)
    settings = settings_of(workspace)
    wanted, switch = arguments.client or settings.assistants.client, settings.assistants.switch
    found = commands.all_installed()
    order = sorted(found, key=lambda client: client != wanted)
    if not switch:
        order = [client for client in order if wanted in {None, client}][:1]
    programs = {client: found[client] for client in order}
    if arguments.dry_run and not programs:
        programs = {wanted or "claude": commands.PROGRAMS[wanted or "claude"][0]}
    outside = Outside(programs, environment(os.environ), now, lambda line: print(line, flush=True))
    launched = Launch(Notes(state(), workspace), outside, switch=switch)
    if arguments.dry_run:
        for _, command in launched.commands():
            print(shlex.join(command))
        return Exit.FINE
    _warn(workspace, settings, programs)
    return _keep(launched, workspace)


def _warn(workspace: Workspace, settings: Settings, programs: dict[str, str]) -> None:
    """Say before the night what would spoil it; whatever is about a client begins with its name."""
    for one in checkup.check(workspace, settings, os.environ, Path.cwd()):
        if not one.fine and one.what.split()[0] in programs:
            print(f"[!] {one.what}: {one.found}\n     {one.mend}", flush=True)


def _keep(launched: Launch, workspace: Workspace) -> Exit:
    if holder(state().coordinator_lock(workspace.root)) is None:
        hint = "leave it running in another terminal: `python -m coordinator watch`"
        raise UsageError("no coordinator is running", path=str(workspace.root), hint=hint)
    with flagged() as told_to_end:
        try:
            while not told_to_end.is_set and launched.beat():
                time.sleep(BEAT)
        finally:
            launched.stop()
    return Exit.FINE
