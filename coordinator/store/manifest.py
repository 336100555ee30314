"""What is in this folder, to the byte? So that a target which an experiment changed is noticed.

Left out are `__pycache__` (Python writes there by itself) and `.git` (git does); whoever runs code from the
folder keeps Python from reading bytecode there. Links are not followed, except the folder itself: a user may
link it.
"""

from __future__ import annotations

import json
import os
import stat
from collections.abc import Iterator, Mapping
from dataclasses import astuple, dataclass
from pathlib import Path

from coordinator.errors import MachineError
from coordinator.model.problem import Problem
from coordinator.store.read import Signature, digest, signature_of
from coordinator.store.write import told
from coordinator.text import canonical

LEFT_OUT = frozenset({"__pycache__", ".git"})
"""Names of folders that are not looked into."""

MAX_FILES = 200_000


@dataclass(frozen=True, slots=True)
class ManifestEntry:
    """One thing in the folder.

    Args:
        kind: `file`, `folder`, `link` or `other`.
        mode: permission bits; 0 of a link, and where a system has none.
        size: bytes of a file, else 0.
        content: SHA-256 of a file, target of a link, `unreadable`, or nothing.
    """

    kind: str
    mode: int
    size: int
    content: str


@dataclass(frozen=True, slots=True)
class _Known:
    """What is remembered of a file: its digest under this signature, and whether two looks agreed on it.

    A file may change again within one step of the file system's clock (4 ms, on FAT two seconds) and keep its
    signature. So the digest of a first look is not trusted: the second look hashes again.

    Source: git, Documentation/technical/racy-git.txt, which tells such files by a clock; there is none here.
    """

    signature: Signature
    sha256: str
    trusted: bool = False


class Manifest:
    """The content of one folder, hashed anew only where something may have changed.

    Args:
        root: the folder; a link is followed once.
        lone: whether a single file will do as well.
        max_files: things in it; more are refused, since looking at them would take minutes.
    """

    def __init__(self, root: Path, *, lone: bool = False, max_files: int = MAX_FILES) -> None:
        self.root = root
        self._lone = lone
        self._max_files = max_files
        self._known: dict[str, _Known] = {}
        self.times: dict[str, Signature] = {}
        """Of files and links, at the last look. Not in the digest: a file that is put back has other times."""

    def digest(self) -> str:
        """Give one digest of everything.

        Raises:
            MachineError: as `entries`.
        """
        return digest_of(self.entries())

    def entries(self) -> dict[str, ManifestEntry]:
        """Look at everything in the folder, by path from it with forward slashes.

        Raises:
            MachineError: it is not there, cannot be listed, or holds too much.
        """
        real = Path(os.path.realpath(self.root))
        only = real.name if self._lone and real.is_file() else None
        base = real if only is None else real.parent
        found: dict[str, ManifestEntry] = {}
        known: dict[str, _Known] = {}
        times: dict[str, Signature] = {}
        with told(self.root, "listed"):
            for path, status in _walk(base, only):
                if len(found) >= self._max_files:
                    hint = "point research_target_path at the code alone, without data and environments"
                    message = f"holds more than {self._max_files} files"
                    raise MachineError(message, path=str(self.root), hint=hint)
                content = self._content(base, path, status, known)
                if content is not None:
                    found[path] = _entry(status, content)
                    if not stat.S_ISDIR(status.st_mode):  # a folder's change with every __pycache__ in it
                        times[path] = signature_of(status)
        self._known, self.times = known, times  # what is gone is forgotten
        return dict(sorted(found.items()))

    def _content(self, real: Path, path: str, status: os.stat_result, known: dict[str, _Known]) -> str | None:
        """Give digest or link target; None if the thing is gone meanwhile."""
        if stat.S_ISLNK(status.st_mode):
            return _target(real / path)
        if not stat.S_ISREG(status.st_mode):
            return ""
        now = signature_of(status)
        before = self._known.get(path)
        if before is not None and before.signature == now and before.trusted:
            known[path] = before
            return before.sha256
        hashed = digest(real, path)
        if isinstance(hashed, str):
            known[path] = _Known(now, hashed, trusted=before == _Known(now, hashed))
        return "unreadable" if isinstance(hashed, Problem) else hashed


def digest_of(entries: Mapping[str, ManifestEntry]) -> str:
    """Give one digest of what a folder holds, paths included."""
    return canonical.sha256(canonical.dumps({path: astuple(entry) for path, entry in entries.items()}))


def differences(before: Mapping[str, ManifestEntry], after: Mapping[str, ManifestEntry]) -> tuple[str, ...]:
    """Name everything that came, went or changed, sorted."""
    return tuple(sorted(path for path in before.keys() | after.keys() if before.get(path) != after.get(path)))


def how(before: ManifestEntry | None, after: ManifestEntry | None) -> str:
    """Say in which way a thing is not what it was."""
    if before is None or after is None:
        return "was added" if before is None else "is gone"
    if before.kind != after.kind:
        return f"is a {after.kind}, was a {before.kind}"
    if before.content != after.content:
        return "has another content" if after.kind == "file" else "points elsewhere"
    return f"has mode {after.mode:o}, had {before.mode:o}"


def dump(entries: Mapping[str, ManifestEntry]) -> bytes:
    """Print what a folder holds, to be kept."""
    return canonical.dumps({path: list(astuple(entry)) for path, entry in entries.items()})


def load(data: bytes) -> dict[str, ManifestEntry] | None:
    """Read what was printed by `dump`; None if it is not that."""
    try:
        return {
            str(path): ManifestEntry(str(kind), int(mode), int(size), str(content))
            for path, (kind, mode, size, content) in json.loads(data).items()
        }
    except (ValueError, TypeError, AttributeError):
        return None


def _walk(real: Path, only: str | None) -> Iterator[tuple[str, os.stat_result]]:
    """Give everything in a folder, or one file of it."""
    if only is not None:
        yield only, os.lstat(real / only)
        return
    waiting = [""]
    while waiting:
        folder = waiting.pop()
        for name, status in _listed(real / folder, top=not folder):
            path = f"{folder}/{name}" if folder else name
            if stat.S_ISDIR(status.st_mode):
                if name in LEFT_OUT:
                    continue
                waiting.append(path)
            yield path, status


def _listed(folder: Path, *, top: bool) -> list[tuple[str, os.stat_result]]:
    found = []
    try:
        with os.scandir(folder) as entries:
            for entry in entries:
                try:
                    found.append((entry.name, os.lstat(entry.path)))
                except FileNotFoundError:  # gone since it was listed
                    continue
    except (FileNotFoundError, NotADirectoryError):  # the same, of the folder
        if top:
            raise
    return found


def _entry(status: os.stat_result, content: str) -> ManifestEntry:
    is_file = stat.S_ISREG(status.st_mode)
    has_mode = os.name == "posix" and not stat.S_ISLNK(status.st_mode)
    mode = stat.S_IMODE(status.st_mode) if has_mode else 0
    return ManifestEntry(_kind(status.st_mode), mode, status.st_size if is_file else 0, content)


def _kind(mode: int) -> str:
    if stat.S_ISREG(mode):
        return "file"
    if stat.S_ISDIR(mode):
        return "folder"
    return "link" if stat.S_ISLNK(mode) else "other"


def _target(path: Path) -> str | None:
    try:
        return os.readlink(path)  # noqa: PTH115  # a Path would tidy up what the link says
    except FileNotFoundError:
        return None
