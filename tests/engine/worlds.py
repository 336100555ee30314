"""Which worlds do the tests of this room live in? A workspace with an open run, a fake clock and no processes.

Everything is real but time and the experiments' processes: the executor's inside seals, records and appends, and
an engine in this process writes what an experiment would have written.
"""

from __future__ import annotations

import json
import random
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from fakes import Clock
from system import steady_worker

from coordinator.engine.board import Board
from coordinator.engine.observe import Observer
from coordinator.engine.opening import Opened, begin, latest, look, reopen
from coordinator.engine.passing import Pass, Passed
from coordinator.engine.rest import Rest
from coordinator.engine.verify import Verification, Verified
from coordinator.experiments.clock import Clock as ExecutorClock
from coordinator.experiments.engines import Ended, Job
from coordinator.experiments.guard.hold import Ability, NoHold
from coordinator.experiments.handover import hand_over
from coordinator.experiments.underway import Tools, Underway
from coordinator.model.entry import Entry
from coordinator.model.instruction import Action, Instruction
from coordinator.model.record import Phase
from coordinator.store.layout import ExperimentPaths, WorkerPaths, Workspace
from coordinator.store.state import State
from coordinator.text import inbox

CONFIG = """\
budget: {experiments: 5, wall_minutes: 60, experiment_seconds: 20}
significance: {confirm_seeds: 6}
attention: {stall_minutes: 5}
"""
DIRECTIONS = """\
directions:
  - {id: alpha, title: Is the shift above zero?, question: Is the shift at least 0.5?}
  - {id: beta, title: The same for another, question: Is the shift at least 0.5?}
"""


@dataclass
class Over:
    """A process that has ended already."""

    ended: Ended

    def poll(self) -> Ended | None:
        """Tell how it ended."""
        return self.ended

    def kill(self) -> None:
        """Come too late."""


class InProcess:
    """An engine whose experiments are over at once: a shift of about one, other under every seed.

    Args:
        exit_code: of every process.
    """

    name = "local"
    means = "none"

    def __init__(self, exit_code: int = 0) -> None:
        self.exit_code = exit_code

    def start(self, job: Job) -> Over:
        """Write what the experiment would have written."""
        drawn = random.Random(int(job.environment["AUTORESEARCH_SEED"]))
        shifted, plain = 1 + drawn.gauss(0, 0.05), drawn.gauss(0, 0.05)
        numbers = {"shifted": shifted, "plain": plain, "gap": shifted - plain}
        (Path(job.environment["AUTORESEARCH_OUTPUTS"]) / "metrics.json").write_text(json.dumps(numbers))
        return Over(Ended(self.exit_code, timed_out=False, wall_seconds=1.0, cpu_seconds=0.5))


class World:
    """A workspace with an open run of two directions, the daemon's inside and the executor's.

    Args:
        root: a folder that is there; where it holds a world already, that one goes on.
        config, directions: the user's files.
    """

    def __init__(self, root: Path, config: str = CONFIG, directions: str = DIRECTIONS) -> None:
        self.workspace = Workspace(root / "workspace")
        self.state = State(root / "state")
        self.clock = Clock(datetime.now(UTC).replace(microsecond=0))  # files are dated by the real one
        self.engine = InProcess()
        self.lines: list[str] = []
        if self.workspace.runs.exists():
            self.drive(look(self.workspace, self.state, latest(self.workspace, self.state) or ""))
            return
        for path, text in (
            (self.workspace.config_file, config),
            (self.workspace.directions_file, directions),
            (self.workspace.rubric_file, "10: certain. 1: noise.\n"),
            (self.workspace.root / "research_target" / "noise.py", "def draw(): ...\n"),
        ):
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text)
        self.workspace.runs.mkdir()
        self.drive(begin(self.workspace, self.state, self.clock()))

    def drive(self, opened: Opened) -> None:
        """Have a daemon's inside on a run that was just opened."""
        self.opened = opened
        self.observer = self.fresh_observer()
        self.passing = Pass(self.workspace, opened, self.observer)

    def fresh_observer(self) -> Observer:
        """Give an observer that has seen nothing yet."""
        return Observer(self.workspace, self.opened.run, frozenset({"noise"}), Rest(self.clock.monotonic))

    def restart(self) -> None:
        """Start the daemon's inside anew, as after a crash."""
        self.drive(reopen(self.workspace, self.state, self.run))

    @property
    def run(self) -> str:
        """Give the run's id."""
        return self.opened.run.run

    def board(self) -> Board:
        """Give a board that echoes into `lines`."""
        return Board(self.workspace, self.opened.run, self.lines.append, self.clock.monotonic)

    def worker(self, direction: str = "alpha") -> WorkerPaths:
        """Give a worker's files."""
        return self.workspace.worker(self.run, direction)

    def present(self) -> None:
        """Set the clock to the time that files are dated with, so that what is written now has not rested."""
        self.clock.now = datetime.now(UTC)

    def turn(self, seconds: float = 2.0, closed: Iterable[str] = ()) -> Passed:
        """Let some seconds pass, then make a pass."""
        self.clock.jump(seconds=seconds)
        return self.passing(self.clock(), closed)

    def settle(self) -> Passed:
        """Pass until nothing is left to do."""
        for _ in range(10):
            passed = self.turn()
            if not passed.acted and not passed.again:
                return passed
        raise AssertionError("the passes do not come to an end")

    def told(self, direction: str = "alpha") -> Instruction:
        """Read the inbox, as the worker does."""
        path = self.worker(direction).inbox
        parsed = inbox.parse(path.read_bytes(), path.name).value
        assert parsed is not None
        return parsed

    def report(self, direction: str = "alpha", state: str = "waiting", answered: int | None = None) -> Path:
        """Report that the last instruction is answered, or another."""
        number = self.told(direction).instruction if answered is None else answered
        path = self.worker(direction).report
        path.write_text(f"---\ndirection: {direction}\nstate: {state}\nanswered: {number}\n---\nhello\n")
        return path

    def handed(self, direction: str = "alpha", name: str = "exp_001", replicates: str | None = None) -> ExperimentPaths:
        """Write plan and code of an experiment and hand it over, executing nothing yet."""
        paths = self.worker(direction).experiment(name)
        steady_worker.write_plan(paths.folder, replicates)
        hand_over(self.workspace, paths.folder, Phase.EXPLORE)
        return paths

    def claimed(self) -> Underway:
        """Let an executor claim what was handed over, and do no more."""
        clock = ExecutorClock(now=self.clock, monotonic=self.clock.monotonic, sleep=lambda _: None)
        underway = Underway(self.workspace, self.state, Tools(self.engine, clock, {}, lambda: Ability(NoHold())))
        underway.look()
        return underway

    def execute(self, underway: Underway | None = None) -> None:
        """Let the executor carry out what was handed over."""
        underway = underway or self.claimed()
        while underway.busy:
            underway.fill()
            underway.collect()

    def answer(self, direction: str = "alpha") -> Action:
        """Do what the inbox says, as a steady worker would, and report; give what that was."""
        told = self.told(direction)
        worker = self.worker(direction)
        if told.action in {Action.BEGIN, Action.CONTINUE, Action.REPLICATE}:
            name = f"exp_{1 + len(list(worker.experiments.glob('*/summary.md'))):03d}"
            paths = self.handed(direction, name, told.about if told.action is Action.REPLICATE else None)
            self.execute()
            steady_worker.summarise(paths.folder, honest=True)
        elif told.action is Action.CONFIRM:
            hand_over(self.workspace, worker.experiment(told.about or "").folder, Phase.CONFIRM)
            self.execute()
        self.report(direction, "done" if told.action is Action.STOP else "waiting")
        return told.action

    def campaign(self) -> list[Action]:
        """Drive every direction to its end; give what the first was told."""
        self.settle()
        actions = []
        while self.passing.memory.ended is None:
            actions.append(self.answer("alpha"))
            self.answer("beta")
            self.settle()
        return actions

    def ledger(self) -> tuple[Entry, ...]:
        """Read the ledger, as another process would."""
        return look(self.workspace, self.state, self.run).ledger.read()

    def kinds(self) -> list[str]:
        """Name the kinds of the ledger's facts, in order."""
        return [type(entry.fact).__name__ for entry in self.ledger()]

    def verified(self) -> Verified:
        """Verify the run, with fresh eyes."""
        return Verification(self.workspace, look(self.workspace, self.state, self.run))(self.fresh_observer())

    def bytes(self) -> dict[str, bytes]:
        """Read every file of the workspace's runs."""
        files = sorted(path for path in self.workspace.runs.rglob("*") if path.is_file())
        return {self.workspace.relative(path): path.read_bytes() for path in files}
