"""Is every change of a folder noticed, and nothing hashed twice without need?"""

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from coordinator.errors import MachineError
from coordinator.model.problem import Problem
from coordinator.store import manifest as manifest_module
from coordinator.store.manifest import Manifest, differences, digest_of, dump, how, load


@pytest.fixture
def target(tmp_path: Path) -> Path:
    """Make a small codebase."""
    (tmp_path / "target" / "package").mkdir(parents=True)
    (tmp_path / "target" / "train.py").write_text("print(1)\n")
    (tmp_path / "target" / "package" / "model.py").write_text("x = 1\n")
    (tmp_path / "target" / "package" / "empty").mkdir()
    (tmp_path / "target" / "latest").symlink_to("train.py")
    return tmp_path / "target"


def rewrite_unseen(path: Path) -> None:
    """Write other bytes of the same size and set the time back."""
    before = path.stat()
    path.write_text("y = 1\n")
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))


CHANGES: dict[str, tuple[Callable[[Path], object], tuple[str, ...]]] = {
    "edited": (lambda target: (target / "train.py").write_text("print(2)\n"), ("train.py",)),
    "edited unseen": (lambda target: rewrite_unseen(target / "package" / "model.py"), ("package/model.py",)),
    "added": (lambda target: (target / "package" / "new.py").touch(), ("package/new.py",)),
    "removed": (lambda target: (target / "train.py").unlink(), ("train.py",)),
    "renamed": (lambda target: (target / "train.py").rename(target / "t.py"), ("t.py", "train.py")),
    "made executable": (lambda target: (target / "train.py").chmod(0o755), ("train.py",)),
    "made private": (lambda target: (target / "package").chmod(0o700), ("package",)),
    "folder added": (lambda target: (target / "more").mkdir(), ("more",)),
    "folder removed": (lambda target: (target / "package" / "empty").rmdir(), ("package/empty",)),
    "fifo added": (lambda target: os.mkfifo(target / "fifo"), ("fifo",)),
}


@pytest.mark.parametrize("name", CHANGES)
def test_every_change_is_named(target: Path, name: str) -> None:
    """Name what came, went or changed, and give another digest."""
    change, expected = CHANGES[name]
    manifest = Manifest(target)
    before = manifest.entries()
    assert manifest.entries() == before
    change(target)
    assert differences(before, manifest.entries()) == expected
    assert manifest.digest() != digest_of(before)


def test_a_link_is_its_target_not_what_is_there(target: Path, tmp_path: Path) -> None:
    """Notice a link that points elsewhere, and not what changes behind it."""
    before = Manifest(target).entries()
    (target / "latest").unlink()
    (target / "latest").symlink_to("./train.py")
    assert differences(before, Manifest(target).entries()) == ("latest",)
    (tmp_path / "data").mkdir()
    (target / "data").symlink_to(tmp_path / "data")
    with_link = Manifest(target).digest()
    (tmp_path / "data" / "file").touch()
    assert Manifest(target).digest() == with_link


@pytest.mark.parametrize("name", ["__pycache__", ".git", "package/__pycache__"])
def test_what_tools_write_by_themselves_is_left_out(target: Path, name: str) -> None:
    """Look into neither bytecode nor git's own files."""
    before = Manifest(target).digest()
    (target / name).mkdir()
    (target / name / "file").touch()
    assert Manifest(target).digest() == before


def test_a_file_of_such_a_name_counts(target: Path) -> None:
    """Leave out folders only: a worktree's `.git` is a file that nothing rewrites."""
    before = Manifest(target).digest()
    (target / ".git").write_text("gitdir: elsewhere\n")
    assert Manifest(target).digest() != before


def test_equal_folders_have_equal_digests(target: Path, tmp_path: Path) -> None:
    """Depend on content alone: not on time, place, order, or the link by which it is reached."""
    (tmp_path / "copy" / "package" / "empty").mkdir(parents=True)
    (tmp_path / "copy" / "latest").symlink_to("train.py")
    for name in ("package/model.py", "train.py"):
        (tmp_path / "copy" / name).write_bytes((target / name).read_bytes())
    (tmp_path / "link").symlink_to("target")
    assert Manifest(tmp_path / "copy").digest() == Manifest(target).digest()
    assert Manifest(tmp_path / "link").digest() == Manifest(target).digest()


def test_a_file_is_hashed_until_two_looks_agree(target: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Hash at the first two looks, and then only what changed."""
    hashed: list[str] = []
    real = manifest_module.digest

    def counting(root: Path, relative: str) -> object:
        hashed.append(relative)
        return real(root, relative)

    monkeypatch.setattr(manifest_module, "digest", counting)
    manifest = Manifest(target)
    for _ in range(2):
        manifest.entries()
        assert sorted(hashed) == ["package/model.py", "train.py"]
        hashed.clear()
    manifest.entries()
    assert hashed == []
    (target / "train.py").write_text("print(3)\n")
    manifest.entries()
    assert hashed == ["train.py"]


def test_a_change_within_one_step_of_the_clock_is_noticed(target: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Do not trust the first look: a coarse clock gives a second change the same signature."""
    real = manifest_module.signature_of
    frozen = {path.lstat().st_ino: real(path.lstat()) for path in target.rglob("*")}
    monkeypatch.setattr(manifest_module, "signature_of", lambda status: frozen[status.st_ino])
    manifest = Manifest(target)
    before = manifest.entries()
    (target / "train.py").write_text("print(2)\n")
    assert differences(before, manifest.entries()) == ("train.py",)


def test_a_folder_that_is_not_there_is_named(tmp_path: Path) -> None:
    """Say which folder is missing, or is none."""
    (tmp_path / "file").touch()
    for name in ("nothing", "file"):
        with pytest.raises(MachineError, match=name):
            Manifest(tmp_path / name).entries()


def test_a_folder_with_too_much_in_it_is_refused(target: Path) -> None:
    """Stop at the cap, with what to do about it."""
    assert len(Manifest(target, max_files=5).entries()) == 5
    with pytest.raises(MachineError, match="more than 4 files") as caught:
        Manifest(target, max_files=4).entries()
    assert "research_target_path" in caught.value.hint


def test_what_goes_while_it_is_looked_at_is_not_there(target: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Take a file that is removed between listing and hashing as gone."""
    monkeypatch.setattr(manifest_module, "digest", lambda _root, _relative: None)
    assert "train.py" not in Manifest(target).entries()
    (target / "latest").unlink()
    assert manifest_module._target(target / "latest") is None
    assert manifest_module._listed(target / "nothing", top=False) == []
    monkeypatch.setattr(os, "lstat", lambda path: Path(path).with_name("gone").stat())
    assert manifest_module._listed(target, top=True) == []


def test_an_unreadable_file_is_listed_as_such(target: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """List what cannot be read instead of failing."""
    problem = Problem("train.py", 0, "unreadable", "may not be read")
    monkeypatch.setattr(manifest_module, "digest", lambda _root, _relative: problem)
    assert Manifest(target).entries()["train.py"].content == "unreadable"


def test_a_single_file_where_it_will_do(tmp_path: Path) -> None:
    """Hold one file to what it was, under its own name; and no file at all where a folder is wanted."""
    (tmp_path / "score.py").write_text("1")
    entries = Manifest(tmp_path / "score.py", lone=True).entries()
    assert list(entries) == ["score.py"]
    assert entries["score.py"].size == 1


def test_times_are_beside_the_digest(target: Path) -> None:
    """Tell a file that was put back from one that nobody touched, without giving it another digest."""
    manifest = Manifest(target)
    before, times = manifest.digest(), manifest.times
    assert sorted(times) == ["latest", "package/model.py", "train.py"]
    (target / "train.py").write_text("print(1)\n")
    assert manifest.digest() == before
    assert {path for path, now in manifest.times.items() if times[path] != now} == {"train.py"}


def test_it_is_kept_and_read_back(target: Path) -> None:
    """Print and read a manifest; what is none is none."""
    entries = Manifest(target).entries()
    assert load(dump(entries)) == entries
    for wrong in (b"", b"[1]", b'{"a": 1}', b'{"a": ["file", "x", 1, ""]}'):
        assert load(wrong) is None


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda target: (target / "new").touch(), "new was added"),
        (lambda target: (target / "train.py").unlink(), "train.py is gone"),
        (lambda target: (target / "train.py").write_text("2"), "train.py has another content"),
        (lambda target: (target / "train.py").chmod(0o640), "train.py has mode 640, had 600"),
        (lambda target: relink(target / "latest"), "latest points elsewhere"),
        (lambda target: refill(target / "latest"), "latest is a file, was a link"),
    ],
)
def test_how_a_thing_differs(target: Path, change: Callable[[Path], object], said: str) -> None:
    """Say of each kind of change what it is."""
    (target / "train.py").chmod(0o600)
    before = Manifest(target).entries()
    change(target)
    after = Manifest(target).entries()
    assert [f"{path} {how(before.get(path), after.get(path))}" for path in differences(before, after)] == [said]


def relink(path: Path) -> None:
    """Let a link point elsewhere."""
    path.unlink()
    path.symlink_to("elsewhere")


def refill(path: Path) -> None:
    """Put a file in the place of a link."""
    path.unlink()
    path.write_text("")
