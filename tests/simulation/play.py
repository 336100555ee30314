"""How is a whole night simulated? All that happens follows from one seed, and laws are checked after each round."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from simulation.executor import FakeExecutor
from simulation.laws import Laws
from simulation.mischief import Deed
from simulation.workers import Bad, Honest, Worker
from simulation.world import World, dice_loaded, tree_of, without_pictures, without_syncs

from coordinator.model.entry import DirectionEnded, ExperimentEnded, ExperimentStarted, InstructionGiven, VerdictGiven
from coordinator.model.history import Memory

ROUNDS = 26
"""In which workers act: enough for an honest one to end."""
WAITS = 20
"""Rounds of twenty minutes after that: by then every budget is spent."""
RESTARTS = 0.06
"""How often the coordinator is killed between two rounds and started again."""
EFFECTS = {"alpha": 0.3, "beta": 0.0}
"""What the two honest workers measure; the third is bad, or silent, and the fourth is silent."""


@dataclass
class Night:
    """One simulated night.

    When things happen and when the coordinator is started again is drawn apart from what the bad worker does, so
    that two nights of one seed differ in nothing but that worker.

    Args:
        root: an empty folder.
        seed: everything follows from it.
        deeds: what the third worker may do; nothing: it is silent.
        effect: what the third worker's experiments would measure.
    """

    root: Path
    seed: int
    deeds: Sequence[Deed] = ()
    effect: float = 0.0

    def __post_init__(self) -> None:
        self._pace = random.Random(f"{self.seed} pace")
        with dice_loaded():
            self.world = World(self.root, ("alpha", "beta", "gamma", "delta")).start()
        self.executor = FakeExecutor(self.world)
        self.laws = Laws(self.world, self.executor)
        self.workers: list[Worker] = [Honest(self.world, name, effect) for name, effect in EFFECTS.items()]
        self.workers += [self._third(), Worker(self.world, "delta")]

    def _third(self) -> Worker:
        if not self.deeds:
            return Worker(self.world, "gamma")
        return Bad(Honest(self.world, "gamma", self.effect, score=8), random.Random(f"{self.seed} deeds"), self.deeds)

    @property
    def replay(self) -> str:
        """Say what replays this night, and what the bad worker did up to now."""
        done = self.workers[2].done if isinstance(self.workers[2], Bad) else []
        return f"seed {self.seed}, effect {self.effect}, the bad worker did: {', '.join(done)}"

    def play(self) -> Memory:
        """Play it to the end of the run, and give what the ledger says of it."""
        with dice_loaded(), without_syncs(), without_pictures():
            for _ in range(ROUNDS):
                self._round(self._pace.randint(1, 60))
            for _ in range(WAITS):
                if self.world.one_pass.memory.ended is not None:
                    break
                self._round(1200)
            assert self.world.one_pass.memory.ended is not None, f"a run ends, whatever its workers do ({self.replay})"
            self.laws.hold_at_the_end()
        return self.world.one_pass.memory

    def _round(self, seconds: float) -> None:
        """Let everybody act in some order, then let the coordinator look."""
        steps: list[Callable[[], None]] = [worker.act for worker in self.workers]
        steps += [partial(self._touching_nothing_outside, self.executor.step)] * self._pace.randint(0, 2)
        self._pace.shuffle(steps)
        for step in steps:
            step()
            self.world.clock.jump(seconds=0.01)
        if self._pace.random() < RESTARTS:
            self.world.start()
        if self._pace.random() < 0.2:
            self.world.observer.meanwhile = self.executor.step
        self.world.clock.jump(seconds=seconds)
        try:
            self._touching_nothing_outside(self.world.settle)
            self.laws.hold()
        except AssertionError as broken:
            broken.add_note(self.replay)
            raise

    def _touching_nothing_outside(self, step: Callable[[], object]) -> None:
        """Let the coordinator or the executor do something; what a worker does through links of its own is its own."""
        before = tree_of(self.world.outside)
        step()
        assert tree_of(self.world.outside) == before, "nothing outside is touched"

    def inboxes(self, direction: str) -> list[str]:
        """Give every inbox that a direction ever had, byte for byte."""
        return [given.text for given in self.world.given(direction)]

    def course(self, direction: str) -> list[tuple[object, ...]]:
        """Tell what became of one direction, without times and without what others did."""
        facts = [entry.fact for entry in self.world.entries]
        return [_told(fact) for fact in facts if getattr(fact, "direction", None) == direction]


def _told(fact: object) -> tuple[object, ...]:
    """Give what a fact says of its direction."""
    match fact:
        case InstructionGiven():
            return (fact.kind, fact.instruction, fact.action, fact.about, fact.reasons, fact.budget.experiments_left)
        case VerdictGiven():
            return (fact.kind, fact.experiment, fact.standing, fact.score)
        case ExperimentStarted() | ExperimentEnded():
            return (fact.kind, fact.experiment, fact.phase)
        case DirectionEnded():
            return (fact.kind, fact.ending, fact.experiment)
        case _:
            return (type(fact).__name__,)
