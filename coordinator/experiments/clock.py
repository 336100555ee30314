"""What time is it? Asked through here, so that a test decides."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime


def _utc_now() -> datetime:
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True)
class Clock:
    """The clocks of this room.

    Args:
        now: UTC, for what is written down.
        monotonic: seconds from a clock that is never set back, for waiting.
        sleep: waits so many seconds.
    """

    now: Callable[[], datetime] = _utc_now
    monotonic: Callable[[], float] = time.monotonic
    sleep: Callable[[float], None] = time.sleep
