"""Is a direction told as what it is?"""

from __future__ import annotations

from types import SimpleNamespace

import pytest

from coordinator.model.experiment import Change
from coordinator.report.chapter import Chapter, as_question, chapter
from coordinator.report.view import RunView


def _told(view: RunView, direction: str) -> Chapter:
    (finding,) = (finding for finding in view.findings if finding.direction == direction)
    return chapter(finding, view, ())


@pytest.mark.parametrize(
    ("title", "question"),
    [("Does it?", "Does it?"), ("It does.", "It does?"), ("It\n## does: ", "It ## does?")],
)
def test_a_title_is_a_question(title: str, question: str) -> None:
    """One line with a question mark at its end."""
    assert as_question(title) == question


def test_every_experiment_says_why_it_did_not_make_it(every_kind: RunView) -> None:
    """Failed, agreeing and disagreeing experiments are all there, each with its reason."""
    assert [(row.standing, row.why) for row in _told(every_kind, "calibration").experiments] == [
        ("did not complete", "2 of 3 seeds ran past 300 s"),
        ("evidence holds", "the finding rests on it"),
        ("evidence holds", "agrees with exp_002"),
        ("evidence holds", "disagrees with exp_002"),
    ]


def test_a_null_result_states_what_would_have_been_seen(every_kind: RunView) -> None:
    """The smallest effect, its power, and that smaller ones may be there; nobody else gets the sentence."""
    assert _told(every_kind, "pruning").null == (
        "No prediction was met. The 3 seeds of exp_001 would have shown an effect of 0.08 or more"
        " with 80 % power; a smaller one may be there unseen."
    )
    assert _told(every_kind, "scored").null == ""


@pytest.mark.parametrize(
    ("differences", "change", "detectable", "words"),
    [
        ([-0.1, -0.2], Change.INCREASE, 0.3, "Every seed went against the prediction"),
        ([-0.1, None], Change.INCREASE, 0.3, "a smaller one may be there unseen."),
        ([0.2, 0.3], Change.EQUAL, 0.3, "does not show a difference"),
        ([0.0, 0.0], Change.INCREASE, 0.0, "all gave the same difference"),
        ([0.0, 0.0], Change.INCREASE, None, "cannot be computed"),
    ],
)
def test_null_results_of_every_kind(
    make: SimpleNamespace,
    differences: list[float | None],
    change: Change,
    detectable: float | None,
    words: str,
) -> None:
    """Going the other way, unproven equality, no spread and no number are each said."""
    effect = make.effect(differences, make.claim(change))
    shown = make.evidence("exp_001", effect, met=False, detectable=detectable)
    view = make.view(make.finding(experiments=(shown,), experiment="exp_001"))
    assert words in _told(view, "some_direction").null


def test_attempts_are_counted(every_kind: RunView) -> None:
    """Experiments, claims, replications and confirmations, those that failed included."""
    assert _told(every_kind, "calibration").attempts == (
        "The best of 3 attempts with a claim. "
        "4 of 5 experiments spent; 2 of 3 tested claims met; 2 attempts to replicate (1 agreed, 1 disagreed);"
        " 2 confirmations."
    )


def test_words_of_workers_are_called_claims_until_established(every_kind: RunView) -> None:
    """Only what holds after correction is shown without the warning."""
    sources = {known.direction: _told(every_kind, known.direction).source for known in every_kind.findings}
    trusted = {direction for direction, source in sources.items() if "not established" not in source}
    assert trusted == {"metric_divergence", "seed_order"}


def test_tampering_stands_beside_the_result(every_kind: RunView, make: SimpleNamespace) -> None:
    """It marks the result of its direction, and no other."""
    assert _told(every_kind, "metric_divergence").wording.label == "Holds"
    assert _told(every_kind, "augmentation").wording.label == "Mixed replication; tampering seen"
    assert [seen.code for seen in _told(every_kind, "augmentation").tampering] == ["plan_edited"]
    assert _told(make.view(make.finding()), "some_direction").wording.label == "No evidence"


def test_claims_beside_the_primary_one_are_reported(every_kind: RunView) -> None:
    """They are shown with what the exploring seeds say."""
    assert _told(every_kind, "metric_divergence").others == (
        "auroc lies above ratio_20.f1_default by at least 0.05: 0.000 (-0.010 to 0.010 over 3 seeds)",
    )


def test_a_meant_replication_that_was_not_judged_is_named(make: SimpleNamespace) -> None:
    """An attempt that never counted is not passed over."""
    shown = make.evidence("exp_002", standing="sent_back", replicates="exp_001")
    view = make.view(make.finding(experiments=(shown,)))
    (row,) = _told(view, "some_direction").experiments
    assert (row.standing, row.why) == ("sent back, not mended", "meant to repeat exp_001")


def test_power_without_a_claim_is_no_reason_to_fail(make: SimpleNamespace) -> None:
    """A number that nothing explains is shown as it is; the report of the others must not suffer."""
    tested = make.evidence("exp_001", make.effect([0.0]), met=False)
    odd = make.evidence("exp_002", None, detectable=0.2)
    view = make.view(make.finding(experiments=(tested, odd), experiment="exp_001"))
    assert "0 seeds of exp_002 would have shown an effect of 0.2" in _told(view, "some_direction").null


def test_papers_that_plans_draw_on_are_told(make: SimpleNamespace) -> None:
    """In the chapter of their direction."""
    view = make.view(make.finding(), papers={"some_direction": ("some-paper", "another")})
    assert _told(view, "some_direction").papers == ("some-paper", "another")
    assert _told(make.view(make.finding()), "some_direction").papers == ()
