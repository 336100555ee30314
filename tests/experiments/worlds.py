"""Which worlds do the tests of this room live in? A workspace with an open run, and executors to drive."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

import patience

from coordinator.experiments import open_run
from coordinator.experiments.clock import Clock
from coordinator.experiments.engines.local import engine
from coordinator.experiments.guard.hold import Ability, NoHold
from coordinator.experiments.handover import Handover, hand_over, wait
from coordinator.experiments.open_run import OpenRun
from coordinator.experiments.progress import Progress
from coordinator.experiments.underway import Tools, Underway
from coordinator.model.entry import (
    Entry,
    ExperimentEnded,
    ExperimentStarted,
    InstructionGiven,
    RunStarted,
)
from coordinator.model.instruction import Action, BudgetLeft
from coordinator.model.record import Execution, Phase, Record
from coordinator.model.run import FrozenRun
from coordinator.store.layout import ExperimentPaths, Workspace
from coordinator.store.ledger import Ledger
from coordinator.store.state import State
from coordinator.store.write import write
from coordinator.text import canonical, config, directions, frozen
from coordinator.text import record as record_text

RUN = "20261123_143022"
NOW = datetime(2026, 11, 23, 14, 30, 22, tzinfo=UTC)
CONFIG = """\
budget: {experiments: 3, experiment_seconds: 20}
significance: {explore_seeds: 2, confirm_seeds: 4}
"""
ONE_AT_A_TIME = "executor: {parallel: 1}\nsignificance: {explore_seeds: 2, confirm_seeds: 4}\n"
DIRECTIONS = """\
directions:
  - {id: alpha, title: A, question: Is it so?}
  - {id: beta, title: B, question: Is it so?}
"""
PLAN = """\
---
experiment: EXP
tier: 1
claims:
  - {id: more, metric: score, baseline: 0, change: increase, by: 0.1}
---
## Hypothesis
It is more.
## Method
Measure it.
## What Would Refute It
Less.
"""
MEASURE = """\
import json, os, pathlib
import measured
outputs = pathlib.Path(os.environ["AUTORESEARCH_OUTPUTS"])
numbers = {"score": int(os.environ["AUTORESEARCH_SEED"]) % 7, "version": measured.VERSION}
(outputs / "metrics.json").write_text(json.dumps(numbers))
"""
"""An experiment that completes."""


def no_ability() -> Ability:
    """Give what a machine can that has neither Landlock nor bubblewrap."""
    return Ability(NoHold(), missing=("simulated: there is nothing",))


@dataclass
class World:
    """A workspace with an open run of two directions."""

    root: Path
    config: str = CONFIG
    ability: Callable[[], Ability] = no_ability
    """What holds experiments: by default nothing, so that they can do what they must not, and be found."""
    executors: list[subprocess.Popen[bytes]] = field(default_factory=list)
    """Real ones, to be ended with the test."""

    def __post_init__(self) -> None:
        self.workspace = Workspace(self.root / "workspace")
        self.state = State(self.root / "state")
        self.target = self.workspace.root / "research_target"
        self.target.mkdir(parents=True)
        (self.target / "measured.py").write_text("VERSION = 1\n")
        self.begin(RUN)

    def begin(self, run: str) -> None:
        """Begin a run, as the daemon does."""
        settings = config.parse(self.config.encode(), "config").value
        asked = directions.parse(DIRECTIONS.encode(), "directions").value
        assert settings is not None
        assert asked is not None
        uid = canonical.sha256(run.encode())[:32]
        whole = FrozenRun(run, uid, NOW, self.config, DIRECTIONS, "Be strict.\n", settings, asked.directions)
        data = frozen.print_(whole)
        paths = self.workspace.run(run)
        paths.folder.mkdir(parents=True)
        write(paths.frozen, data)
        self.state.secret(uid)
        for direction in whole.directions:
            self.workspace.worker(run, direction.id).experiments.mkdir(parents=True)
        sha = canonical.sha256(data)
        started = RunStarted(
            run=run,
            directions=tuple(direction.id for direction in whole.directions),
            frozen_sha256=sha,
            config_sha256=sha,
            directions_sha256=sha,
            rubric_sha256=sha,
        )
        self.ledger.append([started], NOW)

    @property
    def ledger(self) -> Ledger:
        """Give the run's ledger, opened anew as another process would."""
        run = self.workspace.runs_found()[-1]
        uid = canonical.sha256(run.encode())[:32]
        return Ledger(self.workspace.run(run).ledger, self.state.anchor(uid), self.state.ledger_lock(uid))

    @property
    def run(self) -> OpenRun:
        """Give the open run."""
        found = open_run.find(self.workspace, self.state)
        assert found is not None
        return found

    def experiment(
        self, name: str = "exp_001", code: str = MEASURE, *, worker: str = "alpha", plan: str = PLAN
    ) -> ExperimentPaths:
        """Write plan and code of an experiment."""
        paths = self.workspace.worker(self.workspace.runs_found()[-1], worker).experiment(name)
        paths.folder.mkdir(exist_ok=True)
        paths.plan.write_text(plan.replace("EXP", name))
        paths.code.write_text(code)
        return paths

    def hand_over(self, paths: ExperimentPaths, phase: Phase = Phase.EXPLORE) -> Handover:
        """Hand an experiment over, as `run` does."""
        return hand_over(self.workspace, paths.folder, phase)

    def instruct(self, action: Action, about: str | None = None, worker: str = "alpha") -> None:
        """Give a worker an instruction, as the daemon does."""
        given = sum(isinstance(entry.fact, InstructionGiven) for entry in self.entries())
        budget = BudgetLeft(experiments_left=1)
        fact = InstructionGiven(
            direction=worker, instruction=given + 1, action=action, about=about, budget=budget, text="x"
        )
        self.ledger.append([fact], NOW)

    def entries(self) -> tuple[Entry, ...]:
        """Read the ledger."""
        return self.ledger.read()

    def starts(self) -> list[ExperimentStarted]:
        """Give the starts in the ledger."""
        return [entry.fact for entry in self.entries() if isinstance(entry.fact, ExperimentStarted)]

    def ends(self) -> list[ExperimentEnded]:
        """Give the ends in the ledger."""
        return [entry.fact for entry in self.entries() if isinstance(entry.fact, ExperimentEnded)]

    def record(self, paths: ExperimentPaths) -> Record:
        """Read an experiment's record."""
        record = record_text.parse(paths.record.read_bytes(), "record.json").value
        assert record is not None
        return record

    def underway(self) -> Underway:
        """Give an executor's inside, to be driven by hand."""
        tools = Tools(engine(sole=False), Clock(), dict(os.environ), self.ability)
        return Underway(self.workspace, self.state, tools)

    def execute(self, underway: Underway | None = None) -> Underway:
        """Carry out everything that was handed over."""
        underway = underway or self.underway()
        underway.look()

        def idle() -> bool:
            underway.fill()
            underway.collect()
            return not underway.busy

        patience.until(idle)
        return underway

    def executor(self, *options: str) -> subprocess.Popen[bytes]:
        """Start a real executor, a process of its own; `unheld` on a machine without any means to hold."""
        code = (
            "import sys; from pathlib import Path; from coordinator.experiments.guard import hold;"
            "hold.ability = (lambda: hold.Ability(hold.NoHold())) if 'unheld' in sys.argv else hold.ability;"
            "from coordinator.experiments import executor;"
            "from coordinator.store.layout import Workspace; from coordinator.store.state import State;"
            "sys.exit(executor.serve(Workspace(Path(sys.argv[1])), State(Path(sys.argv[2])),"
            "once='once' in sys.argv, parent=next((int(w[7:]) for w in sys.argv if w[:7] == 'parent='), None)))"
        )
        command = [sys.executable, "-c", code, str(self.workspace.root), str(self.state.folder), *options]
        self.executors.append(subprocess.Popen(command))
        return self.executors[-1]

    def close(self) -> None:
        """End what is left of the executors."""
        for executor in self.executors:
            executor.kill()
            executor.wait()


class Steps:
    """A clock that moves when somebody sleeps, and does something else meanwhile.

    Args:
        steps: called one after the other, one each time that somebody sleeps.
    """

    def __init__(self, *steps: Callable[[], object]) -> None:
        self._seconds = 0.0
        self._steps = list(steps)
        self.clock = Clock(now=lambda: NOW, monotonic=lambda: self._seconds, sleep=self._sleep)

    def _sleep(self, seconds: float) -> None:
        self._seconds += seconds
        if self._steps:
            self._steps.pop(0)()


def waited(world: World, handed: Handover, *steps: Callable[[], object]) -> list[Progress]:
    """Wait for at most a minute, while these things happen."""
    return list(wait(handed, world.state, 60, Steps(*steps).clock))


def executed(world: World, code: str = MEASURE, **options: str) -> tuple[ExperimentPaths, Execution]:
    """Hand an experiment over, execute it, and give the execution."""
    paths = world.experiment(code=code, **options)
    world.hand_over(paths)
    world.execute()
    return paths, world.record(paths).executions[-1]
