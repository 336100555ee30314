"""Is the end of the board always the present state, whatever became of it meanwhile?"""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from engine.worlds import World

from coordinator.engine import board as boards
from coordinator.engine.board import LONGEST, PROGRESS_SECONDS
from coordinator.errors import MachineError
from coordinator.store.write import append


def events(world: World) -> list[str]:
    """Give the event lines of the board."""
    return [line for line in world.workspace.board.read_text().splitlines() if line.startswith("- ")]


def test_every_entry_is_told_once(world: World) -> None:
    """On the board and to the terminal, whoever is told the same again."""
    passed = world.settle()
    board = world.board()
    entries = world.ledger()
    board.tell(())
    board.tell(entries[:2])
    board.tell(entries)
    board.tell(entries[1:])
    board.settle(passed.observed)
    assert len(events(world)) >= len(entries)
    told = list(world.lines)
    assert [line for line in events(world) if line in told] == told
    world.board().tell(entries)
    assert world.lines == told


def test_the_table_comes_last_and_only_when_something_happened(world: World) -> None:
    """After a burst of events, and not again while nothing does."""
    passed = world.settle()
    board = world.board()
    board.tell(world.ledger())
    assert not world.workspace.board.read_text().rstrip().endswith("|")
    board.settle(passed.observed)
    before = world.workspace.board.read_text()
    assert before.rstrip().endswith("|")
    assert "alpha" in before.split("\n- ")[-1]
    board.settle(passed.observed)
    fresh = world.board()
    fresh.tell(world.ledger())
    fresh.settle(passed.observed)
    assert world.workspace.board.read_text() == before


def test_a_start_after_a_crash_goes_on_where_the_board_ends(world: World) -> None:
    """A torn line is said again, whole; a table that was lost is written."""
    passed = world.settle()
    board = world.board()
    board.tell(world.ledger())
    whole = world.workspace.board.read_text()
    world.workspace.board.write_text(whole[:-10])
    fresh = world.board()
    fresh.tell(world.ledger())
    assert events(world)[-1] == whole.splitlines()[-1]
    assert world.workspace.board.read_text().count("## Run") == 1
    fresh.settle(passed.observed)
    assert world.workspace.board.read_text().rstrip().endswith("|")


def test_a_board_that_says_more_than_happened_is_somebody_elses(world: World) -> None:
    """It is kept, and the run's part begins anew below it."""
    world.settle()
    world.board().tell(world.ledger())
    entries = world.ledger()
    world.board().tell(entries[:1])
    assert world.workspace.board.read_text().count(f"## Run {world.run}") == 2


def test_a_long_board_starts_anew_in_place(world: World) -> None:
    """The inode stays, so that `tail -f` does; one that cannot be read any more too."""
    world.settle()
    board = world.board()
    board.tell(world.ledger()[:1])
    inode = world.workspace.board.stat().st_ino
    with world.workspace.board.open("a") as file:
        file.write("x" * 3 * LONGEST + "\n")
    board.tell(world.ledger())
    text = world.workspace.board.read_text()
    assert text.startswith(f"# Board\n\n## Run {world.run}\n")
    assert len(text) < LONGEST
    assert world.workspace.board.stat().st_ino == inode


@pytest.mark.parametrize("kind", ["link", "FIFO", "folder"])
def test_something_in_its_place_is_moved_aside(world: World, kind: str, tmp_path: Path) -> None:
    """And nothing is written where a link leads."""
    path, away = world.workspace.board, tmp_path / "away"
    away.write_text("theirs")
    {"link": lambda: path.symlink_to(away), "FIFO": lambda: os.mkfifo(path), "folder": path.mkdir}[kind]()
    world.board().tell(world.ledger())
    assert path.is_file()
    assert not path.is_symlink()
    assert away.read_text() == "theirs"


def test_a_full_disk_loses_no_line_and_mends_half_a_one(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """What could only be written in part is said again on a line of its own."""
    world.settle()
    board = world.board()
    board.tell(world.ledger()[:1])

    def half(path: Path, data: bytes, **options: Path) -> None:
        append(path, data[: len(data) // 2], **options)
        raise MachineError("the disk is full")

    monkeypatch.setattr(boards, "append", half)
    with pytest.raises(MachineError):
        board.tell(world.ledger())
    assert len(world.lines) == 1
    monkeypatch.undo()
    board.tell(world.ledger())
    assert len(world.lines) == len(world.ledger())
    assert [line for line in world.lines if line not in events(world)] == []


def test_progress_of_seeds_is_shown_now_and_then(world: World) -> None:
    """It stands in no entry; a table every few seconds is enough."""
    world.settle()
    world.handed()
    underway = world.claimed()
    board = world.board()
    counted = []
    for seconds in (1.0, 1.0, PROGRESS_SECONDS, PROGRESS_SECONDS):
        passed = world.turn(seconds)
        board.tell(world.ledger())
        board.settle(passed.observed)
        counted.append(world.workspace.board.read_text().count("| alpha"))
        if len(counted) == 1:
            underway.fill()
            underway.collect()  # two of three seeds have ended
    assert counted == [1, 1, 2, 2]
    assert "2/3" in world.workspace.board.read_text()
