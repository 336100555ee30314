"""`execute`: the executor by hand."""

from __future__ import annotations

from pathlib import Path

from folders import worker


def test_an_experiment_without_a_plan_is_refused_by_the_executor(call: object, workspace: Path) -> None:
    """`execute --once` answers what is queued; `run` tells the worker every reason."""
    call("watch", "--once")
    folder = worker(workspace) / "experiments" / "exp_001"
    folder.mkdir(parents=True)
    call("run", str(folder), "--wait", "0")
    assert call("execute", "--once").code == 0
    told = call("run", str(folder), "--wait", "0")
    assert told.code in {75, 125}
    call("execute", "--once")
