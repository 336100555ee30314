"""`explain`: the last verdict, with every reason and every number it compared."""

from __future__ import annotations

import argparse
from pathlib import Path

from coordinator.cli.common import print_json, run_of, workspace_of
from coordinator.errors import Exit, UsageError
from coordinator.model.entry import ReasonGiven, VerdictGiven
from coordinator.model.history import History


def main(arguments: argparse.Namespace) -> Exit:
    """Print what the ledger says of one worker, or of one of its experiments."""
    workspace = workspace_of(arguments)
    worker = workspace.worker_at(Path(arguments.worker))
    opened = run_of(workspace, worker.run)
    history = opened.memory.histories.get(worker.direction)
    if history is None:
        raise UsageError(f"the run has no direction {worker.direction}", path=arguments.worker)
    wanted = Path(arguments.experiment).name if arguments.experiment else None
    verdicts = [one for name, one in sorted(history.verdicts.items()) if wanted in {None, name}]
    if wanted and not verdicts:
        hint = "a verdict is given when a report is answered"
        raise UsageError(f"there is no verdict on {wanted} yet", path=arguments.worker, hint=hint)
    if arguments.json:
        print_json([one.model_dump(mode="json") for one in verdicts])
        return Exit.FINE
    if wanted is None:
        _print_instruction(history)
    for verdict in verdicts:
        _print_verdict(verdict)
    return Exit.FINE


def _print_instruction(history: History) -> None:
    """Say what the worker was told last, and why."""
    if history.last is None:
        print("no instruction was given yet")
        return
    fact = history.last.fact
    about = f" {fact.about}" if fact.about else ""
    print(f"instruction {fact.instruction}: {fact.action}{about} ({', '.join(fact.reasons)})")
    if history.ending is not None:
        print(f"ended: {history.ending.ending}")


def _print_verdict(verdict: VerdictGiven) -> None:
    score = "" if verdict.score is None else f", score {verdict.score:g}"
    print(f"\n{verdict.experiment}: {verdict.standing}{score}")
    for reason in verdict.reasons:
        print(f"  {'ok ' if reason.holds else 'no '} {reason.code}: {reason.message}{_numbers(reason)}")


def _numbers(reason: ReasonGiven) -> str:
    """Show what was compared, six digits each."""
    shown = [f"{name} {value:.6g}" for name, value in reason.numbers.items() if isinstance(value, int | float)]
    return f" ({', '.join(shown)})" if shown else ""
