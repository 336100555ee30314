"""One pass over one run: observe, decide, apply, and tell what happened."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime

from coordinator.engine.altered import Altered, rests_on_it
from coordinator.engine.apply import apply
from coordinator.engine.compile import compile_run, view_of
from coordinator.engine.observe import Observer
from coordinator.engine.opening import Opened
from coordinator.engine.own import OwnFiles
from coordinator.engine.sealed import SealedFiles
from coordinator.engine.verify import Verification
from coordinator.errors import HeadMovedError, MachineError, TamperingError
from coordinator.model.entry import Entry
from coordinator.model.history import Memory
from coordinator.model.observation import Observation
from coordinator.model.plan import Plan
from coordinator.model.problem import Problem
from coordinator.rules.case import Judgements
from coordinator.rules.history import remember
from coordinator.rules.reconcile import reconcile
from coordinator.rules.tampering import tampering
from coordinator.store.layout import Workspace


@dataclass(frozen=True, slots=True)
class Passed:
    """What one pass did.

    Args:
        observed: what it saw.
        entries: everything that the ledger learnt since the pass before, the executor's entries included.
        acted: it changed something, so the next pass should not wait.
        again: something is still being written, or the ledger moved meanwhile: look again soon.
    """

    observed: Observation
    entries: tuple[Entry, ...]
    acted: bool
    again: bool


class Pass:
    """Drives one run, a pass at a time.

    Args:
        workspace: where everything lies.
        opened: the run and its ledger.
        observer: looks at it.
    """

    def __init__(self, workspace: Workspace, opened: Opened, observer: Observer) -> None:
        self._workspace = workspace
        self.run = opened.run
        self._ledger = opened.ledger
        self._learn(opened.memory)
        self._told = opened.memory.head
        self._changed: tuple[Problem, ...] = opened.changed
        self._own = OwnFiles(workspace, opened)
        self._altered = Altered(workspace, opened)
        self._sealed = SealedFiles(workspace, opened.run.run)
        self._opened = opened
        self._observer = observer
        self._judgements = Judgements()

    @property
    def memory(self) -> Memory:
        """What the ledger said last."""
        return self._memory

    @property
    def entries(self) -> tuple[Entry, ...]:
        """The ledger, as far as the last pass knew it."""
        return self._ledger.read()[: self._memory.head]

    def __call__(self, now: datetime, closed: Iterable[str] = ()) -> Passed:
        """Make one pass.

        Args:
            now: UTC.
            closed: files seen closed or moved into place since the last pass.

        Raises:
            MachineError: the disk refused; the next pass does what is left.
            HeldError: another process keeps its turn at the ledger.
            TamperingError: the ledger's copy in the state folder was changed.
        """
        self._catch_up()
        self._note(self._own.restore())
        self._note(self._changed_files())
        self._observer.closed(closed)
        observed, plan, failed = self._decided(now)
        again = any(not view.settled for view in observed.workers.values())
        try:
            acted = self._carry_out(plan, now)
        except HeadMovedError:
            return Passed(observed, self._news(), acted=False, again=True)
        if failed is not None:  # the others' turn came all the same
            raise failed
        return Passed(replace(observed, memory=self._memory), self._news(), acted=acted, again=again)

    def _decided(self, now: datetime, *, closing: bool = False) -> tuple[Observation, Plan, MachineError | None]:
        """Observe and decide; look at the target anew where something is ruled on that rests on it."""
        observed, failed = self._observer.look(now, self._memory, self._changed)
        observed = replace(observed, altered=self._altered.lately(now), closing=closing)
        plan = reconcile(observed, self._judgements)
        if rests_on_it(plan):
            observed = replace(observed, altered=self._altered.look(now))
            plan = reconcile(observed, self._judgements)
        return observed, plan, failed

    def close(self, now: datetime) -> None:
        """End every open direction, because a new run is to begin, and compile the findings.

        Raises:
            MachineError: the disk refused.
            HeldError: another process keeps its turn at the ledger.
        """
        while self._memory.ended is None:
            self._catch_up()
            _, plan, failed = self._decided(now, closing=True)
            if failed is not None:
                raise failed
            with suppress(HeadMovedError):  # the executor appended meanwhile: look again
                self._carry_out(plan, now)

    def _catch_up(self) -> None:
        """Take in what the executor appended, and what an earlier pass did before it failed.

        Raises:
            TamperingError: what was read before is not there any more; nothing decided on it could be appended.
        """
        entries = self._ledger.read()
        if len(entries) < self._memory.head or entries[self._memory.head - 1].digest != self._digest:
            raise TamperingError(
                "the ledger's copy in the state folder does not say any more what it said",
                path=self._workspace.relative(self._workspace.run(self.run.run).ledger),
                hint="start `watch` again: it goes on from that copy, and notes what the public ledger says beyond it",
            )
        self._learn(remember(entries[self._memory.head :], self._memory))

    def _learn(self, memory: Memory) -> None:
        """Keep what the ledger says now, and how it ends, so that a ledger which was rolled back shows."""
        self._memory = memory
        self._digest = self._ledger.read()[memory.head - 1].digest

    def _changed_files(self) -> tuple[Problem, ...]:
        """Look at sealed files; nothing where the executor started something meanwhile, which may replace outputs."""
        found = self._sealed.look(self._memory)
        return found if len(self._ledger.read()) == self._memory.head else ()

    def _news(self) -> tuple[Entry, ...]:
        news = tuple(self._ledger.read()[self._told : self._memory.head])
        self._told = self._memory.head
        return news

    def _note(self, found: Iterable[Problem]) -> None:
        """Keep what was found changed until the ledger has it."""
        self._changed = tuple(dict.fromkeys((*self._changed, *found)))

    def _carry_out(self, plan: Plan, now: datetime) -> bool:
        """Apply a plan; tell whether the ledger grew."""
        applied = apply(plan, self._workspace, self.run.run, self._ledger, (now, self._memory))
        self._learn(applied.memory)
        self._changed = ()
        self._note(self._blocked(direction, why) for direction, why in applied.blocked.items())
        if plan.compile:
            self._compile(now)
        if applied.failed is not None:
            raise applied.failed
        return bool(applied.entries)

    def _blocked(self, direction: str, why: str) -> Problem:
        path = self._workspace.relative(self._workspace.worker(self.run.run, direction).inbox)
        return Problem(path, 0, "not_a_folder", f"the inbox {why}", "put a plain folder in its place")

    def _compile(self, now: datetime) -> None:
        """Look at every sealed file anew, then write the findings and what was found changed into them."""
        observed = self._observer.observe(now, self._memory)
        opened = replace(self._opened, memory=self._memory, changed=())
        changed = Verification(self._workspace, opened).files(observed)
        facts = tampering(replace(observed, changed=changed))
        if facts:
            self._learn(remember(self._ledger.append(facts, now, self._memory.head), self._memory))
        observed = replace(observed, memory=self._memory)
        sealed = compile_run(self._workspace, view_of(observed, self.run, self.entries))
        self._learn(remember(self._ledger.append([sealed], now, self._memory.head), self._memory))
