"""Does everything still say what was sealed? Ledger, frozen files, code, outputs, records and findings.

Reads all bytes anew and re-derives every finding from them; changes nothing.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from pathlib import Path

from coordinator.engine.compile import compiled_from, view_of
from coordinator.engine.observe import Observer
from coordinator.engine.opening import Opened
from coordinator.engine.sealed import EDITED
from coordinator.model.entry import RunEnded
from coordinator.model.finding import Finding
from coordinator.model.history import History, Start
from coordinator.model.observation import ExperimentView, Observation, WorkerView
from coordinator.model.problem import Problem
from coordinator.model.record import Execution, Outcome, Phase, ProcessRecord
from coordinator.model.verdict import Standing
from coordinator.report.findings import compile_findings
from coordinator.rules.case import put_together
from coordinator.rules.experiment import changed_since_sealed, execution_of
from coordinator.rules.outcome import rederived
from coordinator.store.layout import METRICS_NAME, ExperimentPaths, Workspace
from coordinator.store.read import Content, digest, read, walk
from coordinator.text import metrics, record
from coordinator.text.canonical import digest_of, sha256

FILES_CAP = 100_000
METRICS_CAP = 16 << 20


@dataclass
class Verified:
    """What was looked at, and what is wrong.

    Args:
        problems: everything that is not what was sealed.
        counts: how many of each kind of thing were checked.
    """

    problems: list[Problem] = field(default_factory=list)
    counts: dict[str, int] = field(default_factory=dict)

    def count(self, what: str, number: int = 1) -> None:
        """Note that something was checked."""
        self.counts[what] = self.counts.get(what, 0) + number

    def wrong(self, path: str, code: str, message: str) -> None:
        """Note that something is not what was sealed."""
        hint = "if you have a copy of the file, put it back; the findings that rest on it cannot be trusted"
        self.problems.append(Problem(path, 0, code, message, hint))


def cited_by(found: Iterable[Finding]) -> list[tuple[str, str, Phase]]:
    """Name the executions that findings cite: the experiment, its replications, its confirmation.

    Null results and leads cite theirs too. A direction that has not ended cites nothing yet.

    Returns:
        Direction, experiment and phase of each.
    """
    cited = []
    for finding in found:
        if finding.ending is None or finding.experiment is None:
            continue
        names = (finding.experiment, *finding.replication.agreed, *finding.replication.disagreed)
        cited += [(finding.direction, name, Phase.EXPLORE) for name in dict.fromkeys(names)]
        cited += [(finding.direction, finding.experiment, Phase.CONFIRM)] if finding.confirmations else []
    return cited


class Verification:
    """Verifies one run.

    Args:
        workspace: where everything lies.
        opened: the run, opened for reading.
    """

    def __init__(self, workspace: Workspace, opened: Opened) -> None:
        self._workspace = workspace
        self._opened = opened
        self.found = Verified(problems=list(opened.changed))

    def __call__(self, observer: Observer) -> Verified:
        """Check everything; give what was looked at and what is wrong."""
        memory = self._opened.memory
        assert memory.started is not None, "a run has its first entry"
        self.found.count("ledger entries", memory.head)
        for seen in memory.tampering:
            self.found.wrong(seen.path, seen.code, f"noted in the ledger: {seen.detail}")
        observed = observer.observe(memory.started, memory)
        self.files(observed)
        self._verdicts(observed)
        self._findings(replace(observed, memory=compiled_from(self._opened.ledger.read())))
        return self.found

    def files(self, observed: Observation) -> tuple[Problem, ...]:
        """Compare every file that is sealed, or that only the coordinator writes, with its digest."""
        for direction, view in observed.workers.items():
            self._experiments(direction, {one.name: one for one in view.experiments})
            self._documents(direction, view)
        return tuple(self.found.problems)

    def _documents(self, direction: str, view: WorkerView) -> None:
        """Check the inbox, and what an ended direction was judged by: plans, code and summaries as they are now."""
        history = self._opened.memory.histories[direction]
        self.found.count("inboxes")
        if history.last is not None and view.inbox_sha256 != history.last.sha256:
            path = self._workspace.relative(self._workspace.worker(self._opened.run.run, direction).inbox)
            self.found.wrong(path, "inbox_edited", "is not what the ledger says that was written")
        for one in view.experiments:
            starts = history.explorations(one.name)
            if one.gone or not starts or starts[-1].end is None:
                continue
            for found in changed_since_sealed(one, starts[-1]):
                self.found.wrong(found.path, found.code, found.message)
            verdict = history.verdicts.get(one.name)
            judged = verdict.summary_sha256 if verdict and verdict.standing == Standing.HOLDS else ""
            if history.ending and judged and judged != one.summary_sha256:
                self.found.wrong(one.summary_path, "summary_edited", EDITED["summary_edited"])

    def _verdicts(self, observed: Observation) -> None:
        """Derive every verdict on an ended direction anew, and compare it with the ledger's."""
        for direction, view in observed.workers.items():
            history = self._opened.memory.histories[direction]
            if history.ending is None:
                continue
            case = put_together(observed.now, view, history, observed.settings)
            for fact in case.news:
                if fact.experiment in history.verdicts and not _ended_later(fact.experiment, history):
                    path = f"{view.path}/experiments/{fact.experiment}"
                    self.found.wrong(path, "verdict_differs", "the verdict in the ledger does not follow any more")
            self.found.count("verdicts re-derived", len(history.verdicts))

    def _experiments(self, direction: str, views: dict[str, ExperimentView]) -> None:
        worker = self._workspace.worker(self._opened.run.run, direction)
        latest = {start.fact.experiment: start.n for start in self._opened.memory.histories[direction].explorations()}
        for start in self._opened.memory.histories[direction].starts:
            name = start.fact.experiment
            paths = worker.experiment(name)
            shown = self._workspace.relative(paths.folder)
            if name not in views or views[name].gone:
                self.found.wrong(shown, "experiment_deleted", "was started, and its folder is gone")
                continue
            if start.end is None:
                continue
            execution = execution_of(views[name], start)
            if execution is None:
                message = f"is not what ledger entry {start.ended_n} sealed"
                self.found.wrong(self._workspace.relative(paths.record), "record_edited", message)
                continue
            self._record(paths, start)
            replaced = start.fact.phase is Phase.EXPLORE and start.n != latest[name]
            self._execution(paths, start, execution, outputs=not replaced)

    def _execution(self, paths: ExperimentPaths, start: Start, execution: Execution, *, outputs: bool) -> None:
        """Check one execution: its sealed code, and its outputs unless a later start has replaced them."""
        self.found.count("executions")
        if start.fact.phase is Phase.EXPLORE:
            self._sealed(paths, start, execution)
        for process in execution.processes if outputs else ():
            self._outputs(paths.seed(start.fact.phase, process.seed), process)
        for process in execution.placebo:
            self._outputs(paths.placebo(process.seed), process)

    def _record(self, paths: ExperimentPaths, start: Start) -> None:
        """Check both copies of a record for an execution: the worker's and the run's own."""
        assert start.end is not None, "only what has ended is sealed"
        for path in (paths.record, self._workspace.run(paths.run).record(paths.direction, paths.experiment)):
            relative = self._workspace.relative(path)
            self.found.count("records")
            content = read(self._workspace.root, relative, record.MAX_BYTES)
            parsed = record.parse(content.data, relative).value if isinstance(content, Content) else None
            digests = {one.start: digest_of(one) for one in reversed(parsed.executions)} if parsed else {}
            if digests.get(start.n) != start.end.execution_sha256:
                self.found.wrong(relative, "record_edited", f"is not what ledger entry {start.ended_n} sealed")

    def _sealed(self, paths: ExperimentPaths, start: Start, execution: Execution) -> None:
        """Check the sealed copy against the digests in the ledger and the record."""
        starts = self._opened.memory.histories[paths.direction].explorations(paths.experiment)
        k = 1 + [one.n for one in starts].index(start.n)
        folder = self._workspace.run(paths.run).sealed(paths.direction, paths.experiment, k)
        relative = self._workspace.relative(folder)
        wanted = {paths.plan.name: start.fact.plan_sha256, **execution.code}
        for name, sealed in wanted.items():
            self.found.count("sealed files")
            if digest(self._workspace.root, f"{relative}/{name}") != sealed:
                self.found.wrong(f"{relative}/{name}", "sealed_copy_edited", "is not what was sealed")

    def _outputs(self, where: Path, process: ProcessRecord) -> None:
        """Check every output of one process against its record, and its metrics against their file."""
        folder = self._workspace.relative(where)
        walked = walk(self._workspace.root, folder, FILES_CAP)
        self.found.problems += walked.problems
        for name in sorted(set(walked.files) - set(process.outputs)):
            self.found.wrong(f"{folder}/{name}", "outputs_edited", "was added after the experiment ended")
        for name, sealed in process.outputs.items():
            self.found.count("output files")
            if digest(self._workspace.root, f"{folder}/{name}") != sealed:
                self.found.wrong(f"{folder}/{name}", "outputs_edited", "is not what the experiment wrote")
        if process.outcome is Outcome.COMPLETED:
            self._metrics(f"{folder}/{METRICS_NAME}", process)

    def _metrics(self, relative: str, process: ProcessRecord) -> None:
        content = read(self._workspace.root, relative, METRICS_CAP)
        parsed = metrics.parse(content.data, relative) if isinstance(content, Content) else None
        self.found.count("numbers", len(process.metrics))
        if parsed is None or parsed.value != dict(process.metrics):
            self.found.wrong(relative, "metrics_differ", "does not hold the numbers that were witnessed")

    def _findings(self, observed: Observation) -> None:
        """Derive every finding anew and compare what is on the disk with what would be compiled now."""
        for direction, holds in rederived(observed).items():
            self.found.count("findings re-derived")
            if not holds:
                path = observed.workers[direction].path
                self.found.wrong(path, "finding_not_derivable", "the finding does not follow from the sealed outputs")
        if self._opened.memory.ended is None:
            return
        run = self._workspace.run(self._opened.run.run)
        self._pictures(self._workspace.relative(run.folder))
        files = compile_findings(view_of(observed, self._opened.run, self._opened.ledger.read()))
        for name, wanted in files.items():
            self.found.count("compiled files")
            relative = f"{self._workspace.relative(run.folder)}/{name}"
            if not name.endswith(".png") and digest(self._workspace.root, relative) != sha256(wanted):
                self.found.wrong(relative, "findings_edited", "is not what ledger and outputs give")

    def _pictures(self, folder: str) -> None:
        """Compare the pictures with their digests in the ledger: their bytes depend on the fonts of the machine."""
        for name, sealed in self._compiled().items():
            self.found.count("compiled files")
            if name.endswith(".png") and digest(self._workspace.root, f"{folder}/{name}") != sealed:
                self.found.wrong(f"{folder}/{name}", "findings_edited", "is not what was compiled")

    def _compiled(self) -> dict[str, str]:
        ended = [one.fact for one in self._opened.ledger.read() if isinstance(one.fact, RunEnded)]
        return ended[-1].files_sha256 if ended else {}


def _ended_later(experiment: str, history: History) -> bool:
    """Tell whether an experiment ended after its direction: the verdict in the ledger is of while it ran."""
    starts = history.explorations(experiment)
    verdict = history.verdicts[experiment]
    return verdict.standing == Standing.IN_FLIGHT or (bool(starts) and verdict.start != starts[-1].n)
