"""Is the ledger written before the inbox, whatever fails in between?"""

from __future__ import annotations

import errno
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from engine.worlds import World

from coordinator.engine import apply as applying
from coordinator.engine.apply import Applied, apply
from coordinator.errors import HeadMovedError, MachineError
from coordinator.model.entry import FirstReport, InstructionGiven, TamperingSeen
from coordinator.model.plan import Plan
from coordinator.rules.reconcile import reconcile
from coordinator.store.ledger import Ledger
from coordinator.store.write import write


def decided(world: World) -> Plan:
    """Decide without carrying anything out."""
    return reconcile(world.observer.observe(world.clock(), world.passing.memory))


def carried_out(world: World, plan: Plan) -> Applied:
    """Carry a plan out."""
    at = (world.clock(), world.passing.memory)
    return apply(plan, world.workspace, world.run, world.opened.ledger, at)


def refusing(path: Path, number: int) -> Callable[..., bool]:
    """Give a `write` that a disk refuses for one file."""

    def refuse(to: Path, data: bytes, **options: Path) -> bool:
        if to == path:
            raise MachineError("cannot be written", path=str(to)) from OSError(number, "refused")
        return write(to, data, **options)

    return refuse


def test_a_plan_becomes_facts_and_then_inboxes(world: World) -> None:
    """Every step is rendered, every inbox holds what the ledger says, and its worker has a folder to work in."""
    applied = carried_out(world, decided(world))
    given = [entry.fact for entry in applied.entries if isinstance(entry.fact, InstructionGiven)]
    assert [fact.direction for fact in given] == ["alpha", "beta"] == list(applied.inboxes)
    for fact in given:
        assert world.worker(fact.direction).inbox.read_text() == fact.text
        assert world.worker(fact.direction).experiments.is_dir()
    assert (applied.blocked, applied.failed, applied.memory.head) == ({}, None, 3)


def test_the_ledger_comes_before_the_inbox(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whenever an inbox is written, the ledger holds its instruction, for every reader."""
    seen: list[list[str]] = []

    def watched(to: Path, data: bytes, **options: Path) -> bool:
        seen.append([entry.fact.text for entry in world.ledger() if isinstance(entry.fact, InstructionGiven)])
        assert data.decode() in seen[-1]
        return write(to, data, **options)

    monkeypatch.setattr(applying, "write", watched)
    carried_out(world, decided(world))
    assert len(seen) == 2


def test_a_ledger_that_grew_changes_nothing(world: World) -> None:
    """What was decided on an older ledger is not carried out at all."""
    plan = decided(world)
    world.opened.ledger.append([TamperingSeen(path="x", code="x", detail="x")], world.clock())
    with pytest.raises(HeadMovedError):
        carried_out(world, plan)
    assert not world.worker().folder.exists()


def test_a_ledger_that_is_refused_writes_no_inbox(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """A full disk: the next pass decides the same again."""

    def refuse(*_: object) -> None:
        raise MachineError("the disk is full")

    monkeypatch.setattr(Ledger, "append", refuse)
    with pytest.raises(MachineError):
        carried_out(world, decided(world))
    assert not world.worker().folder.exists()


@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EIO])
def test_one_refused_inbox_keeps_none_of_the_others(world: World, monkeypatch: pytest.MonkeyPatch, number: int) -> None:
    """It is given as failed, and the instruction is in the ledger: the next pass writes the inbox."""
    monkeypatch.setattr(applying, "write", refusing(world.worker("alpha").inbox, number))
    applied = carried_out(world, decided(world))
    assert applied.failed is not None
    assert world.worker("beta").inbox.exists()
    monkeypatch.undo()
    world.settle()
    assert world.told("alpha").instruction == 1
    assert world.kinds().count("InstructionGiven") == 2


@pytest.mark.parametrize("number", [errno.EACCES, errno.EPERM, errno.ENOENT])
def test_what_a_worker_did_to_its_folder_is_its_own_affair(
    world: World, monkeypatch: pytest.MonkeyPatch, number: int
) -> None:
    """Rights taken away, or a folder removed at that very moment, are no failure of the machine."""
    monkeypatch.setattr(applying, "write", refusing(world.worker("alpha").inbox, number))
    applied = carried_out(world, decided(world))
    assert (applied.failed, applied.blocked) == (None, {"alpha": "cannot be written"})


def test_a_link_in_the_place_of_a_folder_is_moved_aside(world: World, tmp_path: Path) -> None:
    """The inbox is written into a folder of our own, and nothing where the link leads."""
    away = tmp_path / "away"
    away.mkdir()
    world.worker().folder.symlink_to(away)
    applied = carried_out(world, decided(world))
    assert applied.blocked == {}
    assert world.worker().inbox.is_file()
    assert list(away.iterdir()) == []


def test_a_link_above_everything_blocks(world: World, tmp_path: Path) -> None:
    """Somebody replaced runs/: said of each worker, and nothing is written where it leads."""
    plan = decided(world)
    away = tmp_path / "away"
    shutil.move(world.workspace.runs, away)
    world.workspace.runs.symlink_to(away)
    applied = carried_out(world, plan)
    assert sorted(applied.blocked) == ["alpha", "beta"]
    assert not list(away.glob("*/inbox.md"))


def test_something_in_the_place_of_experiments_costs_nobody_an_inbox(world: World) -> None:
    """The worker's own affair."""
    world.worker().folder.mkdir()
    world.worker().experiments.write_text("mine")
    assert carried_out(world, decided(world)).blocked == {}
    assert world.told().instruction == 1


def test_nothing_to_do_does_nothing(world: World) -> None:
    """No entry, no inbox; and what is only to be restored needs no entry."""
    world.settle()
    world.worker().inbox.write_text("edited")
    applied = carried_out(world, Plan(restore=("alpha",)))
    assert (applied.entries, applied.inboxes, world.told().instruction) == ((), ("alpha",), 1)
    applied = carried_out(world, Plan((FirstReport(direction="alpha"),)))
    assert (len(applied.entries), applied.inboxes) == (1, ())
    assert carried_out(world, Plan()).inboxes == ()
