"""`execute`: the executor on its own, for example on the machine with the accelerators."""

from __future__ import annotations

import argparse

from coordinator.cli.common import state, workspace_of
from coordinator.errors import Exit
from coordinator.experiments import executor


def main(arguments: argparse.Namespace) -> Exit:
    """Run experiments that are handed over, until told to stop."""
    return executor.serve(workspace_of(arguments), state(), parent=arguments.parent, once=arguments.once)
