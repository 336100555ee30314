"""Does everything still say what was sealed? Ledger, frozen files, code, outputs, records and findings.

Reads all bytes anew and re-derives every finding from them; changes nothing.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace

from coordinator.engine.compile import compiled_from, view_of
from coordinator.engine.observe import Observer
from coordinator.engine.opening import Opened
from coordinator.model.finding import Finding
from coordinator.model.history import Start
from coordinator.model.observation import ExperimentView, Observation
from coordinator.model.problem import Problem
from coordinator.model.record import Execution, Outcome, Phase, ProcessRecord
from coordinator.report.findings import compile_findings
from coordinator.rules.experiment import execution_of
from coordinator.rules.outcome import rederived
from coordinator.store.layout import METRICS_NAME, ExperimentPaths, Workspace
from coordinator.store.read import Content, digest, read, walk
from coordinator.text import metrics
from coordinator.text.canonical import sha256

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
        for direction, view in observed.workers.items():
            self._experiments(direction, {one.name: one for one in view.experiments})
        self._findings(replace(observed, memory=compiled_from(self._opened.ledger.read())))
        return self.found

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
            replaced = start.fact.phase is Phase.EXPLORE and start.n != latest[name]
            self._execution(paths, start, execution, outputs=not replaced)

    def _execution(self, paths: ExperimentPaths, start: Start, execution: Execution, *, outputs: bool) -> None:
        """Check one execution: its sealed code, and its outputs unless a later start has replaced them."""
        self.found.count("executions")
        if start.fact.phase is Phase.EXPLORE:
            self._sealed(paths, start, execution)
        for process in execution.processes if outputs else ():
            self._outputs(paths, start.fact.phase, process)

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

    def _outputs(self, paths: ExperimentPaths, phase: Phase, process: ProcessRecord) -> None:
        """Check every output of one process against its record, and its metrics against their file."""
        folder = self._workspace.relative(paths.seed(phase, process.seed))
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
        files = compile_findings(view_of(observed, self._opened.run, self._opened.ledger.read()))
        for name, wanted in files.items():
            self.found.count("compiled files")
            relative = f"{self._workspace.relative(run.folder)}/{name}"
            found = digest(self._workspace.root, relative)
            # The bytes of a picture depend on the fonts of the machine: it is there, and no more is known.
            if not isinstance(found, str) if name.endswith(".png") else found != sha256(wanted):
                self.found.wrong(relative, "findings_edited", "is not what ledger and outputs give")
