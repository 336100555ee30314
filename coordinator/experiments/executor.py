"""When does the executor look, and when does it end? Its loop: collect, claim, start, rest.

One thread: a request is claimed and a process recorded in the same order whenever the same things happen.
Wardens keep the time limits and drain what is printed, so that nothing suffers when a step takes long.
"""

from __future__ import annotations

import os
from dataclasses import dataclass

from coordinator.errors import Exit
from coordinator.experiments.clock import Clock
from coordinator.experiments.engines.local import engine
from coordinator.experiments.guard.scratch import Scratch
from coordinator.experiments.processes import parent as look_at
from coordinator.experiments.signals import flagged
from coordinator.experiments.underway import Tools, Underway
from coordinator.store.layout import Workspace
from coordinator.store.lock import Lock
from coordinator.store.state import State

BUSY_SECONDS = 0.2
"""Between two looks for requests while something runs, or has run just now."""
IDLE_SECONDS = 1.0
"""The same while nothing does."""
LONGEST_SECONDS = 5.0
"""The longest that a look is put off, however much it costs."""
SHARE = 20
"""A look is put off by so many times what the last one took: looking takes at most 5 % of a core."""
CALM_SECONDS = 30.0
"""How long after the last request or end the executor still counts as busy."""
TICK_SECONDS = 0.02
"""Between two looks at running processes."""
NAP_SECONDS = 0.2
"""The longest sleep, so that a signal is obeyed soon."""
STOP_SECONDS = 10.0
"""How long processes get to be killed when the executor is told to stop; less than whoever tells it waits."""


@dataclass(slots=True)
class Pace:
    """When to look for requests next.

    Args:
        clock: what time it is.
        due: when, by the monotonic clock.
        moved: when something last happened.
    """

    clock: Clock
    due: float = 0.0
    moved: float = float("-inf")

    def looked(self, began: float, *, moved: bool) -> None:
        """Plan the next look.

        Args:
            began: when the last one did.
            moved: something happened in this turn; then what it cost says nothing of what looking costs.
        """
        now = self.clock.monotonic()
        self.moved = now if moved else self.moved
        beat = BUSY_SECONDS if now - self.moved < CALM_SECONDS else IDLE_SECONDS
        cost = 0.0 if moved else SHARE * (now - began)
        self.due = now + min(max(beat, cost), LONGEST_SECONDS)

    def rest(self, *, running: bool) -> None:
        """Sleep until there may be something to do."""
        left = self.due - self.clock.monotonic()
        self.clock.sleep(TICK_SECONDS if running else min(max(left, TICK_SECONDS), NAP_SECONDS))


def serve(
    workspace: Workspace,
    state: State,
    *,
    parent: int | None = None,
    once: bool = False,
    clock: Clock | None = None,
) -> Exit:
    """Carry out what is handed over in the open run, until told to end.

    Args:
        workspace: where to look.
        state: where locks, secrets and anchors are kept.
        parent: id of a process; when it is gone, what runs is finished, nothing is claimed any more, and this
            ends.
        once: carry out what is handed over at present, then end.
        clock: what time it is; None is the real one.

    Raises:
        HeldError: another executor works on this workspace.
        MachineError: the disk or the machine refused.
        TamperingError: the run's ledger is not what was sealed.
    """
    clock = clock or Clock()
    guardian = None if parent is None else look_at(parent)
    held = Lock(state.executor_lock(workspace.root), "executor", root=workspace.root)
    with held as lock, flagged() as flag:
        Scratch(workspace.root).clear()
        underway = Underway(workspace, state, Tools(engine(sole=True), clock, dict(os.environ)))
        try:
            pace = Pace(clock)
            while not flag.is_set and lock.still_held():
                closing = guardian is not None and not guardian.is_alive()
                if not _turn(underway, pace, closing=closing) and (once or closing):
                    break
                pace.rest(running=underway.busy)
        finally:
            _stop(underway, clock)
        if lock.still_held():  # else another one has them by now
            underway.interrupt()
    return Exit.FINE


def _turn(underway: Underway, pace: Pace, *, closing: bool) -> bool:
    """Go through one turn of the loop; tell whether anything is under way, or could still be claimed."""
    moved = underway.collect()
    began = pace.clock.monotonic()
    looked = not closing and began >= pace.due
    if looked:
        moved = underway.look() or moved
    underway.fill()
    if looked:
        pace.looked(began, moved=moved)
    elif moved:
        pace.moved = pace.clock.monotonic()
    return underway.busy or not (looked or closing)


def _stop(underway: Underway, clock: Clock) -> None:
    """Kill what runs, and wait until it is gone; nothing waits longer for what cannot be killed."""
    underway.stop()
    deadline = clock.monotonic() + STOP_SECONDS
    while not underway.stopped() and clock.monotonic() < deadline:
        clock.sleep(TICK_SECONDS)
