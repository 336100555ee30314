"""Does a folder that is held stay the same folder, whatever happens to its path?"""

import os
from pathlib import Path

import pytest

from coordinator.store.beneath import Way
from coordinator.store.folder import Folder


def test_entries_are_made_listed_renamed_and_removed(tmp_path: Path, way: Way) -> None:
    """Do with a held folder what one does with a path."""
    with Folder(tmp_path, beneath=tmp_path) as folder:
        os.close(folder.open("a", os.O_WRONLY | os.O_CREAT, 0o600))
        folder.mkdir("below", 0o700)
        folder.replace("a", "b")
        with folder.scan() as entries:
            assert sorted(entry.name for entry in entries) == ["b", "below"]
        assert folder.stat("b").st_size == 0
        folder.unlink("b")
    assert [path.name for path in tmp_path.iterdir()] == ["below"]


def test_a_held_folder_survives_its_path(tmp_path: Path) -> None:
    """Write into the folder that was opened, even if a link has taken its name since."""
    (tmp_path / "mine").mkdir()
    (tmp_path / "elsewhere").mkdir()
    with Folder(tmp_path / "mine", beneath=tmp_path) as folder:
        (tmp_path / "mine").rename(tmp_path / "moved")
        (tmp_path / "mine").symlink_to("elsewhere")
        os.close(folder.open("file", os.O_WRONLY | os.O_CREAT, 0o600))
    assert (tmp_path / "moved" / "file").exists()
    assert not (tmp_path / "elsewhere" / "file").exists()


def test_what_is_no_folder_is_refused(tmp_path: Path, way: Way) -> None:
    """Refuse a file, a link and a place outside."""
    (tmp_path / "file").touch()
    (tmp_path / "link").symlink_to(tmp_path)
    for path in (tmp_path / "file", tmp_path / "link", tmp_path / ".." / "x"):
        with pytest.raises(OSError, match=r"."):
            Folder(path, beneath=tmp_path)
    with pytest.raises(FileNotFoundError):
        Folder(tmp_path / "nothing")


def test_without_a_root_links_are_followed(tmp_path: Path) -> None:
    """Follow links where nobody asked for a root: these are the user's own folders."""
    (tmp_path / "real").mkdir()
    (tmp_path / "link").symlink_to("real")
    with Folder(tmp_path / "link") as folder:
        folder.mkdir("below", 0o700)
    assert (tmp_path / "real" / "below").is_dir()
