"""What is there? One pass reads the world into an immutable observation.

A worker's folder is read whole when its report changed, when the ledger learnt something about its direction,
or while something in it is being written, queued or run; otherwise two stats are all that it costs.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import partial

from coordinator.engine.folder import Folder
from coordinator.engine.reading import Reading, moment
from coordinator.engine.rest import Rest
from coordinator.errors import MachineError
from coordinator.model.direction import Direction
from coordinator.model.history import History, Memory
from coordinator.model.observation import Observation, WorkerView
from coordinator.model.paper import Overview
from coordinator.model.problem import Parsed, Problem
from coordinator.model.run import FrozenRun
from coordinator.papers.index import overviews
from coordinator.papers.relevance import fitting
from coordinator.store.layout import WorkerPaths, Workspace
from coordinator.store.read import Signature, signature
from coordinator.text import report

LOOK_SECONDS = 10.0
"""Between two looks for signs of life from a worker whose silence would soon count."""


@dataclass(slots=True)
class _Seen:
    """A worker's folder as it was last read.

    Args:
        key: what it depended on.
        view: what was there.
        calm: nothing in it can change its meaning without the key changing.
        looked: when signs of life were last looked for, UTC.
        progress_n: number of the ledger's last start or end that it shows.
    """

    key: tuple[object, ...]
    view: WorkerView
    calm: bool
    looked: datetime
    progress_n: int


class Observer:
    """Looks at one run.

    Args:
        workspace: where everything lies.
        run: what governs the run.
        target_modules: top-level importable names of the target.
        rest: tells whole files from half ones.
    """

    def __init__(self, workspace: Workspace, run: FrozenRun, target_modules: frozenset[str], rest: Rest) -> None:
        self._workspace = workspace
        self._run = run
        self._target_modules = target_modules
        self._reading = Reading(workspace.root, rest)
        self._seen: dict[str, _Seen] = {}
        self._cards: Mapping[str, Overview] | None = None
        """The papers' overviews, as one look finds them."""

    def closed(self, paths: Iterable[str]) -> None:
        """Note files that were seen closed or moved into place since the last pass."""
        self._reading.rest.closed(paths)

    def observe(self, now: datetime, memory: Memory, changed: tuple[Problem, ...] = ()) -> Observation:
        """Read everything that one decision needs.

        Args:
            now: UTC.
            memory: what the ledger says.
            changed: the coordinator's own files that somebody else changed.

        Raises:
            MachineError: something cannot be read, and it is the machine's fault.
        """
        observed, failed = self.look(now, memory, changed)
        if failed is not None:
            raise failed
        return observed

    def look(
        self, now: datetime, memory: Memory, changed: tuple[Problem, ...] = ()
    ) -> tuple[Observation, MachineError | None]:
        """Read what can be read: a worker's folder that the machine does not give keeps nobody else waiting.

        Args:
            now: UTC.
            memory: what the ledger says.
            changed: the coordinator's own files that somebody else changed.

        Returns:
            The observation, without the workers that could not be read, and why that was.
        """
        self._cards = None
        workers: dict[str, WorkerView] = {}
        failed = None
        for direction in self._run.directions:
            try:
                workers[direction.id] = self._worker(direction, memory.histories[direction.id], now)
            except MachineError as error:
                failed = error
        observed = Observation(now, self._run.run, self._run.settings, memory, workers, self._target_modules, changed)
        return observed, failed

    def _worker(self, direction: Direction, history: History, now: datetime) -> WorkerView:
        paths = self._workspace.worker(self._run.run, direction.id)
        inbox = self._inbox(paths, now)
        seen = self._seen.get(direction.id)
        current = seen is not None and seen.view.settled and seen.progress_n == history.progress_n
        if history.ending is not None and seen is not None and current:
            return replace(seen.view, inbox_sha256=inbox)
        relative = self._workspace.relative(paths.report)
        key = (
            signature(self._workspace.root, relative),
            len(history.instructions),
            history.progress_n,
        )
        if seen is None or seen.key != key or not seen.calm:
            seen = self._whole(key, (direction, history), paths, now)
            self._seen[direction.id] = seen
        self._look_for_signs(seen, paths, now)
        return replace(seen.view, inbox_sha256=inbox)

    def _inbox(self, paths: WorkerPaths, now: datetime) -> str:
        known = self._reading.document(self._workspace.relative(paths.inbox), _as_it_is, now.timestamp())
        return known.sha256 if known else ""

    def _whole(
        self, key: tuple[object, ...], whose: tuple[Direction, History], paths: WorkerPaths, now: datetime
    ) -> _Seen:
        """Read a worker's folder whole."""
        direction, history = whose
        relative = self._workspace.relative(paths.report)
        parse = partial(report.parse, direction=direction.id)
        said = self._reading.document(relative, parse, now.timestamp())
        folder = self._folder(paths)
        experiments = folder.experiments(now, _sealed(history))
        view = WorkerView(
            direction=direction,
            path=self._workspace.relative(paths.folder),
            report_path=relative,
            report=said.parsed if said else None,
            report_sha256=said.sha256 if said else "",
            inbox_sha256="",
            experiments=experiments,
            last_sign=max(_past(now, said.changed_at if said else None, folder.newest(now)), default=None),
            settled=(said is None or said.settled) and folder.settled,
            papers=self._papers(direction) if history.last is None else (),
        )
        at_rest = view.settled and folder.at_rest and (said is None or said.at_rest)
        waiting = history.in_flight or any(one.queued for one in experiments)
        return _Seen(key, view, calm=at_rest and not waiting, looked=now, progress_n=history.progress_n)

    def _papers(self, direction: Direction) -> tuple[str, ...]:
        """Name the papers that may help with a question."""
        if self._cards is None:  # once for all of them: at the beginning of a run every worker asks
            self._cards = overviews(self._workspace)
        return fitting(self._cards, f"{direction.title} {direction.question} {direction.context}")

    def _look_for_signs(self, seen: _Seen, paths: WorkerPaths, now: datetime) -> None:
        """Look for newer signs of life, but only where their lack would soon count, and not all the time."""
        patience = timedelta(minutes=self._run.settings.attention.stall_minutes) / 2
        pause = min(timedelta(seconds=LOOK_SECONDS), patience / 10)
        recently = seen.view.last_sign is not None and now - seen.view.last_sign < patience
        if recently or timedelta() <= now - seen.looked < pause:
            return
        seen.looked = now
        said = signature(self._workspace.root, seen.view.report_path)
        reported = moment(said) if isinstance(said, Signature) else None
        signs = _past(now, seen.view.last_sign, reported, self._folder(paths).newest(now))
        seen.view = replace(seen.view, last_sign=max(signs, default=None))

    def _folder(self, paths: WorkerPaths) -> Folder:
        return Folder(self._workspace, paths, self._reading, self._target_modules)


def _past(now: datetime, *times: datetime | None) -> list[datetime]:
    """Leave out what is not known, and what is still to come: a writer may set any time."""
    return [time for time in times if time is not None and time <= now]


def _sealed(history: History) -> dict[str, dict[int, str]]:
    """Give each experiment that was started, with the digests of its executions that have ended."""
    found: dict[str, dict[int, str]] = {start.fact.experiment: {} for start in history.starts}
    for start in history.starts:
        if start.end is not None:
            found[start.fact.experiment][start.n] = start.end.execution_sha256
    return found


def _as_it_is(data: bytes, _: str) -> Parsed[bytes]:
    return Parsed(data)
