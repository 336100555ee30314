"""Who works in the simulated runs? Honest workers that know nothing but the protocol, and some that are not."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator, Sequence
from decimal import Decimal
from pathlib import Path
from statistics import fmean

import fakes
from simulation.world import World

from coordinator.model.experiment import Value
from coordinator.model.instruction import Action, Instruction
from coordinator.model.record import Execution, Phase, Request
from coordinator.store.layout import ExperimentPaths, WorkerPaths
from coordinator.text import experiment_plan, inbox, record, request, summary

CODES = (
    """\
import json, os, random
random.seed(os.environ['AUTORESEARCH_SEED'])
for case in range(2000):
    print(case)
""",
    """\
from imbalance import RATIO
import secrets

def cut(scores):
    return sorted(scores)[len(scores) // RATIO]
""",
    """\
import random as chance

class Tuned:
    def __init__(self, size):
        self.size = chance.random() * size
""",
    """\
import random
try:
    draw = [random.gauss(0, 1) for _ in range(9)]
except ValueError as wrong:
    raise wrong
""",
    """\
import random
while random.random() < 0.999:
    with open('metrics.json', 'a') as out:
        out.write('.')
""",
)
"""Five that are not near-identical, and take chances."""
ARGUMENTS = (
    fakes.GOOD_ARGUMENT,
    """\
The default threshold may be an unfair baseline for f1_default: a confound of prevalence at ratio 20 would lower it.
Measuring f1_default again at ratio 1 would show whether the gap is due to prevalence alone.""",
    """\
Two Gaussians are a limitation of the data: heavy tails could reverse f1_tuned. Running the same comparison with a
skewed distribution would tell whether f1_tuned depends on the shape.""",
    """\
An implementation artefact could leak labels into f1_tuned, since the split is drawn before shuffling. Shuffling the
labels would have to bring f1_tuned down to f1_default if there is no leak.""",
    """\
Small samples bias f1_tuned upward by selection of the maximum over thresholds; a sweep over sample sizes would reveal
whether the f1_tuned advantage shrinks towards zero as they grow.""",
)


class Worker:
    """One worker at its direction; each call of `act` is one thing that it does.

    Args:
        world: where it works.
        direction: its question.
    """

    def __init__(self, world: World, direction: str) -> None:
        self.world = world
        self.direction = direction

    @property
    def paths(self) -> WorkerPaths:
        """Its files."""
        return self.world.worker(self.direction)

    def act(self) -> None:
        """Do nothing: a worker that never says a word."""


class Honest(Worker):
    """A worker that reads its inbox and does what it says.

    Args:
        world: where it works.
        direction: its question.
        effect: what its experiments would measure.
        score: what it gives itself; None: what the effect deserves.
    """

    def __init__(self, world: World, direction: str, effect: float, score: float | None = None) -> None:
        super().__init__(world, direction)
        self.effect = effect
        self._score = (8 if effect >= 0.05 else 3) if score is None else score
        self._made: list[str] = []
        self._asked = 0
        self._life = self._live()

    def act(self) -> None:
        """Take the next step."""
        next(self._life, None)

    def begin_anew(self) -> None:
        """Forget everything, with all that it wrote still there."""
        self._made.clear()
        self._life = self._live()

    def _live(self) -> Iterator[None]:
        answered = 0
        while True:
            told = self._told()
            if told is None or told.instruction <= answered:
                yield
                continue
            if told.action is Action.STOP:
                return
            yield from self.obey(told)
            answered = told.instruction
            self.world.says("waiting", answered, self.direction)
            yield

    def _told(self) -> Instruction | None:
        path = self.paths.inbox
        return inbox.parse(path.read_bytes(), "inbox.md").value if path.is_file() else None

    def obey(self, told: Instruction) -> Iterator[None]:
        """Do what an instruction says."""
        match told.action:
            case Action.BEGIN | Action.CONTINUE | Action.CHANGE_APPROACH:
                yield from self._experiment(None)
            case Action.REPLICATE:
                yield from self._experiment(told.about)
            case Action.CONFIRM:
                yield from self._run(self.paths.experiment(told.about or ""), Phase.CONFIRM)
            case Action.RERUN:
                yield from self._run(self.paths.experiment(told.about or ""), Phase.EXPLORE)
                self._summarise(self.paths.experiment(told.about or ""))
            case Action.REVISE if told.about:
                self._summarise(self.paths.experiment(told.about))
            case _:
                yield

    def _experiment(self, replicates: str | None) -> Iterator[None]:
        """Plan an experiment, run it and sum it up."""
        paths = self.paths.experiment(f"exp_{len(self._made) + 1:03d}")
        self._made.append(paths.experiment)
        plan = fakes.plan(paths.experiment, replicates=replicates)
        self.world.put(paths.plan, experiment_plan.print_(plan))
        code = CODES[(len(self._made) - 1) % len(CODES)]
        self.world.put(paths.code, f"# effect: {self.effect}\n{code}")
        yield
        yield from self._run(paths, Phase.EXPLORE)
        self._summarise(paths)
        yield

    def _run(self, paths: ExperimentPaths, phase: Phase) -> Iterator[None]:
        """Hand an experiment over and wait for its end, or its refusal."""
        self._asked += 1
        asked = Request(experiment=paths.experiment, phase=phase, id=f"{self.direction}-{self._asked}")
        before = len(self._executions(paths))
        refusal = self.world.workspace.run(paths.run).refusal(asked.id)
        self.world.put(paths.request, request.print_(asked))
        while len(self._executions(paths)) == before and not refusal.exists():
            yield

    def _executions(self, paths: ExperimentPaths) -> Sequence[Execution]:
        found = record.parse(paths.record.read_bytes(), "record.json").value if paths.record.is_file() else None
        return found.executions if found else ()

    def _summarise(self, paths: ExperimentPaths) -> None:
        """Say what the sealed outputs say; of what failed there is nothing to say."""
        last = next(one for one in reversed(self._executions(paths)) if one.phase is Phase.EXPLORE)
        if not all(process.metrics for process in last.processes):
            return
        mean = round(fmean(process.metrics["f1_tuned"] for process in last.processes), 3)
        told = fakes.summary(
            paths.experiment,
            score=self._score,
            argument=ARGUMENTS[(len(self._made) - 1) % len(ARGUMENTS)],
            found=f"With a tuned threshold F1 is {mean:.3f}.",
            values={"f1_tuned": Value(metric="f1_tuned", value=Decimal(f"{mean:.3f}"))},
        )
        self.world.put(paths.summary, summary.print_(told))


class Bad(Worker):
    """A worker that does one bad thing after another, by dice, and sometimes what an honest one would.

    Args:
        better_self: what it does when it does nothing bad.
        chance: decides what.
        deeds: what it may do.
    """

    def __init__(
        self,
        better_self: Honest,
        chance: random.Random,
        deeds: Sequence[Callable[[Worker, random.Random], None]],
    ) -> None:
        super().__init__(better_self.world, better_self.direction)
        self._chance = chance
        self._deeds = deeds
        self._better_self = better_self
        self.done: list[str] = []

    def act(self) -> None:
        """Do something bad; what its own earlier deeds keep it from doing is left undone."""
        if self._chance.random() < 0.5:
            act, name = self._better_self.act, "honest"
        else:
            deed = self._chance.choice(self._deeds)
            act, name = (lambda: deed(self, self._chance)), deed.__name__
        self.done.append(name)
        try:
            act()
        except (OSError, StopIteration, RuntimeError):  # its own deeds are in its way: it begins anew
            self._better_self.begin_anew()


def remove(path: Path) -> None:
    """Remove whatever has this name, a whole folder too; links are not followed."""
    if path.is_dir() and not path.is_symlink():
        for inner in path.iterdir():
            remove(inner)
        path.rmdir()
    else:
        path.unlink(missing_ok=True)
