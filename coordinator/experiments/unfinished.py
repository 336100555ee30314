"""What did earlier executors finish of an execution? Kept so that the next one goes on instead of beginning again.

It lies in the state folder and not in record.json, which the worker can write: a process that the coordinator did
not see would otherwise count after a crash. What cannot be read, or was made in another environment, is not
used; then everything runs again, with the same seeds.
"""

from __future__ import annotations

from pathlib import Path

from coordinator.experiments.order import Order
from coordinator.model.record import Unfinished
from coordinator.store.read import Content, read
from coordinator.store.tree import remove
from coordinator.store.write import write
from coordinator.text import record, unfinished

_MODE = 0o600


def load(order: Order, environment_sha256: str) -> Unfinished:
    """Give what is kept of an execution; what has begun nothing if there is nothing fit for use.

    Args:
        order: the execution.
        environment_sha256: of what its processes run in now.
    """
    path = _path(order)
    content = read(path.parent, path.name, record.MAX_BYTES)
    kept = unfinished.parse(content.data, str(path)).value if isinstance(content, Content) else None
    fresh = Unfinished(environment_sha256=environment_sha256)
    return kept if kept is not None and kept.environment_sha256 == environment_sha256 else fresh


def save(order: Order, kept: Unfinished) -> None:
    """Keep how far an execution is.

    Raises:
        MachineError: the disk refused.
    """
    write(_path(order), unfinished.print_(kept), mode=_MODE)


def forget(order: Order) -> None:
    """Forget an execution that the ledger knows to be over.

    Raises:
        MachineError: the disk refused.
    """
    remove(_path(order))


def _path(order: Order) -> Path:
    return order.run.state.unfinished(order.run.frozen.uid, order.n)
