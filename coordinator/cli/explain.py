"""`explain`: the last verdict, with every rule, what it compared, and how to satisfy it."""

from __future__ import annotations

import argparse
from pathlib import Path

from coordinator.cli.common import now, observer_of, print_json, run_of, workspace_of
from coordinator.errors import Exit, UsageError
from coordinator.model.entry import ReasonGiven, VerdictGiven
from coordinator.model.finding import Agreement
from coordinator.model.history import History
from coordinator.rules.candidate import confirmations_of, refuters_of, replication_of, shortfall
from coordinator.rules.case import Case, put_together
from coordinator.rules.experiment import Assessed
from coordinator.rules.remedies import remedy


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
    observed = observer_of(workspace, opened).observe(now(), opened.memory)
    case = put_together(observed.now, observed.workers[worker.direction], history, observed.settings)
    by_name = {one.name: one for one in case.experiments}
    for verdict in verdicts:
        _print_verdict(verdict)
        if verdict.experiment in by_name:
            _print_progress(by_name[verdict.experiment], case)
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
        if not reason.holds and remedy(reason.code):
            print(f"      to satisfy it: {remedy(reason.code)}")


def _print_progress(one: Assessed, case: Case) -> None:
    """Say how far an experiment with a claim has come: replicated, confirmed, refuted."""
    if one.effect is None or one.effect.mean is None:
        return
    found = replication_of(one, case.experiments, case.bar.replications)
    tried = f"{len(found.agreed)} of {len(found.agreed) + len(found.disagreed)} agree, {case.bar.replications} required"
    _print_rule("replicated", tried, "replication_failed", holds=found.agreement is Agreement.HOLDS)
    for other in case.experiments:
        short = shortfall(other, one) if other.plan and other.plan.replicates == one.name else None
        if short is not None:
            _print_rule(short.code, f"{other.name}: {short.message}", short.code, holds=False)
    for tried_on in confirmations_of(one, case.history, case.bar.alpha):
        test = tried_on.test
        compared = f"{test.name} on {test.n} fresh seeds: p {test.p:.3g} at most {case.bar.alpha:g}"
        half = f"; mean {test.mean:.3g}, at least half of {abs(one.effect.mean):.3g}"
        _print_rule("confirmed", compared + half, *tried_on.against, holds=tried_on.holds)
    if refuted := refuters_of(one, case.experiments):
        _print_rule("refuted", f"its refuted_if came true in {', '.join(refuted)}", "refuted", holds=False)


def _print_rule(rule: str, compared: str, *against: str, holds: bool) -> None:
    print(f"  {'ok ' if holds else 'no '} {rule}: {compared}")
    for code in () if holds else against:
        print(f"      to satisfy it: {remedy(code)}")


def _numbers(reason: ReasonGiven) -> str:
    """Show what was compared, six digits each."""
    shown = [f"{name} {value:.6g}" for name, value in reason.numbers.items() if isinstance(value, int | float)]
    return f" ({', '.join(shown)})" if shown else ""
