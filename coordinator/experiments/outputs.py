"""Where does an experiment process write, and what has it left there?

Outputs lie in the worker's folder, so anything may have been put in their place meanwhile: nothing is
created, written or removed through a link here, and what cannot be done because of that is the experiment's
failure (`Spoilt`), not ours.
"""

from __future__ import annotations

import errno
import os
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from coordinator.errors import MachineError
from coordinator.model.problem import Problem
from coordinator.store.folder import Folder
from coordinator.store.layout import Workspace
from coordinator.store.read import Kind, Listed, Signature, digest, names, shown, signature, walk
from coordinator.store.tree import make_folder, remove, remove_tree
from coordinator.store.write import BlockedError, told

MAX_FILES = 10_000
"""Below one seed's folder; more cannot be sealed in a record."""
MAX_BYTES = 4 << 30
"""Below one seed's folder: they are hashed after each process."""

_WORKERS_DOING = (errno.EACCES, errno.EPERM, errno.ENOENT, errno.ENAMETOOLONG)
_TOLERATED = ("link_refused", "not_a_file")


class SpoiltError(MachineError):
    """The place for the outputs is not usable, by the worker's or the experiment's own doing."""


@dataclass(frozen=True, slots=True)
class Prints:
    """Descriptors of the files that receive what a process prints."""

    stdout: int
    stderr: int


def clear(workspace: Workspace, outputs: Path) -> None:
    """Remove what earlier executions left in a folder of outputs: everything named `seed_*`.

    Raises:
        SpoiltError: the folder, or something in it, cannot be cleared as it is.
        MachineError: the disk refused.
    """
    listed = names(workspace.root, workspace.relative(outputs))
    if isinstance(listed, Problem):
        raise SpoiltError(listed.message, path=listed.path, hint=listed.hint)
    for entry in listed or ():
        if entry.name.startswith("seed_"):
            _remove(workspace, outputs, entry)


def _remove(workspace: Workspace, outputs: Path, entry: Listed) -> None:
    with _spoilt():
        if entry.kind is Kind.FOLDER:
            remove_tree(outputs / entry.name, beneath=workspace.root)
        else:
            remove(outputs / entry.name, beneath=workspace.root)


@contextmanager
def opened(workspace: Workspace, seed: Path) -> Iterator[Prints]:
    """Make one seed's folder, empty, and the files beside it that receive what the process prints.

    Whatever lies there already was put there by somebody who read the seed in the record: it is removed.

    Args:
        workspace: no component below its root may be a link.
        seed: `outputs/seed_N` or `confirmation/seed_N`.

    Raises:
        SpoiltError: it cannot be made as the worker left things.
        MachineError: the disk refused.
    """
    root = workspace.root
    with ExitStack() as stack:
        with _spoilt():
            make_folder(seed.parent, beneath=root)
        for listed in _of_seed(workspace, seed):
            _remove(workspace, seed.parent, listed)
        with _spoilt():
            make_folder(seed, beneath=root)
            with told(seed), Folder(seed.parent, root) as folder:
                descriptors = []
                for stream in ("stdout", "stderr"):
                    flags = os.O_RDWR | os.O_CREAT | os.O_EXCL
                    descriptors.append(folder.open(printed(seed, stream).name, flags, 0o644))
                    stack.callback(os.close, descriptors[-1])
        yield Prints(*descriptors)


def printed(seed: Path, stream: str) -> Path:
    """Give the file that holds what one process printed: beside its folder, since it is not its own doing."""
    return seed.with_name(f"{seed.name}.{stream}.txt")


def _of_seed(workspace: Workspace, seed: Path) -> list[Listed]:
    """List what there is of one seed already."""
    ours = {seed.name, printed(seed, "stdout").name, printed(seed, "stderr").name}
    listed = names(workspace.root, workspace.relative(seed.parent))
    if isinstance(listed, Problem):
        raise SpoiltError(listed.message, path=listed.path, hint=listed.hint)
    return [entry for entry in listed or () if entry.name in ours]


@contextmanager
def _spoilt() -> Iterator[None]:
    """Tell what a worker can bring about from what only the machine can."""
    try:
        yield
    except MachineError as error:
        cause = error.__cause__
        number = cause.errno if isinstance(cause, OSError) else None
        if isinstance(error, BlockedError) or number in _WORKERS_DOING:
            raise SpoiltError(error.message, path=error.path, hint=error.hint) from error
        raise


def digests(workspace: Workspace, seed: Path) -> dict[str, str] | Problem:
    """Give path and digest of every regular file in one seed's folder; links and special files are left out.

    Returns:
        The digests, or why they cannot be taken: too much, or not readable.
    """
    root, relative = workspace.root, workspace.relative(seed)
    walked = walk(root, relative, MAX_FILES)
    for problem in walked.problems:
        if problem.code not in _TOLERATED or problem.path == relative:
            return problem
    signatures = (signature(root, f"{relative}/{name}") for name in walked.files)
    size = sum(found.size for found in signatures if isinstance(found, Signature))
    if size > MAX_BYTES:
        message = f"{size} bytes in all, and {MAX_BYTES} is the most"
        return Problem(relative, 0, "outputs_too_large", message, "write less, or write it elsewhere")
    found: dict[str, str] = {}
    for name in walked.files:
        hashed = digest(root, f"{relative}/{name}")
        if isinstance(hashed, Problem):
            return hashed
        if hashed is not None:
            found[shown(name)] = hashed
    return found
