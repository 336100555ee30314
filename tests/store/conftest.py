"""What do the tests of the disk share? Disks whose power can be cut, and every way to open a file."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from disks import Disk

from coordinator.store import beneath, folder, tree, write
from coordinator.store.beneath import Way


@pytest.fixture
def disk_of() -> Iterator[Callable[..., Disk]]:
    """Give what makes a disk: of a root, and of the number of the sync before which the power goes."""
    made: list[Disk] = []

    def make(root: Path, cut_at: int | None = None) -> Disk:
        made.append(Disk(root, cut_at))
        return made[-1]

    yield make
    for disk in made:
        disk.close()


@pytest.fixture(params=list(Way))
def way(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[Way]:
    """Open files in each way that some machine has to open them; the last one is Windows', simulated."""
    chosen: Way = request.param
    if chosen is Way.OPENAT2 and beneath.best_way() is not Way.OPENAT2:
        pytest.skip("this kernel has no openat2")
    monkeypatch.setattr(beneath, "best_way", lambda: chosen)
    if chosen is Way.CHECKED:
        for module in (beneath, folder, tree, write):
            monkeypatch.setattr(module, "HAS_FOLDER_FD", False)
    return chosen
