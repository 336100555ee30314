"""Is there always one executor, and never a hot loop of them?"""

from __future__ import annotations

import subprocess
from itertools import pairwise
from pathlib import Path

import pytest
from fakes import Clock

from coordinator.engine import beside
from coordinator.engine.companion import CALM_SECONDS, FIRST_PAUSE, LONGEST_PAUSE, PATIENCE, Companion
from coordinator.errors import MachineError
from coordinator.store.lock import Lock
from coordinator.store.state import State


class Executor:
    """A process as the companion sees it, whose end is decided by the test."""

    def __init__(self, stubborn: bool) -> None:
        self.returncode: int | None = None
        self.stubborn = stubborn
        self.orders: list[str] = []

    def poll(self) -> int | None:
        """Tell how it ended."""
        return self.returncode

    def terminate(self) -> None:
        """End, unless it is stubborn."""
        self.orders.append("terminate")
        self.returncode = None if self.stubborn else 0

    def kill(self) -> None:
        """End in any case."""
        self.orders.append("kill")
        self.returncode = -9

    def wait(self, timeout: float | None = None) -> int:
        """Wait until it ended."""
        if self.returncode is None:
            assert timeout == PATIENCE
            raise subprocess.TimeoutExpired("executor", timeout)
        return self.returncode


class Machine:
    """What starts executors, and may refuse to."""

    def __init__(self) -> None:
        self.started: list[Executor] = []
        self.commands: list[list[str]] = []
        self.refusal: OSError | None = None
        self.stubborn = False
        self.tried = 0

    def __call__(self, command: list[str], **_: object) -> Executor:
        """Start one."""
        self.tried += 1
        if self.refusal is not None:
            raise self.refusal
        self.commands.append(command)
        self.started.append(Executor(self.stubborn))
        return self.started[-1]


@pytest.fixture
def machine(monkeypatch: pytest.MonkeyPatch) -> Machine:
    """Give a machine on which nothing is really started."""
    made = Machine()
    monkeypatch.setattr(beside.subprocess, "Popen", made)
    return made


@pytest.fixture
def clock() -> Clock:
    """Give a clock that jumps."""
    return Clock()


@pytest.fixture
def kept(tmp_path: Path, clock: Clock, machine: Machine) -> Companion:
    """Give what keeps the executor, which is not there yet."""
    return Companion(tmp_path, State(tmp_path / "state"), clock.monotonic)


def test_one_is_started_and_left_alone(kept: Companion, clock: Clock, machine: Machine, tmp_path: Path) -> None:
    """However often it is asked for; it is told whose child it is."""
    assert kept.keep()
    for _ in range(100):
        clock.jump(seconds=10)
        assert not kept.keep()
    assert len(machine.started) == 1
    assert machine.commands[0][1:6] == ["-m", "coordinator", "execute", "--root", str(tmp_path)]
    assert kept.trouble is None


def test_one_that_ends_at_once_is_started_again_ever_later(kept: Companion, clock: Clock, machine: Machine) -> None:
    """Twice as long each time, up to half a minute, however often the loop turns; the user is told where to look."""
    at = []
    for _ in range(3000):
        if kept.keep():
            at.append(clock.seconds)
            machine.started[-1].returncode = 1
        clock.jump(seconds=0.1)
    pauses = [later - earlier for earlier, later in pairwise(at)]
    assert pauses[:3] == pytest.approx([FIRST_PAUSE, 1, 2], abs=0.25)
    assert pauses[-1] == pytest.approx(LONGEST_PAUSE, abs=0.25)
    assert len(at) < 20
    assert "exit code 1" in kept.trouble.message
    assert kept.trouble.path.endswith("executor.log")


def test_after_a_calm_time_it_is_forgiven(kept: Companion, clock: Clock, machine: Machine) -> None:
    """It works again, and its next end costs the shortest pause."""
    for _ in range(5):
        kept.keep()
        machine.started[-1].returncode = 1
        kept.keep()
        clock.jump(seconds=LONGEST_PAUSE)
    assert kept.keep()
    clock.jump(seconds=CALM_SECONDS - 1)
    kept.keep()
    assert kept.trouble is not None
    clock.jump(seconds=2)
    kept.keep()
    assert kept.trouble is None
    machine.started[-1].returncode = -9
    assert not kept.keep()
    clock.jump(seconds=FIRST_PAUSE)
    assert kept.keep()


def test_somebody_elses_is_as_good(kept: Companion, clock: Clock, machine: Machine, tmp_path: Path) -> None:
    """While its lock is held none is started, and what was wrong with ours does not matter any more."""
    kept.keep()
    machine.started[-1].returncode = 3
    kept.keep()
    assert kept.trouble is not None
    clock.jump(seconds=LONGEST_PAUSE)
    with Lock(State(tmp_path / "state").executor_lock(tmp_path), "executor"):
        assert not kept.keep()
        assert kept.trouble is None
    assert kept.keep()


def test_one_that_cannot_be_started_is_tried_ever_later(kept: Companion, clock: Clock, machine: Machine) -> None:
    """No process to give, or a full disk: told until it works, and no more often than one that ends at once."""
    machine.refusal = OSError(11, "Resource temporarily unavailable")
    for _ in range(600):
        assert not kept.keep()
        assert isinstance(kept.trouble, MachineError)
        clock.jump(seconds=0.1)
    assert 5 < machine.tried < 10  # in a minute
    machine.refusal = None
    clock.jump(seconds=LONGEST_PAUSE)
    assert kept.keep()


def test_stopping_waits_for_it_and_kills_a_stubborn_one(kept: Companion, machine: Machine) -> None:
    """One that was never started, or ended by itself, needs no order."""
    kept.stop()
    kept.keep()
    kept.stop()
    kept.stop()
    assert machine.started[-1].orders == ["terminate"]
    kept.keep()
    machine.stubborn = True
    other = Companion(kept._root, kept._state, kept._monotonic)
    other.keep()
    other.stop()
    assert machine.started[-1].orders == ["terminate", "kill"]
