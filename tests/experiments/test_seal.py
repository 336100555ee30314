"""Is exactly what lies in the folder sealed, and nothing that lies elsewhere?"""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from coordinator.experiments import seal
from coordinator.experiments.seal import Sealed, read_sealed, write_copy
from coordinator.text import canonical
from coordinator.text.code import code_digest, code_facts

EXPERIMENT = "runs/w/experiments/exp_001"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Give an experiment's folder with plan, code and a patch."""
    made = tmp_path / EXPERIMENT
    (made / "patches" / "package").mkdir(parents=True)
    (made / "plan.md").write_bytes(b"plan\r\n")
    (made / "experiment.py").write_bytes(b"code")
    (made / "patches" / "package" / "module.py").write_bytes(b"patch")
    (made / "notes.md").write_bytes(b"not sealed")
    return made


def test_plan_and_code(folder: Path, tmp_path: Path) -> None:
    """Bytes as they are, digests of each file and of the whole, as the daemon computes them."""
    sealed = read_sealed(tmp_path, EXPERIMENT).value
    assert sealed is not None
    assert sealed.plan == b"plan\r\n"
    assert dict(sealed.files) == {"experiment.py": b"code", "patches/package/module.py": b"patch"}
    assert sealed.plan_sha256 == canonical.sha256(b"plan\r\n")
    assert sealed.code_sha256 == code_digest(sealed.digests) == code_facts(sealed.files, frozenset()).sha256
    assert sealed.has_code


def test_the_copy_has_the_same_digests(folder: Path, tmp_path: Path) -> None:
    """What is read back from the copy is what was sealed, and leftovers of an earlier try are gone."""
    sealed = read_sealed(tmp_path, EXPERIMENT).value
    assert sealed is not None
    copy = tmp_path / "runs" / "r" / "sealed" / "d" / "exp_001-1"
    (copy / "patches").mkdir(parents=True)
    (copy / "patches" / "stale.py").write_bytes(b"stale")
    for _ in range(2):
        write_copy(tmp_path, copy, sealed)
        assert read_sealed(tmp_path, "runs/r/sealed/d/exp_001-1").value == sealed
    (folder / "plan.md").unlink()
    without = read_sealed(tmp_path, EXPERIMENT).value
    assert without is not None
    write_copy(tmp_path, copy, without)
    assert not (copy / "plan.md").exists()


def test_nothing_there(tmp_path: Path) -> None:
    """Neither plan nor code is for admission to refuse; here it is just not there."""
    sealed = read_sealed(tmp_path, EXPERIMENT).value
    assert sealed == Sealed(None, {})
    assert sealed is not None
    assert (sealed.plan_sha256, sealed.has_code) == ("", False)


def test_what_the_interpreter_caches_is_no_code(folder: Path, tmp_path: Path) -> None:
    """Importing a patch by hand does not change the code."""
    before = read_sealed(tmp_path, EXPERIMENT).value
    cache = folder / "patches" / "package" / "__pycache__"
    cache.mkdir()
    (cache / "module.cpython-311.pyc").write_bytes(b"x")
    assert read_sealed(tmp_path, EXPERIMENT).value == before


def test_what_cannot_be_sealed(folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Links, special files, odd names and too much are problems, all of them at once."""
    (folder / "plan.md").unlink()
    (folder / "plan.md").symlink_to("/etc/hostname")
    (folder / "experiment.py").write_bytes(b"x" * (seal.MAX_FILE_BYTES + 1))
    (folder / "patches" / "link.py").symlink_to("/etc/hostname")
    os.mkfifo(folder / "patches" / "pipe.py")
    (folder / "patches" / "od\nd.py").write_bytes(b"")
    codes = [problem.code for problem in read_sealed(tmp_path, EXPERIMENT).problems]
    assert sorted(codes) == ["bad_file_name", "link_refused", "link_refused", "not_a_file", "too_large"]
    monkeypatch.setattr(seal, "MAX_FILES", 1)
    (folder / "patches" / "two.py").write_bytes(b"")
    assert "too_many_files" in [problem.code for problem in read_sealed(tmp_path, EXPERIMENT).problems]


def test_too_much_in_all(folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Many files that are each small enough can be too much together."""
    monkeypatch.setattr(seal, "MAX_BYTES", 12)
    (problem,) = read_sealed(tmp_path, EXPERIMENT).problems
    assert (problem.code, problem.path) == ("too_large", f"{EXPERIMENT}/patches/package/module.py")
