"""Papers that are dropped while the daemon runs are taken in, by another process, once they rest."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "papers"))
sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "scripts"))

import specimen  # found by the lines above

from coordinator.engine import librarian  # the same
from coordinator.engine.librarian import Librarian  # the same
from coordinator.errors import MachineError  # the same
from coordinator.store.layout import Workspace  # the same
from coordinator.store.lock import Lock  # the same
from coordinator.store.state import State  # the same


class World:
    """A workspace, a librarian and a clock that is set by hand."""

    def __init__(self, root: Path) -> None:
        self.workspace = Workspace(root / "work")
        for folder in ("config", "papers/raw"):
            (self.workspace.root / folder).mkdir(parents=True)
        self.state = State.default({"XDG_STATE_HOME": str(root / "state")})
        self.now = 100.0
        self.librarian = Librarian(self.workspace, self.state, lambda: self.now)

    def drop(self, name: str, data: bytes) -> None:
        """Drop a file."""
        (self.workspace.papers.raw / name).write_bytes(data)

    def keep(self, seconds: float = 2.0) -> bool:
        """Let time pass, then look."""
        self.now += seconds
        return self.librarian.keep()

    def finish(self) -> int:
        """Wait for the process that was started."""
        assert self.librarian._process is not None
        return self.librarian._process.wait(60)


@pytest.fixture
def world(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[World]:
    """Give a world; no process is left of it."""
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    made = World(tmp_path)
    yield made
    made.librarian.stop()


def test_nothing_is_started_without_papers(world: World) -> None:
    """A workspace that has none costs three listings every other second."""
    assert not any(world.keep() for _ in range(5))


def test_a_dropped_paper_is_taken_in_once(world: World) -> None:
    """When it rests; then it looks once more at what came of it, and is still."""
    world.drop("thresholds.pdf", specimen.paper())
    assert not world.keep()
    assert world.keep()
    assert world.finish() == 0
    assert "thresholds" in world.workspace.papers.index.read_text()
    assert "thresholds" in world.workspace.papers.inbox.read_text()
    assert [world.keep() for _ in range(2)] == [False, True]
    assert world.finish() == 0
    assert not any(world.keep() for _ in range(5))


def test_a_file_that_still_grows_is_left_alone(world: World) -> None:
    """Every change begins the rest anew, and hidden files do not count."""
    for size in range(1, 5):
        world.drop("thresholds.pdf", b"x" * size)
        world.drop(".hidden", b"x" * size)
        assert not world.keep()
    assert world.keep()
    assert world.finish() == 0


def test_it_does_not_look_all_the_time(world: World) -> None:
    """Between two looks nothing is listed."""
    world.drop("a.md", b"# A\n")
    assert not world.keep()
    assert not world.keep(librarian.LOOK_SECONDS / 2)
    assert world.keep(librarian.LOOK_SECONDS / 2)


def test_somebody_at_work_by_hand_is_waited_for(world: World) -> None:
    """No trouble, and tried again after a pause."""
    world.drop("a.md", b"# A\n")
    with Lock(world.state.papers_lock(world.workspace.root), "papers add"):
        world.keep()
        assert world.keep()
        assert world.finish() == 3
        assert not world.keep()
    assert not world.keep()
    assert world.keep(librarian.FIRST_PAUSE)
    assert world.finish() == 0


def test_a_failure_is_told_and_tried_again_with_patience(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """The pause doubles, and the log is named."""
    world.drop("a.md", b"# A\n")
    monkeypatch.setattr(sys, "executable", "/bin/false")
    world.keep()
    for pause in (5.0, 10.0):
        while not world.keep():
            continue
        world.finish()
        with pytest.raises(MachineError, match="exit code 70"):
            _raise_of(world)
        assert not world.keep(pause / 2)


def _raise_of(world: World) -> None:
    """Give the process an end that no command has."""
    assert world.librarian._process is not None
    world.librarian._process.returncode = 70
    world.keep(0.0)


def test_stopping_ends_the_process(world: World) -> None:
    """And what it had not done is done the next time."""
    world.drop("thresholds.pdf", specimen.paper())
    world.keep()
    assert world.keep()
    process = world.librarian._process
    world.librarian.stop()
    assert process is not None
    assert process.poll() is not None
