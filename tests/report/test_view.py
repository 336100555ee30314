"""Does a view find what governed a direction, and where its folders are?"""

from __future__ import annotations

from types import SimpleNamespace

from coordinator.model.direction import BudgetOverride, Direction, SignificanceOverride
from coordinator.model.entry import TamperingSeen
from coordinator.report.view import best

OWN = Direction(
    id="own",
    title="t",
    question="q",
    budget=BudgetOverride(experiments=9),
    significance=SignificanceOverride(score=3),
)


def test_a_direction_may_set_its_own_bar(make: SimpleNamespace) -> None:
    """Its own budget and bar count, the run's where it has none or is unknown."""
    view = make.view(make.finding("own"), directions=(OWN,))
    assert (view.bar("own").score, view.bar("other").score) == (3, 7)
    assert (view.budget("own").experiments, view.budget("other").experiments) == (9, 5)


def test_links_are_relative_and_escaped(make: SimpleNamespace) -> None:
    """A link holds nothing that could end it; an unknown worker has none."""
    view = make.view(make.finding("own"), workers={"own": "../a b)"})
    assert view.link("own", "exp_001") == "../a%20b%29/experiments/exp_001/"
    assert view.link("other", "exp_001") == ""


def test_tampering_with_the_run_concerns_everybody(make: SimpleNamespace) -> None:
    """Tampering in one direction makes that one suspect; with the run's own files, all."""
    plan = TamperingSeen(path="p", code="plan_edited", detail="", direction="a")
    ledger = TamperingSeen(path="l", code="ledger_edited", detail="")
    view = make.view(tampering=(plan,))
    assert (view.suspect("a"), view.suspect("b"), view.tampered("a")) == (True, False, (plan,))
    assert make.view(tampering=(ledger,)).suspect("b")


def test_the_best_experiment(make: SimpleNamespace) -> None:
    """It is the one that the finding names, or none."""
    shown = (make.evidence("exp_001"), make.evidence("exp_002"))
    assert best(make.finding(experiments=shown, experiment="exp_002")) is shown[1]
    assert best(make.finding(experiments=shown)) is None
