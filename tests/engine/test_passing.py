"""Does one pass do everything that follows from what it sees, and the next one nothing?"""

from __future__ import annotations

import shutil

import pytest
from engine.worlds import World

from coordinator.engine import apply as applying
from coordinator.engine import passing
from coordinator.engine.observe import Observer
from coordinator.errors import HeadMovedError, MachineError
from coordinator.model.entry import RunEnded, TamperingSeen
from coordinator.model.instruction import Action, Ending
from coordinator.model.plan import Plan
from coordinator.rules.reconcile import reconcile
from coordinator.store.ledger import Ledger


def full(*_: object, **__: object) -> None:
    """Refuse, as a full disk does."""
    raise MachineError("the disk is full")


def test_a_campaign_comes_to_its_end(over: World) -> None:
    """From begin to stop, with a replication and a confirmation; and what was compiled is what can be derived."""
    history = over.passing.memory.histories["alpha"]
    actions = [given.fact.action for given in history.instructions]
    assert actions == [Action.BEGIN, Action.REPLICATE, Action.CONTINUE, Action.CONFIRM, Action.STOP]
    assert over.told().ending is Ending.FINALIZED
    assert over.kinds().count("RunEnded") == 1


def test_a_pass_after_a_pass_changes_no_byte(world: World) -> None:
    """At every step of a direction, by eyes that have looked before and by fresh ones; and its plan is empty."""
    for _ in range(3):
        world.settle()
        before = world.bytes()
        passed = world.turn(seconds=0)
        assert (passed.acted, passed.entries) == (False, ())
        assert reconcile(passed.observed) == Plan()
        world.restart()
        assert not world.turn(seconds=0).acted
        assert world.bytes() == before
        world.answer()


def test_the_end_is_an_end(over: World) -> None:
    """Passes over an ended run write nothing, but what somebody took away."""
    over.restart()
    before = over.bytes()
    assert not over.turn().acted
    assert over.bytes() == before
    over.worker().inbox.unlink()
    over.turn()
    assert over.bytes() == before


def test_what_a_pass_learnt_is_told_once(world: World) -> None:
    """The executor's entries included."""
    assert [entry.n for entry in world.turn().entries] == [2, 3]
    world.handed()
    world.execute()
    assert [type(entry.fact).__name__ for entry in world.turn().entries] == ["ExperimentStarted", "ExperimentEnded"]
    assert world.turn().entries == ()
    assert len(world.passing.entries) == len(world.ledger())


def test_a_ledger_that_moves_meanwhile_is_looked_at_again(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing is carried out, and the next pass comes soon."""

    def moved(*_: object) -> None:
        raise HeadMovedError("it grew")

    monkeypatch.setattr(passing, "apply", moved)
    passed = world.turn()
    assert (passed.acted, passed.again) == (False, True)
    monkeypatch.undo()
    assert world.turn().acted


def test_a_refused_inbox_is_written_by_the_next_pass(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """The ledger has the instruction already; it is not given twice."""
    monkeypatch.setattr(applying, "write", full)
    for _ in range(2):
        with pytest.raises(MachineError):
            world.turn()
    monkeypatch.undo()
    world.settle()
    assert world.told().instruction == 1
    assert world.kinds() == ["RunStarted", "InstructionGiven", "InstructionGiven"]


def test_a_refused_ledger_loses_nothing(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """What was found changed is noted when the disk gives way."""
    world.settle()
    world.workspace.run(world.run).frozen.unlink()
    monkeypatch.setattr(Ledger, "append", full)
    with pytest.raises(MachineError):
        world.turn()
    assert world.workspace.run(world.run).frozen.exists()
    monkeypatch.undo()
    world.settle()
    noted = [entry.fact.code for entry in world.ledger() if isinstance(entry.fact, TamperingSeen)]
    assert noted == ["frozen_edited"]


def test_refused_findings_are_compiled_later(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """The directions have ended; the run ends when its findings are written."""
    world.settle()
    monkeypatch.setattr(passing, "compile_run", full)
    with pytest.raises(MachineError):
        world.passing.close(world.clock())
    assert world.passing.memory.open == ()
    assert world.passing.memory.ended is None
    monkeypatch.undo()
    world.settle()
    assert isinstance(world.ledger()[-1].fact, RunEnded)


def test_one_unreadable_folder_fails_the_pass_after_the_others_turn(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """They are answered, and the machine's failure is told."""
    world.settle()
    world.report("beta")
    real = Observer._worker

    def failing(observer: Observer, direction: object, *rest: object) -> object:
        if direction.id == "alpha":
            raise MachineError("Input/output error")
        return real(observer, direction, *rest)

    monkeypatch.setattr(Observer, "_worker", failing)
    with pytest.raises(MachineError, match="Input/output"):
        world.turn()
    assert world.told("beta").instruction == 2


def test_a_blocked_inbox_is_tampering_and_is_noted_once(world: World) -> None:
    """The worker's folder lies behind a link that cannot be moved aside: above all of them."""
    world.settle()
    shutil.move(world.workspace.runs, world.workspace.root / "away")
    world.workspace.runs.symlink_to(world.workspace.root / "away")
    for inbox in world.workspace.runs.glob("*/inbox.md"):
        inbox.unlink()
    for _ in range(4):
        world.turn()
    noted = [entry.fact.code for entry in world.passing.entries if isinstance(entry.fact, TamperingSeen)]
    assert noted == ["not_a_folder", "not_a_folder"]
    assert not list((world.workspace.root / "away").glob("*/inbox.md*"))


def test_closing_ends_what_is_open_and_compiles(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """Because a new run is to begin, also when the executor appends meanwhile."""
    world.settle()
    real, moved = passing.apply, [HeadMovedError("it grew")]

    def once(*given: object) -> object:
        if moved:
            raise moved.pop()
        return real(*given)

    monkeypatch.setattr(passing, "apply", once)
    world.passing.close(world.clock())
    assert world.passing.memory.ended is not None
    assert world.told().ending is Ending.ABANDONED
    assert world.verified().problems == []


def test_a_run_that_was_closed_while_something_ran_verifies(world: World) -> None:
    """Its executor's late end changes no finding."""
    world.settle()
    world.handed()
    underway = world.claimed()
    world.passing.close(world.clock())
    world.execute(underway)
    assert world.kinds()[-2:] == ["RunEnded", "ExperimentEnded"]
    assert world.verified().problems == []
