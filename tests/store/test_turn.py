"""Is it one process's turn at a time, even if somebody removes the lock file?"""

import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from coordinator.errors import HeldError, MachineError
from coordinator.store.turn import Turn

ADD = """
import sys
from pathlib import Path
from coordinator.store.turn import Turn
turn, counter = Turn(Path(sys.argv[1])), Path(sys.argv[2])
for _ in range(100):
    with turn:
        counter.write_text(str(int(counter.read_text()) + 1))
"""


def test_turns_do_not_overlap(tmp_path: Path) -> None:
    """Count right with two processes that read, add and write."""
    counter = tmp_path / "counter"
    counter.write_text("0")
    command = [sys.executable, "-c", ADD, str(tmp_path / "lock"), str(counter)]
    processes = [subprocess.Popen(command) for _ in range(2)]
    assert [process.wait() for process in processes] == [0, 0]
    assert counter.read_text() == "200"


def test_a_turn_that_does_not_come_is_an_error(tmp_path: Path) -> None:
    """Name the lock instead of waiting for ever."""
    with Turn(tmp_path / "lock"), pytest.raises(HeldError, match=r"still held after 0\.01 s"):  # noqa: SIM117
        with Turn(tmp_path / "lock", patience=0.01):
            pytest.fail("it was held")


def test_the_folder_is_made_private(tmp_path: Path) -> None:
    """Make the lock's folder, for its owner alone."""
    turn = Turn(tmp_path / "state" / "run" / "lock")
    with turn:
        assert turn.held
    assert not turn.held
    if os.name == "posix":
        assert stat.S_IMODE((tmp_path / "state").stat().st_mode) == 0o700


@pytest.mark.parametrize("how", ["removed", "replaced"])
def test_a_new_lock_file_is_noticed(tmp_path: Path, how: str) -> None:
    """Open the file that the path names now: two files would be two locks."""
    path = tmp_path / "lock"
    turn = Turn(path)
    with turn:
        pass
    path.unlink()
    if how == "replaced":
        path.touch()
    with turn, pytest.raises(HeldError):  # noqa: SIM117  # the outer one is what is tried
        with Turn(path, patience=0.01):
            pytest.fail("it was held")


def test_a_file_replaced_at_the_last_moment_is_noticed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Look again after locking: the file may have been replaced between opening and locking it."""
    from coordinator.store import turn as turn_module

    path = tmp_path / "lock"
    real = turn_module.wait_exclusive
    calls = []

    def replacing(opened: int, patience: float) -> bool:
        calls.append(opened)
        if len(calls) == 1:
            path.unlink()
        return real(opened, patience)

    monkeypatch.setattr(turn_module, "wait_exclusive", replacing)
    with Turn(path):
        assert len(calls) == 2


def test_a_turn_is_not_taken_twice(tmp_path: Path) -> None:
    """Stop at a mistake of ours instead of waiting for ourselves."""
    turn = Turn(tmp_path / "lock")
    with turn, pytest.raises(AssertionError):
        turn.__enter__()
    turn.close()
    with turn:
        assert turn.held


def test_what_cannot_be_a_lock_is_named(tmp_path: Path) -> None:
    """Give path and reason if the lock file cannot be opened."""
    (tmp_path / "lock").mkdir()
    with pytest.raises(MachineError, match="cannot be locked"), Turn(tmp_path / "lock"):
        pytest.fail("it is a folder")
