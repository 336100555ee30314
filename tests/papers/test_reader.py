"""The reading process is held to its limits, and its end is understood."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import hostile
import pytest

from coordinator.errors import MachineError
from coordinator.papers import reader
from coordinator.papers.reader import Limits, read


def quiet(_page: int, _of: int) -> None:
    """Tell nobody."""


def test_a_paper_is_read_with_its_pages_told(tmp_path: Path) -> None:
    """The parent sees each page before it is read."""
    path = tmp_path / "a.pdf"
    path.write_bytes(hostile.paper(1, 3))
    told: list[tuple[int, int]] = []
    reading = read(path, "pdf", Limits(), lambda page, of: told.append((page, of)))
    assert reading.result is not None
    assert reading.result["pages"] == 3
    assert told == [(1, 3), (2, 3), (3, 3)]


def test_a_stall_ends_the_child(tmp_path: Path) -> None:
    """After so many seconds without a page; here before the first one, by a clock that is over at once."""
    path = tmp_path / "a.pdf"
    path.write_bytes(hostile.paper(1, 1))
    reading = read(path, "pdf", Limits(page_seconds=0.0), quiet)
    assert (reading.result, reading.failed) == (None, "time")


def test_the_wall_limit_counts_retries(tmp_path: Path) -> None:
    """A clock that jumps past the deadline while the child reads ends it for good."""
    path = tmp_path / "a.pdf"
    path.write_bytes(hostile.long_loop())
    ticks = iter([0.0, *[1.0] * 3, *[1e6] * 50])
    reading = read(path, "pdf", Limits(memory_mb=512, page_seconds=3), quiet, lambda: next(ticks))
    assert reading.result is None
    assert reading.failed in {"time", "memory", "crash"}


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux holds a process to its memory")
def test_memory_is_limited(tmp_path: Path) -> None:
    """The child gets no more than it may have."""
    path = tmp_path / "a.pdf"
    path.write_bytes(hostile.long_loop())
    reading = read(path, "pdf", Limits(memory_mb=400, page_seconds=30), quiet)
    assert [page for page, _ in reading.lost] == [1]
    assert reading.lost[0][1] in {"memory", "time", "crash"}


def test_a_machine_without_processes_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """With the file that it happened to; the file itself is not to blame, so it gets no status."""

    def refused(*_: object, **__: object) -> None:
        raise BlockingIOError(11, "Resource temporarily unavailable")

    monkeypatch.setattr(subprocess, "Popen", refused)
    monkeypatch.setattr(reader, "PAUSES", (0.0, 0.0))
    with pytest.raises(MachineError, match="no process can be started to read it"):
        read(tmp_path / "a.pdf", "pdf", Limits(), quiet)
