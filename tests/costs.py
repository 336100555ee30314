"""What does something cost, whatever the machine? Measured in units of a loop of known length."""

from __future__ import annotations

import time
from collections.abc import Callable
from functools import cache

ROUNDS = 1_000_000
MOST = 300.0
"""Loops that nothing may cost which is to be quick: some seconds, where what it guards against takes minutes."""


def loops(action: Callable[[], object]) -> float:
    """Give an action's processor time, in units of an empty loop of a million rounds on this machine."""
    return _seconds(action) / _unit()


@cache
def _unit() -> float:
    return min(_seconds(_loop) for _ in range(3))


def _seconds(action: Callable[[], object]) -> float:
    began = time.process_time()
    action()
    return time.process_time() - began


def _loop() -> None:
    for _ in range(ROUNDS):
        pass
