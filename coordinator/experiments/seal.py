"""What exactly is run? The bytes of plan and code as they were when the executor read them: the sealed copy.

Experiments run from the copy and never from the worker's live files, so that what is edited meanwhile changes
nothing. The copy lies in the run's folder, where a worker could reach it: it is compared with the ledger's
digests before each process starts.
"""

from __future__ import annotations

import posixpath
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from coordinator.model.problem import Parsed, Problem
from coordinator.store.layout import ExperimentPaths
from coordinator.store.read import Content, read, walk
from coordinator.store.tree import make_folder, remove_tree
from coordinator.store.write import write
from coordinator.text import canonical
from coordinator.text.code import code_digest

MAX_FILE_BYTES = 1 << 20
"""Of plan.md, experiment.py and each file in patches/: they are written by hand."""
MAX_FILES = 500
"""In patches/."""
MAX_BYTES = 20 << 20
"""Of everything together."""

_NAMES = ExperimentPaths(Path(), "", "", "")  # for the names alone: a sealed copy has those of its original
PLAN, CODE, PATCHES = _NAMES.plan.name, _NAMES.code.name, _NAMES.patches.name
_CACHE = "__pycache__"


@dataclass(frozen=True, slots=True)
class Sealed:
    """Plan and code of one experiment, as bytes.

    Args:
        plan: plan.md; None where there is none.
        files: `experiment.py` and `patches/…` -> content. What the interpreter caches (`__pycache__`) is no
            code.
    """

    plan: bytes | None
    files: Mapping[str, bytes] = field(default_factory=dict)

    @property
    def plan_sha256(self) -> str:
        """Digest of the plan; empty without one."""
        return "" if self.plan is None else canonical.sha256(self.plan)

    @property
    def digests(self) -> dict[str, str]:
        """Digest of each file of code."""
        return {name: canonical.sha256(data) for name, data in sorted(self.files.items())}

    @property
    def code_sha256(self) -> str:
        """Digest of the code as a whole, names included."""
        return code_digest(self.digests)

    @property
    def files_sha256(self) -> str:
        """Digest of plan and code together."""
        return canonical.sha256(f"{self.plan_sha256} {self.code_sha256}".encode())

    @property
    def has_code(self) -> bool:
        """There is an experiment.py to run."""
        return CODE in self.files


def read_sealed(root: Path, folder: str) -> Parsed[Sealed]:
    """Read plan and code of an experiment's folder, or of a sealed copy.

    Args:
        root: of the workspace.
        folder: from the root, with forward slashes.

    Returns:
        The bytes, or a problem for each thing that is a link, a special file, or too much.
    """
    problems: list[Problem] = []
    found: dict[str, bytes] = {}
    left = MAX_BYTES
    for name in names_of_sealed(root, folder, problems):
        content = read(root, posixpath.join(folder, name), min(MAX_FILE_BYTES, left))
        if isinstance(content, Problem):
            problems.append(content)
        elif isinstance(content, Content):
            found[name] = content.data
            left -= len(content.data)
    if problems:
        return Parsed(None, tuple(problems))
    return Parsed(Sealed(found.pop(PLAN, None), found))


def names_of_sealed(root: Path, folder: str, problems: list[Problem]) -> list[str]:
    """Name the files that are sealed, there or not, and add what is wrong with others.

    What the interpreter caches is none of them: importing a patch by hand changes nothing. A `.pyc` elsewhere in
    patches/ is one, since Python imports it like any module.
    """
    walked = walk(root, posixpath.join(folder, PATCHES), MAX_FILES)
    problems += walked.problems
    named = [name for name in walked.files if _CACHE not in name.split("/")]
    problems += [_unprintable(folder) for name in named if not name.isprintable()][:1]
    return [PLAN, CODE, *(f"{PATCHES}/{name}" for name in named)]


def _unprintable(folder: str) -> Problem:
    path = posixpath.join(folder, PATCHES)
    message = "a file's name has characters that cannot be printed"
    return Problem(path, 0, "bad_file_name", message, "rename it")


def write_copy(root: Path, folder: Path, sealed: Sealed) -> None:
    """Write the sealed copy, whole; what a crash left there of an earlier try is removed first.

    Args:
        root: of the workspace; no component below it may be a link.
        folder: `runs/{run}/sealed/{direction}/{experiment}-{k}`.
        sealed: what goes into it.

    Raises:
        MachineError: the disk refused.
    """
    remove_tree(folder, beneath=root)
    contents = dict(sealed.files) if sealed.plan is None else {PLAN: sealed.plan, **sealed.files}
    for name, data in contents.items():
        path = folder / name
        make_folder(path.parent, beneath=root)
        write(path, data, mode=0o444, beneath=root)
