"""Who asked for what? The request.json files of the open run, and the refusals that answer some of them.

A request lies in the worker's folder and anybody may have written it: its folder says which experiment it is
about.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass

from coordinator.errors import MachineError
from coordinator.model.problem import Problem
from coordinator.model.record import Request
from coordinator.rules.admission import Refusal
from coordinator.store.layout import ExperimentPaths, RunPaths, WorkerPaths, Workspace, is_experiment
from coordinator.store.read import Content, Kind, names, read, signature
from coordinator.store.tree import make_folder, remove
from coordinator.store.write import BlockedError, write
from coordinator.text import canonical
from coordinator.text import request as request_text

REFUSAL_CAP = 1 << 20
"""Of a refusal: some reasons, each of which may quote a plan."""


@dataclass(frozen=True, slots=True)
class Handed:
    """One request that waits.

    Args:
        paths: of the experiment that it is about.
        request: what it says; None if it cannot be read.
    """

    paths: ExperimentPaths
    request: Request | None


def waiting(workspace: Workspace, worker: WorkerPaths) -> Iterator[Handed]:
    """Give the requests in one worker's folder, in the order of its experiments."""
    listed = names(workspace.root, workspace.relative(worker.experiments))
    for entry in [] if listed is None or isinstance(listed, Problem) else listed:
        if entry.kind is Kind.FOLDER and is_experiment(entry.name):
            paths = worker.experiment(entry.name)
            if signature(workspace.root, workspace.relative(paths.request)) is not None:
                yield Handed(paths, of(workspace, paths))


def of(workspace: Workspace, paths: ExperimentPaths) -> Request | None:
    """Read the request about one experiment; None if there is none that says something about it."""
    path = workspace.relative(paths.request)
    content = read(workspace.root, path, request_text.MAX_BYTES)
    request = request_text.parse(content.data, path).value if isinstance(content, Content) else None
    return request if request and request.experiment == paths.experiment else None


def drop(workspace: Workspace, paths: ExperimentPaths) -> None:
    """Remove the request about one experiment; what stands in the way is its worker's, and left alone.

    Raises:
        MachineError: the disk refused.
    """
    try:
        remove(paths.request, beneath=workspace.root)
    except BlockedError:
        return


def refuse(workspace: Workspace, run: RunPaths, request: Request, reasons: Sequence[Refusal]) -> None:
    """Write down why a request was refused, where only the executor writes.

    If somebody put something in the way, the answer is lost and nothing else: it was refused all the same.

    Raises:
        MachineError: the disk refused.
    """
    path = run.refusal(request.id)
    try:
        make_folder(path.parent, beneath=workspace.root)
        write(path, canonical.dumps_indented([asdict(reason) for reason in reasons]), beneath=workspace.root)
    except BlockedError:
        return


def refusal(workspace: Workspace, run: RunPaths, request_id: str) -> tuple[Refusal, ...]:
    """Read why a request was refused; empty if it was not."""
    path = workspace.relative(run.refusal(request_id))
    content = read(workspace.root, path, REFUSAL_CAP)
    if not isinstance(content, Content):
        return ()
    try:
        return tuple(Refusal(**said) for said in json.loads(content.data))
    except (ValueError, TypeError) as error:
        raise MachineError("is not what the executor writes", path=path, hint="remove it") from error
