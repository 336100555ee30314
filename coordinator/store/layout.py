"""Where does everything lie? The only place that knows the names of files and folders in a workspace.

Names of runs, directions and experiments come from folder names and are checked here, before they become
part of a path. Nothing here reads a file or follows a link; `runs_found` lists one folder.
"""

from __future__ import annotations

import os
import re
from dataclasses import dataclass
from pathlib import Path, PurePath

from coordinator.errors import UsageError
from coordinator.model.document import EXPERIMENT_PATTERN, NAME_PATTERN
from coordinator.model.record import Phase
from coordinator.store.paper_layout import PaperPaths
from coordinator.store.read import Kind, names

RUN_PATTERN = r"^\d{8}_\d{6}$"
"""A run's id: its start, `YYYYMMDD_HHMMSS` in UTC."""

RUN_CAP = 100_000
"""Entries of runs/ that are looked at: a folder with more is not a workspace."""

FINDINGS_NAME, HTML_NAME = "findings.md", "findings.html"
"""The report of a run; its plots lie beside it."""

METRICS_NAME = "metrics.json"
"""What an experiment leaves in the folder of each seed."""

WAKING_NAMES = frozenset({"status.md", "ledger.jsonl"})
"""Files whose change is worth a pass: a worker reported, or the executor learnt something."""

_RUN_LENGTH = len("YYYYMMDD_HHMMSS")


def _matches(pattern: str, name: str) -> bool:
    # ASCII: `\d` would let other scripts' digits in; fullmatch: `$` would let a trailing newline in.
    return re.fullmatch(pattern.strip("^$"), name, re.ASCII) is not None


def is_run(name: str) -> bool:
    """Tell whether a folder name is a run's id."""
    return _matches(RUN_PATTERN, name)


def is_direction(name: str) -> bool:
    """Tell whether a name can be a direction's id."""
    return _matches(NAME_PATTERN, name)


def is_experiment(name: str) -> bool:
    """Tell whether a folder name is an experiment's."""
    return len(name) <= 64 and _matches(EXPERIMENT_PATTERN, name)


def _checked(name: str, *, what: str, fits: bool) -> str:
    if not fits:
        raise UsageError(f"{name!r} is not the name of {what}", hint="names come from folders of the workspace")
    return name


@dataclass(frozen=True, slots=True)
class ExperimentPaths:
    """The files of one experiment.

    Args:
        folder: `runs/{run}-{direction}/experiments/exp_NNN`.
        run, direction, experiment: the names that the folder is made of.
    """

    folder: Path
    run: str
    direction: str
    experiment: str

    @property
    def plan(self) -> Path:
        """Give plan.md, the worker's prediction."""
        return self.folder / "plan.md"

    @property
    def code(self) -> Path:
        """Give experiment.py, the worker's."""
        return self.folder / "experiment.py"

    @property
    def patches(self) -> Path:
        """Give the folder of changed copies of target files, the worker's."""
        return self.folder / "patches"

    @property
    def summary(self) -> Path:
        """Give summary.md, the worker's."""
        return self.folder / "summary.md"

    @property
    def outputs(self) -> Path:
        """Give the folder of what the exploring processes wrote."""
        return self.folder / "outputs"

    @property
    def confirmation(self) -> Path:
        """Give the folder of what the confirming processes wrote."""
        return self.folder / "confirmation"

    @property
    def request(self) -> Path:
        """Give request.json, written by `run`, removed by the executor."""
        return self.folder / "request.json"

    @property
    def record(self) -> Path:
        """Give record.json, the executor's."""
        return self.folder / "record.json"

    def seed(self, phase: Phase, seed: int) -> Path:
        """Give the folder of one process: `outputs/seed_N` or `confirmation/seed_N`."""
        return (self.outputs if phase is Phase.EXPLORE else self.confirmation) / f"seed_{seed}"

    def placebo(self, seed: int) -> Path:
        """Give the folder of one process of a confirmation that trained on permuted labels."""
        return self.confirmation / f"placebo_{seed}"


@dataclass(frozen=True, slots=True)
class WorkerPaths:
    """The files of one worker.

    Args:
        folder: `runs/{run}-{direction}`.
        run, direction: the names that the folder is made of.
    """

    folder: Path
    run: str
    direction: str

    @property
    def inbox(self) -> Path:
        """Give inbox.md, written by the coordinator alone."""
        return self.folder / "inbox.md"

    @property
    def report(self) -> Path:
        """Give status.md, the worker's report."""
        return self.folder / "status.md"

    @property
    def experiments(self) -> Path:
        """Give the folder of experiments."""
        return self.folder / "experiments"

    def experiment(self, name: str) -> ExperimentPaths:
        """Give the files of the experiment of that name, whether it exists or not.

        Raises:
            UsageError: the name is not `exp_` and three or more digits.
        """
        _checked(name, what="an experiment (exp_001)", fits=is_experiment(name))
        return ExperimentPaths(self.experiments / name, self.run, self.direction, name)


@dataclass(frozen=True, slots=True)
class RunPaths:
    """The files of one run.

    Args:
        folder: `runs/{run}`.
        run: its id.
    """

    folder: Path
    run: str

    @property
    def frozen(self) -> Path:
        """Give run.yaml, the frozen config, directions and rubric."""
        return self.folder / "run.yaml"

    @property
    def ledger(self) -> Path:
        """Give ledger.jsonl, the public copy of the ledger."""
        return self.folder / "ledger.jsonl"

    @property
    def findings(self) -> Path:
        """Give findings.md; plots lie beside it."""
        return self.folder / FINDINGS_NAME

    @property
    def html(self) -> Path:
        """Give findings.html."""
        return self.folder / HTML_NAME

    def sealed(self, direction: str, experiment: str, k: int) -> Path:
        """Give the folder of the sealed plan and code of the k-th start of an experiment, from 1."""
        _checked(direction, what="a direction", fits=is_direction(direction))
        _checked(experiment, what="an experiment (exp_001)", fits=is_experiment(experiment))
        assert k >= 1, "starts are counted from 1"
        return self.folder / "sealed" / direction / f"{experiment}-{k}"

    def record(self, direction: str, experiment: str) -> Path:
        """Give the coordinator's own copy of an experiment's record, which an edit of record.json leaves alone."""
        _checked(direction, what="a direction", fits=is_direction(direction))
        _checked(experiment, what="an experiment (exp_001)", fits=is_experiment(experiment))
        return self.folder / "records" / direction / f"{experiment}.json"

    def again(self, direction: str, experiment: str, k: int) -> Path:
        """Give the folder of the k-th repetition of an experiment that the user asked for, from 1."""
        _checked(direction, what="a direction", fits=is_direction(direction))
        _checked(experiment, what="an experiment (exp_001)", fits=is_experiment(experiment))
        assert k >= 1, "repetitions are counted from 1"
        return self.folder / "again" / direction / f"{experiment}-{k}"

    def refusal(self, request: str) -> Path:
        """Give the file in which the executor says why it refused a request.

        Raises:
            UsageError: the request's id is not a name.
        """
        _checked(request, what="a request", fits=is_direction(request))
        return self.folder / "refusals" / f"{request}.json"


@dataclass(frozen=True, slots=True)
class Workspace:
    """One workspace: config, target, papers and runs below one root.

    Args:
        root: its folder; made absolute, links in it are kept as they are.
    """

    root: Path

    def __post_init__(self) -> None:
        object.__setattr__(self, "root", Path(os.path.abspath(self.root)))  # noqa: PTH100  # also removes `..`

    @property
    def config_file(self) -> Path:
        """Give config/config.yaml."""
        return self.root / "config" / "config.yaml"

    @property
    def directions_file(self) -> Path:
        """Give config/directions.yaml."""
        return self.root / "config" / "directions.yaml"

    @property
    def rubric_file(self) -> Path:
        """Give config/scoring_rubric.md."""
        return self.root / "config" / "scoring_rubric.md"

    @property
    def protocol(self) -> Path:
        """Give the folder of what a worker reads."""
        return self.root / "protocol"

    @property
    def papers(self) -> PaperPaths:
        """Give the files of the paper database."""
        return PaperPaths(self.root / "papers")

    @property
    def runs(self) -> Path:
        """Give the folder of all runs and workers."""
        return self.root / "runs"

    @property
    def board(self) -> Path:
        """Give runs/status.md, the overview of all workers."""
        return self.runs / "status.md"

    def target(self, configured: str) -> Path:
        """Give the target's folder; `research_target_path` is absolute or from the root."""
        return Path(os.path.abspath(self.root / configured))  # noqa: PTH100  # removes `..`, keeps links

    def run(self, run_id: str) -> RunPaths:
        """Give the files of one run, whether it exists or not.

        Raises:
            UsageError: the id is not `YYYYMMDD_HHMMSS`.
        """
        _checked(run_id, what="a run (YYYYMMDD_HHMMSS)", fits=is_run(run_id))
        return RunPaths(self.runs / run_id, run_id)

    def worker(self, run_id: str, direction: str) -> WorkerPaths:
        """Give the files of one worker, whether it exists or not.

        Raises:
            UsageError: one of the names is not one.
        """
        _checked(run_id, what="a run (YYYYMMDD_HHMMSS)", fits=is_run(run_id))
        _checked(direction, what="a direction", fits=is_direction(direction))
        return WorkerPaths(self.runs / f"{run_id}-{direction}", run_id, direction)

    def worker_at(self, path: Path) -> WorkerPaths:
        """Give the worker that a path which somebody typed names, or lies in.

        Args:
            path: absolute or from the current folder; the worker's folder or anything below it.

        Raises:
            UsageError: it does not name a worker's folder of this workspace.
        """
        parts = self.inside(path).parts
        worker = self._worker_named(parts[1]) if len(parts) > 1 and parts[0] == "runs" else None
        if worker is None:
            hint = "it is runs/{run}-{direction}, for example runs/20261123_143022-metric_divergence"
            raise UsageError("not a worker's folder", path=str(path), hint=hint)
        return worker

    def _worker_named(self, name: str) -> WorkerPaths | None:
        """Give the worker whose folder has this name; None if it is no worker's."""
        run_id, dash, direction = (
            name[:_RUN_LENGTH],
            name[_RUN_LENGTH : _RUN_LENGTH + 1],
            name[_RUN_LENGTH + 1 :],
        )
        fits = is_run(run_id) and dash == "-" and is_direction(direction)
        return self.worker(run_id, direction) if fits else None

    def experiment_at(self, path: Path) -> ExperimentPaths:
        """Give the experiment that a path which somebody typed names, or lies in.

        Args:
            path: absolute or from the current folder; the experiment's folder or anything below it.

        Raises:
            UsageError: it does not name an experiment's folder of this workspace.
        """
        parts = self.inside(path).parts
        if len(parts) < 4 or parts[2] != "experiments" or not is_experiment(parts[3]):
            hint = "it is runs/{run}-{direction}/experiments/exp_001"
            raise UsageError("not an experiment's folder", path=str(path), hint=hint)
        return self.worker_at(path).experiment(parts[3])

    def inside(self, path: Path) -> PurePath:
        """Give a path that somebody typed, from the root of the workspace.

        Links are not resolved, except that the root may be reached by another name.

        Raises:
            UsageError: it does not lie in the workspace.
        """
        full = Path(os.path.abspath(path))  # noqa: PTH100  # removes `..`, keeps links
        for root in (self.root, Path(os.path.realpath(self.root))):
            if full.is_relative_to(root):
                return full.relative_to(root)
        raise UsageError("not in this workspace", path=str(path), hint=f"the workspace is {self.root}")

    def relative(self, path: Path) -> str:
        """Give a path as problems show it: from the root, with forward slashes."""
        full = os.path.abspath(path)  # noqa: PTH100  # removes `..`, keeps links
        root = f"{self.root}{os.sep}"
        if full.startswith(root):  # nearly always; this is asked all the time, and pathlib is slow
            return full[len(root) :].replace(os.sep, "/")
        outside = Path(full)
        return outside.relative_to(self.root).as_posix() if outside.is_relative_to(self.root) else outside.as_posix()

    def runs_found(self) -> list[str]:
        """List the ids of the runs that have a folder, oldest first."""
        found = names(self.root, "runs", RUN_CAP)
        if not isinstance(found, list):
            return []
        return [entry.name for entry in found if entry.kind is Kind.FOLDER and is_run(entry.name)]

    def newest_workers(self) -> list[WorkerPaths]:
        """List the workers of the newest run that has a folder, in the order of their names.

        What somebody else put beside them is nobody's.
        """
        runs = self.runs_found()
        folders = sorted(self.runs.glob(f"{runs[-1]}-*")) if runs else []
        return [worker for folder in folders if folder.is_dir() and (worker := self._worker_named(folder.name))]

    def runs_named(self) -> list[str]:
        """List the ids that anything in runs/ is named after, oldest first.

        Of a run whose folder was removed, or replaced by something else, the workers' folders are left.
        """
        found = names(self.root, "runs", RUN_CAP)
        ids = {entry.name.partition("-")[0] for entry in found} if isinstance(found, list) else set()
        return sorted(name for name in ids if is_run(name))
