"""`verify`: the ledger's chain, every digest, every finding re-derived."""

from __future__ import annotations

import argparse
from dataclasses import asdict

from coordinator.cli.common import observer_of, print_json, print_problems, run_of, workspace_of
from coordinator.engine.verify import Verification
from coordinator.errors import Exit


def main(arguments: argparse.Namespace) -> Exit:
    """Check that everything still says what was sealed, and say what was looked at."""
    workspace = workspace_of(arguments)
    opened = run_of(workspace, arguments.run)
    verified = Verification(workspace, opened)(observer_of(workspace, opened))
    problems = sorted(verified.problems)
    if arguments.json:
        found = [asdict(problem) for problem in problems]
        print_json({"run": opened.run.run, "checked": verified.counts, "problems": found})
    else:
        print_problems(problems, as_json=False)
        checked = ", ".join(f"{number} {what}" for what, number in verified.counts.items())
        print(f"run {opened.run.run}: checked {checked}")
        print(f"{len(problems)} problems" if problems else "everything is what was sealed, and the findings follow")
    return Exit.PROBLEMS if problems else Exit.FINE
