"""What a test run says at its end beside what passed: what tests have counted, by `record_property("counted", …)`."""

from __future__ import annotations

import ctypes
import sys
from collections.abc import Iterator

import pytest
from hypothesis import settings

settings.register_profile("any machine", deadline=None)  # by default, an example that takes 0.2 s is a failure
settings.load_profile("any machine")

PR_SET_CHILD_SUBREAPER, PR_GET_CHILD_SUBREAPER = 36, 37
"""Source: linux/prctl.h."""


@pytest.fixture(autouse=True)
def adopts_nobody() -> Iterator[None]:
    """Let no test turn this process into a subreaper, as commands do that start experiments.

    It would adopt the orphans of every later test; an experiment whose executor is gone would find us in its place.
    """
    yield
    if sys.platform.startswith("linux"):
        prctl, adopts = ctypes.CDLL(None).prctl, ctypes.c_int()
        prctl(PR_GET_CHILD_SUBREAPER, ctypes.byref(adopts), 0, 0, 0)
        prctl(PR_SET_CHILD_SUBREAPER, 0, 0, 0, 0)
        assert not adopts.value, "this test made the process that runs the tests adopt orphans"


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Print a line for everything that was counted; pytest's own line stays the last."""
    for reports in terminalreporter.stats.values():
        for report in reports:
            for name, said in getattr(report, "user_properties", ()):
                if name == "counted" and getattr(report, "when", "") == "call":
                    terminalreporter.write_line(f"counted: {said}")
