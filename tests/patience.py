"""How long do tests wait for real processes, which have no fake clock? Longer than a busy machine needs."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TypeVar

Found = TypeVar("Found")

SECONDS = 50.0
"""Until something counts as never done; less than the minute for which processes sleep that are to be killed."""


def until(condition: Callable[[], Found], seconds: float = SECONDS) -> Found:
    """Wait until something is so, and give it."""
    deadline = time.monotonic() + seconds
    while not (found := condition()):
        assert time.monotonic() < deadline, "it did not come to be so in time"
        time.sleep(0.01)
    return found
