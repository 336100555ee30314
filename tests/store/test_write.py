"""Is a file there whole, or as it was before, whatever happens while it is written?"""

import errno
import os
import random
import signal
import stat
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from coordinator.errors import MachineError
from coordinator.store.beneath import Way
from coordinator.store.flock import try_exclusive
from coordinator.store.sync import Sync
from coordinator.store.write import BlockedError, append, machine_error, restart, write

OLD, NEW = b"old" * 1000, b"new" * 2000


class Full(Sync):
    """A disk that takes the bytes and fails to keep them."""

    def file(self, _: int) -> None:
        """Fail."""
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


def listing(folder: Path) -> list[str]:
    """Name everything in a folder."""
    return sorted(path.name for path in folder.iterdir())


def test_bytes_are_put_in_place(tmp_path: Path, way: Way) -> None:
    """Create, replace, and leave nothing else behind."""
    path = tmp_path / "file"
    assert write(path, OLD, beneath=tmp_path) is True
    assert write(path, NEW, beneath=tmp_path) is True
    assert path.read_bytes() == NEW
    assert listing(tmp_path) == ["file"]


def test_equal_bytes_are_not_written_again(tmp_path: Path, way: Way) -> None:
    """Leave the file alone if it says the same already: nobody is woken for nothing."""
    path = tmp_path / "file"
    write(path, OLD)
    before = path.stat()
    assert write(path, OLD) is False
    assert path.stat().st_ino == before.st_ino
    assert path.stat().st_mtime_ns == before.st_mtime_ns


@pytest.mark.parametrize("there", [OLD[:-1], OLD + b"x", b"x" + OLD[1:], b""])
def test_other_bytes_are_replaced(tmp_path: Path, there: bytes) -> None:
    """Compare every byte, not the size alone."""
    (tmp_path / "file").write_bytes(there)
    assert write(tmp_path / "file", OLD) is True
    assert (tmp_path / "file").read_bytes() == OLD


@pytest.mark.skipif(os.name == "nt", reason="permissions are another thing there")
def test_the_mode_is_set(tmp_path: Path) -> None:
    """Make a private file private from its first byte on."""
    write(tmp_path / "secret", OLD, mode=0o600)
    assert stat.S_IMODE((tmp_path / "secret").stat().st_mode) == 0o600


def test_a_link_at_the_target_is_replaced(tmp_path: Path, way: Way) -> None:
    """Put the file in the link's place and leave alone what it points to."""
    (tmp_path / "elsewhere").write_bytes(OLD)
    (tmp_path / "file").symlink_to("elsewhere")
    assert write(tmp_path / "file", OLD) is True
    assert not (tmp_path / "file").is_symlink()
    write(tmp_path / "file", NEW)
    assert (tmp_path / "elsewhere").read_bytes() == OLD


def test_a_linked_parent_is_refused(tmp_path: Path, way: Way) -> None:
    """Write nothing through a link among the parents, once a root is named."""
    (tmp_path / "root").mkdir()
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "root" / "worker").symlink_to(tmp_path / "elsewhere")
    path = tmp_path / "root" / "worker" / "file"
    for call in (write, append):
        with pytest.raises(BlockedError) as caught:
            call(path, NEW, beneath=tmp_path / "root")  # type: ignore[operator]
        assert caught.value.path == str(path)
        assert "remove it" in caught.value.hint
    with pytest.raises(BlockedError):
        write(tmp_path / "file", NEW, beneath=tmp_path / "root")
    assert listing(tmp_path / "elsewhere") == []


def test_a_folder_in_the_way_is_named(tmp_path: Path, way: Way) -> None:
    """Say what lies in the way, and leave no temporary file."""
    (tmp_path / "file").mkdir()
    with pytest.raises(MachineError, match="file"):
        write(tmp_path / "file", NEW)
    assert listing(tmp_path) == ["file"]


def test_a_full_disk_leaves_the_old_file(tmp_path: Path) -> None:
    """Fail with path and hint, with the old bytes in place and no temporary file."""
    path = tmp_path / "file"
    path.write_bytes(OLD)
    with pytest.raises(MachineError, match="No space left") as caught:
        write(path, NEW, sync=Full())
    assert not isinstance(caught.value, BlockedError)
    assert (caught.value.path, caught.value.hint) == (str(path), "the disk is full: free some space")
    assert path.read_bytes() == OLD
    assert listing(tmp_path) == ["file"]


def test_a_missing_folder_is_named(tmp_path: Path) -> None:
    """Make no folders on the side: whoever writes knows where."""
    with pytest.raises(MachineError, match="its folder is not there"):
        write(tmp_path / "nothing" / "file", NEW)


def test_an_unknown_error_has_a_hint_too() -> None:
    """Never leave a user without a next step."""
    assert "doctor" in machine_error(OSError(errno.EIO, "bad sector"), Path("file")).hint


def test_the_order_is_file_rename_folder(tmp_path: Path) -> None:
    """Sync the bytes before they get their name, and the name after."""
    path = tmp_path / "file"
    path.write_bytes(OLD)
    seen: list[tuple[str, bytes]] = []

    class Watching(Sync):
        def file(self, _: int) -> None:
            seen.append(("file", path.read_bytes()))

        def folder(self, _: int) -> None:
            seen.append(("folder", path.read_bytes()))

    write(path, NEW, sync=Watching())
    assert seen == [("file", OLD), ("folder", NEW)]
    seen.clear()
    write(path, NEW, sync=Watching())  # whoever wrote it may have been killed before the second sync
    assert seen == [("file", NEW), ("folder", NEW)]


@pytest.mark.parametrize("cut_at", [1, 2, None])
@pytest.mark.parametrize("seed", [None, *range(8)])
def test_a_power_cut_leaves_old_or_new(
    tmp_path: Path, disk_of: Callable[..., Any], cut_at: int | None, seed: int | None
) -> None:
    """Find one of the two whole files when the power is back, and the new one if its write had returned."""
    (tmp_path / "disk").mkdir()
    (tmp_path / "disk" / "file").write_bytes(OLD)
    disk = disk_of(tmp_path / "disk", cut_at)
    acknowledged = False
    try:
        acknowledged = write(tmp_path / "disk" / "file", NEW, sync=disk)
    except disk.Cut:
        assert cut_at is not None
    chance = None if seed is None else random.Random(seed)  # replayed by its seed
    after = disk.after_the_cut(tmp_path / "after", chance)
    found = (after / "file").read_bytes()
    assert found == NEW if acknowledged else found in {OLD, NEW}
    assert write(after / "file", NEW) in {True, False}
    assert set(listing(after)) <= {"file", ".file.tmp"} - ({".file.tmp"} if acknowledged else set())


@pytest.mark.parametrize("left_out", ["file", "folder"])
def test_the_simulated_disk_has_teeth(
    tmp_path: Path, left_out: str, monkeypatch: pytest.MonkeyPatch, disk_of: Callable[..., Any]
) -> None:
    """Lose an acknowledged file on this disk when either of the two syncs is left out."""
    (tmp_path / "disk").mkdir()
    (tmp_path / "disk" / "file").write_bytes(OLD)
    disk = disk_of(tmp_path / "disk")
    monkeypatch.setattr(disk, left_out, lambda _: None)
    assert write(tmp_path / "disk" / "file", NEW, sync=disk) is True
    after = disk.after_the_cut(tmp_path / "after")
    assert (after / "file").read_bytes() != NEW


def test_a_killed_writers_leftover_is_cleared(tmp_path: Path) -> None:
    """Remove the temporary file of a writer that is gone, so that a crash leaves no trace."""
    (tmp_path / ".file.tmp").write_bytes(b"half")
    write(tmp_path / "file", NEW)
    assert listing(tmp_path) == ["file"]


def test_a_writer_at_work_is_left_alone(tmp_path: Path) -> None:
    """Use another name while somebody else is writing the same file."""
    other = os.open(tmp_path / ".file.tmp", os.O_WRONLY | os.O_CREAT)
    assert try_exclusive(other)
    write(tmp_path / "file", NEW)
    assert listing(tmp_path) == [".file.tmp", "file"]
    os.close(other)


@pytest.mark.parametrize("make", [Path.mkdir, os.mkfifo, lambda path: path.symlink_to("nowhere")])
def test_a_thing_in_the_temporary_files_place_stops_nothing(tmp_path: Path, make: Callable[[Path], None]) -> None:
    """Write all the same when somebody put something where the temporary file goes."""
    make(tmp_path / ".file.tmp")
    write(tmp_path / "file", NEW)
    assert (tmp_path / "file").read_bytes() == NEW
    assert not (tmp_path / "nowhere").exists()


def test_many_writers_of_one_file_never_tear_it(tmp_path: Path) -> None:
    """Find one of the whole contents, at any moment, with several writers at once."""
    path = tmp_path / "file"
    contents = [bytes([65 + writer]) * 50_000 for writer in range(4)]
    write(path, contents[0])
    ended = threading.Event()

    def keep_writing(data: bytes) -> None:
        while not ended.is_set():
            write(path, data, sync=_NoSync())

    threads = [threading.Thread(target=keep_writing, args=(data,)) for data in contents]
    for thread in threads:
        thread.start()
    seen = {path.read_bytes() for _ in range(400)}
    ended.set()
    for thread in threads:
        thread.join()
    assert seen <= set(contents)
    write(path, b"last")
    assert path.read_bytes() == b"last"


class _NoSync(Sync):
    """A disk that needs no time."""

    def file(self, _: int) -> None:
        """Do nothing."""

    def folder(self, _: int) -> None:
        """Do nothing."""


WRITER = """
import sys
from pathlib import Path
from coordinator.store.write import write
contents = [b"A" * 300_000, b"B" * 300_000]
print("ready", flush=True)
while True:
    for data in contents:
        write(Path(sys.argv[1]), data)
"""


@pytest.mark.skipif(os.name == "nt", reason="no SIGKILL there")
def test_a_killed_writer_leaves_a_whole_file(tmp_path: Path) -> None:
    """Kill a writer at random moments: the file is whole each time, and the next write leaves it alone."""
    path = tmp_path / "file"
    for after in (0.0, 0.003, 0.011, 0.02):
        process = subprocess.Popen([sys.executable, "-c", WRITER, str(path)], stdout=subprocess.PIPE)
        assert process.stdout is not None
        process.stdout.readline()
        time.sleep(after)  # the moment of the kill is what is tried out
        process.send_signal(signal.SIGKILL)
        process.wait()
        process.stdout.close()
        if path.exists():
            assert path.read_bytes() in {b"A" * 300_000, b"B" * 300_000}
    write(path, b"last")
    assert listing(tmp_path) == ["file"]


def test_the_board_grows_and_starts_anew_in_place(tmp_path: Path, way: Way) -> None:
    """Append, empty and begin again on one inode, so that a `tail -f` stays with it."""
    board = tmp_path / "board"
    append(board, b"one\n", beneath=tmp_path)
    inode = board.stat().st_ino
    append(board, b"two\n")
    assert board.read_bytes() == b"one\ntwo\n"
    restart(board)
    assert board.read_bytes() == b""
    append(board, b"three\n")
    restart(board, b"four\n", beneath=tmp_path)
    assert board.read_bytes() == b"four\n"
    assert board.stat().st_ino == inode


@pytest.mark.parametrize("call", [lambda path: append(path, b"x"), restart])
def test_the_board_is_not_written_through_what_took_its_place(tmp_path: Path, call: Callable[[Path], None]) -> None:
    """Refuse links, FIFOs, devices and folders, without waiting and without changing what they lead to."""
    (tmp_path / "elsewhere").write_bytes(OLD)
    (tmp_path / "link").symlink_to("elsewhere")
    (tmp_path / "folder").mkdir()
    os.mkfifo(tmp_path / "fifo")
    reader = os.open(tmp_path / "fifo", os.O_RDONLY | os.O_NONBLOCK)  # so that it can be opened for writing
    for name in ("link", "folder", "fifo"):
        with pytest.raises(BlockedError):
            call(tmp_path / name)
    os.close(reader)
    assert (tmp_path / "elsewhere").read_bytes() == OLD
