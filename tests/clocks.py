"""Clocks that move only when a test tells them to."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

START = datetime(2026, 3, 1, 22, 0, tzinfo=UTC)


class Clock:
    """A clock that moves only when it is told to."""

    def __init__(self, now: datetime = START) -> None:
        self.now = now
        self.seconds = 1000.0

    def __call__(self) -> datetime:
        """Give the time of day."""
        return self.now

    def monotonic(self) -> float:
        """Give seconds that are never set back."""
        return self.seconds

    def jump(self, **delta: float) -> None:
        """Let time pass, on both clocks."""
        step = timedelta(**delta)
        self.now += step
        self.seconds += step.total_seconds()
