"""How is a path opened beneath a folder without following any link on the way?

`O_NOFOLLOW` looks at the last component only: a worker that replaces its `experiments` folder by a link to
somewhere else would be followed. Three ways, best first:

- `openat2` with RESOLVE_BENEATH and RESOLVE_NO_SYMLINKS (Linux 5.6 on): the kernel promises it, in one call.
- step by step with `dir_fd` and `O_NOFOLLOW` (other Unix systems, old kernels, sandboxes): equally safe.
- looking at each component before opening (Windows): weaker, since a component can be replaced between look
  and opening. The opened file is compared with the one that was seen, which leaves only the parents.

Everything here raises OSError; the callers turn it into a problem or a MachineError.
"""

from __future__ import annotations

import ctypes
import errno
import os
import stat
import sys
from contextlib import suppress
from enum import StrEnum
from functools import cache
from pathlib import Path

FLAGS = getattr(os, "O_CLOEXEC", 0) | getattr(os, "O_NOCTTY", 0) | getattr(os, "O_BINARY", 0)
"""Of every opening: not inherited, no controlling terminal, bytes as they are."""

CALM = FLAGS | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_NOFOLLOW", 0)
"""Of every opening of a file: a FIFO does not hang it, and a link is not followed."""

HAS_FOLDER_FD = os.open in os.supports_dir_fd
"""Whether a folder can be held open and its entries be named from it."""

AS_FOLDER = FLAGS | getattr(os, "O_DIRECTORY", 0)
"""Of every opening of a folder."""

_NO_LINK = getattr(os, "O_NOFOLLOW", 0)
_SYS_OPENAT2 = 437
_NO_SYMLINKS, _BENEATH = 0x04, 0x08
_REPARSE_POINT = 0x400
_REFUSED_BY_SANDBOX = (errno.ENOSYS, errno.EPERM, errno.EINVAL)


class Way(StrEnum):
    """How links are kept out on this machine."""

    OPENAT2 = "openat2"
    """By the kernel, in one call."""
    STEPWISE = "stepwise"
    """Component by component, each opened from the one before."""
    CHECKED = "checked"
    """By looking before opening; weaker."""


class _How(ctypes.Structure):
    """Spell `struct open_how` of linux/openat2.h."""

    _fields_ = (("flags", ctypes.c_uint64), ("mode", ctypes.c_uint64), ("resolve", ctypes.c_uint64))


def parts(relative: str) -> tuple[str, ...]:
    """Split a path with forward slashes into names; `.` and the empty path are no names at all.

    Raises:
        OSError: EXDEV if it is absolute or climbs, EINVAL if it holds a NUL: the errors that openat2 gives.
    """
    names = tuple(name for name in relative.split("/") if name not in {"", "."})
    climbs = relative.startswith("/") or ".." in names or (os.name == "nt" and any(set(n) & set("\\:") for n in names))
    if climbs:
        raise OSError(errno.EXDEV, "leads out of the folder", relative)
    if "\0" in relative:
        raise OSError(errno.EINVAL, "holds a NUL", relative)
    return names


def relative_to(path: Path, root: Path) -> str:
    """Give a path from a root with forward slashes, without looking at the disk.

    Raises:
        OSError: EXDEV if it does not lie below the root.
    """
    if not path.is_relative_to(root):
        raise OSError(errno.EXDEV, f"does not lie in {root}", str(path))
    return path.relative_to(root).as_posix()


@cache
def best_way() -> Way:
    """Find out, once, what this machine can do."""
    if not HAS_FOLDER_FD:
        return Way.CHECKED
    if not sys.platform.startswith("linux"):
        return Way.STEPWISE
    try:
        os.close(_openat2(Path("/"), ".", AS_FOLDER, 0))
    except OSError as error:
        # An old kernel does not know it; a container's seccomp filter may refuse it with EPERM.
        if error.errno in _REFUSED_BY_SANDBOX:
            return Way.STEPWISE
        raise
    return Way.OPENAT2


def open_beneath(root: Path, relative: str, flags: int, mode: int = 0) -> int:
    """Open `root/relative`; no component below the root may be a link.

    Args:
        root: trusted, and may be reached through links.
        relative: with forward slashes; may be empty for the root itself.
        flags: of os.open, without those in `FLAGS`.
        mode: of a file that is created.

    Returns:
        A descriptor; the caller closes it.

    Raises:
        OSError: ELOOP for a link on the way, EXDEV for a path that climbs, and all of open's own.
    """
    names = parts(relative)
    way = best_way()
    if way is Way.OPENAT2:
        return _openat2(root, "/".join(names) or ".", flags | FLAGS, mode)
    if way is Way.STEPWISE:
        return _stepwise(root, names, flags | FLAGS, mode)
    return open_checked(root, names, flags | FLAGS, mode)


@cache
def _libc() -> ctypes.CDLL:
    return ctypes.CDLL(None, use_errno=True)


def _openat2(root: Path, relative: str, flags: int, mode: int) -> int:
    how = _How(flags, mode, _BENEATH | _NO_SYMLINKS)
    top = os.open(root, getattr(os, "O_PATH", 0) | AS_FOLDER)
    try:
        number = ctypes.c_long(_SYS_OPENAT2)
        name = ctypes.c_char_p(os.fsencode(relative))
        opened = int(_libc().syscall(number, ctypes.c_int(top), name, ctypes.byref(how), ctypes.c_size_t(24)))
        code = ctypes.get_errno()
    finally:
        os.close(top)
    if opened < 0 and code == errno.EINTR:  # os.open tries again by itself; a bare system call does not
        return _openat2(root, relative, flags, mode)
    if opened < 0:
        raise OSError(code, os.strerror(code), os.fspath(root / relative))
    return opened


def _stepwise(root: Path, names: tuple[str, ...], flags: int, mode: int) -> int:
    here = os.open(root, AS_FOLDER)
    try:
        for name in names[:-1]:
            here = _step(here, name)
        if not names:
            return os.dup(here)
        return _last_step(here, names[-1], flags, mode)
    finally:
        os.close(here)


def _step(here: int, name: str) -> int:
    """Exchange a folder's descriptor for that of a folder in it; closes nothing if it fails."""
    below = _last_step(here, name, AS_FOLDER, 0)
    os.close(here)
    return below


def _last_step(here: int, name: str, flags: int, mode: int) -> int:
    try:
        return os.open(name, flags | _NO_LINK, mode, dir_fd=here)
    except NotADirectoryError:
        # With O_DIRECTORY a link is "not a folder"; say that it is a link, as openat2 does.
        if stat.S_ISLNK(os.stat(name, dir_fd=here, follow_symlinks=False).st_mode):
            raise OSError(errno.ELOOP, os.strerror(errno.ELOOP), name) from None
        raise


def is_link(status: os.stat_result) -> bool:
    """Tell whether an lstat is that of a link, a Windows junction included."""
    return stat.S_ISLNK(status.st_mode) or bool(getattr(status, "st_file_attributes", 0) & _REPARSE_POINT)


def open_checked(root: Path, names: tuple[str, ...], flags: int, mode: int) -> int:
    """Look at each component, then open: the way of Windows, only simulated by our tests elsewhere."""
    path, seen = root, None
    for name in names:
        path = path / name
        with suppress(FileNotFoundError):
            seen = None
            seen = os.lstat(path)
            if is_link(seen):
                raise OSError(errno.ELOOP, os.strerror(errno.ELOOP), os.fspath(path))
    opened = os.open(path, flags, mode)
    if seen is not None and not os.path.samestat(seen, os.fstat(opened)):
        os.close(opened)
        raise OSError(errno.ELOOP, "was replaced while it was opened", os.fspath(path))
    return opened
