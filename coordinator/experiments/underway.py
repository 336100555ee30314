"""What is executed next, and whose turn is it? What the executor has under way.

Everything that must survive is in the ledger and in files before the next step begins, so that the executor
can end anywhere: what was started and has not ended is taken up by the next one, with the seeds that had not
finished, and spends nothing.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from coordinator.experiments import open_run, records, requests, unfinished
from coordinator.experiments.claim import claim
from coordinator.experiments.clock import Clock
from coordinator.experiments.engines import Engine
from coordinator.experiments.environment import Environments
from coordinator.experiments.execution import Course, Means
from coordinator.experiments.guard import protected
from coordinator.experiments.guard.guard import Guard
from coordinator.experiments.guard.hold import Ability, ability
from coordinator.experiments.guard.scratch import Scratch
from coordinator.experiments.open_run import OpenRun
from coordinator.experiments.order import Order, interrupted
from coordinator.experiments.requests import Handed
from coordinator.store.layout import Workspace
from coordinator.store.state import State


@dataclass(frozen=True, slots=True)
class Tools:
    """What an executor works with.

    Args:
        engine: starts processes.
        clock: what time it is.
        inherited: environment variables that experiments get.
        ability: finds what holds experiments in their place on this machine.
    """

    engine: Engine
    clock: Clock
    inherited: Mapping[str, str]
    ability: Callable[[], Ability] = ability


class Underway:
    """The open run, what is under way in it, and whose turn it is.

    Args:
        workspace: where requests are looked for.
        state: where the secret and the anchor of the ledger are kept.
        tools: what to work with.
    """

    def __init__(self, workspace: Workspace, state: State, tools: Tools) -> None:
        self._workspace = workspace
        self._state = state
        self._tools = tools
        self._environments = Environments()
        self._guards: dict[str, Guard] = {}
        self._run: OpenRun | None = None
        self._courses: list[Course] = []
        self._turns: deque[str] = deque()

    @property
    def busy(self) -> bool:
        """Something is under way."""
        return bool(self._courses)

    def look(self) -> bool:
        """Find the open run, take up what an earlier executor left, and claim what was handed over.

        Returns:
            Whether there was anything.

        Raises:
            MachineError: the disk refused.
            TamperingError: the run's ledger is not what was sealed.
        """
        found = open_run.find(self._workspace, self._state, self._run)
        left = [] if found is None or found is self._run else list(interrupted(found))
        self._run = found
        for order in left:
            self._resume(order)
        if found is None:
            return False
        claimed = [self._claim(found, handed) for handed in self._handed(found)]
        return bool(left) or any(claimed)

    def collect(self) -> bool:
        """Record what has ended; tell whether there was anything.

        Raises:
            MachineError: the disk refused.
        """
        moved = [course for course in self._courses if course.collect() or course.over]
        for course in moved:
            self._record(course)
        return bool(moved)

    def fill(self) -> None:
        """Start processes while there is room, one worker's after another's.

        Raises:
            MachineError: the machine refused.
        """
        while (course := self._next()) is not None:
            self._turns.remove(course.worker)
            self._turns.append(course.worker)
            course.begin()

    def stop(self) -> None:
        """Order the end of all processes; the next executor begins again what they were doing."""
        for course in self._courses:
            course.kill()

    def stopped(self) -> bool:
        """Tell whether no process is left."""
        return all(course.stopped() for course in self._courses)

    def interrupt(self) -> None:
        """Note what was used by what did not come to its end; without this all that was reserved would count."""
        for course in self._courses:
            course.order.run.ledger.append([course.interruption()], self._tools.clock.now())

    def _handed(self, run: OpenRun) -> Iterator[Handed]:
        """Give what waits, over all workers of the run."""
        for direction in run.frozen.directions:
            worker = self._workspace.worker(run.frozen.run, direction.id)
            yield from requests.waiting(self._workspace, worker)

    def _claim(self, run: OpenRun, handed: Handed) -> bool:
        """Claim one request; tell whether that led to an execution."""
        order = claim(run, handed, lambda: self._ready(run), self._tools.clock.now())
        if order is not None:
            self._accept(order)
        return order is not None

    def _ready(self, run: OpenRun) -> str:
        """Make sure that an experiment could run, and give the digest of the target."""
        self._environments.of(run.frozen.settings.executor.python)
        return self._guard(run).ready()

    def _guard(self, run: OpenRun) -> Guard:
        """Give the guard of a run, which remembers what it has seen of its target."""
        if run.frozen.run not in self._guards:
            watch, baseline = protected.watch_of(run.workspace, run.frozen), protected.noted(self._state, run.frozen)
            scratch = Scratch(run.workspace.root)
            self._guards[run.frozen.run] = Guard(run, self._tools.ability(), watch, baseline, scratch)
        return self._guards[run.frozen.run]

    def _resume(self, order: Order) -> None:
        """Take an execution up again, and let the ledger know: what was used before is charged to it."""
        if self._accept(order):
            order.run.ledger.append([self._courses[-1].resumption()], self._tools.clock.now())

    def _accept(self, order: Order) -> bool:
        """Take an order among what is under way; tell whether it was not there yet."""
        if any(course.order.n == order.n and course.order.run.paths == order.run.paths for course in self._courses):
            return False
        means = Means(
            engine=self._tools.engine,
            guard=self._guard(order.run),
            environment=self._environments.of(order.run.frozen.settings.executor.python),
            inherited=self._tools.inherited,
            clock=self._tools.clock,
        )
        course = Course(order, means)
        self._courses.append(course)
        if course.worker not in self._turns:
            self._turns.append(course.worker)
        return True

    def _next(self) -> Course | None:
        """Give the execution whose process is started next; None while there is no room, or none waits."""
        waiting = {course.worker: course for course in reversed(self._courses) if course.waiting}
        turn = next((worker for worker in self._turns if worker in waiting), None)
        if turn is None:
            return None
        room = waiting[turn].order.run.frozen.settings.executor.parallel
        return waiting[turn] if sum(course.running for course in self._courses) < room else None

    def _record(self, course: Course) -> None:
        """Make visible how far an execution is, and tell the ledger when it is over.

        While something else lies in the place of the run's folder that waits: nobody's experiments end for it.
        """
        order = course.order
        if not order.run.is_in_place:
            return
        current = [other.document() for other in self._courses if other.order.paths == order.paths]
        records.update(self._workspace, order.paths, order.run.ledger.read(), current)
        if course.over:
            execution = next(found for found in current if found.start == order.n)
            order.run.ledger.append([course.end(execution)], self._tools.clock.now())
            unfinished.forget(order)
            self._courses.remove(course)
