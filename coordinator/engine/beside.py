"""How does the daemon start and end a process of its own program beside itself?"""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from coordinator.store.write import told


def start(words: Sequence[str], log: Path, what: str, *, fresh: bool) -> subprocess.Popen[bytes]:
    """Start a command of this program, in a session of its own.

    Args:
        words: the command and its options.
        log: takes what it prints.
        what: is done with the log, for the message if it cannot be opened.
        fresh: whether the log begins anew, or goes on.

    Raises:
        MachineError: the machine refused the log or the process.
    """
    with told(log, what), log.open("wb" if fresh else "ab") as prints:
        return subprocess.Popen(
            [sys.executable, "-m", "coordinator", *words],
            stdin=subprocess.DEVNULL,
            stdout=prints,
            stderr=prints,
            start_new_session=True,  # Ctrl-C in the terminal is the daemon's to hear
        )


def end(process: subprocess.Popen[bytes] | None, patience: float) -> None:
    """Tell a process to end and wait until it has; kill it when patience is over.

    Args:
        process: None, and one that has ended, need nothing.
        patience: seconds that it has.
    """
    if process is None or process.poll() is not None:
        return
    process.terminate()
    try:
        process.wait(patience)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
