"""Are folders made and removed for good, and never somewhere else?"""

import os
import stat
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from coordinator.errors import MachineError
from coordinator.store.beneath import Way
from coordinator.store.tree import make_folder, remove, remove_tree
from coordinator.store.write import BlockedError


def test_a_folder_is_made_with_those_above_it(tmp_path: Path, way: Way) -> None:
    """Make what is missing, and say whether anything was."""
    assert make_folder(tmp_path / "a" / "b" / "c", beneath=tmp_path) is True
    assert make_folder(tmp_path / "a" / "b" / "c", beneath=tmp_path) is False
    assert make_folder(tmp_path / "d" / "e") is True
    assert make_folder(tmp_path, beneath=tmp_path) is False
    assert (tmp_path / "a" / "b" / "c").is_dir()


@pytest.mark.skipif(os.name == "nt", reason="permissions are another thing there")
def test_every_folder_made_has_the_mode(tmp_path: Path) -> None:
    """Make the folders above a private one private too."""
    make_folder(tmp_path / "a" / "b", mode=0o700)
    assert [stat.S_IMODE((tmp_path / name).stat().st_mode) for name in ("a", "a/b")] == [0o700, 0o700]


def test_a_made_folder_survives_a_power_cut(tmp_path: Path, disk_of: Callable[..., Any]) -> None:
    """Sync each folder that got a new entry before saying that it is made."""
    (tmp_path / "disk").mkdir()
    disk = disk_of(tmp_path / "disk")
    make_folder(tmp_path / "disk" / "a" / "b", beneath=tmp_path / "disk", sync=disk)
    after = disk.after_the_cut(tmp_path / "after")
    assert (after / "a" / "b").is_dir()


def test_no_folder_is_made_through_a_link_or_a_file(tmp_path: Path, way: Way) -> None:
    """Refuse what lies in the way instead of making folders elsewhere."""
    (tmp_path / "root").mkdir()
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "root" / "link").symlink_to(tmp_path / "elsewhere")
    (tmp_path / "root" / "file").touch()
    for name in ("link", "link/a", "file", "file/a", "../x"):
        with pytest.raises(BlockedError):
            make_folder(tmp_path / "root" / name, beneath=tmp_path / "root")
    assert list((tmp_path / "elsewhere").iterdir()) == []


def test_nothing_is_made_above_the_root(tmp_path: Path) -> None:
    """Refuse to make the root itself: if it is gone, something is very wrong."""
    with pytest.raises(MachineError):
        make_folder(tmp_path / "gone" / "a", beneath=tmp_path / "gone")
    assert not (tmp_path / "gone").exists()


def test_a_file_is_removed(tmp_path: Path, way: Way) -> None:
    """Remove a file or the link itself, and say whether there was one."""
    (tmp_path / "file").touch()
    (tmp_path / "link").symlink_to("file")
    assert remove(tmp_path / "link", beneath=tmp_path) is True
    assert (tmp_path / "file").exists()
    assert remove(tmp_path / "file", beneath=tmp_path) is True
    assert remove(tmp_path / "file", beneath=tmp_path) is False
    assert remove(tmp_path / "no" / "file", beneath=tmp_path) is False


def test_a_removed_file_stays_removed(tmp_path: Path, disk_of: Callable[..., Any]) -> None:
    """Sync the folder, so that a request that was claimed is not found again after a power cut."""
    (tmp_path / "disk").mkdir()
    (tmp_path / "disk" / "file").touch()
    disk = disk_of(tmp_path / "disk")
    remove(tmp_path / "disk" / "file", sync=disk)
    after = disk.after_the_cut(tmp_path / "after")
    assert not (after / "file").exists()


def test_a_tree_is_removed_and_its_links_are_not_followed(tmp_path: Path, way: Way) -> None:
    """Remove everything below, and nothing that links lead to."""
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "elsewhere" / "file").touch()
    (tmp_path / "root" / "a" / "b").mkdir(parents=True)
    (tmp_path / "root" / "a" / "b" / "link").symlink_to(tmp_path / "elsewhere")
    assert remove_tree(tmp_path / "root" / "a", beneath=tmp_path / "root") is True
    assert remove_tree(tmp_path / "root" / "a", beneath=tmp_path / "root") is False
    assert (tmp_path / "elsewhere" / "file").exists()


def test_a_tree_behind_a_link_is_not_removed(tmp_path: Path, way: Way) -> None:
    """Refuse a link in the tree's place and among its parents, and a file."""
    (tmp_path / "elsewhere" / "a").mkdir(parents=True)
    (tmp_path / "root").mkdir()
    (tmp_path / "root" / "link").symlink_to(tmp_path / "elsewhere")
    (tmp_path / "root" / "file").touch()
    for name in ("link", "link/a", "file"):
        with pytest.raises(BlockedError):
            remove_tree(tmp_path / "root" / name, beneath=tmp_path / "root")
    with pytest.raises(BlockedError):
        remove(tmp_path / "root" / "link" / "a", beneath=tmp_path / "root")
    assert (tmp_path / "elsewhere" / "a").is_dir()
