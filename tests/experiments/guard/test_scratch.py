"""Is what is temporary made apart, and removed for good?"""

from __future__ import annotations

from pathlib import Path

import pytest

from coordinator.errors import MachineError
from coordinator.experiments.guard.scratch import Scratch, remove, seed, variables


def test_made_and_removed(tmp_path: Path) -> None:
    """A folder of its own each time, for its owner alone, gone whatever was done to the rights in it."""
    scratch = Scratch(tmp_path / "work", tmp_path)
    first, second = scratch.make(), scratch.make()
    assert first != second
    assert first.stat().st_mode & 0o777 == 0o700
    (first / "shut").mkdir()
    (first / "shut" / "file").write_text("")
    (first / "away").symlink_to(second)
    (first / "shut").chmod(0)
    first.chmod(0)
    remove(first)
    assert not first.exists()
    assert second.exists()


def test_what_a_killed_executor_left(tmp_path: Path) -> None:
    """The next one of the same workspace clears it, and leaves those of others alone."""
    left = Scratch(tmp_path / "work", tmp_path).make()
    other = Scratch(tmp_path / "elsewhere", tmp_path).make()
    link = left.with_name(f"{left.name}-link")
    link.symlink_to(other)
    Scratch(tmp_path / "work", tmp_path).clear()
    assert not left.exists()
    assert other.exists()
    assert link.is_symlink()


def test_nowhere_to_make_it(tmp_path: Path) -> None:
    """It is the machine's trouble, with a path."""
    with pytest.raises(MachineError):
        Scratch(tmp_path, tmp_path / "missing").make()


def test_what_programs_are_told(tmp_path: Path) -> None:
    """Python's tempfile, joblib, matplotlib and numba write there."""
    told = variables(tmp_path, None)
    assert {told[name] for name in ("TMPDIR", "TMP", "TEMP", "JOBLIB_TEMP_FOLDER")} == {str(tmp_path)}
    assert told["MPLCONFIGDIR"] == str(tmp_path / "matplotlib")


def test_the_list_of_fonts_is_not_made_again(tmp_path: Path) -> None:
    """What the user's own matplotlib has made is copied; where there is none, nothing is."""
    place, caches = tmp_path / "place", tmp_path / "caches" / "matplotlib"
    place.mkdir()
    caches.mkdir(parents=True)
    (caches / "fontlist-v390.json").write_text("{}")
    (caches / "tex.cache").mkdir()
    seed(place, caches.parent)
    assert [path.name for path in (place / "matplotlib").iterdir()] == ["fontlist-v390.json"]
