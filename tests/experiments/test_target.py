"""Which names can an experiment import from the target?"""

from __future__ import annotations

from pathlib import Path

from coordinator.experiments.target import import_folders, modules, offers_placebo


def test_modules_and_packages(tmp_path: Path) -> None:
    """Modules, packages and namespace packages, in the folder and in its src; nothing else that lies there."""
    for name in ("train.py", "README.md", "not-a-name.py", "data.csv", "LICENSE"):
        (tmp_path / name).write_text("")
    for name in ("package", "__pycache__", ".git", "two words", "src/inner", "dotted.folder"):
        (tmp_path / name).mkdir(parents=True)
    (tmp_path / "src" / "single.py").write_text("")
    assert modules(tmp_path) == {"train", "package", "src", "inner", "single"}
    assert import_folders(tmp_path) == (tmp_path, tmp_path / "src")


def test_no_target(tmp_path: Path) -> None:
    """A target that is not there has no names: that it is missing is said elsewhere."""
    assert modules(tmp_path / "missing") == frozenset()
    assert import_folders(tmp_path) == (tmp_path,)


def test_a_linked_target(tmp_path: Path) -> None:
    """A user may link the target."""
    (tmp_path / "real").mkdir()
    (tmp_path / "real" / "train.py").write_text("")
    (tmp_path / "link").symlink_to(tmp_path / "real")
    assert modules(tmp_path / "link") == {"train"}


def test_a_target_offers_a_placebo_if_its_code_names_the_variable(tmp_path: Path) -> None:
    """In any of its Python files, and in nothing else."""
    (tmp_path / "deep").mkdir()
    (tmp_path / "README.md").write_text("AUTORESEARCH_PLACEBO")
    (tmp_path / "deep" / "model.py").write_text("import os\n")
    assert not offers_placebo(tmp_path)
    (tmp_path / "deep" / "model.py").write_text("import os\nos.environ.get('AUTORESEARCH_PLACEBO')\n")
    assert offers_placebo(tmp_path)
