"""Does a file of lines grow by whole batches, on the file that has the name?"""

import errno
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from coordinator.errors import MachineError
from coordinator.store.lines import LineFile
from coordinator.store.sync import Sync
from coordinator.store.write import BlockedError


def test_lines_are_added_and_read_from_an_offset(tmp_path: Path) -> None:
    """Make the file at the first line, and read any part of it."""
    file = LineFile(tmp_path / "lines", mode=0o600)
    assert file.status() is None
    file.append(b"one\n")
    file.append(b"two\n")
    assert file.read_from(0) == b"one\ntwo\n"
    assert file.read_from(4) == b"two\n"
    assert file.read_from(0, 5) == b"one\nt"
    status = file.status()
    assert status is not None
    assert status.st_size == 8
    file.cut(4)
    file.append(b"three\n")
    assert (tmp_path / "lines").read_bytes() == b"one\nthree\n"


@pytest.mark.parametrize("how", ["removed", "replaced", "closed"])
def test_the_file_that_has_the_name_is_used(tmp_path: Path, how: str) -> None:
    """Open the file again if another took its name, instead of writing into one that nobody finds."""
    path = tmp_path / "lines"
    file = LineFile(path)
    file.append(b"one\n")
    if how == "closed":
        file.close()
    else:
        path.unlink()
    if how == "replaced":
        path.write_bytes(b"other\n")
    file.append(b"two\n")
    expected = {"removed": b"two\n", "replaced": b"other\ntwo\n", "closed": b"one\ntwo\n"}
    assert path.read_bytes() == expected[how]


@pytest.mark.parametrize("kind", ["link", "folder", "fifo"])
def test_only_a_plain_file_is_used(tmp_path: Path, kind: str) -> None:
    """Refuse what took the file's place, without waiting for it and without following it."""
    path, elsewhere = tmp_path / "lines", tmp_path / "elsewhere"
    elsewhere.touch()
    {"link": lambda: path.symlink_to(elsewhere), "folder": path.mkdir, "fifo": lambda: os.mkfifo(path)}[kind]()
    file = LineFile(path)
    for call in (lambda: file.append(b"x"), lambda: file.read_from(0)):
        with pytest.raises(BlockedError):
            call()
    assert elsewhere.read_bytes() == b""


def test_a_linked_parent_is_refused(tmp_path: Path) -> None:
    """Write nothing through a link among the parents, once a root is named."""
    (tmp_path / "root").mkdir()
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "root" / "run").symlink_to(tmp_path / "elsewhere")
    with pytest.raises(BlockedError):
        LineFile(tmp_path / "root" / "run" / "lines", beneath=tmp_path / "root").append(b"x")
    assert list((tmp_path / "elsewhere").iterdir()) == []


def test_a_missing_folder_or_file_is_named(tmp_path: Path) -> None:
    """Give path and reason."""
    file = LineFile(tmp_path / "nothing" / "lines")
    assert file.status() is None
    for call in (lambda: file.append(b"x"), lambda: file.read_from(0), lambda: file.cut(0)):
        with pytest.raises(MachineError, match="lines"):
            call()


def test_a_batch_that_cannot_be_synced_is_taken_back(tmp_path: Path) -> None:
    """Leave the file as it was when the disk fails: what was not synced was not appended."""
    file = LineFile(tmp_path / "lines")
    file.append(b"one\n")

    class Failing(Sync):
        def file(self, _: int) -> None:
            raise OSError(errno.EIO, os.strerror(errno.EIO))

    failing = LineFile(tmp_path / "lines", sync=Failing())
    with pytest.raises(MachineError):
        failing.append(b"two\n")
    assert file.read_from(0) == b"one\n"


def test_a_batch_is_one_write_and_one_sync(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Pay once for a batch, and for the folder only when the file is new."""
    calls: list[str] = []
    real = os.write

    def write(opened: int, data: bytes) -> int:
        calls.append("write")
        return real(opened, data)

    class Counting(Sync):
        def file(self, _: int) -> None:
            calls.append("file")

        def folder(self, _: int) -> None:
            calls.append("folder")

    monkeypatch.setattr(os, "write", write)
    file = LineFile(tmp_path / "lines", sync=Counting())
    file.append(b"one\n" * 100_000)
    file.append(b"two\n")
    assert calls == ["write", "file", "folder", "write", "file"]


def test_an_appended_line_survives_a_power_cut(tmp_path: Path, disk_of: Callable[..., Any]) -> None:
    """Sync the line, and the name of a new file, before the append returns."""
    (tmp_path / "disk").mkdir()
    disk = disk_of(tmp_path / "disk")
    LineFile(tmp_path / "disk" / "lines", sync=disk).append(b"one\n")
    after = disk.after_the_cut(tmp_path / "after")
    assert (after / "lines").read_bytes() == b"one\n"
