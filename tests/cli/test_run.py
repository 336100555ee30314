"""`run`: handing over and waiting."""

from __future__ import annotations

from pathlib import Path

from folders import worker


def test_run_refuses_what_is_no_experiment_of_the_open_run(call: object, workspace: Path) -> None:
    """Exit code 125, with the reason."""
    call("watch", "--once")
    for path in ("research_target", "runs/20200101_000000-x/experiments/exp_001", str(worker(workspace))):
        assert call("run", path).code == 125


def test_run_waits_only_as_long_as_it_was_told_to(call: object, workspace: Path) -> None:
    """75 without an executor, and the request stays."""
    call("watch", "--once")
    folder = worker(workspace) / "experiments" / "exp_001"
    folder.mkdir(parents=True)
    told = call("run", str(folder), "--wait", "0")
    assert told.code == 75
    assert "no executor is running" in told.out
    assert (folder / "request.json").exists()
