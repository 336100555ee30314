"""What lies in one worker's folder? Its experiments, read beneath the root, without links, capped."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from functools import partial
from typing import TypeVar

from coordinator.engine.reading import CAP, Known, Reading, moment
from coordinator.engine.rest import GOOD_SECONDS
from coordinator.experiments.seal import names_of_sealed, read_sealed
from coordinator.model.observation import CodeFacts, ExperimentView
from coordinator.model.problem import Parsed, Problem
from coordinator.model.record import Record
from coordinator.store.layout import ExperimentPaths, WorkerPaths, Workspace, is_experiment
from coordinator.store.read import Kind, Signature, names, signature
from coordinator.text import experiment_plan, record, summary
from coordinator.text.canonical import digest_of
from coordinator.text.code import code_facts

T = TypeVar("T")

EXPERIMENTS_CAP = 10_000
"""Folders of one worker that are looked at; its budget ends long before."""


class Folder:
    """One worker's experiments, as they are on the disk.

    Args:
        workspace: where everything lies.
        paths: of the worker.
        reading: remembers what did not change.
        target_modules: top-level importable names of the target.
    """

    def __init__(
        self, workspace: Workspace, paths: WorkerPaths, reading: Reading, target_modules: frozenset[str]
    ) -> None:
        self._workspace = workspace
        self._paths = paths
        self._reading = reading
        self._target_modules = target_modules
        self.settled = True
        """Nothing that was read is still being written."""
        self.at_rest = True
        """What was read has been as it is for a while, and need not be read again until it changes."""

    def experiments(self, now: datetime, started: Mapping[str, Mapping[int, str]]) -> tuple[ExperimentView, ...]:
        """Read every experiment, in the order of names; of one that is gone, what the run's folder still has.

        Args:
            now: UTC.
            started: those that the ledger knows -> number of each start that has ended -> digest of its
                execution; whatever lies in the place of another one's record is not the executor's.
        """
        there = list(self._found())
        gone = sorted(started.keys() - {paths.experiment for paths in there})
        found = [(paths, False) for paths in there] + [(self._paths.experiment(name), True) for name in gone]
        ordered = sorted(found, key=lambda one: one[0].experiment)
        return tuple(
            self._experiment(paths, now, started.get(paths.experiment), gone=is_gone) for paths, is_gone in ordered
        )

    def newest(self, now: datetime) -> datetime | None:
        """Give the time of the newest change of anything that the worker writes in its experiments.

        A time that is still to come says nothing: it would make a worker that is gone look alive.
        """
        times = (moment(found) for paths in self._found() for found in self._signatures(paths))
        return max((time for time in times if time is not None and time <= now), default=None)

    def _found(self) -> Iterator[ExperimentPaths]:
        listed = names(self._workspace.root, self._workspace.relative(self._paths.experiments), EXPERIMENTS_CAP)
        if not isinstance(listed, list):
            return
        for entry in listed:
            if entry.kind is Kind.FOLDER and is_experiment(entry.name):
                yield self._paths.experiment(entry.name)

    def _signatures(self, paths: ExperimentPaths) -> Iterator[Signature]:
        for path in (paths.plan, paths.code, paths.summary, paths.request):
            found = signature(self._workspace.root, self._workspace.relative(path))
            if isinstance(found, Signature):
                yield found

    def _experiment(
        self, paths: ExperimentPaths, now: datetime, sealed: Mapping[int, str] | None, *, gone: bool
    ) -> ExperimentView:
        relative = self._workspace.relative
        parse_plan = partial(experiment_plan.parse, experiment=paths.experiment)
        plan = self._document(relative(paths.plan), parse_plan, now)
        said = self._document(relative(paths.summary), partial(summary.parse, experiment=paths.experiment), now)
        witnessed, digests = (None, {}) if sealed is None else self._witnessed(paths, now, sealed)
        code, unreadable = self._code(paths, now)
        request = signature(self._workspace.root, relative(paths.request))
        return ExperimentView(
            name=paths.experiment,
            path=relative(paths.folder),
            plan_path=relative(paths.plan),
            code_path=relative(paths.code),
            summary_path=relative(paths.summary),
            plan=plan.parsed if plan else None,
            plan_sha256=plan.sha256 if plan else "",
            summary=said.parsed if said else None,
            code=code,
            record=witnessed,
            queued=isinstance(request, Signature),  # the executor never answers what is no file
            execution_sha256=digests,
            unreadable=unreadable,
            summary_sha256=said.sha256 if said else "",
            gone=gone,
        )

    def _witnessed(
        self, paths: ExperimentPaths, now: datetime, sealed: Mapping[int, str]
    ) -> tuple[Record | None, Mapping[int, str]]:
        """Read the coordinator's own record or the one in the worker's folder, and digest its executions.

        The one that holds more of what the ledger sealed, since either may have been edited; where both do, the
        coordinator's own. What the ledger's digests do not vouch for counts for nothing, whichever it is.
        """
        own = self._workspace.run(paths.run).record(paths.direction, paths.experiment)
        found: list[tuple[Record, Mapping[int, str]]] = []
        for path in (own, paths.record):
            relative = self._workspace.relative(path)
            known = self._document(relative, record.parse, now, record.MAX_BYTES)
            if known is not None and known.parsed.value is not None:
                found.append((known.parsed.value, self._digests(relative, known.sha256, known.parsed.value)))
        return max(found, key=lambda one: len(one[1].items() & sealed.items()), default=(None, {}))

    def _digests(self, relative: str, sha256: str, witnessed: Record) -> Mapping[int, str]:
        """Digest every execution as the executor sealed it in the ledger.

        Of several executions of one start the first counts, as it does for whoever reads the record: a
        forged one before the sealed one must not pass for it.
        """
        latest_first = tuple(reversed(witnessed.executions))
        return self._reading.derived(
            relative, sha256, lambda: {execution.start: digest_of(execution) for execution in latest_first}
        )

    def _document(
        self, relative: str, parse: Callable[[bytes, str], Parsed[T]], now: datetime, cap: int = CAP
    ) -> Known[T] | None:
        """Read one document; one that reads well is taken as it is, since the report says that it is done."""
        known = self._reading.document(relative, parse, now.timestamp(), cap)
        if known is not None:
            self.settled = self.settled and (known.settled or known.parsed.value is not None)
            self.at_rest = self.at_rest and known.at_rest
        return known

    def _code(self, paths: ExperimentPaths, now: datetime) -> tuple[CodeFacts | None, tuple[Problem, ...]]:
        """Say what can be said of the code without running it."""
        folder = self._workspace.relative(paths.folder)
        make = partial(self._facts, folder)
        problems: list[Problem] = []
        sealed = [f"{folder}/{name}" for name in names_of_sealed(self._workspace.root, folder, problems)]
        found = [(path, signature(self._workspace.root, path)) for path in sealed]
        if all(self._rests(path, one, now) for path, one in found):
            return self._reading.derived(folder, (problems, found), make)
        self.at_rest = False
        return make()

    def _rests(self, path: str, found: Signature | Problem | None, now: datetime) -> bool:
        if not isinstance(found, Signature):
            return True
        return self._reading.rest.seconds(path, found, now.timestamp()) >= GOOD_SECONDS

    def _facts(self, folder: str) -> tuple[CodeFacts | None, tuple[Problem, ...]]:
        """Read the code just as the executor would seal it, so that both mean the same by it."""
        sealed = read_sealed(self._workspace.root, folder)
        if sealed.value is None:
            return None, sealed.problems
        return (code_facts(sealed.value.files, self._target_modules), ()) if sealed.value.has_code else (None, ())
