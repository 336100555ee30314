"""`watch`: one pass, resuming, beginning anew, and what starts nothing."""

from __future__ import annotations

from pathlib import Path

from folders import worker


def test_one_pass_makes_the_run_and_an_inbox_for_each_direction(call: object, workspace: Path) -> None:
    """`watch --once` on a fresh workspace."""
    assert call("watch", "--once").code == 0
    inboxes = sorted(path.parent.name.split("-", 1)[1] for path in workspace.glob("runs/*/inbox.md"))
    assert inboxes == ["metric_comparison", "metric_divergence", "threshold_tuning"]


def test_a_second_start_resumes_the_open_run(call: object, workspace: Path) -> None:
    """Nothing is begun anew, and nothing is said twice."""
    call("watch", "--once")
    before = {path: path.read_bytes() for path in workspace.rglob("runs/**/*") if path.is_file()}
    assert call("watch", "--once").code == 0
    assert {path: path.read_bytes() for path in workspace.rglob("runs/**/*") if path.is_file()} == before


def test_new_closes_the_open_run_and_begins_another(call: object, workspace: Path) -> None:
    """The old run's workers are told to stop, and its findings are compiled."""
    call("watch", "--once")
    old = worker(workspace)
    assert call("watch", "--once", "--new").code == 0
    assert "ending: abandoned" in (old / "inbox.md").read_text()
    assert len(list(workspace.glob("runs/*/run.yaml"))) == 2
    assert len(list(workspace.glob("runs/*/findings.md"))) == 1


def test_a_bad_config_starts_nothing(call: object, workspace: Path) -> None:
    """`watch` lists every problem and makes no run."""
    (workspace / "config" / "directions.yaml").write_text("directions: []\n")
    (workspace / "config" / "scoring_rubric.md").unlink()
    told = call("watch", "--once")
    assert told.code == 2
    assert "directions.yaml" in told.err
    assert "config_missing" in told.err
    assert not list((workspace / "runs").glob("2*"))


def test_a_missing_target_is_told_before_the_night(call: object, workspace: Path) -> None:
    """Not when the first experiment fails."""
    (workspace / "config" / "config.yaml").write_text("research_target_path: nowhere/\n")
    assert "target_missing" in call("watch", "--once").err


def test_directions_that_are_done_start_no_run(call: object, workspace: Path) -> None:
    """There is nothing to ask."""
    path = workspace / "config" / "directions.yaml"
    path.write_text(path.read_text().replace("    title:", "    done: true\n    title:"))
    assert "every direction is done" in call("watch", "--once").err


def test_an_edited_frozen_file_is_put_back(call: object, workspace: Path) -> None:
    """By the next start, which notes it."""
    call("watch", "--once")
    path = next(workspace.glob("runs/*/run.yaml"))
    before = path.read_text()
    path.write_text(before.replace("experiments: 5", "experiments: 500"))
    assert call("watch", "--once").code == 0
    assert path.read_text() == before
    assert "frozen_edited" in next(workspace.glob("runs/*/ledger.jsonl")).read_text()
