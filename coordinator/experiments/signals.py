"""Was this process told to end? A signal sets a flag that the loop looks at; a handler does nothing else."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

ORDERS = (signal.SIGTERM, signal.SIGINT)
"""`kill` and Ctrl-C."""


@dataclass(slots=True)
class Flag:
    """Set once, by a signal."""

    is_set: bool = False


@contextmanager
def flagged() -> Iterator[Flag]:
    """Give a flag that orders to end will set, until the end of the block; for the main thread only."""
    flag = Flag()

    def note(_number: int, _frame: object) -> None:
        flag.is_set = True

    before = [(number, signal.signal(number, note)) for number in ORDERS]
    try:
        yield flag
    finally:
        for number, handler in before:
            signal.signal(number, handler)
