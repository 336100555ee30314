"""What looks like a defect and is none? Honest campaigns under circumstances that must raise no alarm."""

from __future__ import annotations

import json
import os
import random
from dataclasses import dataclass, replace
from datetime import timedelta
from decimal import ROUND_HALF_DOWN, ROUND_HALF_EVEN, ROUND_HALF_UP, Decimal
from pathlib import Path

from coordinator.experiments.engines import Job
from coordinator.store.layout import ExperimentPaths
from trust import pool
from trust.prose import Told
from trust.workers import Worker
from trust.world import USUAL, Terms

DAY = 86_400.0
DIFFERENCES = """
place = Path(os.environ["AUTORESEARCH_OUTPUTS"], "metrics.json")
scores = json.loads(place.read_text())
scores["{word}"] = {{name: round(scores["treated"][name] - scores["control"][name], 4) for name in scores["treated"]}}
place.write_text(json.dumps(scores))
"""


class RoundsLegally(Worker):
    """Gives its numbers in all ways that are right: fractions or percent, few or many digits, ties to any side."""

    def told(self, paths: ExperimentPaths, means: dict[str, float], *, again: bool) -> Told:
        """Say it in another way each time."""
        told = super().told(paths, means, again=again)
        claim = self.claimed(paths)
        treated, control = (self._written(means[path]) for path in (claim.path, claim.baseline))
        return replace(
            told, found=f"Treated cases are called with {claim.metric} {treated}, the others with {control}."
        )

    def _written(self, number: float) -> str:
        mode = self.dice.choice((ROUND_HALF_UP, ROUND_HALF_DOWN, ROUND_HALF_EVEN))
        percent = self.dice.random() < 0.5
        digits = self.dice.choice(("0.1", "0.01", "1") if percent else ("0.01", "0.001", "0.0001", "0.00001"))
        exact = Decimal(str(number)) * (100 if percent else 1)
        return f"{exact.quantize(Decimal(digits), mode)}{self.dice.choice((' %', '%', ' percent')) if percent else ''}"


class Restarted(Worker):
    """Is at work while coordinator and executor are killed and started again, between any two steps."""

    def begin(self) -> None:
        """Kill them, now and then with experiments on their way."""
        super().begin()
        chance = self.dice.random()
        if chance < 0.5:
            self.world.underway.look()
        if chance < 0.3:
            self.world.underway.fill()
        if chance < 0.7:
            self.world.restart()


class EndsLinesOtherwise(Worker):
    """Writes every file with CR LF, as editors on Windows do."""

    def put(self, path: Path, text: str) -> None:
        """Write it so."""
        super().put(path, text.replace("\n", "\r\n"))

    def code(self, study: str) -> str:
        """Let the engine know the code in that form too."""
        text = super().code(study)
        self.world.engine.studies[text.replace("\n", "\r\n")] = study
        return text


class LivesAtAnotherTime(Worker):
    """Works on a machine whose clock is off by up to a day, beside a coordinator whose clock is set back."""

    def put(self, path: Path, text: str) -> None:
        """Date each file as that clock says."""
        super().put(path, text)
        skewed = self.world.clock.now.timestamp() + self.dice.uniform(-DAY, DAY)
        os.utime(path, (skewed, skewed))

    def begin(self) -> None:
        """Set the coordinator's clock back now and then, as a time server does."""
        super().begin()
        if self.dice.random() < 0.3:
            self.world.clock.now -= timedelta(seconds=self.dice.uniform(0, 600))


class FailsHonestly(Worker):
    """Replicates by means that do not show the effect, and says so."""

    def choose(self, replicates: str | None) -> str:
        """Replicate by such means."""
        return super().choose(replicates) if replicates is None else self.dice.choice(pool.names("null_"))


class NotesDifferences(Worker):
    """Notes beside the scores of both arms by how much each moved, under the score's own name."""

    def code(self, study: str) -> str:
        """Hand in code that adds the differences, and let the engine know what it measures."""
        word = self.dice.choice(("moved", "gain", "difference", "shift_of_the_mean", "treated_minus_control"))
        text = super().code(study) + DIFFERENCES.format(word=word)

        def row(job: Job) -> bytes:
            scores = json.loads(self.world.engine.measured(study, job))
            moved = {name: round(value - scores["control"][name], 4) for name, value in scores["treated"].items()}
            return json.dumps({**scores, word: moved}).encode()

        self.world.engine.scripted[text] = row
        return text


@dataclass(frozen=True)
class Negative:
    """One circumstance.

    Args:
        name: for the table.
        worker: who works in it.
        terms: of the campaign.
        studies: beginning of the names of its studies.
    """

    name: str
    worker: type[Worker]
    terms: Terms = USUAL
    studies: str = "true_"


def shuffled(beginning: str, dice: random.Random) -> list[str]:
    """Give the studies whose names begin so, in any order."""
    names = pool.names(beginning)
    return dice.sample(names, len(names))


NEGATIVES: tuple[Negative, ...] = (
    Negative("legal rounding", RoundsLegally),
    Negative("restarts", Restarted),
    Negative("CR LF", EndsLinesOtherwise),
    Negative("clock skew", LivesAtAnotherTime),
    Negative("honest failed replication", FailsHonestly),
    Negative("budget reached exactly", Worker, Terms(experiments=3)),
    Negative("deterministic algorithm", Worker, studies="certain_"),
    Negative("differences named like scores", NotesDifferences),
)
