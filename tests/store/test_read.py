"""Does reading give the bytes, or a problem, whatever a worker put in the file's place?"""

import errno
import os
import socket
from pathlib import Path

import pytest

from coordinator.errors import MachineError
from coordinator.model.problem import Problem
from coordinator.store.beneath import Way
from coordinator.store.read import (
    Content,
    Kind,
    Listed,
    Signature,
    digest,
    names,
    problem_of,
    read,
    signature,
    walk,
)
from coordinator.text.canonical import sha256


def code(found: object) -> str:
    """Give the code of what must be a problem."""
    assert isinstance(found, Problem), found
    return found.code


def test_a_file_is_read_whole(tmp_path: Path, way: Way) -> None:
    """Give bytes and signature of a plain file, the empty one too."""
    (tmp_path / "a").mkdir()
    (tmp_path / "a" / "file").write_bytes(b"x" * 3_000_000)
    (tmp_path / "empty").touch()
    content = read(tmp_path, "a/file", 3_000_000)
    assert isinstance(content, Content)
    assert content.data == b"x" * 3_000_000
    assert content.signature == signature(tmp_path, "a/file")
    assert read(tmp_path, "empty", 0) == Content(b"", signature(tmp_path, "empty"))  # type: ignore[arg-type]


def test_nothing_there_is_none(tmp_path: Path, way: Way) -> None:
    """Tell absence from trouble: no file, no folder, a file among the parents, a name that cannot be one."""
    (tmp_path / "file").touch()
    for relative in ("nothing", "no/thing", "file/below", "x" * 300, "a\0b"):
        assert read(tmp_path, relative, 10) is None
        assert signature(tmp_path, relative) is None
        assert digest(tmp_path, relative) is None


def test_what_is_no_regular_file_is_a_problem(tmp_path: Path, way: Way) -> None:
    """Refuse each thing that can stand in a file's place, at once and without waiting for it."""
    (tmp_path / "file").write_bytes(b"secret")
    (tmp_path / "link").symlink_to("file")
    (tmp_path / "folder").mkdir()
    (tmp_path / "through").symlink_to("folder")
    (tmp_path / "folder" / "file").touch()
    os.mkfifo(tmp_path / "fifo")
    assert code(read(tmp_path, "link", 10)) == "link_refused"
    assert code(read(tmp_path, "through/file", 10)) == "link_refused"
    assert code(read(tmp_path, "folder", 10)) == "not_a_file"
    assert code(read(tmp_path, "fifo", 10)) == "not_a_file"
    assert code(read(tmp_path, "../file", 10)) == "outside"
    assert code(digest(tmp_path, "fifo")) == "not_a_file"
    for name, expected in (("link", "link_refused"), ("folder", "not_a_file"), ("fifo", "not_a_file")):
        assert code(signature(tmp_path, name)) == expected


def test_a_socket_and_a_device_are_problems(tmp_path: Path, way: Way, monkeypatch: pytest.MonkeyPatch) -> None:
    """Refuse a socket, which cannot be opened, and a device, which can."""
    monkeypatch.chdir(tmp_path)  # a socket's path is short
    with socket.socket(socket.AF_UNIX) as listening:
        listening.bind("socket")
        assert code(read(tmp_path, "socket", 10)) == "not_a_file"
    found = read(Path("/dev"), "null", 10)
    assert isinstance(found, Problem)
    assert "device" in found.message


def test_a_file_over_the_cap_is_not_read(tmp_path: Path, way: Way) -> None:
    """Refuse by size before reading: a sparse terabyte costs its writer nothing."""
    with (tmp_path / "huge").open("wb") as file:
        file.truncate(1 << 40)
    assert code(read(tmp_path, "huge", 1_000_000)) == "too_large"
    (tmp_path / "eleven").write_bytes(b"x" * 11)
    assert code(read(tmp_path, "eleven", 10)) == "too_large"
    assert isinstance(read(tmp_path, "eleven", 11), Content)


def test_a_file_that_grows_while_it_is_read_is_capped(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Stop one byte beyond the cap, whatever the size was before."""
    (tmp_path / "file").write_bytes(b"x" * 10)
    real = os.read

    def growing(opened: int, size: int) -> bytes:
        with (tmp_path / "file").open("ab") as file:
            file.write(b"y" * 10)
        return real(opened, size)

    monkeypatch.setattr(os, "read", growing)
    assert code(read(tmp_path, "file", 15)) == "too_large"


@pytest.mark.skipif(os.name == "nt" or os.geteuid() == 0, reason="root may read everything")
def test_a_file_without_permission_is_a_problem(tmp_path: Path) -> None:
    """Say that a file may not be read, to whoever can mend it."""
    (tmp_path / "file").touch(mode=0)
    assert code(read(tmp_path, "file", 10)) == "unreadable"


def test_errors_are_sorted_by_whose_they_are() -> None:
    """Make a problem of the file's errors, and raise the machine's."""
    for number in (errno.EACCES, errno.EPERM, errno.EAGAIN):
        assert code(problem_of(OSError(number, "no"), "file")) == "unreadable"
    for number in (errno.EMFILE, errno.EIO, errno.ENOMEM, errno.ESTALE):
        with pytest.raises(MachineError, match="file: cannot be read"):
            problem_of(OSError(number, "no"), "file")


def test_a_name_that_is_not_utf8_can_be_printed(tmp_path: Path) -> None:
    """Escape a name's bytes, so that no message fails to print."""
    name = os.fsdecode(b"\xff\xfe")
    os.mkfifo(tmp_path / name)
    found = read(tmp_path, name, 10)
    assert isinstance(found, Problem)
    assert found.path.encode()


def test_a_change_changes_the_signature(tmp_path: Path) -> None:
    """Notice new bytes of the same size, a replacement, and a time that was set back."""
    file = tmp_path / "file"
    file.write_bytes(b"one")
    os.utime(file, ns=(10**9, 10**9))
    first = signature(tmp_path, "file")
    assert first == signature(tmp_path, "file")
    file.write_bytes(b"two")
    os.utime(file, ns=(10**9, 10**9))
    second = signature(tmp_path, "file")
    (tmp_path / "other").write_bytes(b"two")
    (tmp_path / "other").replace(file)
    assert len({first, second, signature(tmp_path, "file")}) == 3


def test_a_signature_can_be_made_from_three_numbers() -> None:
    """Leave the inode's time out where nobody has it."""
    assert Signature(1, 2, 3) == Signature(1, 2, 3, 0)


def test_a_folder_is_listed_by_name_and_kind(tmp_path: Path, way: Way) -> None:
    """List sorted, links as links, and tell no folder from an empty one."""
    (tmp_path / "b").mkdir()
    (tmp_path / "c").touch()
    (tmp_path / "a").symlink_to("b")
    os.mkfifo(tmp_path / "d")
    assert names(tmp_path, "") == [
        Listed("a", Kind.LINK),
        Listed("b", Kind.FOLDER),
        Listed("c", Kind.FILE),
        Listed("d", Kind.OTHER),
    ]
    assert names(tmp_path, "b") == []
    assert names(tmp_path, "nothing") is None
    assert code(names(tmp_path, "a")) == "link_refused"
    assert code(names(tmp_path, "c")) == "not_a_folder"
    assert code(names(tmp_path, "../x")) == "outside"
    assert code(names(tmp_path, "", cap=3)) == "too_many_files"
    assert len(names(tmp_path, "", cap=4) or ()) == 4  # type: ignore[arg-type]


def test_a_tree_is_walked_without_following_links(tmp_path: Path, way: Way) -> None:
    """Give every regular file below, and a problem for each thing that is none."""
    (tmp_path / "p" / "q").mkdir(parents=True)
    (tmp_path / "p" / "q" / "two").touch()
    (tmp_path / "p" / "one").touch()
    (tmp_path / "p" / "up").symlink_to("..")
    os.mkfifo(tmp_path / "p" / "q" / "fifo")
    found = walk(tmp_path, "p")
    assert found.files == ("one", "q/two")
    assert [(problem.path, problem.code) for problem in found.problems] == [
        ("p/q/fifo", "not_a_file"),
        ("p/up", "link_refused"),
    ]
    assert walk(tmp_path, "nothing").files == ()
    assert code(walk(tmp_path, "p/up").problems[0]) == "link_refused"


def test_a_tree_is_capped_in_number_and_depth(tmp_path: Path) -> None:
    """Stop at the cap of files, and above folders that go on and on."""
    for folder in range(3):
        (tmp_path / "many" / str(folder)).mkdir(parents=True)
        for name in range(3):
            (tmp_path / "many" / str(folder) / str(name)).touch()
    assert [problem.code for problem in walk(tmp_path, "many", cap=5).problems] == ["too_many_files"]
    (tmp_path / "deep" / "/".join("d" * 40)).mkdir(parents=True)
    assert [problem.code for problem in walk(tmp_path, "deep").problems] == ["too_deep"]


def test_a_large_file_is_digested_piece_by_piece(tmp_path: Path, way: Way) -> None:
    """Give the digest of all bytes, beyond one piece."""
    data = bytes(range(256)) * 9000
    (tmp_path / "file").write_bytes(data)
    assert digest(tmp_path, "file") == sha256(data)
