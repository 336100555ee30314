"""`verify`: the ledger's chain, every digest, every finding re-derived."""

from __future__ import annotations

import argparse
from dataclasses import asdict

from coordinator.cli import again
from coordinator.cli.common import observer_of, print_json, print_problems, run_of, workspace_of
from coordinator.engine.observe import Observer
from coordinator.engine.opening import Opened
from coordinator.engine.verify import Verification, cited_by
from coordinator.errors import Exit
from coordinator.experiments.again import recorded
from coordinator.rules.outcome import findings
from coordinator.store.layout import Workspace


def main(arguments: argparse.Namespace) -> Exit:
    """Check that everything still says what was sealed, and say what was looked at."""
    workspace = workspace_of(arguments)
    opened = run_of(workspace, arguments.run)
    observer = observer_of(workspace, opened)
    verified = Verification(workspace, opened)(observer)
    problems = sorted(verified.problems)
    rerun = _rerun(workspace, opened, observer) if arguments.rerun else None
    if arguments.json:
        found = [asdict(problem) for problem in problems]
        facts = {"run": opened.run.run, "checked": verified.counts, "problems": found}
        print_json(facts if rerun is None else {**facts, "rerun": again.facts(rerun)})
    else:
        print_problems(problems, as_json=False)
        checked = ", ".join(f"{number} {what}" for what, number in verified.counts.items())
        print(f"run {opened.run.run}: checked {checked}")
        print(f"{len(problems)} problems" if problems else "everything is what was sealed, and the findings follow")
        if rerun is not None:
            again.show(rerun, as_json=False)
    return Exit.PROBLEMS if problems or (rerun is not None and again.code(rerun)) else Exit.FINE


def _rerun(workspace: Workspace, opened: Opened, observer: Observer) -> list[again.Outcome]:
    """Run every experiment again that a finding cites."""
    assert opened.memory.started is not None, "a run has its first entry"
    cited = cited_by(findings(observer.observe(opened.memory.started, opened.memory)))
    run = again.open_run_of(workspace, opened)
    asked = []
    for direction, experiment, phase in cited:
        paths = workspace.worker(opened.run.run, direction).experiment(experiment)
        asked.append(recorded(run, paths, phase))
    return again.execute(asked)
