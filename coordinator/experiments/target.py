"""What of the target can an experiment import? Its folder, and `src` in it where there is one."""

from __future__ import annotations

from pathlib import Path

from coordinator.model.problem import Problem
from coordinator.store.read import Kind, names

MODULE_CAP = 10_000
"""Entries of the target's folder that are looked at."""


def import_folders(target: Path) -> tuple[Path, ...]:
    """Give the folders of the target from which an experiment imports, first come first served."""
    src = target / "src"
    return (target, src) if src.is_dir() else (target,)


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
