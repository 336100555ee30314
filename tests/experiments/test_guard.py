"""Is every change of the target noticed, and named where it can be?"""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from coordinator.errors import MachineError
from coordinator.experiments.guard import REMEMBERED, ManifestGuard, NoGuard, guard_of, said


@pytest.fixture
def target(tmp_path: Path) -> Path:
    """Give a target of two files."""
    made = tmp_path / "target"
    made.mkdir()
    for name in ("a.py", "b.py"):
        (made / name).write_text(name)
    return made


def test_nothing_changed(target: Path) -> None:
    """A target that is as it was is named nowhere."""
    guard = ManifestGuard(target)
    assert guard.changed_since(guard.look()) == ()


def test_what_changed_is_named(target: Path) -> None:
    """Changed, removed and new files, by name; and again the same the next time somebody asks."""
    guard = ManifestGuard(target)
    before = guard.look()
    (target / "a.py").write_text("other")
    (target / "b.py").unlink()
    (target / "c.py").write_text("new")
    for _ in range(2):
        assert guard.changed_since(before) == ("a.py", "b.py", "c.py")


def test_changed_and_changed_back(target: Path) -> None:
    """Only what it is afterwards can be seen."""
    guard = ManifestGuard(target)
    before = guard.look()
    (target / "a.py").write_text("other")
    guard.look()
    (target / "a.py").write_text("a.py")
    assert guard.changed_since(before) == ()


def test_after_a_restart(target: Path) -> None:
    """Another process knows the digest only: that something changed, not what."""
    before = ManifestGuard(target).look()
    (target / "a.py").write_text("other")
    assert ManifestGuard(target).changed_since(before) == ("the target",)


def test_long_ago(target: Path) -> None:
    """Only the last states are remembered by name."""
    guard = ManifestGuard(target)
    before = guard.look()
    for n in range(REMEMBERED):
        (target / "a.py").write_text(f"other {n}")
        guard.look()
    assert guard.changed_since(before) == ("the target",)


def test_a_target_that_is_gone(target: Path) -> None:
    """To remove it is to change it; to begin without it is the user's to mend."""
    guard = ManifestGuard(target)
    before = guard.look()
    shutil.rmtree(target)
    assert guard.changed_since(before)[0].startswith("the target (")
    with pytest.raises(MachineError):
        guard.look()


def test_no_guard(target: Path) -> None:
    """Where writes are allowed, nothing is noticed, and the digest is true all the same."""
    guard = guard_of(target, writes_allowed=True)
    assert isinstance(guard, NoGuard)
    before = guard.look()
    assert before == guard_of(target, writes_allowed=False).look()
    (target / "a.py").write_text("other")
    assert guard.changed_since(before) == ()
    assert guard.look() != before
    assert (guard.name, guard_of(target, writes_allowed=False).name) == ("none", "manifest")


def test_said() -> None:
    """Some names, and how many more."""
    assert said(("a", "b")) == "changed: a, b"
    assert said(tuple("abcdefg")) == "changed: a, b, c, d, e and 2 more"
