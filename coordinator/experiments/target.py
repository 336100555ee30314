"""What of the target can an experiment import? Its folder, and `src` in it where there is one."""

from __future__ import annotations

from pathlib import Path

from coordinator.model.problem import Problem
from coordinator.store.read import Content, Kind, names, read, walk

MODULE_CAP = 10_000
"""Entries of the target's folder that are looked at."""

SOURCE_CAP = 1 << 20
"""Bytes of a source file that is looked into."""

PLACEBO = "AUTORESEARCH_PLACEBO"
"""Environment variable with the seed by which a target permutes its training labels; absent, it does not."""


def import_folders(target: Path) -> tuple[Path, ...]:
    """Give the folders of the target from which an experiment imports, first come first served."""
    src = target / "src"
    return (target, src) if src.is_dir() else (target,)


def offers_placebo(target: Path) -> bool:
    """Tell whether the target can train on permuted labels: some Python file of it names the variable.

    No key says so: what a target does is in its code, and a variable that nobody reads changes nothing, which the
    placebo itself would show.
    """
    found = walk(target, "", MODULE_CAP)
    sources = (read(target, name, SOURCE_CAP) for name in found.files if name.endswith(".py"))
    return any(isinstance(content, Content) and PLACEBO.encode() in content.data for content in sources)


def modules(target: Path) -> frozenset[str]:
    """Give the top-level names that can be imported from the target: modules, and folders as packages.

    A folder counts without an `__init__.py` too: it is a namespace package. What cannot be listed has no
    names: the target is the user's, and whoever needs it says so.
    """
    found: set[str] = set()
    for folder in import_folders(target):
        listed = names(folder, "", MODULE_CAP)
        entries = [] if listed is None or isinstance(listed, Problem) else listed
        for entry in entries:
            stem, dot, suffix = entry.name.partition(".")
            importable = (not dot and entry.kind is not Kind.FILE) or suffix == "py"
            if importable and stem.isidentifier() and stem != "__pycache__":
                found.add(stem)
    return frozenset(found)
