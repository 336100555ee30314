"""When is a worker that ended started again? One small state per direction, no clock and no process in it.

An end while the direction is open is nothing special: models stop early. So a worker that got something done
is started again soon; one that ends again and again without doing anything waits longer each time, and after a
burst of such ends it is left alone for a while, because something is wrong that more tries would only repeat.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from coordinator.assistants.limits import Limit

FIRST_PAUSE = timedelta(seconds=10)
LONGEST_PAUSE = timedelta(minutes=5)
"""Before a restart: doubling between these."""
CALM = timedelta(minutes=5)
"""Whoever lived so long did not crash."""
BURST = 5
"""Ends in a row, soon and with nothing done, after which the breaker opens."""
OPEN_FOR = timedelta(minutes=30)
"""How long the breaker stays open before one more try."""
OPENINGS = 3
"""How often it opens; after that the direction is given up until `launch` is called again."""


@dataclass(frozen=True, slots=True)
class Restarts:
    """How often a direction's worker was started, and when it may be again.

    Args:
        not_before: UTC; None: at once.
        pause: before the next restart.
        failures: ends in a row, soon and with nothing done.
        openings: of the breaker.
        given_up: it is not started any more.
        why: what the last end was taken for, for a person.
    """

    not_before: datetime | None = None
    pause: timedelta = FIRST_PAUSE
    failures: int = 0
    openings: int = 0
    given_up: bool = False
    why: str = ""

    def may_start(self, now: datetime) -> bool:
        """Tell whether a worker may be started."""
        return not self.given_up and (self.not_before is None or now >= self.not_before)

    def ended(self, now: datetime, lived: timedelta, *, progressed: bool) -> Restarts:
        """Take note of an end while the direction is open.

        Args:
            now: UTC.
            lived: how long the process ran.
            progressed: whether anything changed in the worker's report or experiments.
        """
        if progressed or lived >= CALM:
            return Restarts(now + FIRST_PAUSE, why="ended while its direction is open")
        failures = self.failures + 1
        if failures < BURST:
            why = f"ended after {lived.total_seconds():.0f} s with nothing done"
            longer = min(2 * self.pause, LONGEST_PAUSE)
            return replace(self, not_before=now + self.pause, pause=longer, failures=failures, why=why)
        if self.openings + 1 >= OPENINGS:
            return replace(self, given_up=True, why=f"ended {failures} times in a row with nothing done")
        why = f"ended {failures} times in a row with nothing done: left alone for a while"
        return Restarts(now + OPEN_FOR, LONGEST_PAUSE, failures=BURST - 1, openings=self.openings + 1, why=why)

    def limited(self, limit: Limit) -> Restarts:
        """Take note of a usage limit: no failure of the worker's."""
        return replace(self, not_before=limit.until, why=f"usage limit until {limit.until:%Y-%m-%d %H:%M} UTC")

    def switched(self, now: datetime) -> Restarts:
        """Take note that another client goes on."""
        return Restarts(now, why="another client goes on")
