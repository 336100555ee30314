"""What is in a file that somebody else wrote? Its bytes, capped, without following links; or a problem.

Nothing a worker can put in place of a file raises, hangs or fills the memory here: links, FIFOs, devices,
folders, huge and unreadable files are problems. Only the machine's own failures (out of descriptors, I/O
error) raise.
"""

from __future__ import annotations

import errno
import hashlib
import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from enum import StrEnum
from itertools import islice
from pathlib import Path

from coordinator.errors import MachineError
from coordinator.model.problem import Problem
from coordinator.store.beneath import CALM, open_beneath, parts
from coordinator.store.folder import Folder

_CHUNK = 1 << 20
_DEPTH_CAP = 32
_NOT_THERE = (errno.ENOENT, errno.ENOTDIR, errno.ENAMETOOLONG, errno.EINVAL)
_KEPT_SHUT = (errno.EACCES, errno.EPERM, errno.EAGAIN)  # EAGAIN: its owner holds a lease on it
_NO_FILE = (errno.ENXIO, errno.ENODEV, errno.EISDIR, errno.EOPNOTSUPP)


@dataclass(frozen=True, slots=True)
class Signature:
    """What tells cheaply whether a file may have changed.

    Args:
        mtime_ns: time of the last change of the content; a writer can set it back.
        size: bytes.
        inode: another one after a replacement.
        ctime_ns: time of the last change of the inode, which no writer can set back (Windows: of creation).
    """

    mtime_ns: int
    size: int
    inode: int
    ctime_ns: int = 0


@dataclass(frozen=True, slots=True)
class Content:
    """A file's bytes.

    Args:
        data: all of them.
        signature: as it was before they were read, so that a change in between shows in the next one.
    """

    data: bytes
    signature: Signature


class Kind(StrEnum):
    """What an entry of a folder is; links are not followed."""

    FILE = "file"
    FOLDER = "folder"
    LINK = "link"
    OTHER = "other"
    """A FIFO, a socket or a device."""


@dataclass(frozen=True, slots=True)
class Listed:
    """One entry of a folder.

    Args:
        name: without its folder.
        kind: what it is.
    """

    name: str
    kind: Kind


@dataclass(frozen=True, slots=True)
class Walked:
    """Everything below a folder.

    Args:
        files: regular files, from the folder, with forward slashes, sorted.
        problems: what is neither file nor folder, or could not be listed.
    """

    files: tuple[str, ...]
    problems: tuple[Problem, ...]


def signature_of(status: os.stat_result) -> Signature:
    """Give the signature that is in a stat."""
    return Signature(status.st_mtime_ns, status.st_size, status.st_ino, status.st_ctime_ns)


def shown(relative: str) -> str:
    """Give a path that can be printed: names that are not UTF-8 have their bytes escaped."""
    return relative.encode("utf-8", "backslashreplace").decode()


def read(root: Path, relative: str, cap: int) -> Content | Problem | None:
    """Read one regular file.

    Args:
        root: trusted folder; links in it are followed.
        relative: from the root, with forward slashes; no link in it is followed.
        cap: bytes; a larger file is a problem, and is not read.

    Returns:
        Its content, what is wrong with it, or None if there is no such file.

    Raises:
        MachineError: the machine failed, not the file.
    """
    try:
        with _regular(root, relative) as (opened, status):
            data = b"" if status.st_size > cap else _read_up_to(opened, cap)
            if max(len(data), status.st_size) > cap:
                return _too_large(relative, cap)
            return Content(data, signature_of(status))
    except OSError as error:
        return problem_of(error, relative)


def digest(root: Path, relative: str) -> str | Problem | None:
    """Give the SHA-256 of one regular file of any size, opened as `read` opens it."""
    try:
        with _regular(root, relative) as (opened, _):
            hashed = hashlib.sha256()
            while chunk := os.read(opened, _CHUNK):
                hashed.update(chunk)
            return hashed.hexdigest()
    except OSError as error:
        return problem_of(error, relative)


def signature(root: Path, relative: str) -> Signature | Problem | None:
    """Give a file's signature with one lstat, without opening it.

    Links among the parents are not noticed: this only says whether to read again, and reading refuses them.
    """
    try:
        parts(relative)
        status = os.lstat(root / relative)
    except (OSError, ValueError) as error:
        return problem_of(error if isinstance(error, OSError) else OSError(errno.EINVAL, str(error)), relative)
    if not stat.S_ISREG(status.st_mode):
        return _not_a_file(relative, status.st_mode)
    return signature_of(status)


def names(root: Path, relative: str, cap: int = 10_000) -> list[Listed] | Problem | None:
    """List one folder, sorted by name.

    Args:
        root: trusted folder.
        relative: from the root, with forward slashes; no link in it is followed.
        cap: entries; a fuller folder is a problem.

    Returns:
        Its entries, what is wrong with it, or None if there is no such folder.

    Raises:
        MachineError: the machine failed, not the folder.
    """
    try:
        with Folder(root / relative, beneath=root) as folder, folder.scan() as entries:
            found = [Listed(entry.name, _kind(entry)) for entry in islice(entries, cap + 1)]
    except NotADirectoryError:
        return Problem(shown(relative), 0, "not_a_folder", "is not a folder", "put a folder in its place")
    except OSError as error:
        return problem_of(error, relative)
    if len(found) > cap:
        return Problem(shown(relative), 0, "too_many_files", f"more than {cap} entries", "remove some of them")
    return sorted(found, key=lambda entry: entry.name)


def walk(root: Path, relative: str, cap: int = 10_000) -> Walked:
    """List every regular file below a folder; a folder that is not there has none.

    Args:
        root: trusted folder.
        relative: from the root, with forward slashes; no link is followed, each one below is a problem.
        cap: files, and entries of each folder; what goes beyond is a problem.
    """
    files: list[str] = []
    problems: list[Problem] = []
    waiting = [("", 0)]
    while waiting:
        below, depth = waiting.pop()
        found = names(root, _join(relative, below), cap)
        if isinstance(found, Problem):
            problems.append(found)
            continue
        for entry in found or ():
            path = _join(below, entry.name)
            if entry.kind is Kind.FILE:
                files.append(path)
            elif entry.kind is Kind.FOLDER and depth < _DEPTH_CAP:
                waiting.append((path, depth + 1))
            else:
                problems.append(_no_file_or_folder(_join(relative, path), entry.kind))
        if len(files) > cap:
            problems.append(
                Problem(shown(relative), 0, "too_many_files", f"more than {cap} files", "remove some of them")
            )
            break
    return Walked(tuple(sorted(files)), tuple(sorted(problems)))


def _join(folder: str, name: str) -> str:
    return f"{folder}/{name}" if folder and name else folder or name


@contextmanager
def _regular(root: Path, relative: str) -> Iterator[tuple[int, os.stat_result]]:
    opened = open_beneath(root, relative, os.O_RDONLY | CALM)
    try:
        status = os.fstat(opened)
        if not stat.S_ISREG(status.st_mode):
            raise OSError(errno.ENODEV, _kind_of_mode(status.st_mode), relative)
        yield opened, status
    finally:
        os.close(opened)


def _read_up_to(opened: int, cap: int) -> bytes:
    """Read to the end, or one byte beyond the cap: the file may grow while it is read."""
    chunks, left = [], cap + 1
    while left > 0 and (chunk := os.read(opened, min(left, _CHUNK))):
        chunks.append(chunk)
        left -= len(chunk)
    return b"".join(chunks)


def problem_of(error: OSError, relative: str) -> Problem | None:
    """Say what is wrong with someone's file, from the error that opening it gave; None: there is none.

    Raises:
        MachineError: the error is the machine's, not the file's.
    """
    path = shown(relative)
    if error.errno in _NOT_THERE:
        return None
    if error.errno == errno.ELOOP:
        return Problem(path, 0, "link_refused", "is a link, or lies behind one", "put a plain file in its place")
    if error.errno == errno.EXDEV:
        return Problem(path, 0, "outside", "leads out of its folder", "use a path without `..`")
    if error.errno in _KEPT_SHUT:
        return Problem(path, 0, "unreadable", "may not be read", "give back the right to read it")
    if error.errno in _NO_FILE:
        what = error.strerror if error.filename == relative else "no regular file"
        return Problem(path, 0, "not_a_file", f"expected a regular file, got {what}", "put a plain file in its place")
    raise MachineError(f"cannot be read: {error.strerror}", path=path, hint="see what `doctor` says") from error


def _too_large(relative: str, cap: int) -> Problem:
    hint = f"keep it below {cap} bytes"
    return Problem(shown(relative), 0, "too_large", f"is larger than {cap} bytes and was not read", hint)


def _not_a_file(relative: str, mode: int) -> Problem | None:
    code = errno.ELOOP if stat.S_ISLNK(mode) else errno.ENODEV
    return problem_of(OSError(code, _kind_of_mode(mode), relative), relative)


def _no_file_or_folder(path: str, kind: Kind) -> Problem:
    if kind is Kind.LINK:
        return Problem(shown(path), 0, "link_refused", "is a link", "put a plain file in its place")
    if kind is Kind.FOLDER:
        return Problem(shown(path), 0, "too_deep", f"more than {_DEPTH_CAP} folders deep", "move it up")
    return Problem(shown(path), 0, "not_a_file", "is neither a file nor a folder", "remove it")


def _kind(entry: os.DirEntry[str]) -> Kind:
    if entry.is_symlink():
        return Kind.LINK
    if entry.is_file(follow_symlinks=False):
        return Kind.FILE
    return Kind.FOLDER if entry.is_dir(follow_symlinks=False) else Kind.OTHER


def _kind_of_mode(mode: int) -> str:
    for test, word in (
        (stat.S_ISDIR, "a folder"),
        (stat.S_ISLNK, "a link"),
        (stat.S_ISFIFO, "a FIFO"),
        (stat.S_ISSOCK, "a socket"),
    ):
        if test(mode):
            return word
    return "a device"
