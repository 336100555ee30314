"""Does a confinement hold on this machine? A process confines itself and attempts what it must not.

Run as a process of its own by `hold`; what it prints is what it could not do. The standard library only.
"""

from __future__ import annotations

import json
import os
import socket
import sys
from collections.abc import Callable
from contextlib import suppress

from coordinator.experiments.guard.confine import confine

INSIDE, HIDDEN, VICTIM = "inside", "hidden", "victim"
WORKS = "works"
"""Whether what must stay possible is."""


def main() -> None:
    """Read a confinement, confine this process, attempt everything, print what failed."""
    folder = sys.argv[2]
    confine(json.loads(sys.stdin.readline()), os.path.join(folder, INSIDE))  # noqa: PTH118  # strings, as `confine` takes
    _speak()
    os.write(1, json.dumps(attempts(folder)).encode())


def attempts(folder: str) -> dict[str, bool]:
    """Attempt everything; tell of each thing whether it failed, and whether what must work does."""
    victim, hidden = f"{folder}/{VICTIM}", f"{folder}/{HIDDEN}/secret"
    return {
        WORKS: not _fails(lambda: _write(f"{folder}/{INSIDE}/probe")) and not _fails(lambda: _read(victim)),
        "writes": all(
            _fails(attempt)
            for attempt in (
                lambda: _write(f"{folder}/new"),
                lambda: os.truncate(victim, 0),
                lambda: os.rename(victim, f"{folder}/moved"),  # noqa: PTH104  # strings throughout
                lambda: os.link(victim, f"{folder}/{INSIDE}/link"),
            )
        ),
        "metadata": _fails(lambda: os.utime(victim)) and _fails(lambda: os.chmod(victim, 0o600)),  # noqa: PTH101  # the same
        "reads": _fails(lambda: _read(hidden)),
        "processes": _signal_fails(),
    }


def _fails(attempt: Callable[[], object]) -> bool:
    try:
        attempt()
    except OSError:
        return True
    return False


def _write(path: str) -> None:
    with open(path, "w") as file:  # noqa: PTH123  # pathlib is slow to load
        file.write("written")


def _read(path: str) -> str:
    with open(path) as file:  # noqa: PTH123  # the same
        return file.read()


def _signal_fails() -> bool:
    """Tell whether the process that started this one cannot be signalled; signal 0 only asks."""
    return _fails(lambda: os.kill(int(sys.argv[3]), 0))


def _speak() -> None:
    """Try to reach the process that started this one, by TCP and by a datagram; it tells what arrived."""
    for kind, port in ((socket.SOCK_STREAM, sys.argv[4]), (socket.SOCK_DGRAM, sys.argv[5])):
        with suppress(OSError), socket.socket(socket.AF_INET, kind) as opened:
            opened.connect(("127.0.0.1", int(port)))
            opened.send(b"reached")
