"""Does a coordinator that starts again go on with its run, whatever was done to its files meanwhile?"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from simulation.world import World, dice_loaded, tree_of, without_pictures, without_syncs

from coordinator.errors import TamperingError
from coordinator.model.instruction import Action


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    """Give a world whose worker has been told to begin."""
    with dice_loaded(), without_syncs(), without_pictures():
        made = World(tmp_path).start()
        made.settle()
        yield made


def removed(folder: Path, outside: Path) -> None:
    """Remove the run's folder."""
    shutil.rmtree(folder)


def a_link(folder: Path, outside: Path) -> None:
    """Put a link out of the workspace in its place."""
    shutil.rmtree(folder)
    folder.symlink_to(outside)


def a_file(folder: Path, outside: Path) -> None:
    """Put a file in its place."""
    shutil.rmtree(folder)
    folder.write_text("no folder")


@pytest.mark.parametrize("deed", [removed, a_link, a_file], ids=lambda deed: deed.__name__)
def test_the_run_goes_on_although_its_folder_is_gone(world: World, deed: Callable[[Path, Path], None]) -> None:
    """Begin no other run, with budgets that are whole again, because somebody took the run's folder away."""
    before, outside = world.entries, tree_of(world.outside)
    folder = world.workspace.run(world.opened.run.run).folder
    deed(folder, world.outside / "inner")
    world.clock.jump(minutes=1)
    world.start().settle()
    assert world.entries[: len(before)] == before
    assert (folder / "ledger.jsonl").read_bytes() == world.anchor.read_bytes()
    assert {entry.fact.code for entry in world.entries if entry.fact.kind == "tampering"} & {
        "frozen_edited",
        "ledger_missing",
    }
    assert tree_of(world.outside) == outside


def test_an_ended_direction_does_not_keep_the_coordinator_awake(world: World) -> None:
    """Find what an ended worker wrote last at rest after a start, as it would be in an open direction."""
    for number in range(6):
        world.says("done", number, "alpha")
        world.clock.jump(minutes=40)
        world.settle()
    assert world.given()[-1].action is Action.STOP
    world.start()
    world.says("done", 99)
    assert world.look().again
    assert world.look().again
    world.clock.jump(seconds=2)
    assert not world.look().again


def test_a_ledger_that_was_rolled_back_is_said_and_not_waited_for(world: World) -> None:
    """Stop and say so where the copy in the state folder says less than it said, and note it at the next start."""
    world.says("waiting", 1)
    world.clock.jump(seconds=1)
    world.settle()
    lines = world.anchor.read_bytes().splitlines(keepends=True)
    world.anchor.write_bytes(b"".join(lines[:-1]))
    with pytest.raises(TamperingError, match="does not say any more what it said"):
        world.look()
    world.start().settle()
    assert "ledger_foreign_entry" in {entry.fact.code for entry in world.entries if entry.fact.kind == "tampering"}
    assert [given.instruction for given in world.given()] == list(range(1, len(world.given()) + 1))
