"""Is what lies in the way moved aside, kept, and never followed?"""

from __future__ import annotations

import os
from functools import partial
from pathlib import Path

import pytest

from coordinator.engine.aside import clear_file, clear_folder, insist, is_folder, put_aside
from coordinator.errors import MachineError
from coordinator.store.write import BlockedError, write


def put(path: Path, root: Path) -> None:
    """Write as the coordinator does."""
    write(path, b"ours", beneath=root)


def test_only_a_real_folder_is_one(tmp_path: Path) -> None:
    """Not a link to one, a file, or nothing."""
    (tmp_path / "file").write_text("")
    (tmp_path / "link").symlink_to(tmp_path)
    assert is_folder(tmp_path)
    assert not any(is_folder(tmp_path / name) for name in ("file", "link", "nothing", "file/below"))


def test_everything_is_kept_beside(tmp_path: Path) -> None:
    """One after the other, under the next free number; a link is moved itself."""
    for number, text in enumerate(("first", "second"), start=1):
        (tmp_path / "a").write_text(text)
        kept = put_aside(tmp_path / "a", tmp_path)
        assert (kept.name, kept.read_text()) == (f"a.aside-{number}", text)
    (tmp_path / "a").symlink_to("nowhere")
    assert put_aside(tmp_path / "a", tmp_path).is_symlink()


def test_what_is_right_stays(tmp_path: Path) -> None:
    """A folder where a folder belongs, a file where a file does, and nothing."""
    (tmp_path / "folder").mkdir()
    (tmp_path / "file").write_text("kept")
    clear_folder(tmp_path / "folder", tmp_path)
    clear_folder(tmp_path / "nothing", tmp_path)
    clear_file(tmp_path / "file", tmp_path)
    clear_file(tmp_path / "nothing", tmp_path)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["file", "folder"]


@pytest.mark.parametrize("kind", ["folder", "full folder", "FIFO", "link"])
def test_a_file_is_written_whatever_is_in_its_place(tmp_path: Path, kind: str) -> None:
    """What was there lies beside it afterwards; a link's end is untouched."""
    path, away = tmp_path / "w" / "inbox.md", tmp_path / "away"
    path.parent.mkdir()
    away.write_text("theirs")
    if kind == "FIFO":
        os.mkfifo(path)
    elif kind == "link":
        path.symlink_to(away)
    else:
        path.mkdir()
        if kind == "full folder":
            (path / "x").write_text("x")
    insist(partial(put, path, tmp_path), path.parent, path, tmp_path)
    assert (path.read_bytes(), path.is_symlink(), away.read_text()) == (b"ours", False, "theirs")


def test_a_link_above_is_not_followed(tmp_path: Path) -> None:
    """Nothing is moved or written where it leads."""
    away = tmp_path / "away"
    (away / "w").mkdir(parents=True)
    root = tmp_path / "root"
    root.mkdir()
    (root / "runs").symlink_to(away)
    path = root / "runs" / "w" / "inbox.md"
    with pytest.raises(BlockedError):
        insist(partial(put, path, root), path.parent, path, root)
    assert list((away / "w").iterdir()) == []


def test_a_disk_that_refuses_to_look_is_the_machines(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """An I/O error is told with its path; the daemon goes on later."""
    refusal = OSError(5, "Input/output error")

    def refuse(_: Path) -> None:
        raise refusal

    monkeypatch.setattr(os, "lstat", refuse)
    with pytest.raises(MachineError, match="cannot be looked at: Input/output error"):
        is_folder(tmp_path)
