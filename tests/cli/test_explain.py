"""`explain`: every reason of a verdict."""

from __future__ import annotations

import json
from pathlib import Path

from folders import report, worker


def test_explain_gives_the_last_instruction_and_its_reasons(call: object, workspace: Path) -> None:
    """And says so when there is no verdict yet."""
    call("watch", "--once")
    folder = worker(workspace)
    assert "instruction 1: begin (new_direction)" in call("explain", str(folder)).out
    assert call("explain", str(folder), "exp_001").code == 2
    assert json.loads(call("explain", str(folder), "--json").out) == []


def test_explain_gives_every_reason_of_a_verdict(call: object, workspace: Path) -> None:
    """An experiment that was written but not run."""
    call("watch", "--once")
    folder = worker(workspace)
    (folder / "experiments" / "exp_001").mkdir(parents=True)
    report(folder, 1)
    call("watch", "--once")
    told = call("explain", str(folder), "exp_001")
    assert "exp_001: unwitnessed" in told.out
    assert "no  unwitnessed: the executor has not run it" in told.out
