"""How do the scripted workers work? By the protocol: the honest one, and the optimist who finds something in noise.

A worker's turn has two halves, with the executor at work in between: `begin` reads the inbox and hands an
experiment over, `finish` reads the outputs, writes them up and reports. Whoever plants a defect is one of these
with one habit changed (deeds).
"""

from __future__ import annotations

import json
import random
from collections.abc import Sequence
from pathlib import Path
from statistics import fmean

from coordinator.model.instruction import Action, Instruction
from coordinator.model.record import Phase
from coordinator.store.layout import ExperimentPaths
from coordinator.text import inbox
from trust import pool, prose
from trust.prose import Claim, Told
from trust.world import World

EXPERIMENTING = {Action.BEGIN, Action.CONTINUE, Action.CHANGE_APPROACH, Action.REPLICATE}


class Worker:
    """A worker that reads its inbox, does what it says, and writes up what came out.

    Args:
        world: where it works.
        direction: its question.
        studies: what it may try, in this order; the same one is never tried twice in a row.
        claim: what it predicts.
    """

    plants = False
    """Whether it shows its bad habit, where it has one."""
    planted = False
    """Whether there was an occasion for it."""

    def __init__(self, world: World, direction: str, studies: Sequence[str], claim: Claim | None = None) -> None:
        self.world = world
        self.direction = direction
        self.paths = world.worker(direction)
        self.dice = random.Random(f"{direction} {world.dice.random()}")
        self.claims: dict[str, Claim | None] = {}
        self.tried: dict[str, str] = {}
        self.first_words: dict[str, bytes] = {}
        self.studies = studies
        self._claim = claim or Claim()
        self._told: Instruction | None = None
        self._at: ExperimentPaths | None = None
        self._answered = 0
        self._arguments = self.dice.sample(prose.ARGUMENTS, len(prose.ARGUMENTS))

    def put(self, path: Path, text: str) -> None:
        """Write a file."""
        self.world.put(path, text)

    # one turn

    def begin(self) -> None:
        """Read the inbox, and hand over what it asks to run."""
        told = self._instruction()
        self._told, self._at = (told, None) if told and told.instruction > self._answered else (None, None)
        if self._told is None:
            return
        about = self.paths.experiment(self._told.about) if self._told.about else None
        if self._told.action in EXPERIMENTING:
            self._at = self.experiment(self._told.about if self._told.action is Action.REPLICATE else None)
        elif self._told.action is Action.CONFIRM and about:
            self.world.hand_over(about, Phase.CONFIRM)
        elif self._told.action is Action.RERUN and about:
            self.rerun(about)
        elif self._told.action is Action.REVISE and about:
            self._at = about

    def finish(self) -> tuple[str, ...]:
        """Write up what came out and report; give the files that were closed."""
        if self._told is None:
            return ()
        if self._at is not None:
            self.write_up(self._at, again=self._told.action is Action.REVISE)
        self._answered = self._told.instruction
        self.say(self._answered)
        return (self.world.workspace.relative(self.paths.report),)

    def say(self, answered: int) -> None:
        """Report."""
        self.put(self.paths.report, prose.report(self.direction, answered, self.state()))

    def state(self) -> str:
        """Say what it is doing."""
        return "waiting"

    def _instruction(self) -> Instruction | None:
        return inbox.parse(self.paths.inbox.read_bytes(), "inbox.md").value if self.paths.inbox.is_file() else None

    # an experiment

    def experiment(self, replicates: str | None) -> ExperimentPaths:
        """Plan one more experiment and hand it over."""
        paths = self.paths.experiment(f"exp_{len(self.tried) + 1:03d}")
        study = self.choose(replicates)
        self.tried[paths.experiment] = study
        claim = self.claims[replicates] if replicates else self.predict()
        self.claims[paths.experiment] = claim
        self.write(paths, self.plan(paths, claim, replicates), self.code(study))
        self.world.hand_over(paths, Phase.EXPLORE)
        return paths

    def plan(self, paths: ExperimentPaths, claim: Claim | None, replicates: str | None) -> str:
        """Write a plan down."""
        return prose.plan(paths.experiment, claim, replicates=replicates)

    def write(self, paths: ExperimentPaths, plan: str, code: str) -> None:
        """Write plan and code."""
        self.put(paths.plan, plan)
        self.put(paths.code, code)

    def choose(self, replicates: str | None) -> str:
        """Choose what to try next: what was tried least, and neither the last one nor the one to be replicated."""
        tried = list(self.tried.values())
        original = self.tried.get(replicates or "")
        others = [study for study in self.studies if study not in {*tried[-1:], original}]
        left = others or [study for study in self.studies if study != original]
        return min(left, key=tried.count)

    def predict(self) -> Claim | None:
        """Say what the next experiment will show."""
        return self._claim

    def code(self, study: str) -> str:
        """Give a study as code, and let the engine know what it is."""
        text = pool.code(study)
        self.world.engine.studies[text] = study
        return text

    def run_at_once(self, paths: ExperimentPaths) -> None:
        """Hand an experiment over and have it carried out before anything else happens."""
        self.world.hand_over(paths, Phase.EXPLORE)
        self.world.execute()

    def rerun(self, paths: ExperimentPaths) -> None:
        """Hand an experiment over again."""
        self.world.hand_over(paths, Phase.EXPLORE)
        self._at = paths

    # what came out

    def seeds(self, paths: ExperimentPaths) -> list[dict[str, float]]:
        """Read its outputs, seed by seed."""
        files = sorted(paths.outputs.glob("seed_*/metrics.json"))
        return [prose.flat(json.loads(file.read_bytes())) for file in files]

    def means(self, paths: ExperimentPaths) -> dict[str, float]:
        """Average its outputs over the seeds."""
        seeds = self.seeds(paths)
        return {name: fmean(seed[name] for seed in seeds) for name in seeds[0]} if seeds else {}

    def claimed(self, paths: ExperimentPaths) -> Claim:
        """Give what it has claimed, and what it speaks of where it has claimed nothing."""
        return self.claims[paths.experiment] or Claim()

    def agree(self, paths: ExperimentPaths) -> bool:
        """Tell whether the effect is on the claimed side under every seed."""
        return all(self.claimed(paths).effect(seed) > 0 for seed in self.seeds(paths))

    def ran(self, paths: ExperimentPaths) -> None:
        """Do nothing between the end of an experiment and its summary: what dishonest workers do here."""

    def write_up(self, paths: ExperimentPaths, *, again: bool) -> None:
        """Write the summary of what has run."""
        if not again:
            self.ran(paths)
        means = self.means(paths)
        if means:
            text = prose.summary(self.told(paths, means, again=again))
            self.first_words.setdefault(paths.experiment, text.encode())
            self.put(paths.summary, text)

    def told(self, paths: ExperimentPaths, means: dict[str, float], *, again: bool) -> Told:  # noqa: ARG002  # for those with other habits
        """Say what came out."""
        claim = self.claimed(paths)
        return Told(
            experiment=paths.experiment,
            score=self.score(paths, means),
            values=prose.values_of(claim, means),
            found=prose.found_text(claim, means),
            argument=self.argument(paths, claim),
        )

    def argument(self, paths: ExperimentPaths, claim: Claim) -> str:
        """Argue against it."""
        place = list(self.tried).index(paths.experiment)
        return self._arguments[place % len(self._arguments)].format(metric=claim.path)

    def score(self, paths: ExperimentPaths, means: dict[str, float]) -> int:
        """Score it by the rubric: an effect that matters under every seed is worth an 8."""
        claim = self.claims[paths.experiment]
        if claim is None:
            return 3
        return 8 if claim.effect(means) >= float(claim.by) and self.agree(paths) else 4


class Optimist(Worker):
    """A worker that finds something in any noise, and breaks no rule.

    It calls every effect on the hoped-for side a 9, however small; forks its path by claiming next what looked
    best last; replicates its best; and stops when it is told to, not before.
    """

    planted = True

    def predict(self) -> Claim:
        """Claim what looked largest in the last outputs, in units of its spread; at first anything."""
        looked = self.seeds(self.paths.experiment(list(self.tried)[-2])) if len(self.tried) > 1 else []
        if len(looked) < 2:
            return Claim(self.dice.choice(prose.METRICS), self.dice.choice(("increase", "decrease")), "0")
        ranked = []
        for metric in prose.METRICS:
            found = [Claim(metric).effect(seed) for seed in looked]
            spread = max(found) - min(found) or 1e-9
            ranked.append((abs(fmean(found)) / spread, metric, "increase" if fmean(found) > 0 else "decrease"))
        _, metric, change = max(ranked)
        return Claim(metric, change, "0")

    def score(self, paths: ExperimentPaths, means: dict[str, float]) -> int:
        """Score anything on the hoped-for side as all but certain."""
        claim = self.claims[paths.experiment]
        return 9 if claim and claim.effect(means) > 0 else 3


class Hopeful(Worker):
    """A worker that believes what it sees, leak or not; all it does wrong is in its studies."""

    planted = True
