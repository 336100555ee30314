"""How does a campaign go, and what became of it? Coordinator, executor and workers take turns until it has ended."""

from __future__ import annotations

import random
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from trust.catalogue import KINDS, Kind
from trust.judges import Judged, alarms, judged, named
from trust.negatives import NEGATIVES, Negative, shuffled
from trust.pool import Pool
from trust.workers import Optimist, Worker
from trust.world import PoolEngine, Terms, World

ROUNDS = 80
"""More than any direction's budget allows."""
BUSY_ROUNDS = 60
"""More than any worker needs that is not held up."""
HOUR_SECONDS = 3600.0
TRIES = 20
"""Of a defect for which chance gave no occasion: the campaign is drawn again."""
FEWEST, MOST = 3, 10
"""Directions of a campaign whose findings are counted."""
BUDGETS = (5, 5, 8, 12)
"""Experiments a direction that an optimist may have: the more, the more chances."""


@dataclass(frozen=True)
class Task:
    """One campaign to be played.

    Args:
        group: `null`, `power`, `defect`, `twin` or `hard`.
        kind: place in the catalogue, for the last three.
        seed: decides everything in it.
    """

    group: str
    kind: int
    seed: str


@dataclass(frozen=True)
class Played:
    """What became of one campaign.

    Args:
        task: what was asked for.
        truths: for each direction, whether there is an effect.
        judged: for each direction, what was found and believed.
        alarms: codes that accuse somebody of something.
        named: the planted defect was named.
        tries: how often it was drawn until the defect had an occasion.
    """

    task: Task
    truths: tuple[bool, ...]
    judged: tuple[Judged, ...]
    alarms: frozenset[str]
    named: bool = False
    tries: int = 1


def play(world: World, workers: Sequence[Worker]) -> None:
    """Play a campaign to its end."""
    closed: list[str] = []
    for number in range(ROUNDS):
        if not world.look(closed):
            return
        if number > BUSY_ROUNDS:  # held up, and nobody mends it: then its time runs out
            world.clock.jump(HOUR_SECONDS)
        for worker in workers:
            worker.begin()
        world.execute()
        closed = [path for worker in workers for path in worker.finish()]
    message = "a campaign that does not end: the coordinator or a script is at fault"
    raise AssertionError(message)


class Stage:
    """Plays campaigns, each in a folder of its own.

    Args:
        measured: what every study measured.
        folder: where the campaigns take place; None: where temporary files go.
    """

    def __init__(self, measured: Pool, folder: Path | None = None) -> None:
        self._pool = measured
        self._folder = folder

    def __call__(self, task: Task) -> Played:
        """Play one campaign."""
        if task.group in {"null", "power"}:
            return self._directions(task)
        if task.group == "hard":
            return self._negative(task, NEGATIVES[task.kind])
        return self._defect(task, KINDS[task.kind])

    def _directions(self, task: Task) -> Played:
        """Play a campaign over several questions: all without an effect, or about half of them with one."""
        dice = random.Random(task.seed)
        counted = range(dice.randint(FEWEST, MOST))
        truths = tuple(task.group == "power" and (not place or dice.random() < 0.5) for place in counted)
        terms = Terms(experiments=dice.choice(BUDGETS)) if task.group == "null" else Terms()
        who = Optimist if task.group == "null" else Worker
        with self._world(len(truths), terms, dice) as world:
            studies = [shuffled("true_" if truth else "null_", dice) for truth in truths]
            workers = [who(world, name, some) for name, some in zip(world.directions, studies, strict=True)]
            play(world, workers)
            return Played(task, truths, judged(world, workers), frozenset())

    def _negative(self, task: Task, negative: Negative) -> Played:
        """Play an honest campaign under difficult circumstances."""
        dice = random.Random(task.seed)
        with self._world(1, negative.terms, dice) as world:
            worker = negative.worker(world, world.directions[0], shuffled(negative.studies, dice))
            play(world, [worker])
            return Played(task, (True,), judged(world, [worker]), alarms(named(world)))

    def _defect(self, task: Task, kind: Kind) -> Played:
        """Play a campaign in which a defect is planted, or its clean twin."""
        planting = task.group == "defect"
        studies = kind.given(planting=planting)
        for tries in range(1, TRIES + 1):
            dice = random.Random(f"{task.seed}/{tries}")
            with self._world(1, kind.terms, dice) as world:
                worker = kind.hired(planting=planting)(world, world.directions[0], shuffled(studies, dice))
                worker.plants = planting
                play(world, [worker])
                if worker.planted or not planting:
                    codes, found = named(world), judged(world, [worker])
                    return Played(task, (studies == "true_",), found, alarms(codes), kind.names(codes), tries)
        message = f"{kind.name}: there was never an occasion for it"
        raise AssertionError(message)

    @contextmanager
    def _world(self, directions: int, terms: Terms, dice: random.Random) -> Iterator[World]:
        with tempfile.TemporaryDirectory(prefix="campaign-", dir=self._folder) as name:
            yield World(Path(name), directions, terms, PoolEngine(self._pool), dice)
