"""`run`: handing over and waiting."""

from __future__ import annotations

from pathlib import Path

import pytest
from folders import worker

from coordinator.experiments import handover
from coordinator.experiments.progress import Progress, Stage


def test_run_refuses_what_is_no_experiment_of_the_open_run(call: object, workspace: Path) -> None:
    """Exit code 125, with the reason."""
    call("watch", "--once")
    for path in ("research_target", "runs/20200101_000000-x/experiments/exp_001", str(worker(workspace))):
        assert call("run", path).code == 125


def test_run_knows_whose_it_is(call: object, workspace: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """By the variable, or by the folder in which it is called: another worker's experiment is refused."""
    call("watch", "--once")
    own, other = sorted(workspace.glob("runs/*-*"))[:2]
    for folder in (own, other):
        (folder / "experiments" / "exp_001").mkdir(parents=True)
    theirs, ours = (str(folder / "experiments" / "exp_001") for folder in (other, own))
    monkeypatch.setenv("AUTORESEARCH_WORKER", f"runs/{own.name}")
    told = call("run", theirs, "--wait", "0")
    assert (told.code, "belongs to another worker" in told.err) == (125, True)
    assert call("run", ours, "--wait", "0").code == 75
    monkeypatch.setenv("AUTORESEARCH_WORKER", "runs/nobody")
    assert call("run", ours, "--wait", "0").code == 2
    monkeypatch.delenv("AUTORESEARCH_WORKER")
    monkeypatch.chdir(own)
    assert call("run", "--root", str(workspace), theirs, "--wait", "0").code == 125


def test_run_waits_only_as_long_as_it_was_told_to(call: object, workspace: Path) -> None:
    """75 without an executor, and the request stays."""
    call("watch", "--once")
    folder = worker(workspace) / "experiments" / "exp_001"
    folder.mkdir(parents=True)
    told = call("run", str(folder), "--wait", "0")
    assert told.code == 75
    assert "no executor is running" in told.out
    assert (folder / "request.json").exists()


def test_run_prints_little(call: object, workspace: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """However many seeds there are, and what to do next is the last line."""
    call("watch", "--once")
    folder = worker(workspace) / "experiments" / "exp_001"
    folder.mkdir(parents=True)
    steps = [Progress(Stage.RUNNING, f"{seed} of 100 seeds have ended") for seed in range(100)]
    ended = Progress(Stage.ENDED, "exp_001 ended: completed", code=0)
    monkeypatch.setattr(handover, "wait", lambda *_: iter([*steps, ended]))
    told = call("run", str(folder))
    assert len((told.err + told.out).splitlines()) <= 20
    assert told.out.splitlines()[-1].startswith("next: read ")
