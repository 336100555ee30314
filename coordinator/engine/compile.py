"""Write the findings of a run: views of what was decided, compiled from ledger and sealed outputs alone."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import datetime
from functools import partial
from pathlib import Path

from coordinator.engine.aside import insist
from coordinator.model.entry import DirectionEnded, Entry, RunEnded
from coordinator.model.history import Memory
from coordinator.model.observation import Observation, WorkerView
from coordinator.model.protection import Protection
from coordinator.model.record import Execution
from coordinator.model.run import FrozenRun
from coordinator.report.findings import compile_findings
from coordinator.report.guards import not_kept
from coordinator.report.view import RunView
from coordinator.rules.experiment import execution_of
from coordinator.rules.history import remember
from coordinator.rules.outcome import findings
from coordinator.store.layout import Workspace
from coordinator.store.write import write
from coordinator.text.canonical import sha256


def compiled_from(entries: tuple[Entry, ...]) -> Memory:
    """Give what the ledger said when the findings were compiled: an executor's late end changes them no more."""
    ended = next((entry.n for entry in entries if isinstance(entry.fact, RunEnded)), len(entries) + 1)
    return remember(entry for entry in entries if entry.n < ended)


def view_of(observed: Observation, run: FrozenRun, entries: tuple[Entry, ...]) -> RunView:
    """Derive what the report shows; the same ledger and outputs give the same view."""
    memory = compiled_from(entries)
    observed = replace(observed, memory=memory)
    assert memory.started is not None, "an open run has its first entry"
    guards = _guards(observed)
    return RunView(
        run=run.run,
        started=memory.started,
        ended=_ended(entries) if not memory.open else None,
        settings=run.settings,
        directions=run.directions,
        findings=findings(observed),
        workers={direction: f"../{view.path.rsplit('/', 1)[-1]}" for direction, view in observed.workers.items()},
        guards=tuple(sorted(guards)),
        kept=guards,
        limits=tuple(sorted({execution.limits for execution in _vouched(observed)} - {""})),
        tampering=memory.tampering,
        unchecked=_unchecked(observed, guards),
        papers={direction: _papers(view) for direction, view in observed.workers.items()},
        facts=_facts(entries),
    )


def compile_run(workspace: Workspace, view: RunView) -> RunEnded:
    """Write findings.md, findings.html and the plots; give the fact that seals them."""
    folder = workspace.run(view.run)
    files = compile_findings(view)
    for name, data in files.items():
        path = folder.folder / name
        put = partial(_put, path, data, workspace.root)
        insist(put, folder.folder, path, workspace.root)
    digests = {name: sha256(data) for name, data in sorted(files.items())}
    return RunEnded(findings_sha256=digests[folder.findings.name], files_sha256=digests)


def _put(path: Path, data: bytes, beneath: Path) -> None:
    write(path, data, beneath=beneath)


def _ended(entries: tuple[Entry, ...]) -> datetime | None:
    endings = [entry.at for entry in entries if isinstance(entry.fact, DirectionEnded)]
    return endings[-1] if endings else None


def _facts(entries: tuple[Entry, ...]) -> dict[str, str | int]:
    """Tie the findings to the ledger as it was when the last direction ended."""
    endings = [entry for entry in entries if isinstance(entry.fact, DirectionEnded)]
    return {"ledger_entries": endings[-1].n, "ledger_head": endings[-1].digest} if endings else {}


def _papers(view: WorkerView) -> tuple[str, ...]:
    """Name the papers that the plans of a direction draw on."""
    plans = [one.plan.value for one in view.experiments if one.plan is not None]
    return tuple(dict.fromkeys(paper for plan in plans if plan is not None for paper in plan.papers))


def _guards(observed: Observation) -> dict[str, tuple[Protection, ...]]:
    """Name what was in force, and what every experiment under it was kept from."""
    found: dict[str, tuple[Protection, ...]] = {}
    for execution in _vouched(observed):
        before = found.get(execution.guard, execution.enforced)
        found[execution.guard] = tuple(each for each in before if each in execution.enforced)
    return found


def _vouched(observed: Observation) -> Iterator[Execution]:
    """Give the executions whose records the ledger vouches for: a worker can write the others."""
    for direction, view in observed.workers.items():
        views = {one.name: one for one in view.experiments}
        for start in observed.memory.histories[direction].starts:
            one = views.get(start.fact.experiment)
            execution = execution_of(one, start) if one else None
            if execution:
                yield execution


def _unchecked(observed: Observation, guards: Mapping[str, tuple[Protection, ...]]) -> tuple[str, ...]:
    """Name what was not enforced, so that nobody reads more into a finding than there is."""
    settings = observed.settings
    enforced = [each for each in Protection if guards and all(each in found for found in guards.values())]
    limits = list(not_kept(enforced, network=settings.experiment_network == "allow"))
    limits += [
        "That an experiment asks no other program of this user, by a local socket, to act for it.",
        "That a worker with the same user id leaves the coordinator's own state folder alone.",
        "Whether the target leaks its test data into its training data.",
    ]
    return tuple(limits)
