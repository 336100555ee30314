"""What does the guard cost? A 50 ms experiment by each way of running it, beside a bare subprocess.

A part of bench.py: `python3 scripts/bench.py --only guard`.
"""

import os
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from coordinator.experiments.guard.hold import Hold

EXPERIMENT_SECONDS = 0.05
"""How long the experiment takes that is run."""
ROUNDS = 40
"""Such experiments by each way, at most."""
WARM_UP = 2
"""Rounds before the clock counts."""
TARGET_FILES = 200
"""In the target that is compared before and after it."""


class Guarded:
    """Runs a 50 ms experiment under a warden and some means, as the executor does.

    It knows the program from inside, as bench.py's `pass_costs` does.
    """

    def __init__(self, scratch: Path) -> None:
        from coordinator.experiments.engines.local import LocalEngine
        from coordinator.experiments.guard.scratch import Scratch
        from coordinator.experiments.guard.watch import Watch

        self.outputs, self.target, self.state = (scratch / name for name in ("outputs", "target", "state"))
        for folder in (self.outputs, self.target, self.state):
            folder.mkdir()
        for number in range(TARGET_FILES):
            (self.target / f"module{number}.py").write_text("x = 1\n" * 200)
        code = f"import time; time.sleep({EXPERIMENT_SECONDS}); open('metrics.json', 'w').write('1')"
        self.argv = (sys.executable, "-I", "-S", "-c", code)
        self._watch, self._scratch, self._engine = Watch(self.target), Scratch(scratch), LocalEngine()
        self._digest = self._watch.look()

    def bare(self) -> None:
        """Run it as a bare subprocess."""
        subprocess.run(self.argv, cwd=self.outputs, stdin=subprocess.DEVNULL, check=True)

    def under(self, means: "Hold") -> None:
        """Run it from preparing its place to comparing the target."""
        from coordinator.experiments.engines import Job
        from coordinator.experiments.guard import scratch
        from coordinator.experiments.guard.place import Place

        mark, place = self._watch.mark(), self._scratch.make()
        prints = [os.open(os.devnull, os.O_WRONLY) for _ in range(2)]
        job = Job(self.argv, self.outputs, dict(os.environ), 60, prints[0], prints[1])
        process = self._engine.start(means.over(job, Place((self.outputs, place), (self.state,), network=False)))
        while (ended := process.poll()) is None:
            time.sleep(0.0005)
        for opened in prints:
            os.close(opened)
        scratch.remove(place)
        if ended.exit_code != 0 or self._watch.changed_since(self._digest, mark):
            sys.exit(f"{means.name or 'warden'}: {ended}")

    def ways(self) -> dict[str, Callable[[], object]]:
        """Give every way of running it that works here."""
        from coordinator.experiments.guard import hold

        found: dict[str, Callable[[], object]] = {
            "bare subprocess": self.bare,
            "warden, no guard": partial(self.under, hold.NoHold()),
        }
        for means, _ in hold.ways():
            if means.name and hold.attempt(means)[0]:
                mounts = " and mounts" if getattr(means, "mounts", False) else ""
                found[f"{means.name}{mounts}"] = partial(self.under, means)
        return found


def costs(scratch: Path, rounds: int) -> dict[str, list[float]]:
    """Give milliseconds of a 50 ms experiment by each way of running it, asked in turn."""
    ways = Guarded(scratch).ways()
    taken: dict[str, list[float]] = {name: [] for name in ways}
    for number in range(-WARM_UP, rounds):
        for name, run in ways.items():
            began = time.perf_counter()
            run()
            if number >= 0:
                taken[name].append((time.perf_counter() - began) * 1000)
    return taken


def table(taken: Mapping[str, Sequence[float]]) -> list[str]:
    """Give a line for each way, the first of which is the bare subprocess."""
    bare = statistics.median(next(iter(taken.values())))
    lines = [f"{'50 ms experiment':24}{'p50':>14}{'p10':>14}{'above bare':>14}"]
    for name, times in taken.items():
        median, quick = statistics.median(times), sorted(times)[len(times) // 10]
        lines.append(f"{name:24}{median:11.2f} ms{quick:11.2f} ms{median - bare:11.2f} ms")
    return lines
