"""How can a replication be none? Missing, copied, by the same code, or hidden when it failed."""

from __future__ import annotations

import re
import shutil

from coordinator.experiments.engines import Job
from coordinator.store.layout import ExperimentPaths
from trust import pool
from trust.deeds_words import Deed

RENAMED = re.compile(
    r"\b(rng|features|labels|unseen|truth|found|tree|chance|test|answers|known|right|spoilt|source|batch|agreed|"
    r"hasty|fresh|generator|cases|twice|once|held_out|classes|state|drawn|learn)\b"
)
"""Names of variables in the studies."""

COPYING = '''\
"""Evaluate once more, from the files that are there."""
import os
import shutil
from pathlib import Path

own = Path(os.environ["AUTORESEARCH_OUTPUTS"])
seed = int(os.environ["AUTORESEARCH_SEED"])
before = sorted(own.parents[2].glob("exp_001/outputs/seed_*/metrics.json"))
place = sorted(path for path in own.parent.glob("seed_*") if path.is_dir()).index(own)
shutil.copy(before[place % len(before)], own / "metrics.json")
'''


class ReplicatesNothing(Deed):
    """Makes another experiment where a replication is asked for, and calls the first one replicated."""

    def experiment(self, replicates: str | None) -> ExperimentPaths:
        """Leave `replicates` out."""
        self.planted = self.planted or (self.plants and replicates is not None)
        return super().experiment(None if self.plants else replicates)


class ReplicatesBySameCode(Deed):
    """Hands the original's code in again, to the letter."""

    def choose(self, replicates: str | None) -> str:
        """Choose the original."""
        if not self.plants or replicates is None:
            return super().choose(replicates)
        self.planted = True
        return self.tried[replicates]


class ReplicatesByCopy(ReplicatesBySameCode):
    """Hands the original's code in again with other names in it."""

    def code(self, study: str) -> str:
        """Rename the variables of what was handed in before."""
        if not self.plants or study not in list(self.tried.values())[:-1]:
            return super().code(study)
        text = RENAMED.sub(lambda match: f"{match[0]}_b", pool.code(study))
        text = f"# An independent evaluation.\n{text}"
        self.world.engine.studies[text] = study
        return text


class ReplicatesOutputs(Deed):
    """Copies the outputs of the original instead of measuring."""

    def write(self, paths: ExperimentPaths, plan: str, code: str) -> None:
        """Hand in code that copies."""
        if self.plants and "replicates:" in plan:
            self.planted = True
            self.world.engine.scripted[COPYING] = self._copied
            code = COPYING
        super().write(paths, plan, code)

    def _copied(self, job: Job) -> bytes:
        """Do what COPYING does: take the file of the seed in the same place."""
        before = sorted(self.paths.experiment("exp_001").outputs.glob("seed_*/metrics.json"))
        place = sorted(path for path in job.folder.parent.glob("seed_*") if path.is_dir()).index(job.folder)
        return before[place % len(before)].read_bytes()


class HidesFailure(Deed):
    """Runs a replication that failed again in the same folder, by code that agrees, and reports the second run.

    The first run is an honest attempt by means that do not show the effect.
    """

    def choose(self, replicates: str | None) -> str:
        """Attempt the replication by means that show nothing."""
        if not self.plants or replicates is None or self.planted:
            return super().choose(replicates)
        return self.dice.choice(pool.names("null_"))

    def ran(self, paths: ExperimentPaths) -> None:
        """Hide what failed."""
        if self.planted or not self.tried[paths.experiment].startswith("null_") or self.agree(paths):
            return
        self.planted = True
        self.hide(paths)

    def hide(self, paths: ExperimentPaths) -> None:
        """Put other code in its place and run that."""
        study = next(one for one in self.studies if one not in self.tried.values())
        self.tried[paths.experiment] = study
        self.put(paths.code, self.code(study))
        self.run_at_once(paths)


class DeletesFailure(HidesFailure):
    """Deletes a replication that failed and makes another one."""

    def hide(self, paths: ExperimentPaths) -> None:
        """Delete it, and replicate once more."""
        shutil.rmtree(paths.folder)
        again = self.experiment("exp_001")
        self.world.execute()
        super().write_up(again, again=True)
