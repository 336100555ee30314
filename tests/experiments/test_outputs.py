"""Is the place for the outputs made and cleared without touching anything else?"""

from __future__ import annotations

import errno
import os
from pathlib import Path

import pytest

from coordinator.errors import MachineError
from coordinator.experiments import outputs
from coordinator.model.problem import Problem
from coordinator.store.layout import Workspace
from coordinator.text import canonical


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    """Give a workspace with a folder of outputs."""
    (tmp_path / "root" / "exp" / "outputs").mkdir(parents=True)
    return Workspace(tmp_path / "root")


@pytest.fixture
def seed(workspace: Workspace) -> Path:
    """Give a seed's folder, which is not there yet."""
    return workspace.root / "exp" / "outputs" / "seed_5"


def test_opened(workspace: Workspace, seed: Path) -> None:
    """An empty folder, and two files beside it that take what is printed."""
    with outputs.opened(workspace, seed) as prints:
        os.write(prints.stdout, b"out")
        os.write(prints.stderr, b"err")
    assert list(seed.iterdir()) == []
    assert outputs.printed(seed, "stdout").read_bytes() == b"out"
    assert outputs.printed(seed, "stderr").read_bytes() == b"err"
    with pytest.raises(OSError, match="Bad file descriptor"):
        os.fstat(prints.stdout)


def test_opened_again(workspace: Workspace, seed: Path) -> None:
    """What was there is gone, of this seed and no other."""
    other = seed.with_name("seed_55")
    for folder in (seed, other):
        with outputs.opened(workspace, folder):
            (folder / "deep").mkdir()
            (folder / "deep" / "x").write_text("x")
    with outputs.opened(workspace, seed):
        assert list(seed.iterdir()) == []
    assert (other / "deep" / "x").exists()


@pytest.mark.parametrize("place", ["exp/outputs", "exp"])
def test_behind_a_link(workspace: Workspace, seed: Path, tmp_path: Path, place: str) -> None:
    """Neither made, nor cleared, nor looked into."""
    victim = tmp_path / "victim"
    (victim / "outputs" / "seed_5").mkdir(parents=True)
    (victim / "seed_5").mkdir()
    moved = workspace.root / place
    moved.rename(tmp_path / "away")
    moved.symlink_to(victim)
    before = sorted(victim.rglob("*"))
    with pytest.raises(outputs.SpoiltError), outputs.opened(workspace, seed):
        pass
    with pytest.raises(outputs.SpoiltError):
        outputs.clear(workspace, seed.parent)
    assert isinstance(outputs.digests(workspace, seed), Problem)
    assert sorted(victim.rglob("*")) == before


def test_cleared(workspace: Workspace, seed: Path, tmp_path: Path) -> None:
    """Everything of seeds goes, whatever it is; nothing else does; where there is nothing, nothing happens."""
    (seed / "deep").mkdir(parents=True)
    outputs.printed(seed, "stdout").write_text("x")
    seed.with_name("seed_6").symlink_to(tmp_path)
    os.mkfifo(seed.with_name("seed_7"))
    seed.with_name("plot.png").write_text("x")
    outputs.clear(workspace, seed.parent)
    assert [path.name for path in seed.parent.iterdir()] == ["plot.png"]
    outputs.clear(workspace, workspace.root / "exp" / "confirmation")


def test_digests(workspace: Workspace, seed: Path) -> None:
    """Every regular file by its path; links and special files are nobody's output."""
    (seed / "deep").mkdir(parents=True)
    (seed / "deep" / "b.txt").write_bytes(b"b")
    (seed / "a.txt").write_bytes(b"a")
    (seed / "link").symlink_to("/etc/hostname")
    os.mkfifo(seed / "pipe")
    assert outputs.digests(workspace, seed) == {
        "a.txt": canonical.sha256(b"a"),
        "deep/b.txt": canonical.sha256(b"b"),
    }


def test_names_that_are_not_text(workspace: Workspace, seed: Path) -> None:
    """A name that is not UTF-8 is recorded with its bytes escaped."""
    seed.mkdir()
    try:
        (seed / os.fsdecode(b"caf\xe9")).write_bytes(b"x")
    except OSError:
        pytest.skip("this file system has no such names")
    assert outputs.digests(workspace, seed) == {"caf\\udce9": canonical.sha256(b"x")}


def test_too_much(workspace: Workspace, seed: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Outputs that cannot be sealed are a problem with a number, not hours of hashing."""
    seed.mkdir()
    with (seed / "sparse").open("wb") as file:
        file.truncate(outputs.MAX_BYTES + 1)
    found = outputs.digests(workspace, seed)
    assert isinstance(found, Problem)
    assert found.code == "outputs_too_large"
    monkeypatch.setattr(outputs, "MAX_FILES", 1)
    (seed / "second").write_text("")
    found = outputs.digests(workspace, seed)
    assert isinstance(found, Problem)
    assert found.code == "too_many_files"


def test_a_folder_that_is_too_full(workspace: Workspace, seed: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where the place cannot be listed, nothing is cleared or made."""
    full = Problem("exp/outputs", 0, "too_many_files", "more than 10000 entries", "remove some of them")
    monkeypatch.setattr(outputs, "names", lambda *_arguments: full)
    with pytest.raises(outputs.SpoiltError, match="more than 10000"), outputs.opened(workspace, seed):
        pass
    assert not seed.exists()


@pytest.mark.parametrize(("number", "spoilt"), [(errno.EACCES, True), (errno.ENOSPC, False)])
def test_whose_fault_it_is(
    workspace: Workspace, seed: Path, monkeypatch: pytest.MonkeyPatch, number: int, *, spoilt: bool
) -> None:
    """Rights are the worker's doing, a full disk is the machine's: the one fails the experiment, the other us."""

    def fail(*_arguments: object, **_options: object) -> None:
        raise MachineError("cannot be written") from OSError(number, "x")

    monkeypatch.setattr(outputs, "make_folder", fail)
    with pytest.raises(MachineError) as caught, outputs.opened(workspace, seed):
        pass
    assert isinstance(caught.value, outputs.SpoiltError) is spoilt
