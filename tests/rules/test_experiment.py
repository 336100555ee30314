"""What is one experiment worth? From folder to evidence, told as stories."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from decimal import Decimal

import pytest
from fakes import EFFECT, Story, code, gains, plan
from stories import UNREADABLE, argued, begun, judged, scored

from coordinator.model.entry import ExperimentStarted
from coordinator.model.experiment import Change, Claim
from coordinator.model.instruction import Action
from coordinator.model.problem import Parsed, Problem
from coordinator.model.record import Outcome
from coordinator.model.verdict import Standing
from coordinator.rules.experiment import Assessed, confirmed_metrics, execution_of

CRASHED = (None, None, None)
ONE_CRASHED = (*gains((0.3, 0.3)), None)


def told(story: Story, action: Action, times: int) -> Story:
    """Ask for the same thing several times."""
    for _ in range(times):
        story.told(action, "exp_001")
    return story


def first(story: Story) -> Assessed:
    """Give what was found out about the first experiment."""
    return judged(story).experiments[0]


STANDINGS: dict[str, tuple[Callable[[], Story], Standing, set[str]]] = {
    "holds": (lambda: scored(begun()), Standing.HOLDS, {"witnessed", "claim_met", "score_reached"}),
    "holds below the bar": (
        lambda: begun().ran("exp_001", says=argued("exp_001", score=3)), Standing.HOLDS, {"score_below"},
    ),
    "holds, claims nothing": (
        lambda: begun().ran("exp_001", planned=plan("exp_001", claims=())), Standing.HOLDS, {"no_claim"},
    ),
    "queued": (lambda: begun().wrote("exp_001", queued=True), Standing.IN_FLIGHT, {"in_flight"}),
    "queued again": (lambda: scored(begun()).changed("exp_001", queued=True), Standing.IN_FLIGHT, {"in_flight"}),
    "running": (lambda: begun().ran("exp_001", unfinished=True), Standing.IN_FLIGHT, {"in_flight"}),
    "running again": (
        lambda: scored(begun()).ran("exp_001", unfinished=True), Standing.IN_FLIGHT, {"in_flight"},
    ),
    "not run": (lambda: begun().wrote("exp_001"), Standing.UNWITNESSED, {"unwitnessed"}),
    "not run, with a record of somebody's making": (
        lambda: begun().wrote("exp_001", record=scored(begun()).views["exp_001"].record, execution_sha256={2: ""}),
        Standing.UNWITNESSED, {"unwitnessed"},
    ),
    "not run, asked for twice": (
        lambda: told(begun().wrote("exp_001"), Action.RERUN, 2), Standing.UNWITNESSED, {"unwitnessed"},
    ),
    "not run, asked for three times": (
        lambda: told(begun().wrote("exp_001"), Action.RERUN, 3),
        Standing.SET_ASIDE_UNRUN, {"unwitnessed", "set_aside"},
    ),
    "plan edited": (
        lambda: scored(begun()).changed("exp_001", plan_sha256="f" * 64), Standing.CHANGED, {"plan_edited"},
    ),
    "code edited": (
        lambda: scored(begun()).changed("exp_001", code=code("new")), Standing.CHANGED, {"code_changed"},
    ),
    "code thrown away": (lambda: scored(begun()).changed("exp_001", code=None), Standing.CHANGED, {"code_changed"}),
    "record edited": (
        lambda: scored(begun()).changed("exp_001", execution_sha256={}), Standing.CHANGED, {"record_edited"},
    ),
    "all of it edited": (
        lambda: scored(begun()).changed("exp_001", plan_sha256="", plan=None, code=None, execution_sha256={}),
        Standing.CHANGED, {"plan_edited", "code_changed", "record_edited"},
    ),
    "code edited, asked for three times": (
        lambda: told(scored(begun()).changed("exp_001", code=code("new")), Action.RERUN, 3),
        Standing.SET_ASIDE_UNRUN, {"code_changed", "set_aside"},
    ),
    "crashed": (
        lambda: begun().ran("exp_001", CRASHED, outcome=Outcome.FAILED), Standing.FAILED,
        {"experiment_failed", "failed"},
    ),
    "crashed under one seed": (
        lambda: begun().ran("exp_001", ONE_CRASHED, outcome=Outcome.FAILED), Standing.FAILED,
        {"experiment_failed", "failed"},
    ),
    "met its time limit": (
        lambda: begun().ran("exp_001", CRASHED, outcome=Outcome.TIMED_OUT), Standing.FAILED,
        {"experiment_timed_out", "timed_out"},
    ),
    "wrote no metrics": (
        lambda: begun().ran("exp_001", CRASHED, outcome=Outcome.NO_METRICS), Standing.FAILED,
        {"experiment_no_metrics", "no_metrics"},
    ),
    "changed the target": (
        lambda: begun().ran("exp_001", outcome=Outcome.TARGET_CHANGED), Standing.FAILED,
        {"experiment_target_changed"},
    ),
    "no summary": (lambda: begun().ran("exp_001", says=None), Standing.SENT_BACK, {"summary_missing"}),
    "summary unreadable": (lambda: begun().ran("exp_001", says=UNREADABLE), Standing.SENT_BACK, {"bad_value"}),
    "a number of nobody's": (
        lambda: begun().ran("exp_001", says=argued("exp_001", values={})), Standing.SENT_BACK, {"number_unbound"},
    ),
    "seed ignored": (
        lambda: begun().ran("exp_001", gains((0.3, 0.3, 0.3))), Standing.SENT_BACK, {"seed_ignored"},
    ),
    "tier misdeclared": (
        lambda: begun().ran("exp_001", by=code("x", patching=True)), Standing.SENT_BACK, {"tier_misdeclared"},
    ),
    "samples misdeclared": (
        lambda: begun().ran("exp_001", by=replace(code("x"), resplits="KFold after load_wine")),
        Standing.SENT_BACK, {"samples_misdeclared"},
    ),
    "plan unreadable, sealed by another release": (
        lambda: scored(begun()).changed("exp_001", plan=Parsed(None, (Problem("plan.md", 2, "missing_key", "x"),))),
        Standing.SENT_BACK, {"no_claim"},
    ),
    "no summary, asked for twice": (
        lambda: told(begun().ran("exp_001", says=None), Action.REVISE, 2), Standing.SENT_BACK, {"summary_missing"},
    ),
    "no summary, asked for three times": (
        lambda: told(begun().ran("exp_001", says=None), Action.REVISE, 3),
        Standing.SET_ASIDE, {"summary_missing", "set_aside"},
    ),
    "mended after it was set aside": (
        lambda: told(scored(begun()), Action.REVISE, 3), Standing.HOLDS, {"witnessed", "score_reached"},
    ),
    "failed at first, then completed": (
        lambda: begun().ran("exp_001", CRASHED, outcome=Outcome.FAILED).ran("exp_001"), Standing.HOLDS, {"claim_met"},
    ),
    "completed at first, then failed": (
        lambda: scored(begun()).ran("exp_001", CRASHED, outcome=Outcome.FAILED), Standing.FAILED,
        {"experiment_failed"},
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", STANDINGS)
def test_each_story_has_its_standing_and_its_reasons(name: str) -> None:
    """Every verdict has a reason, and those that the story is about are among them."""
    tell, standing, codes = STANDINGS[name]
    verdict = first(tell()).verdict
    assert verdict.standing is standing
    assert codes <= {reason.code for reason in verdict.reasons}
    assert all(reason.message for reason in verdict.reasons)


@pytest.mark.parametrize("name", STANDINGS)
def test_no_verdict_contradicts_itself(name: str) -> None:
    """Problems are there to be mended, a score counts where the evidence holds, and a set-aside says so."""
    verdict = first(STANDINGS[name][0]()).verdict
    codes = {reason.code: reason.holds for reason in verdict.reasons}
    asking = {Standing.UNWITNESSED, Standing.CHANGED, Standing.SENT_BACK}
    assert bool(verdict.problems) == (verdict.standing in asking)
    assert (verdict.score is not None) == (verdict.standing is Standing.HOLDS)
    assert ("set_aside" in codes) == (verdict.standing in {Standing.SET_ASIDE, Standing.SET_ASIDE_UNRUN})
    assert codes.get("claim_met", True)
    assert not codes.get("claim_not_met", False)
    assert all(problem.path and problem.message for problem in verdict.problems)


def test_a_failure_is_told_seed_by_seed() -> None:
    """How many did not complete, and what went wrong with each."""
    verdict = first(begun().ran("exp_001", ONE_CRASHED, outcome=Outcome.FAILED)).verdict
    assert [reason.message for reason in verdict.reasons] == ["1 of 3 seeds did not complete", "seed 2: exit code 1"]


def test_a_changed_target_is_told_as_that() -> None:
    """Not as zero seeds that did not complete."""
    (reason,) = first(begun().ran("exp_001", outcome=Outcome.TARGET_CHANGED)).verdict.reasons
    assert "target" in reason.message


EQUAL = Claim(id="same", metric="f1_tuned", baseline="f1_default", change=Change.EQUAL, by=Decimal("0.05"))


@pytest.mark.parametrize(
    ("claims", "effects", "met"),
    [
        (None, EFFECT, True),
        (None, (0.01, 0.02, 0.0), False),
        ([EQUAL], (0.01, 0.02, 0.0), True),
        ([EQUAL], EFFECT, False),
    ],
)
def test_a_claim_is_met_or_not(claims: list[Claim] | None, effects: tuple[float, ...], met: bool) -> None:
    """The primary claim, with its effect and its margin."""
    one = first(begun().ran("exp_001", gains(effects), planned=plan("exp_001", claims=claims), says=None))
    (reason,) = [reason for reason in one.verdict.reasons if reason.code in {"claim_met", "claim_not_met"}]
    assert (one.met, reason.holds, reason.numbers["by"]) == (met, met, 0.05)
    assert reason.numbers["mean_effect"] == pytest.approx(sum(effects) / 3)


def test_earlier_runs_stay_known() -> None:
    """With the numbers of their starts; what cannot be vouched for any more is left out."""
    story = begun().ran("exp_001", gains((0.1, 0.1, 0.1))).ran("exp_001", CRASHED, outcome=Outcome.FAILED)
    story.ran("exp_001")
    assert [(run.n, run.ended_n) for run in first(story).runs] == [(3, 4), (5, 6), (7, 8)]
    assert [run.silent for run in first(story).runs] == [False, True, False]
    assert first(story).runs[0].metrics == gains((0.1, 0.1, 0.1))
    kept = dict(story.views["exp_001"].execution_sha256)
    edited = first(story.changed("exp_001", execution_sha256={**kept, 3: "f" * 64})).runs
    assert [run.metrics is None for run in edited] == [True, False, False]


def test_a_ledger_without_predictions_is_read_with_the_plan_that_it_sealed() -> None:
    """The plan counts as long as it is the sealed one; another one says nothing of what was predicted."""
    story = scored(begun())
    story.entries = [
        replace(entry, fact=entry.fact.model_copy(update={"prediction": None}))
        if isinstance(entry.fact, ExperimentStarted)
        else entry
        for entry in story.entries
    ]
    assert first(story).plan == plan("exp_001").prediction
    assert first(story.changed("exp_001", plan_sha256="f" * 64)).plan is None
    assert first(story).runs[0].effect is None


def test_what_is_gone_is_said_to_be_gone() -> None:
    """It is no evidence, stays started, and its effect stays known."""
    one = first(scored(begun()).deleted("exp_001"))
    assert one.verdict.standing is Standing.DELETED
    assert [reason.code for reason in one.verdict.reasons] == ["experiment_deleted"]
    assert (one.holds, one.completed, one.metrics) == (False, False, gains(EFFECT))
    assert one.effect is not None


def test_the_first_score_that_counted_is_kept() -> None:
    """Neither a higher nor a lower one takes its place, and the verdict says so; a new run is scored anew."""
    story = begun().ran("exp_001", says=argued("exp_001", score=5)).says().judged()
    story.changed("exp_001", summary=Parsed(argued("exp_001", score=9)), summary_sha256="e" * 64)
    assert first(story).verdict.score == 5
    assert [reason.numbers for reason in first(story).verdict.reasons if reason.code == "score_changed"] == [
        {"score": 9.0, "accepted": 5.0}
    ]
    assert first(story.judged().ran("exp_001", says=argued("exp_001", score=9))).verdict.score == 9


def test_what_was_witnessed_survives_an_edit() -> None:
    """The metrics of a changed experiment stay; those of an edited record do not."""
    story = scored(begun()).changed("exp_001", plan_sha256="f" * 64)
    assert first(story).metrics == gains(EFFECT)
    assert first(story.changed("exp_001", execution_sha256={})).metrics == ()


def test_a_copied_counterargument_is_judged_beside_the_earlier_ones() -> None:
    """Those of other experiments that started before; a rerun is not a copy of itself."""
    story = scored(begun()).ran("exp_002", says=argued("exp_001"))
    assert [one.verdict.standing for one in judged(story).experiments] == [Standing.HOLDS, Standing.SENT_BACK]
    assert first(scored(scored(begun()))).verdict.standing is Standing.HOLDS


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({"says": None}, False),
        ({"says": argued("exp_001", values={})}, False),
        ({"metrics": gains((0.3, 0.3, 0.3))}, True),
        ({"by": code("x", patching=True)}, True),
    ],
)
def test_what_only_another_run_would_mend(fields: Mapping[str, object], expected: bool) -> None:
    """Words can be mended, sealed code and plans cannot."""
    assert first(begun().ran("exp_001", **fields)).needs_another_run is expected


def test_what_a_confirmation_found_is_told_by_seed() -> None:
    """In the order of its seeds, None where one failed or the record was edited."""
    story = scored(begun()).confirmed("exp_001", [*gains((0.3, 0.2)), None])
    case = judged(story)
    (start,) = case.history.confirmations()
    view = story.views["exp_001"]
    assert confirmed_metrics(view, start) == (*gains((0.3, 0.2)), None)
    assert confirmed_metrics(replace(view, execution_sha256={}), start) == (None, None, None)


def test_a_start_without_an_end_has_no_execution() -> None:
    """Whatever the record says in the meantime."""
    story = begun().ran("exp_001", unfinished=True)
    (start,) = judged(story).history.in_flight
    assert execution_of(replace(story.views["exp_001"], execution_sha256={start.n: "0" * 64}), start) is None


def test_a_folder_that_cannot_be_read_says_so() -> None:
    """What is wrong with other files of the folder comes with the call to run it."""
    odd = Problem("runs/r-d/experiments/exp_001/patches/x", 0, "link_refused", "a link")
    verdict = first(begun().wrote("exp_001", unreadable=(odd,))).verdict
    assert [problem.code for problem in verdict.problems] == ["unwitnessed", "link_refused"]
