"""What is there? Everything that one pass read, with a single `now`; the only input of a decision."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from coordinator.model.direction import Direction
from coordinator.model.experiment import ExperimentPlan, Summary
from coordinator.model.history import Memory
from coordinator.model.problem import Parsed, Problem
from coordinator.model.record import Record
from coordinator.model.report import Report
from coordinator.model.settings import Settings


@dataclass(frozen=True, slots=True)
class CodeFacts:
    """What can be said of an experiment's code without running it.

    Args:
        sha256: digest over experiment.py and patches/, names included, as the executor computes it.
        shingles: hashes of runs of tokens, without comments, layout and names of variables.
        has_patches: there is at least one file in patches/.
        patches_modules: it assigns to attributes of imported target modules.
        uses_chance: it mentions a source of randomness.
        literals: the numbers that stand in it, without signs, of two significant digits or more.
        resplits: how it splits a fixed data set, in words; empty if it does not seem to.
    """

    sha256: str
    shingles: frozenset[int]
    has_patches: bool
    patches_modules: bool
    uses_chance: bool
    literals: frozenset[float] = frozenset()
    resplits: str = ""


@dataclass(frozen=True, slots=True)
class ExperimentView:
    """One experiment folder as it is on the disk.

    Args:
        name: of the folder.
        path: of the folder, relative to the workspace.
        plan_path, code_path, summary_path: of its files, relative to the workspace, there or not.
        plan, summary: parsed, or None where there is no such file.
        plan_sha256: digest of plan.md's bytes; empty without one.
        code: facts about the code; None without experiment.py.
        record: what the executor wrote, or None; not yet checked against the ledger.
        execution_sha256: digest of each execution in the record, by the number of its start.
        queued: a request.json waits for the executor.
        summary_sha256: digest of summary.md's bytes; empty without one.
        gone: the ledger knows it and its folder is not there any more.
        unreadable: problems with files that are neither plan nor summary (a link, a FIFO, a huge file).
    """

    name: str
    path: str
    plan_path: str
    code_path: str
    summary_path: str
    plan: Parsed[ExperimentPlan] | None
    plan_sha256: str
    summary: Parsed[Summary] | None
    code: CodeFacts | None
    record: Record | None
    queued: bool
    execution_sha256: Mapping[int, str] = field(default_factory=dict)
    unreadable: tuple[Problem, ...] = ()
    summary_sha256: str = ""
    gone: bool = False


@dataclass(frozen=True, slots=True)
class WorkerView:
    """One worker's folder as it is on the disk.

    Args:
        direction: the question that it works on.
        path: of the folder, relative to the workspace.
        report_path: of status.md, relative to the workspace.
        report: parsed, or None where there is no status.md.
        report_sha256: digest of its bytes, or of its problem where it could not be read; empty without one.
        inbox_sha256: digest of inbox.md's bytes; empty without one.
        experiments: by name.
        last_sign: newest change of anything that the worker writes; None if there is nothing yet.
        settled: nothing that was read is still being written.
        papers: ids of papers that may help, while nothing was said yet.
    """

    direction: Direction
    path: str
    report_path: str
    report: Parsed[Report] | None
    report_sha256: str
    inbox_sha256: str
    experiments: tuple[ExperimentView, ...]
    last_sign: datetime | None
    settled: bool
    papers: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Observation:
    """The world as one pass saw it.

    Args:
        now: when, UTC; the only clock that a decision has.
        run: id of the open run.
        settings: frozen with the run.
        memory: what the ledger says.
        workers: one per direction of the run.
        target_modules: top-level importable names of the target.
        changed: coordinator's own files that somebody else changed, as problems.
        altered: what of the target, and of what else is protected, is not as it was when the run began.
        closing: the run is to end now, whatever its directions have reached.
    """

    now: datetime
    run: str
    settings: Settings
    memory: Memory
    workers: Mapping[str, WorkerView]
    target_modules: frozenset[str] = frozenset()
    changed: tuple[Problem, ...] = ()
    altered: tuple[Problem, ...] = ()
    closing: bool = False
