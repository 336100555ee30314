"""Does the loop turn when it should, go on when it can, and end when it is told to?"""

from __future__ import annotations

import os
import signal
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from engine.worlds import World

from coordinator.cli.main import main
from coordinator.engine import daemon as loop
from coordinator.engine.companion import Companion
from coordinator.engine.daemon import BEAT, BURST, SHARE, SOON, Daemon, Stop, stopped_by_signals
from coordinator.engine.passing import Passed
from coordinator.engine.watch import Wake
from coordinator.errors import HeldError, MachineError, TamperingError
from coordinator.store.ledger import Ledger
from coordinator.store.lock import Lock


class FakeWake(Wake):
    """A bell at which waiting lets the fake clock go on, and lets something happen meanwhile.

    Args:
        world: whose clock it is.
        steps: called one after the other, one each time that somebody waits; the last one ends the loop.
    """

    def __init__(self, world: World, *steps: Callable[[], object]) -> None:
        super().__init__()
        self.world = world
        self.steps = list(steps)
        self.waits: list[float] = []
        self.then: Callable[[], object] = lambda: pytest.fail("the loop goes on and on")

    def wait(self, seconds: float) -> bool:
        """Let this time pass, or none if somebody rings."""
        self.waits.append(round(seconds, 3))
        (self.steps.pop(0) if self.steps else self.then)()
        rung = super().wait(0)
        self.world.clock.jump(seconds=0.01 if rung else seconds)
        return rung


@dataclass
class FakeCompanion:
    """An executor's keeper that does as it is told."""

    kept: int = 0
    stopped: int = 0
    trouble: MachineError | None = None
    refusals: list[MachineError] = field(default_factory=list)

    def keep(self) -> bool:
        """Count, and fail where it is to."""
        self.kept += 1
        if self.refusals:
            raise self.refusals.pop()
        return False

    def stop(self) -> None:
        """Count."""
        self.stopped += 1


class NoEvents:
    """A watcher on a machine without file events."""

    watched: list[list[str]]

    def __init__(self, _: Wake) -> None:
        NoEvents.watched = []

    def keep(self, folders: Iterable[Path]) -> bool:
        """Note what would be watched."""
        NoEvents.watched.append([folder.name for folder in folders])
        return False

    def stop(self) -> None:
        """Have nothing to stop."""


@pytest.fixture(autouse=True)
def no_events(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let nothing ring but the tests: real events come whenever they like."""
    monkeypatch.setattr(loop, "Watcher", NoEvents)


def made(world: World, *steps: Callable[[], object], companion: object = None) -> Daemon:
    """Make a daemon on a fake bell, which stops when the steps are over."""
    wake = FakeWake(world, *steps)
    parts = (world.workspace, world.passing, world.board(), companion, world.clock, world.clock.monotonic)
    built = Daemon(*parts, wake=wake)
    wake.then = built.stop
    return built


def nothing() -> None:
    """Let time pass."""


def table(world: World) -> int:
    """Count the board's tables."""
    return world.workspace.board.read_text().count("| alpha")


def test_it_passes_at_every_beat_without_any_event(world: World) -> None:
    """The scan is the truth: a report is answered though nobody rang, and then the board shows it."""
    daemon = made(world, nothing, world.report, nothing, nothing, nothing)
    assert not daemon.run(until_done=False)
    assert world.told().instruction == 2
    assert daemon.wake.waits[0] == BEAT
    assert world.workspace.board.read_text().rstrip().endswith("|")


def test_it_ends_when_the_findings_are_compiled(world: World) -> None:
    """If it is to; and its executor is told to end."""
    world.settle()
    companion = FakeCompanion()
    daemon = made(world, companion=companion)
    world.passing.close(world.clock())
    assert daemon.run(until_done=True)
    assert (daemon.wake.waits, companion.kept, companion.stopped) == ([], 0, 1)
    assert world.workspace.board.read_text().rstrip().endswith("|")


def test_it_stays_when_it_is_to_stay(world: World) -> None:
    """An ended run is looked after until somebody asks to stop; no executor is kept for it."""
    world.passing.close(world.clock())
    companion = FakeCompanion()
    assert made(world, nothing, companion=companion).run(until_done=False)
    assert companion.kept == 0


def test_something_half_written_is_looked_at_soon(world: World) -> None:
    """Not after a whole beat."""
    world.settle()
    world.present()
    world.worker().report.write_text("---\n")
    daemon = made(world, nothing, nothing)
    daemon.run(until_done=False)
    assert set(daemon.wake.waits) == {SOON}


def test_a_slow_pass_slows_the_beat(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """Scans in which nothing happened take a twentieth of a core at most."""
    world.settle()
    daemon = made(world)
    real = daemon._pass

    def slow() -> Passed:
        world.clock.jump(seconds=3)
        return real()

    monkeypatch.setattr(daemon, "_pass", slow)
    daemon.run(until_done=False)
    assert daemon.wake.waits == [3 / SHARE]


def test_a_flood_of_events_starves_neither_scan_nor_board(world: World) -> None:
    """Somebody writes without a pause: everybody else is answered, and the table comes all the same."""
    world.settle()
    daemon = made(world)
    turns = [0]

    def flood() -> None:
        turns[0] += 1
        daemon.wake.note(str(world.worker("beta").report))
        if turns[0] == 5:
            world.report("alpha")
        if turns[0] * 0.01 > 2 * BURST + 1:
            daemon.stop()

    daemon.wake.then = flood
    daemon.run(until_done=False)
    assert world.told("alpha").instruction == 2
    assert table(world) == 1


TROUBLES: dict[str, Exception] = {
    "ENOSPC": MachineError("the disk is full"),
    "EIO": MachineError("Input/output error"),
    "a turn that is not given": HeldError("still held"),
}


@pytest.mark.parametrize("name", TROUBLES)
def test_trouble_is_said_once_and_it_goes_on(world: World, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    """Beat by beat, in the ledger, until the disk gives way; then that is said, and nothing was lost."""
    world.settle()
    world.report()

    def refuse(*_: object) -> None:
        raise TROUBLES[name]

    monkeypatch.setattr(Ledger, "append", refuse)
    daemon = made(world, nothing, nothing, nothing, monkeypatch.undo, nothing, nothing)
    daemon.run(until_done=False)
    said = [line for line in world.lines if line.startswith("coordinator: ")]
    assert said == [f"coordinator: {TROUBLES[name]}", "coordinator: works again"]
    assert daemon.wake.waits[:4] == [BEAT] * 4
    assert world.told().instruction == 2


def test_trouble_with_the_board_keeps_nobody_from_being_answered(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its lines are told when it can be written again."""
    daemon = made(world, nothing, world.report, nothing, nothing, monkeypatch.undo, nothing, nothing)

    def refuse(*_: object, **__: object) -> None:
        raise MachineError("the disk is full")

    monkeypatch.setattr("coordinator.engine.board.append", refuse)
    daemon.run(until_done=False)
    assert world.told().instruction == 2
    assert "board: the disk is full" in world.lines
    assert "board: works again" in world.lines
    assert len([line for line in world.workspace.board.read_text().splitlines() if line.startswith("- ")]) >= 5


def test_trouble_is_waited_out_whatever_happens_to_files(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """Events do not make it try again and again; a signal ends it at once."""
    daemon = made(world)
    passes = [0]

    def refuse() -> Passed:
        passes[0] += 1
        raise MachineError("the disk is full")

    def ring() -> None:
        daemon.wake.ring()
        if len(daemon.wake.waits) == 250:
            daemon.stop()

    monkeypatch.setattr(daemon, "_pass", refuse)
    daemon.wake.then = ring
    daemon.run(until_done=False)
    assert passes[0] == 3


def test_trouble_with_the_executor_is_said(world: World) -> None:
    """Whether it cannot be told if one is there, or one ended; and when it works again."""
    world.settle()
    companion = FakeCompanion(refusals=[MachineError("no lock")])

    def ended() -> None:
        companion.trouble = MachineError("the executor ended with exit code 1")

    def calm() -> None:
        companion.trouble = None

    made(world, nothing, ended, nothing, calm, nothing, companion=companion).run(until_done=False)
    said = [line for line in world.lines if line.startswith("executor: ")]
    assert said == [
        "executor: no lock",
        "executor: works again",
        "executor: the executor ended with exit code 1",
        "executor: works again",
    ]
    assert companion.stopped == 1


def test_an_executor_that_dies_is_not_started_in_a_hot_loop(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """Even while events make the loop turn as fast as it can."""
    started = []
    monkeypatch.setattr(Companion, "_start", lambda _, now: started.append(now) or _refuse())
    companion = Companion(world.workspace.root, world.state, world.clock.monotonic)
    daemon = made(world, companion=companion)

    def ring() -> None:
        daemon.wake.ring()
        if len(daemon.wake.waits) == 400:
            daemon.stop()

    daemon.wake.then = ring
    daemon.run(until_done=False)
    assert len(daemon.wake.waits) == 400
    assert 2 <= len(started) <= 4  # in four seconds


def _refuse() -> None:
    raise MachineError("no process could be started")


def test_tampering_with_the_state_folder_ends_it(world: World) -> None:
    """Nothing can be vouched for any more; watcher and executor are stopped all the same."""
    companion = FakeCompanion()
    daemon = made(world, lambda: next(world.state.folder.rglob("anchor.jsonl")).unlink(), companion=companion)
    with pytest.raises(TamperingError):
        daemon.run(until_done=False)
    assert companion.stopped == 1


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_ends_it_after_its_pass(world: World, monkeypatch: pytest.MonkeyPatch, number: int) -> None:
    """The pass that it is in is made to its end; afterwards the old handlers are back."""
    before = signal.getsignal(number)
    daemon = made(world)
    real = daemon._pass
    finished = []

    def interrupted() -> Passed:
        os.kill(os.getpid(), number)
        passed = real()
        finished.append(passed.acted)
        return passed

    monkeypatch.setattr(daemon, "_pass", interrupted)
    daemon.run(until_done=False)
    assert finished == [True]
    assert world.told().instruction == 1
    assert signal.getsignal(number) == before


def test_a_signal_wakes_it_at_once(world: World) -> None:
    """On the real bell, from a wait that would be long."""
    world.settle()
    stop = Stop(Wake())
    with stopped_by_signals(stop):
        os.kill(os.getpid(), signal.SIGTERM)
        assert stop.wake.wait(600)
    assert stop.asked


def test_signals_that_a_system_does_not_have_are_left_out(monkeypatch: pytest.MonkeyPatch) -> None:
    """SIGBREAK is Windows' own."""
    assert not hasattr(signal, "SIGBREAK")
    monkeypatch.delattr(loop.signal, "SIGTERM")
    with stopped_by_signals(Stop(Wake())):
        pass


def test_a_single_pass_waits_for_what_is_just_being_written(world: World) -> None:
    """Until it is at rest, but not for ever; then the board shows how things stand."""
    world.settle()
    world.present()
    report = world.worker().report
    report.write_text("---\ndirection: al")
    daemon = made(world, lambda: world.report(answered=1), *[nothing] * 40)
    assert not daemon.once().again
    assert world.told().instruction == 2
    assert table(world) == 1
    waits = len(daemon.wake.waits)
    world.present()
    report.write_text("---\ndirection: al")
    daemon.wake.then = lambda: report.write_text(f"---\ndirection: {len(daemon.wake.waits)}")
    daemon.wake.steps = []
    assert daemon.once(patience=2.0).again
    assert len(daemon.wake.waits) - waits == pytest.approx(2.0 / SOON, abs=2)


def test_files_that_the_watcher_names_are_acted_on_at_once(world: World) -> None:
    """Relative to the workspace, as they are read."""
    world.settle()
    world.present()
    path = world.report()
    daemon = made(world)
    daemon.wake.note(str(path))
    assert not daemon.once(patience=0).again
    assert world.told().instruction == 2


def test_what_happens_to_open_workers_is_watched(world: World) -> None:
    """The run's folder and those of its open directions."""
    made(world).run(until_done=False)
    assert NoEvents.watched[0] == [world.run, f"{world.run}-alpha", f"{world.run}-beta"]
    world.passing.close(world.clock())
    made(world).run(until_done=False)
    assert NoEvents.watched[-1] == [world.run]


def test_a_second_coordinator_is_turned_away(
    world: World, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """With exit code 3 and the name of the first, before it reads or writes anything."""
    monkeypatch.setenv("XDG_STATE_HOME", str(world.state.folder))
    state = type(world.state).default(os.environ)
    before = world.bytes()
    with Lock(state.coordinator_lock(world.workspace.root), "coordinator"):
        assert main(["watch", "--once", "--root", str(world.workspace.root)]) == 3
    assert f"process {os.getpid()} on" in capfd.readouterr().err
    assert world.bytes() == before
