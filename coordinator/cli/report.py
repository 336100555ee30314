"""`report`: the findings again, compiled from ledger and outputs."""

from __future__ import annotations

import argparse

from coordinator.cli.common import now, observer_of, print_json, run_of, workspace_of
from coordinator.engine.compile import compile_run, view_of
from coordinator.errors import Exit


def main(arguments: argparse.Namespace) -> Exit:
    """Compile the findings of a run, an open one included, and say where they are."""
    workspace = workspace_of(arguments)
    opened = run_of(workspace, arguments.run)
    observed = observer_of(workspace, opened).observe(now(), opened.memory)
    sealed = compile_run(workspace, view_of(observed, opened.run, opened.ledger.read()))
    where = workspace.relative(workspace.run(opened.run.run).findings)
    if arguments.json:
        print_json(
            {
                "run": opened.run.run,
                "findings": where,
                "sha256": sealed.findings_sha256,
                "open": list(opened.memory.open),
            }
        )
    else:
        print(where)
    return Exit.FINE
