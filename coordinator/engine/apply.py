"""Carry a plan out: the ledger first and synced, then the inboxes that follow from it.

Every write is atomic and repeats itself harmlessly: whatever a crash leaves undone, the next pass sees as not
done and does again.
"""

from __future__ import annotations

import errno
from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial

from coordinator.engine.aside import insist
from coordinator.errors import MachineError
from coordinator.model.entry import Entry, Fact, InstructionGiven
from coordinator.model.history import Memory
from coordinator.model.plan import Act, Plan, Step
from coordinator.rules.history import remember
from coordinator.store.layout import WorkerPaths, Workspace
from coordinator.store.ledger import Ledger
from coordinator.store.tree import make_folder
from coordinator.store.write import BlockedError, write
from coordinator.text import inbox


@dataclass(frozen=True, slots=True)
class Applied:
    """What carrying out a plan changed.

    Args:
        memory: what the ledger says afterwards.
        entries: what was appended.
        inboxes: directions whose inbox.md was written.
        blocked: direction -> why its folder keeps its inbox from being written.
        failed: why the machine kept some inbox from being written; None if it did not.
    """

    memory: Memory
    entries: tuple[Entry, ...]
    inboxes: tuple[str, ...]
    blocked: Mapping[str, str] = field(default_factory=dict)
    failed: MachineError | None = None


def apply(plan: Plan, workspace: Workspace, run: str, ledger: Ledger, at: tuple[datetime, Memory]) -> Applied:
    """Append the plan's facts, then write every inbox that the ledger now calls for.

    Args:
        plan: what was decided.
        workspace: where everything lies.
        run: id of the open run.
        ledger: of the run.
        at: when the world was observed, and what the ledger said then.

    Raises:
        HeadMovedError: the ledger grew since the observation; nothing was written, decide again.
        MachineError: the disk refused the ledger; then no inbox was written. One inbox that cannot be written
            keeps none of the others from being written, so that is given, not raised.
    """
    now, memory = at
    facts = [_fact(act) for act in plan.acts]
    entries = ledger.append(facts, now, memory.head) if facts else ()
    after = remember(entries, memory)
    told = [fact.direction for fact in facts if isinstance(fact, InstructionGiven)]
    inboxes = tuple(dict.fromkeys([*told, *plan.restore]))
    blocked, failed = _write_inboxes(workspace, run, inboxes, after)
    return Applied(after, tuple(entries), inboxes, blocked, failed)


def _write_inboxes(
    workspace: Workspace, run: str, inboxes: Iterable[str], memory: Memory
) -> tuple[dict[str, str], MachineError | None]:
    """Write inboxes, each whatever became of the others; say what keeps which from being written."""
    blocked: dict[str, str] = {}
    failed = None
    for direction in inboxes:
        paths = workspace.worker(run, direction)
        try:
            insist(partial(_write_inbox, workspace, paths, memory), paths.folder, paths.inbox, workspace.root)
        except MachineError as error:
            if isinstance(error, BlockedError) or _is_the_workers(error):
                blocked[direction] = error.message
            else:
                failed = error
    return blocked, failed


def _is_the_workers(error: MachineError) -> bool:
    """Tell whether an error is of one folder alone: its owner took rights away, or removed it just now."""
    cause = error.__cause__
    return isinstance(cause, OSError) and cause.errno in {errno.EACCES, errno.EPERM, errno.ENOENT}


def _fact(act: Act) -> Fact:
    """Render the text of an instruction; every other act is a fact already."""
    if not isinstance(act, Step):
        return act
    said = act.instruction
    return InstructionGiven(
        direction=said.direction,
        instruction=said.instruction,
        action=said.action,
        about=said.about,
        reasons=said.reasons,
        budget=said.budget,
        ending=said.ending,
        answering=act.answering,
        report_sha256=act.report_sha256,
        text=inbox.render(act),
    )


def _write_inbox(workspace: Workspace, paths: WorkerPaths, memory: Memory) -> None:
    """Write inbox.md from the ledger's last instruction, making the worker's folder if need be."""
    last = memory.histories[paths.direction].last
    assert last is not None, "an inbox is written from an instruction"
    make_folder(paths.folder, beneath=workspace.root)
    write(paths.inbox, last.fact.text.encode(), beneath=workspace.root)
    with suppress(BlockedError):  # the worker has something else in its place, which costs only itself
        make_folder(paths.experiments, beneath=workspace.root)
