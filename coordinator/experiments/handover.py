"""How does a worker hand an experiment over, and how does it learn the end? The side of the `run` command.

It writes one file, request.json, and then only reads: it may run inside of an assistant's sandbox, from where
the state folder cannot be written. What it reads there (the public ledger, the record) could have been edited
by the worker, who would deceive nobody but itself. Killed at any moment and called again it finds where
things stand and goes on waiting.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from coordinator.errors import MachineError, RefusedError, UsageError
from coordinator.experiments import answered, requests, seal
from coordinator.experiments.clock import Clock
from coordinator.experiments.progress import Progress, Stage, ended, queued, refused, running
from coordinator.experiments.public_ledger import PublicLedger
from coordinator.model.history import History, Start
from coordinator.model.problem import Problem
from coordinator.model.record import Execution, Phase, Request
from coordinator.store.layout import ExperimentPaths, WorkerPaths, Workspace
from coordinator.store.lock import holder
from coordinator.store.read import Content, Kind, Signature, names, read, signature
from coordinator.store.state import State
from coordinator.store.write import write
from coordinator.text import record as record_text
from coordinator.text import request as request_text

POLL_SECONDS = 0.2
"""Between two looks at where things stand."""
REPEATS = 3
"""How often a request that vanished without an answer is written again."""

FOLDER_HINT = "give the folder of an experiment of the open run: runs/{run}-{direction}/experiments/exp_001"


@dataclass(slots=True)
class Handover:
    """An experiment that was handed over, or whose execution this attached to.

    Args:
        workspace: where it lies.
        paths: of the experiment.
        phase: exploring or confirming.
        wanted: what was to be executed, as it was then.
        files_sha256: digest of plan and code as they were then; empty for a confirmation.
        head: number of the ledger's last entry then.
        ids: requests whose answer is ours: our own, and one that replaced it meanwhile.
    """

    workspace: Workspace
    paths: ExperimentPaths
    phase: Phase
    wanted: answered.Wanted
    files_sha256: str
    head: int
    ids: list[str] = field(default_factory=list)


def hand_over(workspace: Workspace, path: Path, phase: Phase, own: WorkerPaths | None = None) -> Handover:
    """Hand an experiment over, unless that was done already; then attach to it.

    Args:
        workspace: the only place whose experiments are run.
        path: of the experiment's folder, as it was typed.
        phase: exploring or confirming.
        own: the worker that calls, where that is known; then another one's experiments are refused.

    Raises:
        RefusedError: it is no folder of the open run, or another worker's, or its other phase waits.
        MachineError: the disk refused.
    """
    paths = locate(workspace, path)
    if own is not None and (own.run, own.direction) != (paths.run, paths.direction):
        hint = f"run experiments of your own: {workspace.relative(own.experiments)}"
        raise RefusedError("belongs to another worker", path=str(path), hint=hint)
    memory = PublicLedger(workspace, paths).read()
    history = memory.histories.get(paths.direction)
    if history is None or memory.ended is not None:
        raise RefusedError("belongs to no open run", path=str(path), hint=FOLDER_HINT)
    sealed = seal.read_sealed(workspace.root, workspace.relative(paths.folder)).value or seal.Sealed(None)
    wanted = answered.Wanted(paths.experiment, phase, sealed.plan_sha256, sealed.code_sha256)
    files = sealed.files_sha256 if phase is Phase.EXPLORE else ""
    handover = Handover(workspace, paths, phase, wanted, files, memory.head)
    waiting = requests.of(workspace, paths)
    if waiting is not None and not _outdated(waiting, handover):
        _adopt(handover, waiting)
    elif waiting is not None or answered.answer(history, handover.wanted) is None:
        _request(handover)
    return handover


def locate(workspace: Workspace, path: Path) -> ExperimentPaths:
    """Find the experiment that a path names: a real folder behind no link, of a worker of a run that has begun.

    Not of the newest run: anybody can make a folder that looks newer.

    Raises:
        RefusedError: it is anything else.
    """
    try:
        paths = workspace.experiment_at(path)
    except UsageError as error:
        raise RefusedError(error.message, path=str(path), hint=FOLDER_HINT) from error
    listed = names(workspace.root, workspace.relative(paths.folder))
    if listed is None:
        raise RefusedError("there is no such folder", path=str(path), hint=FOLDER_HINT)
    if isinstance(listed, Problem):
        raise RefusedError(listed.message, path=str(path), hint=listed.hint)
    if any(entry.name == paths.request.name and entry.kind is not Kind.FILE for entry in listed):
        raise RefusedError("is no plain file", path=str(paths.request), hint="remove it")
    if paths.run not in workspace.runs_found():
        raise RefusedError("belongs to no open run", path=str(path), hint=FOLDER_HINT)
    return paths


def _outdated(waiting: Request, handover: Handover) -> bool:
    """Tell whether a request that waits is for other bytes than those that are there now: it would be refused."""
    return waiting.phase is handover.phase and waiting.files_sha256 not in {"", handover.files_sha256}


def _adopt(handover: Handover, waiting: Request) -> None:
    """Wait for the answer to a request that is there already."""
    if waiting.phase is not handover.phase:
        message = f"it is handed over already, for another phase: {waiting.phase}"
        raise RefusedError(message, path=str(handover.paths.folder), hint="wait until that has ended")
    if waiting.id not in handover.ids:
        handover.ids.append(waiting.id)


def _request(handover: Handover) -> None:
    """Write a request of our own."""
    request = Request(
        experiment=handover.paths.experiment,
        phase=handover.phase,
        id=secrets.token_hex(8),
        files_sha256=handover.files_sha256,
    )
    handover.ids.append(request.id)
    write(handover.paths.request, request_text.print_(request), beneath=handover.workspace.root)


def wait(
    handover: Handover, state: State, seconds: float | None = None, clock: Clock | None = None
) -> Iterator[Progress]:
    """Say where things stand until they have come to an end.

    Args:
        handover: what is waited for.
        state: where the executor's lock lies.
        seconds: at most so long; None: as long as it takes.
        clock: what time it is; None is the real one.

    Yields:
        Where things stand whenever that has changed. The last one, and only that, has an exit code.

    Raises:
        MachineError: the disk refused.
    """
    clock = clock or Clock()
    watch = _Watch(handover, state)
    deadline = None if seconds is None else clock.monotonic() + seconds
    last = None
    while True:
        progress = watch.look()
        late = deadline is not None and clock.monotonic() >= deadline
        if late and progress.code is None:
            progress = progress.later()
        if progress != last:
            yield progress
        if progress.code is not None:
            return
        last = progress
        clock.sleep(POLL_SECONDS)


class _Watch:
    """What is looked at while waiting, each thing read again only when it changed."""

    def __init__(self, handover: Handover, state: State) -> None:
        self._handover = handover
        self._state = state
        self._ledger = PublicLedger(handover.workspace, handover.paths)
        self._record: tuple[Signature, tuple[Execution, ...]] | None = None
        self._repeats = 0

    def look(self) -> Progress:
        """Say where things stand.

        The request is looked for before the ledger is read: the executor appends to the ledger before it
        removes the request, so that a request which is gone has its answer in what is read after that.
        """
        handover = self._handover
        waiting = requests.of(handover.workspace, handover.paths)
        memory = self._ledger.read()
        history = memory.histories.get(handover.paths.direction, History())
        start = self._start(history)
        if start is not None:
            return self._of_start(start)
        for request_id in handover.ids:
            run = handover.workspace.run(handover.paths.run)
            if reasons := requests.refusal(handover.workspace, run, request_id):
                return refused(reasons)
        if memory.ended is not None:
            return Progress(Stage.REFUSED, "the run has ended", code=refused(()).code)
        if memory.head < handover.head:  # the public ledger was cut, and is being restored
            return queued(executor=self._executor())
        return self._of_request(waiting)

    def _start(self, history: History) -> Start | None:
        """Find the start that answers us: by our request, or one that another `run` asked for meanwhile."""
        handover = self._handover
        for start in history.starts:
            if start.fact.request in handover.ids:
                return start
        since = [
            start
            for start in history.starts
            if start.n > handover.head
            and (start.fact.experiment, start.fact.phase) == (handover.paths.experiment, handover.phase)
        ]
        return since[-1] if since else answered.answer(history, handover.wanted)

    def _of_start(self, start: Start) -> Progress:
        self._handover.head = min(self._handover.head, start.n - 1)
        found = next((seen for seen in self._executions() if seen.start == start.n), None)
        if start.end is None:
            return running(start, found, executor=self._executor())
        return ended(start, found)

    def _of_request(self, waiting: Request | None) -> Progress:
        """Wait on, adopting a request that took the place of ours, or writing ours again if it vanished."""
        try:
            if waiting is not None:
                _adopt(self._handover, waiting)
            elif self._repeats < REPEATS:
                self._repeats += 1
                _request(self._handover)
            else:
                message = "the request was removed again and again without an answer"
                return Progress(Stage.REFUSED, message, code=refused(()).code)
        except RefusedError as error:
            return Progress(Stage.REFUSED, error.message, code=refused(()).code)
        return queued(executor=self._executor())

    def _executor(self) -> bool | None:
        """Tell whether an executor works on this workspace; None if that cannot be seen from here."""
        try:
            return holder(self._state.executor_lock(self._handover.workspace.root)) is not None
        except MachineError:
            return None

    def _executions(self) -> tuple[Execution, ...]:
        """Give what the record says at present."""
        root = self._handover.workspace.root
        path = self._handover.workspace.relative(self._handover.paths.record)
        now = signature(root, path)
        if not isinstance(now, Signature):
            return ()
        if self._record is None or self._record[0] != now:
            content = read(root, path, record_text.MAX_BYTES)
            if not isinstance(content, Content):
                return ()
            parsed = record_text.parse(content.data, path).value
            self._record = (now, parsed.executions if parsed else ())
        return self._record[1]
