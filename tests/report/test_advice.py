"""Is the most pressing thing said first, and what would answer a null result?"""

from __future__ import annotations

from dataclasses import replace
from types import SimpleNamespace

import pytest

from coordinator.model.entry import TamperingSeen
from coordinator.report.advice import _PRIORITY, _WHAT, advise, most_sensitive
from coordinator.report.trust import Grade
from coordinator.report.view import RunView


def test_findings_come_first_and_ties_go_by_score(every_kind: RunView) -> None:
    """What holds is acted on first, what failed to replicate comes last; each direction once."""
    order = [step.direction for step in advise(every_kind)]
    assert order[:3] == ["metric_divergence", "seed_order", "calibration"]
    assert order.index("hostile") < order.index("scored")
    assert order[-1] == "refuted"
    assert sorted(order) == sorted(finding.direction for finding in every_kind.findings)


def test_tampering_and_open_directions_come_with_a_warning(every_kind: RunView) -> None:
    """Nobody is told to act on a finding of a tampered run, or on an unfinished direction, just like that."""
    plan = TamperingSeen(path="plan.md", code="plan_edited", detail="", direction="metric_divergence")
    said = {step.direction: step.what for step in advise(replace(every_kind, tampering=(plan,)))}
    assert said["metric_divergence"].startswith("Settle the tampering first")
    assert said["seed_order"].startswith("Act on it")
    assert said["open"].startswith("Still open")


@pytest.mark.parametrize(
    ("detectable", "by", "words"),
    [
        (0.08, "0.05", "set explore_seeds to about 8 (an estimate: 3 seeds would have shown 0.08)"),
        (0.04, "0.05", "3 seeds would have shown 0.05: consider `done: true`"),
        (5.0, "0.05", "more than 1000 seeds would be needed"),
    ],
)
def test_a_null_result_says_what_would_answer_it(make: SimpleNamespace, detectable: float, by: str, words: str) -> None:
    """The seeds needed grow with the square of the effect that was out of reach."""
    shown = make.evidence("exp_001", make.effect([0.0, 0.1, -0.1], make.claim(by=by)), met=False, detectable=detectable)
    (step,) = advise(make.view(make.finding(experiments=(shown,), experiment="exp_001")))
    assert words in step.what


@pytest.mark.parametrize("by", ["0", "0.05"])
def test_without_a_margin_or_power_no_number_is_made_up(make: SimpleNamespace, by: str) -> None:
    """Where the power is unknown, or any effect matters, no seeds are recommended."""
    shown = make.evidence(
        "exp_001", make.effect([0.0], make.claim(by=by)), met=False, detectable=0.1 if by == "0" else None
    )
    (step,) = advise(make.view(make.finding(experiments=(shown,), experiment="exp_001")))
    assert step.what == "Take it as not seen, not as absent."


def test_the_sharpest_usable_experiment_states_a_null_result(make: SimpleNamespace) -> None:
    """The best one if it can; else the sharpest whose evidence holds."""
    effect = make.effect([0.0])
    vague = make.evidence("exp_001", effect)
    sharp, sharper = (make.evidence(f"exp_00{n}", effect, detectable=d) for n, d in ((2, 0.2), (3, 0.1)))
    void = make.evidence("exp_004", effect, detectable=0.01, standing="failed")
    shown = (vague, sharp, sharper, void)
    assert most_sensitive(make.finding(experiments=shown, experiment="exp_002")) is sharp
    assert most_sensitive(make.finding(experiments=shown, experiment="exp_001")) is sharper
    assert most_sensitive(make.finding(experiments=(vague, void), experiment="exp_001")) is None


def test_every_grade_has_advice(every_kind: RunView) -> None:
    """No advice is empty, and none shows an unfilled place."""
    assert all(step.what and "{" not in step.what for step in advise(every_kind))
    assert set(_WHAT) == set(Grade) == set(_PRIORITY)
