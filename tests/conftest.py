"""What a test run says at its end beside what passed: what tests have counted, by `record_property("counted", …)`."""

from __future__ import annotations

import pytest
from hypothesis import settings

settings.register_profile("any machine", deadline=None)  # by default, an example that takes 0.2 s is a failure
settings.load_profile("any machine")


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Print a line for everything that was counted; pytest's own line stays the last."""
    for reports in terminalreporter.stats.values():
        for report in reports:
            for name, said in getattr(report, "user_properties", ()):
                if name == "counted" and getattr(report, "when", "") == "call":
                    terminalreporter.write_line(f"counted: {said}")
