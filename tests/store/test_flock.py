"""Is an open file's lock one process's at a time?"""

import os
from pathlib import Path

from coordinator.store.flock import release, try_exclusive, wait_exclusive


def test_a_lock_is_held_by_one(tmp_path: Path) -> None:
    """Refuse the second opening until the first lets go; waiting ends when patience does."""
    path = tmp_path / "lock"
    first, second = (os.open(path, os.O_RDWR | os.O_CREAT) for _ in range(2))
    try:
        assert try_exclusive(first)
        assert not try_exclusive(second)
        assert not wait_exclusive(second, 0.01)
        release(first)
        assert wait_exclusive(second, 0.01)
    finally:
        os.close(first)
        os.close(second)
