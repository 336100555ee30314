"""How far is one execution? Its processes, one a seed, from the first start to the end that the ledger gets.

An execution begins with an `experiment_started` in the ledger and ends with an `experiment_ended`. What is
between is in record.json for everybody to see, and counts for nothing until the end. After a crash it goes on with
the seeds that had not finished, from the same sealed copy.
"""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from coordinator.errors import MachineError
from coordinator.experiments import outputs, seal, target, unfinished, witness
from coordinator.experiments.clock import Clock
from coordinator.experiments.engines import Ended, Engine, Job, Limits, Process
from coordinator.experiments.environment import Environment
from coordinator.experiments.guard import scratch
from coordinator.experiments.guard.guard import Guard
from coordinator.experiments.guard.watch import Mark
from coordinator.experiments.order import Order
from coordinator.experiments.seal import Sealed
from coordinator.model.entry import ExperimentEnded, ExperimentInterrupted, ExperimentResumed
from coordinator.model.record import Execution, Outcome, Phase, ProcessRecord
from coordinator.model.settings import Budget
from coordinator.text import canonical

ONE_THREAD = (
    "OMP_NUM_THREADS",
    "OPENBLAS_NUM_THREADS",
    "MKL_NUM_THREADS",
    "NUMEXPR_NUM_THREADS",
    "VECLIB_MAXIMUM_THREADS",
)
"""Set to 1 unless the user set them: processes run side by side, and sums then come out the same on every
machine."""

MAX_TAKES = 10
"""An execution that is interrupted so often in a row, without finishing a process, is given up: an experiment that
ends its executor would do so forever."""
BROKEN = "the sealed copy of plan and code was changed"


@dataclass(frozen=True, slots=True)
class Means:
    """What an execution runs with.

    Args:
        engine: starts its processes.
        guard: keeps its processes in their place, and watches over the target.
        environment: of the interpreter that runs it.
        inherited: environment variables of the executor, which its processes get too.
        clock: what time it is.
    """

    engine: Engine
    guard: Guard
    environment: Environment
    inherited: Mapping[str, str]
    clock: Clock

    @property
    def sha256(self) -> str:
        """Digest of what the processes of one execution have in common, beside their code and the target."""
        found = self.environment
        facts = (found.python, dict(found.packages), found.platform, self.engine.name, self.guard.name)
        return canonical.sha256(canonical.dumps(facts))


def _cpu(measured: float | None, wall: float) -> float:
    """Settle by wall time where CPU time cannot be measured: too much, not too little."""
    return wall if measured is None else measured


@dataclass(slots=True)
class _Running:
    process: Process
    taken: witness.Taken
    scratch: Path
    mark: Mark


class Course:
    """One execution on its way.

    Args:
        order: what is executed.
        means: what with.
    """

    def __init__(self, order: Order, means: Means) -> None:
        self.order = order
        self._means = means
        self._running: dict[int, _Running] = {}
        self._kept = unfinished.load(order, means.sha256)
        self._done = {process.seed: process for process in self._kept.processes}
        seeds = (*order.start.seeds, *order.start.placebo)
        self._pending = deque(seed for seed in seeds if seed not in self._done)
        self._began = means.clock.monotonic() - _span(self._kept.processes)
        """When the first process started; until then, when it was claimed."""
        intact = self._intact()
        self._digests = intact.digests if intact else {}
        self._granted = self._budget()
        self._bytecode: Path | None = None
        """What its processes compiled: shared, since compiling a large library takes seconds."""
        self._prepared = bool(self._done)
        self._counted = False
        if order.void:
            self._give_up(order.void)
        if any(process.outcome is Outcome.TARGET_CHANGED for process in self._done.values()):
            self._pending.clear()

    @property
    def worker(self) -> str:
        """The worker whose turn a process of this is."""
        return self.order.start.direction

    @property
    def waiting(self) -> bool:
        """There is a seed that has not been started."""
        return bool(self._pending)

    @property
    def running(self) -> int:
        """How many processes run."""
        return len(self._running)

    @property
    def over(self) -> bool:
        """Nothing runs and nothing is to be started."""
        return not self._pending and not self._running

    def begin(self) -> None:
        """Start the process of the next seed, or record why it cannot be started.

        Raises:
            MachineError: the machine refused, not the experiment's files.
        """
        taken = self._taken(self._pending[0])
        try:
            self._prepare()
            with outputs.opened(self.order.run.workspace, taken.folder) as prints:
                self._count()
                self._running[taken.seed] = self._started(taken, prints)
        except outputs.SpoiltError as error:
            self._done[taken.seed] = witness.not_started(taken, error.message)
        self._pending.popleft()

    def _started(self, taken: witness.Taken, prints: outputs.Prints) -> _Running:
        """Start a process in its place, with a temporary folder of its own."""
        mark = self._means.guard.watch.mark()
        place = self._means.guard.scratch.make()
        try:
            self._bytecode = self._bytecode or self._means.guard.scratch.make()
            scratch.seed(place, Path(self._means.inherited.get("XDG_CACHE_HOME") or Path.home() / ".cache"))
            job = self._means.guard.over(self._job(taken, prints, place), self.order, (place, self._bytecode))
            return _Running(self._means.engine.start(job), taken, place, mark)
        except MachineError:
            scratch.remove(place)
            raise

    def collect(self) -> bool:
        """Record the processes that have ended; tell whether there were any."""
        before = len(self._done)
        for seed, running in list(self._running.items()):
            ended = running.process.poll()
            if ended is not None:
                del self._running[seed]
                scratch.remove(running.scratch)
                self._done[seed] = self._witness(running, ended)
        if len(self._done) == before:
            return False
        self._keep(takes=0)
        return True

    def _witness(self, running: _Running, ended: Ended) -> ProcessRecord:
        """Record one process that has ended."""
        changed = self._means.guard.watch.changed_since(self.order.start.target_sha256, running.mark)
        if changed:  # void already: the other seeds could only cost time
            self._pending.clear()
        if self._intact() is None:
            ended = replace(ended, detail=BROKEN)
        return witness.witness(self.order.run.workspace, running.taken, ended, changed)

    def kill(self) -> None:
        """Order the end of all its processes; nothing is recorded of them, and their seeds run again later."""
        self._pending.clear()
        for running in self._running.values():
            running.process.kill()

    def stopped(self) -> bool:
        """Tell whether all its processes are gone, after the order to kill them."""
        gone = [running for running in self._running.values() if running.process.poll() is not None]
        for running in gone:
            scratch.remove(running.scratch)
        if len(gone) < len(self._running):
            return False
        self._forget_bytecode()
        return True

    def document(self) -> Execution:
        """Give the execution as the record shows it at this moment."""
        start, environment = self.order.start, self._means.environment
        done = tuple(self._done[seed] for seed in start.seeds if seed in self._done)
        placebo = tuple(self._done[seed] for seed in start.placebo if seed in self._done)
        void = [one.outcome for one in placebo if one.outcome is Outcome.TARGET_CHANGED]
        return Execution(
            start=self.order.n,
            phase=start.phase,
            attempt=start.attempt,
            finished=self.over,
            outcome=witness.worst([*(record.outcome for record in done), *void]) if self.over else None,
            seeds=start.seeds,
            plan_sha256=start.plan_sha256,
            code_sha256=start.code_sha256,
            code=self._digests,
            target_sha256=start.target_sha256,
            time_limit_seconds=self.order.time_limit,
            memory_limit_mb=self._granted.experiment_memory_mb,
            outputs_limit_mb=self._granted.experiment_outputs_mb,
            limits=self._means.engine.means,
            guard=self._means.guard.name,
            enforced=self._means.guard.enforced,
            engine=self._means.engine.name,
            python=environment.python,
            packages=dict(environment.packages),
            platform=environment.platform,
            processes=done,
            placebo=placebo,
        )

    def end(self, execution: Execution) -> ExperimentEnded:
        """Give what the ledger gets to know of the end, and leave no bytecode behind."""
        assert execution.outcome is not None, "it is over"
        self._forget_bytecode()
        start, processes = self.order.start, (*execution.processes, *execution.placebo)
        return ExperimentEnded(
            direction=start.direction,
            experiment=start.experiment,
            phase=start.phase,
            start=self.order.n,
            outcome=execution.outcome,
            execution_sha256=canonical.digest_of(execution),
            wall_seconds=self._means.clock.monotonic() - self._began,
            cpu_seconds=sum(_cpu(record.cpu_seconds, record.wall_seconds) for record in processes),
            gpu_seconds=sum(record.gpu_seconds or 0.0 for record in processes),
        )

    def resumption(self) -> ExperimentResumed:
        """Give what the ledger gets to know when it is taken up again."""
        return ExperimentResumed(
            direction=self.order.start.direction,
            experiment=self.order.start.experiment,
            start=self.order.n,
            again_seconds=len(self._pending) * self.order.time_limit,
        )

    def interruption(self) -> ExperimentInterrupted:
        """Give what the ledger gets to know when it is stopped before its end: what was used in vain."""
        ended = [running.process.poll() for running in self._running.values()]
        spent = [(one.cpu_seconds, one.gpu_seconds, one.wall_seconds) for one in ended if one is not None]
        return ExperimentInterrupted(
            direction=self.order.start.direction,
            experiment=self.order.start.experiment,
            start=self.order.n,
            cpu_seconds=sum(_cpu(cpu, wall) for cpu, _, wall in spent),
            gpu_seconds=sum(gpu or 0.0 for _, gpu, _ in spent),
        )

    def _taken(self, seed: int) -> witness.Taken:
        start, paths = self.order.start, self.order.paths
        folder = paths.placebo(seed) if seed in start.placebo else paths.seed(start.phase, seed)
        return witness.Taken(seed, folder, self._means.clock.now(), self._limits(folder))

    def _limits(self, folder: Path) -> Limits:
        """Say what the tree of one process may use: of CPU and GPU time its share of what was reserved."""
        granted, share = self._granted, self.order.time_limit
        return Limits(
            memory_mb=granted.experiment_memory_mb,
            outputs_mb=granted.experiment_outputs_mb,
            cpu_seconds=None if granted.compute_minutes is None else share,
            gpu_seconds=None if granted.gpu_minutes is None else share,
            folders=(str(folder),),
        )

    def _prepare(self) -> None:
        """Look at the seal before each process, and clear the outputs of earlier explorations before the first.

        Raises:
            SpoiltError: the seal is broken, or the outputs cannot be cleared.
        """
        if self._intact() is None:
            raise outputs.SpoiltError(BROKEN)
        if not self._prepared and self.order.start.phase is Phase.EXPLORE:
            outputs.clear(self.order.run.workspace, self.order.paths.outputs)
        if not self._prepared:
            self._began = self._means.clock.monotonic()
        self._prepared = True

    def _count(self) -> None:
        """Count that this execution is taken up; last of all, since a full disk is not its doing.

        Raises:
            SpoiltError: it has ended its executor too often.
            MachineError: the disk refused.
        """
        if not self._counted:
            self._keep(takes=self._kept.takes + 1)
            self._counted = True
        if self._kept.takes > MAX_TAKES:
            raise outputs.SpoiltError(f"its executor ended {MAX_TAKES} times in a row while it ran")

    def _keep(self, takes: int) -> None:
        """Keep how far it is, before anybody sees it."""
        finished = tuple(self._done.values())
        self._kept = self._kept.model_copy(update={"takes": takes, "processes": finished})
        unfinished.save(self.order, self._kept)

    def _forget_bytecode(self) -> None:
        """Remove what its processes compiled."""
        if self._bytecode is not None:
            scratch.remove(self._bytecode)
        self._bytecode = None

    def _give_up(self, why: str) -> None:
        """Record every seed as failed without starting it."""
        self._done |= {seed: witness.not_started(self._taken(seed), why) for seed in self._pending}
        self._pending.clear()

    def _budget(self) -> Budget:
        """Give what the direction may use, as the run's frozen config says."""
        run = self.order.run
        direction = run.direction(self.order.start.direction)
        return direction.budget_under(run.frozen.settings) if direction else run.frozen.settings.budget

    def _intact(self) -> Sealed | None:
        """Read the sealed copy; None if it is not what the ledger says."""
        workspace, start = self.order.run.workspace, self.order.start
        sealed = seal.read_sealed(workspace.root, workspace.relative(self.order.copy)).value or Sealed(None)
        return sealed if (sealed.plan_sha256, sealed.code_sha256) == (start.plan_sha256, start.code_sha256) else None

    def _job(self, taken: witness.Taken, prints: outputs.Prints, place: Path) -> Job:
        """Say how the process of one seed is started."""
        code = self.order.copy / seal.CODE
        return Job(
            argv=(self._means.environment.interpreter, str(code)),
            folder=taken.folder,
            environment={**self._variables(taken), **scratch.variables(place, self._bytecode)},
            time_limit_seconds=self.order.time_limit,
            stdout=prints.stdout,
            stderr=prints.stderr,
            limits=taken.limits,
        )

    def _variables(self, taken: witness.Taken) -> dict[str, str]:
        """Give the environment of one process: the executor's own, and what makes it repeatable."""
        studied = self.order.run.target
        found = (self.order.copy / seal.PATCHES, *target.import_folders(studied))
        placebo = {target.PLACEBO: str(taken.seed)} if taken.seed in self.order.start.placebo else {}
        return {
            **dict.fromkeys(ONE_THREAD, "1"),
            **{name: value for name, value in self._means.inherited.items() if name != target.PLACEBO},
            **placebo,
            "AUTORESEARCH_SEED": str(taken.seed),
            "AUTORESEARCH_OUTPUTS": str(taken.folder),
            "AUTORESEARCH_TARGET": str(studied),
            "PYTHONPATH": os.pathsep.join(str(path) for path in found),
            "PYTHONHASHSEED": "0",
            "PYTHONUNBUFFERED": "1",
        }


def _span(processes: Sequence[ProcessRecord]) -> float:
    """Give the wall seconds from the start of the first of some processes to the end of the last."""
    if not processes:
        return 0.0
    first = min(process.started_at for process in processes)
    return max((process.started_at - first).total_seconds() + process.wall_seconds for process in processes)
