"""Errors become exit codes in one place."""

from __future__ import annotations

from pathlib import Path

import pytest


def test_an_error_of_ours_is_70_with_its_trace(call: object, workspace: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The one place that catches everything."""
    import coordinator.cli.doctor

    def broken(_: object) -> None:
        raise AssertionError("impossible")

    monkeypatch.setattr(coordinator.cli.doctor, "main", broken)
    told = call("doctor")
    assert told.code == 70
    assert "AssertionError: impossible" in told.err


def test_an_interrupt_is_told_as_shells_do(call: object, workspace: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """130, without a trace."""
    import coordinator.cli.doctor

    def interrupted(_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(coordinator.cli.doctor, "main", interrupted)
    assert call("doctor").code == 130
