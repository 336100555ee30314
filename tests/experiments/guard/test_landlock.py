"""Is each version of Landlock asked for what it knows, and for nothing else?"""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from coordinator.experiments.guard import kernel, landlock

here = pytest.mark.skipif(landlock.abi() == 0, reason="this kernel has no Landlock")


def test_rights_grow_with_the_version() -> None:
    """Thirteen in the first, one more in the second, third and fifth. Source: linux/landlock.h."""
    counted = [landlock.rights(version).bit_count() for version in range(1, 7)]
    assert counted == [13, 14, 15, 15, 16, 16]


def test_no_devices_are_made() -> None:
    """Not even in folders that may be written to: a disk under another name is a disk."""
    assert not landlock.WRITE & (landlock.MAKE_BLOCK | landlock.MAKE_CHAR)


@pytest.mark.parametrize("broken", ["processor", "call"])
def test_a_machine_without_it(broken: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """An unknown processor, or a kernel that says no: version 0."""

    def refuse(*_: object) -> int:
        raise OSError(38, "no such call")

    monkeypatch.setattr(kernel, "machine", lambda: None if broken == "processor" else kernel.MACHINES["x86_64"])
    monkeypatch.setattr(kernel, "call", refuse)
    assert landlock.abi() == 0


def in_a_child(act: Callable[[], bool]) -> bool:
    """Do something in a forked process, since what is given up stays given up."""
    pid = os.fork()
    if pid == 0:
        try:
            os._exit(0 if act() else 1)
        finally:
            os._exit(2)
    return os.waitpid(pid, 0)[1] == 0


@here
@pytest.mark.parametrize("version", range(1, landlock.NEWEST_ABI + 1))
def test_restricted(version: int, tmp_path: Path) -> None:
    """Writable is writable, readable readable, and nothing else is; paths that are gone are passed over."""
    if version > landlock.abi():
        pytest.skip("this kernel's Landlock is older")
    for name in ("out", "open", "shut"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "file").write_text(name)
    (tmp_path / "link").symlink_to("shut")
    rules = landlock.Rules(
        (str(tmp_path / "out"),), (str(tmp_path / "open"), str(tmp_path / "gone"), str(tmp_path / "link"))
    )

    def act() -> bool:
        landlock.restrict(rules, version)
        (tmp_path / "out" / "new").write_text("")
        refused = 0
        for attempt in (
            lambda: (tmp_path / "open" / "file").write_text(""),
            (tmp_path / "shut" / "file").read_text,
            (tmp_path / "shut" / "file").unlink,
        ):
            try:
                attempt()
            except PermissionError:
                refused += 1
        return refused == 3 and (tmp_path / "open" / "file").read_text() == "open"

    assert in_a_child(act)


@here
def test_a_writable_folder_must_be_there(tmp_path: Path) -> None:
    """Without it there is no experiment to confine."""
    with pytest.raises(FileNotFoundError):
        landlock.restrict(landlock.Rules((str(tmp_path / "gone"),), ()), 1)
