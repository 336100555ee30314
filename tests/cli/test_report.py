"""`report`: the findings again."""

from __future__ import annotations

from pathlib import Path


def test_report_compiles_an_open_run_too(call: object, workspace: Path) -> None:
    """As an interim report."""
    call("watch", "--once")
    told = call("report")
    assert told.code == 0
    assert (workspace / told.out.strip()).exists()
