"""Does the coordinator keep its laws through hundreds of simulated nights, and a crash at every step?

    python3 scripts/soak.py                     200 nights, and every 20th crash
    python3 scripts/soak.py --seeds 2000        more nights
    python3 scripts/soak.py --crashes all       the compact campaign, killed at each of its steps, and without power

The long form of tests/simulation: the same nights and the same campaign. What fails is printed with what replays it.
"""

from __future__ import annotations

import argparse
import random
import sys
import tempfile
import time
import traceback
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path

import environment

REPORT_SECONDS = 15.0
"""Between two lines of progress."""
SHORT_STRIDE = 20
"""Of the steps of the campaign, one in so many, unless all are asked for."""

FINDINGS = (ArithmeticError, AssertionError, AttributeError, LookupError, OSError, TypeError, ValueError)
"""What a broken law raises, and what a bug of ours does: reported, and the soak goes on."""


class Soak:
    """Plays one thing after another, and counts what held and what did not."""

    def __init__(self) -> None:
        self.counts: Counter[str] = Counter()
        self._began = self._said = time.monotonic()

    def play(self, what: str, replay: str, act: Callable[[Path], None]) -> None:
        """Play one thing in a folder of its own; say what went wrong and go on with the next."""
        from coordinator.errors import CoordinatorError

        with tempfile.TemporaryDirectory(prefix="soak-", ignore_cleanup_errors=True) as folder:
            try:
                act(Path(folder))
            except (*FINDINGS, CoordinatorError):
                self.counts["failed"] += 1
                print(f"FAILED {replay}\n{traceback.format_exc()}", flush=True)
        self.counts[what] += 1
        if time.monotonic() - self._said > REPORT_SECONDS:
            self._said = time.monotonic()
            print(f"  {replay} done: {self}", flush=True)

    def __str__(self) -> str:
        """Give the counts, and how long it took."""
        parts = [f"{count} {what}" for what, count in sorted(self.counts.items()) if what != "failed"]
        return f"{', '.join(parts)}: {self.counts['failed']} failed, {time.monotonic() - self._began:.0f} s"


def night(seed: int, root: Path) -> None:
    """Play one night: by its seed with deeds in the worker's own folder, in shared files too, or worse."""
    from simulation.mischief import DESTRUCTIVE, OWN, SHARED  # type: ignore[import-not-found]  # in tests/
    from simulation.play import EFFECTS, Night  # type: ignore[import-not-found]  # in tests/

    deeds = [OWN, (*OWN, *SHARED), (*OWN, *SHARED, *DESTRUCTIVE)][seed % 3]
    troubled = Night(root / "troubled", seed, deeds, effect=0.3 if seed % 2 else 0.0)
    troubled.play()
    if deeds is OWN:
        quiet = Night(root / "quiet", seed)
        quiet.play()
        for direction in EFFECTS:
            assert troubled.inboxes(direction) == quiet.inboxes(direction), f"{direction} noticed: {troubled.replay}"


@contextmanager
def reference() -> Iterator[tuple[object, int]]:
    """Play the compact campaign without a crash; give its end and the number of its steps."""
    from simulation.crashes import Campaign  # type: ignore[import-not-found]  # in tests/

    with tempfile.TemporaryDirectory(prefix="soak-") as folder:
        campaign = Campaign(Path(folder))
        yield campaign.play(), len(campaign.steps.done)


def crash(end: object, die_at: int, power: int | None, root: Path) -> None:
    """Kill the compact campaign at one step; it ends as if nothing had happened."""
    from simulation.crashes import Campaign, Steps, rest

    campaign = Campaign(root, Steps(die_at), None if power is None else random.Random(power))
    found = campaign.play()
    assert campaign.steps.dead, "it was killed"
    assert found == end, f"another end after a crash in {campaign.steps.done[die_at - 1]}"
    rest(campaign)


def crashes(soak: Soak, stride: int) -> None:
    """Kill the campaign at every so many steps, as kill -9 does and as a power cut does."""
    with reference() as (end, steps):
        for die_at in range(1, steps + 1, stride):
            soak.play("kills", f"kill at step {die_at} of {steps}", partial(crash, end, die_at, None))
            soak.play("power cuts", f"power cut at step {die_at} of {steps}", partial(crash, end, die_at, die_at))


def main() -> int:
    """Play what was asked for, and end with one line of counts; 1 if anything failed."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seeds", type=int, default=200, help="nights to play")
    parser.add_argument("--first", type=int, default=1000, help="seed of the first night")
    parser.add_argument("--crashes", choices=("some", "all", "none"), default="some", help="steps to be killed at")
    asked = parser.parse_args()
    sys.path.insert(0, str(environment.ROOT / "tests"))
    soak = Soak()
    if asked.crashes != "none":
        crashes(soak, 1 if asked.crashes == "all" else SHORT_STRIDE)
    for seed in range(asked.first, asked.first + asked.seeds):
        soak.play("nights", f"night of seed {seed}", partial(night, seed))
    print(soak, flush=True)
    return 1 if soak.counts["failed"] else 0


if __name__ == "__main__":
    environment.enter()
    sys.exit(main())
