"""Is every change of the target noticed, and named where it can be?"""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from coordinator.errors import MachineError
from coordinator.experiments.guard.watch import REMEMBERED, Watch, said


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
    watch = Watch(target)
    assert watch.changed_since(watch.look()) == ()


def test_what_changed_is_named(target: Path) -> None:
    """Changed, removed and new files, by name; and again the same the next time somebody asks."""
    watch = Watch(target)
    before = watch.look()
    (target / "a.py").write_text("other")
    (target / "b.py").unlink()
    (target / "c.py").write_text("new")
    for _ in range(2):
        assert watch.changed_since(before) == ("a.py", "b.py", "c.py")


def test_changed_and_changed_back(target: Path) -> None:
    """Only what it is afterwards can be seen."""
    watch = Watch(target)
    before = watch.look()
    (target / "a.py").write_text("other")
    watch.look()
    (target / "a.py").write_text("a.py")
    assert watch.changed_since(before) == ()


def test_after_a_restart(target: Path) -> None:
    """Another process knows the digest only: that something changed, not what."""
    before = Watch(target).look()
    (target / "a.py").write_text("other")
    assert Watch(target).changed_since(before) == ("the target",)


def test_long_ago(target: Path) -> None:
    """Only the last states are remembered by name."""
    watch = Watch(target)
    before = watch.look()
    for n in range(REMEMBERED):
        (target / "a.py").write_text(f"other {n}")
        watch.look()
    assert watch.changed_since(before) == ("the target",)


def test_a_target_that_is_gone(target: Path) -> None:
    """To remove it is to change it; to begin without it is the user's to mend."""
    watch = Watch(target)
    before = watch.look()
    shutil.rmtree(target)
    assert watch.changed_since(before)[0].startswith("the target (")
    with pytest.raises(MachineError):
        watch.look()


def test_changed_and_put_back_meanwhile(target: Path) -> None:
    """Over one process, times tell: of what was put back, and of what had its times set and nothing else."""
    watch = Watch(target)
    before, mark = watch.look(), watch.mark()
    (target / "a.py").write_text("other")
    (target / "a.py").write_text("a.py")
    assert watch.changed_since(before) == ()
    assert watch.changed_since(before, mark) == ("a.py",)


def test_a_target_that_may_be_changed(target: Path) -> None:
    """Where writes are allowed nothing of the target is noticed, and the digest is true all the same."""
    watch = Watch(target, spare_target=True)
    before = watch.look()
    assert before == Watch(target).look()
    (target / "a.py").write_text("other")
    assert watch.changed_since(before) == ()
    assert Watch(target, spare_target=True).changed_since(before) == ()
    assert watch.look() != before
    assert (watch.watches, Watch(target).watches) == (False, True)


def test_what_the_user_named(target: Path, tmp_path: Path) -> None:
    """A file and a folder beside the target, named apart from it, protected also where the target is not."""
    (tmp_path / "score.py").write_text("1")
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "a.py").write_text("1")
    named = {"score.py": tmp_path / "score.py", "data": tmp_path / "data", "missing": tmp_path / "missing"}
    for spare in (False, True):
        watch = Watch(target, named, spare_target=spare)
        before, mark = watch.look(), watch.mark()
        assert watch.watches
        assert watch.changed_since(before, mark) == ()
        for path in (tmp_path / "score.py", tmp_path / "data" / "a.py"):
            path.write_text(path.read_text() + "1")
        (tmp_path / "missing").mkdir(exist_ok=True)
        (tmp_path / "missing" / f"made{spare}").write_text("")
        changed = watch.changed_since(before, mark)
        assert changed == ("protected data/a.py", f"protected missing/made{spare}", "protected score.py")


def test_what_its_owner_may_write_anew(target: Path, tmp_path: Path) -> None:
    """The frozen config counts by its content alone: the coordinator writes it again when it starts."""
    frozen = tmp_path / "run.yaml"
    frozen.write_text("1")
    watch = Watch(target, {"run.yaml": frozen}, steady=frozenset({"run.yaml"}))
    before, mark = watch.look(), watch.mark()
    assert before == Watch(target).look()
    frozen.unlink()
    frozen.write_text("1")
    assert watch.changed_since(before, mark) == ()
    frozen.write_text("2")
    assert watch.changed_since(before, mark) == ("protected run.yaml",)


def test_said() -> None:
    """Some names, and how many more."""
    assert said(("a", "b")) == "changed: a, b"
    assert said(tuple("abcdefg")) == "changed: a, b, c, d, e and 2 more"
