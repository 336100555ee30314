"""Where does a campaign take place? In a real workspace, with the real coordinator and executor at work on it.

Everything is real but three things: the clock, which moves when it is told to; the engine, which starts no
process and looks the numbers up in the pool instead; and the disk, which is not waited for. Requests are
claimed, experiments sealed, admitted, recorded and noted in the ledger by the executor's own code.
"""

from __future__ import annotations

import os
import random
import secrets
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cache, lru_cache
from pathlib import Path
from unittest import mock

from coordinator.engine import folder, opening
from coordinator.engine.observe import Observer
from coordinator.engine.opening import Opened
from coordinator.engine.passing import Pass
from coordinator.engine.rest import Rest
from coordinator.engine.verify import Verification
from coordinator.experiments import claim, environment
from coordinator.experiments.clock import Clock as Clocks
from coordinator.experiments.engines import Ended, Job
from coordinator.experiments.guard.hold import Ability, NoHold
from coordinator.experiments.target import PLACEBO
from coordinator.experiments.underway import Tools, Underway
from coordinator.model.observation import CodeFacts, Observation
from coordinator.model.problem import Problem
from coordinator.model.record import Phase
from coordinator.report import findings as report
from coordinator.rules import counterarguments, numbers
from coordinator.store.layout import ExperimentPaths, WorkerPaths, Workspace
from coordinator.store.state import State
from coordinator.store.sync import DISK
from coordinator.text import code
from trust.pool import TARGET, Pool

START = datetime(2000, 1, 1, 12, 0, tzinfo=UTC)
"""Before any real time, so that no file's own time lies before the campaign."""
STEP_SECONDS = 20.0
"""Between two passes: every file has come to rest."""
RUN_SECONDS = 2.0
"""That a process takes."""
REMEMBERED = 4096
"""Texts whose numbers and terms are remembered."""
PASSES = 5
"""In a row: something that is still being written is at rest by then."""
MODULES = frozenset(path.stem for path in TARGET.glob("*.py"))

CONFIG = """\
budget: {{experiments: {experiments}}}
significance: {{explore_seeds: {explore}, confirm_seeds: {confirm}}}
executor: {{parallel: {parallel}}}
"""


DIRECTION = """\
  - id: {name}
    title: Does the treatment change how well cases are called?
    question: Do the scores on unseen cases differ between the treated and the control arm?
"""


@dataclass(frozen=True)
class Terms:
    """What governs a campaign; everything that is not here is as the product has it by default.

    Args:
        experiments: budget of a direction.
        explore, confirm: seeds.
        parallel: processes at a time.
    """

    experiments: int = 5
    explore: int = 3
    confirm: int = 10
    parallel: int = 64

    def text(self) -> str:
        """Give config.yaml."""
        return CONFIG.format(**vars(self))


USUAL = Terms()


class Clock:
    """A clock that moves only when it is told to."""

    def __init__(self) -> None:
        self.now = START
        self.seconds = 1000.0

    def __call__(self) -> datetime:
        """Give the time of day."""
        return self.now

    def monotonic(self) -> float:
        """Give seconds that are never set back."""
        return self.seconds

    def jump(self, seconds: float) -> None:
        """Let time pass, on both clocks."""
        self.now += timedelta(seconds=seconds)
        self.seconds += seconds


class Looked:
    """A process that has ended already.

    Args:
        ended: how.
    """

    def __init__(self, ended: Ended) -> None:
        self._ended = ended

    def poll(self) -> Ended:
        """Tell how it ended."""
        return self._ended

    def kill(self) -> None:
        """Do nothing: there is nothing left of it."""


@dataclass
class PoolEngine:
    """Runs no process: writes what the study of the sealed code measured under the seed.

    Args:
        pool: what every study measured.
        studies: text of code -> the study that it is; other code is run for what it says, by `scripted`.
        scripted: text of code -> metrics.json by seed, where a story's code is not one of the pool.
        meanwhile: called with the job after its numbers are written and before it ends.
    """

    pool: Pool
    studies: dict[str, str] = field(default_factory=dict)
    scripted: dict[str, Callable[[Job], bytes | None]] = field(default_factory=dict)
    meanwhile: Callable[[Job], None] | None = None

    name = "pool"
    means = "none"

    def start(self, job: Job) -> Looked:
        """Write the metrics of one seed."""
        text = Path(job.argv[1]).read_text(encoding="utf-8")
        scripted = self.scripted.get(text)
        metrics = scripted(job) if scripted else self.measured(self.studies[text], job)
        if metrics is not None:
            (job.folder / "metrics.json").write_bytes(metrics)
        if self.meanwhile is not None:
            self.meanwhile(job)
        return Looked(
            Ended(exit_code=0 if metrics is not None else 1, timed_out=False, wall_seconds=2.0, cpu_seconds=1.0)
        )

    def measured(self, study: str, job: Job) -> bytes:
        """Give metrics.json of a study under the seed of a process."""
        seed, placebo = int(job.environment["AUTORESEARCH_SEED"]), PLACEBO in job.environment
        return self.pool.row(study, seed, placebo=placebo)


@contextmanager
def hurried() -> Iterator[None]:
    """Leave out what costs time and decides nothing: syncs, since no power is cut here, and pictures.

    What follows from a text or from bytes alone is worked out once for each of them; what is installed here is
    asked once, and the report's templates are read once.
    """
    known: dict[tuple[tuple[str, bytes], ...], CodeFacts] = {}

    def remembered(files: Mapping[str, bytes], modules: frozenset[str]) -> CodeFacts:
        key = tuple(sorted(files.items()))
        if key not in known:
            known[key] = code.code_facts(files, modules)
        return known[key]

    with ExitStack() as seams:
        for place, name, instead in (
            (numbers, "find", lru_cache(REMEMBERED)(numbers.find)),
            (counterarguments, "_terms", lru_cache(REMEMBERED)(counterarguments._terms)),  # noqa: SLF001  # the same
            (DISK, "file", lambda _: None),
            (DISK, "folder", lambda _: None),
            (folder, "code_facts", remembered),
            (claim, "code_facts", remembered),
            (report, "draw", lambda *_: ()),
            (report, "_markdown", cache(report._markdown)),  # noqa: SLF001  # made anew for each report elsewhere
            (report, "_html", cache(report._html)),  # noqa: SLF001  # the same
            (environment, "_ours", cache(environment._ours)),  # noqa: SLF001  # asked again by each executor elsewhere
        ):
            seams.enter_context(mock.patch.object(place, name, instead))
        yield


@contextmanager
def dice_loaded(dice: random.Random) -> Iterator[None]:
    """Let ids and secrets of a run come from a campaign's own dice, so that it can be played again."""
    real = secrets.token_hex, secrets.token_bytes
    secrets.token_hex = lambda nbytes=32: dice.randbytes(nbytes or 32).hex()
    secrets.token_bytes = lambda nbytes=32: dice.randbytes(nbytes or 32)
    try:
        yield
    finally:
        secrets.token_hex, secrets.token_bytes = real


class World:
    """A workspace, its state folder, and the coordinator and executor at work on it.

    Args:
        root: an empty folder.
        directions: how many questions.
        terms: what governs the run.
        engine: runs its experiments.
        dice: all chance in it.
    """

    def __init__(self, root: Path, directions: int, terms: Terms, engine: PoolEngine, dice: random.Random) -> None:
        self.workspace = Workspace(root / "workspace")
        self.state = State(root / "state")
        self.clock = Clock()
        self.engine = engine
        self.dice = dice
        self.requested: list[str] = []
        self.directions = tuple(f"question_{place:02d}" for place in range(directions))
        self._furnish(terms)
        with dice_loaded(dice):
            self.opened = opening.begin(self.workspace, self.state, self.clock())
        self._employ()

    def _furnish(self, terms: Terms) -> None:
        target = self.workspace.root / "research_target"
        for place in (self.workspace.config_file.parent, target):
            place.mkdir(parents=True)
        for path in sorted(TARGET.glob("*.py")):
            (target / path.name).write_bytes(path.read_bytes())
        self.workspace.config_file.write_text(terms.text())
        listed = "".join(DIRECTION.format(name=name) for name in self.directions)
        self.workspace.directions_file.write_text(f"directions:\n{listed}")
        self.workspace.rubric_file.write_text("10: surprising and certain. 7: answers the question. 1: nothing.\n")

    def _employ(self) -> None:
        self._observer = self._observer_of(self.opened)
        self.one_pass = Pass(self.workspace, self.opened, self._observer)
        clocks = Clocks(self.clock, self.clock.monotonic, self.clock.jump)
        self.underway = Underway(self.workspace, self.state, Tools(self.engine, clocks, {}, lambda: Ability(NoHold())))

    def _observer_of(self, opened: Opened) -> Observer:
        return Observer(self.workspace, opened.run, MODULES, Rest(self.clock.monotonic))

    def restart(self) -> None:
        """Start coordinator and executor anew from what is on the disk, as after a kill."""
        self.opened = opening.reopen(self.workspace, self.state, self.opened.run.run)
        self._employ()

    def look(self, closed: Iterable[str] = ()) -> bool:
        """Make passes until nothing is waited for; tell whether the run is still open."""
        closed = tuple(closed)
        for _ in range(PASSES):
            passed = self.one_pass(self.clock(), closed)
            self.clock.jump(STEP_SECONDS)
            if not passed.again:
                break
        return self.one_pass.memory.ended is None

    def execute(self) -> None:
        """Carry out everything that is handed over."""
        self.underway.look()
        while self.underway.busy:
            self.underway.fill()
            self.clock.jump(RUN_SECONDS)
            self.underway.collect()

    def observed(self) -> Observation:
        """Look at everything anew, as a verification does."""
        return self._observer_of(self.opened).observe(self.clock(), self.one_pass.memory)

    def verified(self) -> tuple[Problem, ...]:
        """Give what `verify` finds wrong."""
        opened = opening.look(self.workspace, self.state, self.opened.run.run)
        return tuple(Verification(self.workspace, opened)(self._observer_of(opened)).problems)

    # what a worker does

    def worker(self, direction: str) -> WorkerPaths:
        """Give a worker's files."""
        return self.workspace.worker(self.opened.run.run, direction)

    def put(self, path: Path, content: str | bytes) -> None:
        """Write a file at the campaign's time."""
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        with suppress(OSError):
            os.utime(path, (self.clock.now.timestamp(),) * 2)

    def hand_over(self, paths: ExperimentPaths, phase: Phase) -> str:
        """Ask for a run of an experiment; give the request's id."""
        asked = f"request-{len(self.requested) + 1}"
        self.requested.append(asked)
        text = f'{{"experiment": "{paths.experiment}", "phase": "{phase.value}", "id": "{asked}"}}\n'
        self.put(paths.request, text)
        return asked
