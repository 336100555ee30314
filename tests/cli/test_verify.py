"""`verify`: everything is what was sealed."""

from __future__ import annotations

from pathlib import Path

import pytest


def test_verify_is_content_with_what_nobody_touched(call: object, workspace: Path) -> None:
    """And says what it looked at."""
    call("watch", "--once")
    told = call("verify")
    assert told.code == 0
    assert "ledger entries" in told.out


@pytest.mark.parametrize(
    ("name", "code"), [("run.yaml", "frozen_edited"), ("ledger.jsonl", "ledger_edited")], ids=["frozen", "ledger"]
)
def test_verify_names_an_edited_file(call: object, workspace: Path, name: str, code: str) -> None:
    """By path and code, with exit code 1."""
    call("watch", "--once")
    path = next(workspace.glob(f"runs/*/{name}"))
    path.write_text(path.read_text().replace("metric_divergence", "metric_diversion"))
    told = call("verify")
    assert told.code == 1
    assert code in told.out
