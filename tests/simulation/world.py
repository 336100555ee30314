"""Where do simulated coordinators live? A whole workspace on a real disk, with clocks that only the test moves."""

from __future__ import annotations

import errno
import os
import random
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import fakes

from coordinator.engine import opening
from coordinator.engine.board import Board
from coordinator.engine.observe import Observer
from coordinator.engine.opening import begin, latest, reopen
from coordinator.engine.passing import Pass, Passed
from coordinator.engine.rest import Rest
from coordinator.model.entry import Entry, InstructionGiven
from coordinator.model.history import Memory
from coordinator.model.observation import Observation
from coordinator.model.problem import Problem
from coordinator.report import plots
from coordinator.store import state as state_module
from coordinator.store.layout import WorkerPaths, Workspace
from coordinator.store.state import State
from coordinator.store.sync import DISK

START = datetime(2100, 1, 1, 12, 0, tzinfo=UTC)
"""After any real time: what counts of a file is the simulated time that its writer dated it with."""
CONFIG = """\
budget: {experiments: 4, wall_minutes: 150}
significance: {min_experiments: 2, explore_seeds: 2, confirm_seeds: 4}
"""
DIRECTION = """\
  - id: ID
    title: Does a tuned threshold beat the default?
    question: Is F1 higher by 0.05 at ratio 20?
    context: Two Gaussians at ratios 1 and 20.
"""
UID_BYTES = 16
"""Of a run's random name in the state folder."""
SECONDS_TO_REST = 2.0
"""More than any file has to be left alone for before it is acted on."""
LARGEST = 1 << 24
"""Bytes of a file that is compared byte for byte."""
LOOKS = 2
"""After which nothing is at work any more, if nobody writes meanwhile."""


class Interrupted(Observer):
    """An observer during whose work something else happens."""

    meanwhile: Callable[[], None] | None = None

    def observe(self, now: datetime, memory: Memory, changed: tuple[Problem, ...] = ()) -> Observation:
        """Observe, and then let something happen before anything is decided."""
        observed = super().observe(now, memory, changed)
        happening, self.meanwhile = self.meanwhile, None
        if happening is not None:
            happening()
        return observed


@contextmanager
def dice_loaded() -> Iterator[None]:
    """Let every secret and id be the same in each simulation, so that whole trees can be compared."""
    rolls = random.Random(7)
    hexes, bytes_ = opening.secrets.token_hex, state_module.secrets.token_bytes
    # Names of temporary files stay random, so that nobody finds a dead process's in its way.
    opening.secrets.token_hex = lambda size=32: (
        rolls.randbytes(size).hex() if size == UID_BYTES else os.urandom(size).hex()
    )
    state_module.secrets.token_bytes = lambda size=32: rolls.randbytes(size)
    try:
        yield
    finally:
        opening.secrets.token_hex, state_module.secrets.token_bytes = hexes, bytes_


@contextmanager
def without_syncs() -> Iterator[None]:
    """Leave the disk's own time out of it: what is simulated is no power cut."""
    DISK.file = DISK.folder = lambda _: None  # type: ignore[method-assign]
    try:
        yield
    finally:
        del DISK.file, DISK.folder


@contextmanager
def without_pictures() -> Iterator[None]:
    """Leave the drawing of plots out of it, which takes longer than the rest of a night."""
    drawers = {name: getattr(plots, name) for name in ("_scores", "_effect")}
    for name in drawers:
        setattr(plots, name, lambda *_: b"a picture")
    try:
        yield
    finally:
        for name, drawer in drawers.items():
            setattr(plots, name, drawer)


@dataclass
class World:
    """A workspace, its state folder, something precious outside, and the coordinator that is at work.

    Args:
        root: an empty folder, or one in which such a world was.
        ids: of the directions.
        config: the text of config.yaml.
    """

    root: Path
    ids: Sequence[str] = ("alpha",)
    config: str = CONFIG

    def __post_init__(self) -> None:
        self.workspace = Workspace(self.root / "workspace")
        self.state = State(self.root / "state")
        self.outside = self.root / "outside"
        self.clock = fakes.Clock(START)
        self.echoed: list[str] = []
        if not self.workspace.root.exists():
            self._furnish()

    def _furnish(self) -> None:
        for folder in (self.workspace.config_file.parent, self.workspace.root / "research_target", self.outside):
            folder.mkdir(parents=True)
        self.workspace.runs.mkdir()
        self.workspace.config_file.write_text(self.config)
        asked = "".join(DIRECTION.replace("ID", name) for name in self.ids)
        self.workspace.directions_file.write_text(f"directions:\n{asked}")
        self.workspace.rubric_file.write_text("10: surprising and certain.\n")
        (self.workspace.root / "research_target" / "imbalance.py").write_text("RATIO = 20\n")
        (self.outside / "precious.txt").write_text("nobody may touch this\n")
        (self.outside / "inner").mkdir()

    def start(self) -> World:
        """Start the coordinator from what is on the disk, as after a kill."""
        with dice_loaded():
            found = latest(self.workspace, self.state)
            opened = (
                begin(self.workspace, self.state, self.clock())
                if found is None
                else reopen(self.workspace, self.state, found)
            )
        self.opened = opened
        self.observer = Interrupted(self.workspace, opened.run, frozenset({"imbalance"}), Rest(self.clock.monotonic))
        self.one_pass = Pass(self.workspace, opened, self.observer)
        self.board = Board(self.workspace, opened.run, self.echoed.append, self.clock.monotonic)
        return self

    def look(self, closed: Iterable[str] = ()) -> Passed:
        """Make one pass, and tell the board of it."""
        passed = self.one_pass(self.clock(), closed)
        self.board.tell(self.one_pass.entries)
        self.board.settle(passed.observed)
        return passed

    def settle(self) -> Passed:
        """Make passes, with time for files to come to rest; as many and at the same times whatever is there."""
        for _ in range(LOOKS):
            passed = self.look()
            self.clock.jump(seconds=SECONDS_TO_REST)
        assert not passed.again, "something is never at rest"
        return passed

    def worker(self, direction: str = "alpha") -> WorkerPaths:
        """Give a worker's files."""
        return self.workspace.worker(self.opened.run.run, direction)

    def put(self, path: Path, content: str | bytes) -> None:
        """Write a file as a worker does, in place, at the simulated time.

        Raises:
            OSError: a link leads elsewhere, or something is in its place: a FIFO would be waited at for ever.
        """
        if not path.resolve().is_relative_to(self.workspace.root.resolve()):
            raise OSError(errno.ELOOP, "would be written elsewhere", str(path))
        path.parent.mkdir(parents=True, exist_ok=True)
        if path.exists() and not path.is_file():
            raise OSError(errno.EEXIST, "in the way", str(path))
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        self.touch(path)

    def touch(self, path: Path) -> None:
        """Date a file as of the simulated time."""
        os.utime(path, (self.clock.now.timestamp(),) * 2)

    def says(self, state: str, answered: int, direction: str = "alpha") -> None:
        """Report, for a worker."""
        text = f"---\ndirection: {direction}\nstate: {state}\nanswered: {answered}\n---\nA note.\n"
        self.put(self.worker(direction).report, text)

    @property
    def entries(self) -> tuple[Entry, ...]:
        """The ledger."""
        return self.opened.ledger.read()

    def given(self, direction: str = "alpha") -> list[InstructionGiven]:
        """Every instruction that the ledger says was given to one worker."""
        facts = [entry.fact for entry in self.entries]
        return [fact for fact in facts if isinstance(fact, InstructionGiven) and fact.direction == direction]

    @property
    def anchor(self) -> Path:
        """The ledger's copy in the state folder."""
        return self.state.anchor(self.opened.run.uid)


def tree_of(folder: Path) -> dict[str, bytes | str]:
    """Give everything below a folder: name -> content, or what it is where it is no file."""
    found: dict[str, bytes | str] = {}
    for path in sorted(folder.rglob("*")):
        name = path.relative_to(folder).as_posix()
        if path.is_symlink():
            found[name] = f"link to {path.readlink()}"
        elif path.is_dir():
            found[name] = "folder"
        else:
            found[name] = _content(path) if path.is_file() else "special"
    return found


def _content(path: Path) -> bytes | str:
    """Give a file's bytes, or of a sparse giant its size."""
    size = path.stat().st_size
    return path.read_bytes() if size <= LARGEST else f"{size} bytes"
