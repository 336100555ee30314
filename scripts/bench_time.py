"""How are the times of bench.py taken and shown?"""

import sys
import time
from collections.abc import Callable, Sequence


def timed(action: Callable[[], object]) -> float:
    """Give the milliseconds that an action takes."""
    began = time.perf_counter()
    action()
    return (time.perf_counter() - began) * 1000


def show(progress: str) -> None:
    """Show how far it is, on a terminal."""
    if sys.stderr.isatty():
        print(f"\r\033[K{progress}", end="", file=sys.stderr, flush=True)


def percentile(times: Sequence[float], share: float) -> float:
    """Give the smallest of these values that at least this share of them does not exceed."""
    return sorted(times)[min(len(times) - 1, int(share * len(times)))]
