"""Is nothing opened outside of the root, whatever lies on the way?"""

import ctypes
import errno
import os
from pathlib import Path

import pytest

from coordinator.store import beneath
from coordinator.store.beneath import Way, open_beneath, parts, relative_to


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """Make a root with a file two folders down, and a secret beside the root."""
    (tmp_path / "root" / "a" / "b").mkdir(parents=True)
    (tmp_path / "root" / "a" / "b" / "file").write_bytes(b"inside")
    (tmp_path / "outside").mkdir()
    (tmp_path / "outside" / "file").write_bytes(b"secret")
    return tmp_path / "root"


def opened_bytes(root: Path, relative: str) -> bytes:
    """Open beneath the root and read."""
    opened = open_beneath(root, relative, os.O_RDONLY)
    with os.fdopen(opened, "rb") as file:
        return file.read()


def test_a_plain_file_is_opened(root: Path, way: Way) -> None:
    """Open what is there, by the same path in every way."""
    assert opened_bytes(root, "a/b/file") == b"inside"
    assert opened_bytes(root, "./a//b/file") == b"inside"


def test_the_root_may_be_a_link(root: Path, tmp_path: Path, way: Way) -> None:
    """Follow links up to the root: it is the user's own choice."""
    (tmp_path / "link").symlink_to(root)
    assert opened_bytes(tmp_path / "link", "a/b/file") == b"inside"


@pytest.mark.parametrize("target", ["../../../outside", "/", "../b"])
def test_a_linked_parent_is_refused(root: Path, way: Way, target: str) -> None:
    """Refuse links among the parents, inside and outside of the root alike."""
    (root / "a" / "linked").symlink_to(target)
    with pytest.raises(OSError, match=r".") as caught:
        open_beneath(root, "a/linked/file", os.O_RDONLY)
    assert caught.value.errno in {errno.ELOOP, errno.EXDEV}


def test_a_linked_file_is_refused(root: Path, way: Way) -> None:
    """Refuse a link at the end, even to a file inside, and even one that leads nowhere."""
    (root / "a" / "to_file").symlink_to("b/file")
    (root / "a" / "to_nothing").symlink_to("nothing")
    for name in ("to_file", "to_nothing"):
        with pytest.raises(OSError, match=r".") as caught:
            open_beneath(root, f"a/{name}", os.O_RDONLY)
        assert caught.value.errno == errno.ELOOP


@pytest.mark.parametrize("relative", ["../outside/file", "a/../../outside/file", "/etc/passwd"])
def test_a_path_that_climbs_is_refused(root: Path, way: Way, relative: str) -> None:
    """Refuse to leave the root by name."""
    with pytest.raises(OSError, match="leads out") as caught:
        open_beneath(root, relative, os.O_RDONLY)
    assert caught.value.errno == errno.EXDEV


def test_a_missing_file_says_so(root: Path, way: Way) -> None:
    """Tell a file that is not there from one that is refused."""
    with pytest.raises(FileNotFoundError):
        open_beneath(root, "a/b/nothing", os.O_RDONLY)
    with pytest.raises((NotADirectoryError, FileNotFoundError)):
        open_beneath(root, "a/b/file/below", os.O_RDONLY)


def test_descriptors_are_not_leaked(root: Path, way: Way) -> None:
    """Close every folder on the way, whether the opening works or not."""
    (root / "a" / "linked").symlink_to("b")
    before = os.dup(0)
    os.close(before)
    for _ in range(3):
        opened_bytes(root, "a/b/file")
        with pytest.raises(OSError, match=r"."):
            open_beneath(root, "a/linked/file", os.O_RDONLY)
    after = os.dup(0)  # the lowest number that is free
    os.close(after)
    assert after == before


def test_an_old_kernel_goes_step_by_step(monkeypatch: pytest.MonkeyPatch) -> None:
    """Fall back where the kernel, or a sandbox, refuses openat2; pass on every other error."""

    def refuse(code: int) -> None:
        def openat2(*_: object) -> int:
            raise OSError(code, os.strerror(code))

        monkeypatch.setattr(beneath, "_openat2", openat2)
        beneath.best_way.cache_clear()

    try:
        for code in (errno.ENOSYS, errno.EPERM):
            refuse(code)
            assert beneath.best_way() is Way.STEPWISE
        refuse(errno.EMFILE)
        with pytest.raises(OSError, match="open files"):
            beneath.best_way()
    finally:
        beneath.best_way.cache_clear()


def test_paths_are_split_into_names() -> None:
    """Know the root by both of its names, and refuse what no file can be called."""
    assert parts("") == parts(".") == ()
    assert parts("a/b") == ("a", "b")
    with pytest.raises(OSError, match="NUL"):
        parts("a\0b")


def test_a_path_from_a_root(tmp_path: Path) -> None:
    """Give a path from a root, and refuse one that lies elsewhere."""
    assert relative_to(tmp_path / "a" / "b", tmp_path) == "a/b"
    with pytest.raises(OSError, match="does not lie in"):
        relative_to(Path("/elsewhere"), tmp_path)


def test_an_interrupted_call_is_made_again(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Try again after a signal, as os.open does by itself."""
    if beneath.best_way() is not Way.OPENAT2:
        pytest.skip("this kernel has no openat2")
    codes = [errno.EINTR]
    real = beneath._libc()

    class Interrupted:
        def syscall(self, *arguments: object) -> int:
            if codes:
                ctypes.set_errno(codes.pop())
                return -1
            return int(real.syscall(*arguments))

    monkeypatch.setattr(beneath, "_libc", Interrupted)
    assert opened_bytes(root, "a/b/file") == b"inside"
    assert codes == []


def test_each_system_has_its_way(monkeypatch: pytest.MonkeyPatch) -> None:
    """Go step by step where there is no openat2, and look first where folders cannot be held open."""
    try:
        beneath.best_way.cache_clear()
        monkeypatch.setattr(beneath.sys, "platform", "darwin")
        assert beneath.best_way() is Way.STEPWISE
        beneath.best_way.cache_clear()
        monkeypatch.setattr(beneath, "HAS_FOLDER_FD", False)
        assert beneath.best_way() is Way.CHECKED
    finally:
        beneath.best_way.cache_clear()


def test_a_file_replaced_after_the_look_is_refused(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Compare what was opened with what was seen, where looking comes before opening."""
    monkeypatch.setattr(beneath, "best_way", lambda: Way.CHECKED)
    real = os.open

    def late(path: Path, flags: int, mode: int) -> int:
        path.unlink()
        path.symlink_to("/dev/null")
        return real(path, flags, mode)

    monkeypatch.setattr(os, "open", late)
    with pytest.raises(OSError, match="replaced"):
        open_beneath(root, "a/b/file", os.O_RDONLY)
