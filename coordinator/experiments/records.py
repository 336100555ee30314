"""What is in a record? What the executor witnessed, and nothing that anybody else wrote there.

It is written twice: into the run's own folder, from which everything is read, and as record.json into the worker's,
where it may be deleted or edited without anything being lost. What is kept when it is written again is what the
ledger's digests vouch for.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from coordinator.errors import MachineError
from coordinator.model.entry import Entry, ExperimentEnded
from coordinator.model.record import Execution, Record
from coordinator.store.layout import ExperimentPaths, Workspace
from coordinator.store.read import Content, read
from coordinator.store.tree import make_folder
from coordinator.store.write import BlockedError, write
from coordinator.text import canonical
from coordinator.text import record as record_text


def vouched(workspace: Workspace, paths: ExperimentPaths, sealed: Mapping[int, str]) -> tuple[Execution, ...]:
    """Give the executions in an experiment's record that ended as the ledger says.

    Args:
        workspace: where it lies.
        paths: of the experiment.
        sealed: number of each start that has ended -> digest of its execution, as the ledger has it.
    """
    found: dict[int, Execution] = {}
    for path in (paths.record, workspace.run(paths.run).record(paths.direction, paths.experiment)):
        for execution in _read(workspace, path):
            if canonical.digest_of(execution) == sealed.get(execution.start):
                found[execution.start] = execution
    return tuple(found[start] for start in sorted(found))


def _read(workspace: Workspace, path: Path) -> tuple[Execution, ...]:
    """Give the executions that a record file holds, vouched for or not; none if it cannot be read."""
    relative = workspace.relative(path)
    content = read(workspace.root, relative, record_text.MAX_BYTES)
    record = record_text.parse(content.data, relative).value if isinstance(content, Content) else None
    return record.executions if record else ()


def update(
    workspace: Workspace, paths: ExperimentPaths, entries: Iterable[Entry], current: Sequence[Execution]
) -> bool:
    """Write an experiment's record: what the ledger vouches for, and what is on its way.

    Args:
        workspace: where it lies.
        paths: of the experiment.
        entries: the ledger.
        current: the executions on their way, or just over and not in the ledger yet.

    Returns:
        Whether it could be written for the worker too; a folder that the worker removed, or put a link in the
        place of, has no record.json.

    Raises:
        MachineError: the disk refused.
    """
    starts = {execution.start for execution in current}
    sealed = {e.fact.start: e.fact.execution_sha256 for e in entries if isinstance(e.fact, ExperimentEnded)}
    kept = [execution for execution in vouched(workspace, paths, sealed) if execution.start not in starts]
    executions = sorted([*kept, *current], key=lambda execution: execution.start)
    record = Record(direction=paths.direction, experiment=paths.experiment, executions=tuple(executions))
    data = record_text.print_(record)
    own = workspace.run(paths.run).record(paths.direction, paths.experiment)
    make_folder(own.parent, beneath=workspace.root)
    write(own, data, beneath=workspace.root)
    try:
        write(paths.record, data, beneath=workspace.root)
    except BlockedError:
        return False
    except MachineError as error:
        if isinstance(error.__cause__, FileNotFoundError):
            return False
        raise
    return True
