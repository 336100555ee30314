"""Is a file whole, whatever its writer and the clocks do?"""

from __future__ import annotations

import pytest
from fakes import Clock

from coordinator.engine.rest import Rest
from coordinator.store.read import Signature

WALL = 1_000_000.0


def written(at: float = WALL, size: int = 10, changed: float | None = None) -> Signature:
    """Give the signature of a file that was written at some second."""
    return Signature(int(at * 1e9), size, 7, int((at if changed is None else changed) * 1e9))


@pytest.fixture
def clock() -> Clock:
    """Give a clock that jumps."""
    return Clock()


@pytest.fixture
def rest(clock: Clock) -> Rest:
    """Give a memory that has seen nothing."""
    return Rest(clock.monotonic)


def test_a_file_rests_from_when_it_was_seen_to_change(rest: Rest, clock: Clock) -> None:
    """Its own times are not believed again: only how long it has been the same under our clock."""
    assert rest.seconds("a", written(), WALL) == 0
    clock.jump(seconds=3)
    assert rest.seconds("a", written(), WALL + 3) == 3
    assert rest.seconds("a", written(WALL - 500, size=11), WALL + 3) == 0
    clock.jump(seconds=1)
    assert rest.seconds("a", written(WALL - 500, size=11), WALL + 4) == 1


def test_at_first_sight_its_times_count(rest: Rest) -> None:
    """A start does not wait for what was written long ago; a time set back does not hide a change of the inode."""
    assert rest.seconds("old", written(WALL - 60), WALL) == 60
    assert rest.seconds("set back", written(WALL - 60, changed=WALL - 1), WALL) == 1
    assert rest.seconds("still to come", written(WALL + 60), WALL) == 0


def test_a_file_that_is_gone_is_forgotten(rest: Rest, clock: Clock) -> None:
    """One of the same name is seen for the first time."""
    rest.seconds("a", written(), WALL)
    clock.jump(seconds=5)
    rest.forget("a")
    rest.forget("never seen")
    assert rest.seconds("a", written(WALL + 5), WALL + 5) == 0


def test_one_seen_closed_is_whole_if_it_reads_well(rest: Rest) -> None:
    """For the next look alone, and never if it reads badly: half a file does."""
    rest.closed(["a"])
    assert rest.whole("a", good=True)
    assert not rest.whole("a", good=False)
    assert not rest.whole("b", good=True)
    rest.closed([])
    assert not rest.whole("a", good=True)
