"""How much CPU does a coordinator use that has nothing to do? Part of bench.py.

Three processes side by side over the same seconds: the daemon and its executor, watching workers that say
nothing, and a loop of a few lines that looks at the same reports once a second. Linux only: the times
are those of `/proc/PID/stat`.
"""

import os
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

SETTLE = 5.0
"""Seconds between the last inbox and the measurement."""
LOOK = """\
import os, sys, time
while True:
    for report in sys.argv[1:]:
        os.path.exists(report)
    time.sleep(1)
"""


@dataclass(frozen=True)
class Idle:
    """Shares of one core, in percent, that each process used."""

    daemon: float
    executor: float
    loop: float


def cpu_seconds(process: int) -> float:
    """Give the CPU time, user and system, that a process has used.

    Source: proc(5), fields 14 and 15 of /proc/PID/stat; the name before them may hold spaces.
    """
    fields = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def children(process: int) -> list[int]:
    """Give the process ids of the direct children of a process."""
    return [int(one) for one in Path(f"/proc/{process}/task/{process}/children").read_text().split()]


def idle(daemon: int, reports: Sequence[Path], seconds: float) -> Idle:
    """Measure a running daemon, its executor, and a loop that looks at the same reports.

    Args:
        daemon: its process id.
        reports: the reports that it watches.
        seconds: how long; the clock of /proc ticks a hundred times a second.
    """
    time.sleep(SETTLE)
    loop = subprocess.Popen([sys.executable, "-c", LOOK, *map(str, reports)])
    try:
        time.sleep(1)  # its start is not its idling
        executor = children(daemon)[0]
        processes = (daemon, executor, loop.pid)
        before = [cpu_seconds(one) for one in processes]
        began = time.monotonic()
        time.sleep(seconds)
        share = 100 / (time.monotonic() - began)
        return Idle(*((cpu_seconds(one) - was) * share for one, was in zip(processes, before, strict=True)))
    finally:
        loop.kill()
        loop.wait()
