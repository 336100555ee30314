"""Does the measurement of the guard measure what it says?"""

from __future__ import annotations

import os
from pathlib import Path

import bench_guard
import pytest


@pytest.mark.skipif(os.name != "posix", reason="wardens are POSIX")
def test_each_way_is_run(tmp_path: Path) -> None:
    """At least bare and under a warden, each with a time for each round, none below the experiment's own 50 ms."""
    taken = bench_guard.costs(tmp_path, 1)
    assert list(taken)[:2] == ["bare subprocess", "warden, no guard"]
    assert all(len(times) == 1 and times[0] >= 50 for times in taken.values())


def test_the_table() -> None:
    """Medians, the quickest tenth, and what each costs beside the first."""
    lines = bench_guard.table({"bare subprocess": [60.0, 62.0, 61.0], "landlock": [65.0, 66.0, 64.0]})
    assert lines[1].split() == ["bare", "subprocess", "61.00", "ms", "60.00", "ms", "0.00", "ms"]
    assert lines[2].split() == ["landlock", "65.00", "ms", "64.00", "ms", "4.00", "ms"]
