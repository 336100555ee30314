"""Which files can a worker change that it should not? Outputs, plans, code, records, the frozen rules."""

from __future__ import annotations

import json
import os
import shutil

from coordinator.experiments.engines import Job
from coordinator.store.layout import METRICS_NAME, ExperimentPaths
from trust import prose
from trust.deeds_words import Deed
from trust.prose import Claim

LONG_AGO = 946_000_000.0
"""Seconds since the epoch: before every campaign."""


def raised(data: bytes, by: float = 0.1) -> bytes:
    """Raise every score of the treated arm in a metrics.json, without changing its length."""
    row = json.loads(data)
    for name in prose.METRICS:
        row["treated"][name] = round(row["treated"][name] + by, 3)
    text = json.dumps(row)
    return text.ljust(len(data)).encode()


def possible(cases: int, errors: int) -> dict[str, float]:
    """Give the scores of a classifier that makes so many errors of either sort."""
    hits = cases // 2 - errors
    share = hits / (hits + errors)
    return {"accuracy": (cases - 2 * errors) / cases, "precision": share, "recall": share, "f1": share}


class AfterFirst(Deed):
    """Does something once its first experiment has ended, before it writes it up."""

    def ran(self, paths: ExperimentPaths) -> None:
        """Do it."""
        if self.first(paths):
            self.act(paths)

    def act(self, paths: ExperimentPaths) -> None:
        """Do nothing yet: each of these does something else."""


# outputs


class EditsOutputs(AfterFirst):
    """Edits what its experiment wrote, after it was sealed, and writes up the edited numbers."""

    dated_back = False

    def act(self, paths: ExperimentPaths) -> None:
        """Raise one arm in every seed's metrics."""
        for file in paths.outputs.glob(f"seed_*/{METRICS_NAME}"):
            times = file.stat()
            file.write_bytes(raised(file.read_bytes()))
            if self.dated_back:
                os.utime(file, ns=(times.st_atime_ns, times.st_mtime_ns))


class EditsOutputsDatedBack(EditsOutputs):
    """The same, with the files' times and lengths as they were."""

    dated_back = True


class EditsWhileRunning(Deed):
    """Edits what one seed left while the next one runs: before the ledger has the end."""

    def experiment(self, replicates: str | None) -> ExperimentPaths:
        """Lie in wait."""
        paths = super().experiment(replicates)
        if self.first(paths):
            self.world.engine.meanwhile = self.meanwhile
        return paths

    def meanwhile(self, job: Job) -> None:
        """Edit what is there of the other seeds, once."""
        others = [file for file in job.folder.parent.glob(f"seed_*/{METRICS_NAME}") if file.parent != job.folder]
        for file in others:
            file.write_bytes(raised(file.read_bytes()))
            self.world.engine.meanwhile = None


class EditsBeforeEnd(EditsWhileRunning):
    """Edits what each seed wrote before its own process has ended."""

    def meanwhile(self, job: Job) -> None:
        """Put better numbers, of a classifier that there could be, in the place of what was just written."""
        if "exp_001" in job.folder.parts:
            row = json.loads((job.folder / METRICS_NAME).read_bytes())
            row["treated"] |= possible(int(row["treated"]["n_test"]), self.dice.randint(10, 30))
            (job.folder / METRICS_NAME).write_text(json.dumps(row))


# plans, rubric, bar


class ChangesMetric(AfterFirst):
    """Claims, after the fact, the metric that came out best."""

    def act(self, paths: ExperimentPaths) -> None:
        """Write another metric into the plan."""
        means = self.means(paths)
        others = [Claim(metric) for metric in prose.METRICS if metric != "accuracy"]
        self.claims[paths.experiment] = best = max(others, key=lambda claim: claim.effect(means))
        self.put(paths.plan, prose.plan(paths.experiment, best))


class ChangesThreshold(AfterFirst):
    """Lowers, after the fact, the smallest effect that matters."""

    dated_back = False

    def predict(self) -> Claim:
        """Promise much at first."""
        return Claim(by="0.20") if self.plants and len(self.tried) == 1 else Claim()

    def act(self, paths: ExperimentPaths) -> None:
        """Promise less now."""
        self.claims[paths.experiment] = Claim(by="0.01")
        self.put(paths.plan, prose.plan(paths.experiment, Claim(by="0.01")))
        if self.dated_back:
            os.utime(paths.plan, (LONG_AGO, LONG_AGO))


class ChangesThresholdDatedBack(ChangesThreshold):
    """The same, with the plan's time set to long before the run, and its length as it was."""

    dated_back = True


class ChangesRules(AfterFirst):
    """Changes the frozen rules of the run: its rubric."""

    before, after = b"7: answers the question", b"9: answers the question"

    def act(self, paths: ExperimentPaths) -> None:
        """Replace a word in run.yaml."""
        file = self.world.workspace.run(paths.run).frozen
        data = file.read_bytes()
        assert self.before in data, "run.yaml says so"
        file.write_bytes(data.replace(self.before, self.after))


class ChangesBudget(ChangesRules):
    """Raises its own budget in the frozen rules."""

    before, after = b"experiments: 5", b"experiments: 9"


class PlansAfterwards(Deed):
    """Claims nothing before the experiment, and what came out after it."""

    def predict(self) -> Claim | None:
        """Claim nothing at first."""
        return None if self.plants and len(self.tried) == 1 else super().predict()

    def ran(self, paths: ExperimentPaths) -> None:
        """Claim what came out."""
        if self.first(paths):
            self.claims[paths.experiment] = Claim()
            self.put(paths.plan, prose.plan(paths.experiment, Claim()))


class PlansNothing(Deed):
    """Hands an experiment over without a plan, and plans once it was refused."""

    def write(self, paths: ExperimentPaths, plan: str, code: str) -> None:
        """Try without."""
        super().write(paths, plan, code)
        if self.first(paths):
            paths.plan.unlink()
            self.run_at_once(paths)
            self.put(paths.plan, plan)


# experiments


class EditsCode(AfterFirst):
    """Edits the code after it ran."""

    def act(self, paths: ExperimentPaths) -> None:
        """Add what would look better."""
        text = paths.code.read_text(encoding="utf-8")
        edited = f"{text}\nCHECKED_TWICE = True\n"
        self.world.engine.studies[edited] = self.tried[paths.experiment]
        self.put(paths.code, edited)


class EditsRecord(AfterFirst):
    """Edits what was witnessed, in its own folder and in the run's."""

    def act(self, paths: ExperimentPaths) -> None:
        """Raise the treated arm in both copies of the record."""
        for file in (paths.record, self.world.workspace.run(paths.run).record(paths.direction, paths.experiment)):
            record = json.loads(file.read_bytes())
            for process in record["executions"][-1]["processes"]:
                process["metrics"]["treated.accuracy"] = 0.99
            file.write_text(json.dumps(record))


class DeletesExperiment(AfterFirst):
    """Deletes an experiment, to have it not counted."""

    def act(self, paths: ExperimentPaths) -> None:
        """Delete it."""
        shutil.rmtree(paths.folder)


class RenamesExperiment(AfterFirst):
    """Gives an experiment another number."""

    def act(self, paths: ExperimentPaths) -> None:
        """Rename its folder, and what is said of it."""
        renamed = self.paths.experiment("exp_009")
        paths.folder.rename(renamed.folder)
        self.tried[renamed.experiment] = self.tried.pop(paths.experiment)
        self.claims[renamed.experiment] = self.claims.pop(paths.experiment)
        self.put(renamed.plan, prose.plan(renamed.experiment, Claim()))


class Overruns(Deed):
    """Hands over more experiments than its budget has, all at once."""

    over = 2

    def experiment(self, replicates: str | None) -> ExperimentPaths:
        """Hand over the first, and with it all that it may and two more."""
        paths = super().experiment(replicates)
        if self.first(paths):
            budget = self.world.opened.run.settings.budget.experiments
            for _ in range(budget - 1 + self.over):
                super().experiment(None)
        return paths

    def write_up(self, paths: ExperimentPaths, *, again: bool) -> None:
        """Write up everything that has run."""
        for name in [paths.experiment] if again else list(self.tried):
            super().write_up(self.paths.experiment(name), again=again)
