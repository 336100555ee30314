"""Does this folder tell when something changes in it? Network and shared file systems do not: we only look.

From /proc/self/mountinfo (Linux: proc_pid_mountinfo(5)). Elsewhere nothing is known, and events are hoped
for: the pass over all reports finds everything anyway, only a second later.
"""

from __future__ import annotations

import os
import re
from pathlib import Path

UNKNOWN = "unknown"
_MOUNTS = Path("/proc/self/mountinfo")

_SILENT = frozenset(
    {
        "nfs",
        "nfs4",
        "cifs",
        "smb3",
        "smbfs",
        "9p",
        "vboxsf",
        "drvfs",
        "virtiofs",
        "afs",
        "ceph",
        "lustre",
        "gpfs",
    }
)
"""Changes by another machine, or on the other side of a share, cause no event here. WSL's /mnt/c is 9p."""


def kind(path: Path, mounts: Path = _MOUNTS) -> str:
    """Name the type of the file system that a path lies on, for example `ext4` or `fuse.sshfs`.

    Args:
        path: anything, there or not; links are followed.
        mounts: the table of mounts; replaced by tests only.

    Returns:
        The type, or `unknown` where there is no such table.
    """
    try:
        table = mounts.read_bytes()
    except OSError:
        return UNKNOWN
    place = os.path.realpath(path)
    best, found = "", UNKNOWN
    for line in os.fsdecode(table).splitlines():
        point, name = _mount(line)
        # Of two mounts on one point the later one is seen.
        if name and _lies_in(place, point) and len(point) >= len(best):
            best, found = point, name
    return found


def delivers_events(path: Path, mounts: Path = _MOUNTS) -> bool:
    """Tell whether file events can be expected below a path; what is unknown is hoped for."""
    name = kind(path, mounts)
    return not (name in _SILENT or name == "fuse" or name.startswith("fuse."))


def _mount(line: str) -> tuple[str, str]:
    """Give mount point and type of one line; empty if it is not one."""
    before, dash, after = line.partition(" - ")
    fields = before.split(" ")
    if not dash or len(fields) < 5:
        return "", ""
    return re.sub(r"\\([0-7]{3})", lambda octal: chr(int(octal[1], 8)), fields[4]), after.split(" ")[0]


def _lies_in(place: str, point: str) -> bool:
    return point in ("/", place) or place.startswith(f"{point}/")
