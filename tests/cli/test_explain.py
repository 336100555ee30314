"""`explain`: every reason of a verdict."""

from __future__ import annotations

import json
from decimal import Decimal
from pathlib import Path

import pytest
from fakes import Story, code, gains, plan
from folders import report, worker
from stories import argued, begun, judged, proven

from coordinator.cli.explain import _print_progress
from coordinator.model.experiment import Condition


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


def told_of(story: Story, capsys: pytest.CaptureFixture[str]) -> str:
    """Give what is said of how far the first experiment of a story has come."""
    case = judged(story)
    _print_progress(next(one for one in case.experiments if one.name == "exp_001"), case)
    return capsys.readouterr().out


def test_explain_says_how_far_an_experiment_has_come(capsys: pytest.CaptureFixture[str]) -> None:
    """Each rule with what it compared."""
    told = told_of(proven(begun()), capsys)
    assert "ok  replicated: 1 of 1 agree, 1 required" in told
    assert "ok  confirmed: paired t on 9 fresh seeds: p" in told
    assert "to satisfy it" not in told


def test_explain_says_how_to_satisfy_what_does_not_hold(capsys: pytest.CaptureFixture[str]) -> None:
    """A replication that is none, a confirmation that failed, a condition that came true, and nothing claimed."""
    condition = Condition(metric="f1_tuned", relation="<", bound=Decimal("0.1"))
    story = begun().ran("exp_001", by=code("a"), says=argued("exp_001", refuted_if=condition))
    story.ran("exp_002", gains((0.0, 0.01, 0.0)), planned=plan("exp_002", replicates="exp_001"), by=code("a"))
    told = told_of(story.confirmed("exp_001", gains((0.0, 0.01, -0.01))), capsys)
    assert "no  replicated: 0 of 0 agree" in told
    assert "no  replication_same_code: exp_002" in told
    assert "no  confirmed: paired t" in told
    assert "no  refuted: its refuted_if came true in exp_002" in told
    assert told.count("to satisfy it") == 4
    assert told_of(begun().ran("exp_001", planned=plan("exp_001", claims=())), capsys) == ""
