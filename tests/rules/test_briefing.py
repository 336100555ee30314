"""What is a worker told with an instruction: about what, for which reasons, with which numbers?"""

from __future__ import annotations

from collections.abc import Callable

import pytest
from fakes import EFFECT, Story, code, gains, plan, summary
from stories import argued, begun, garbled, judged, nudged, proven, replicated, scored, silent, similar, wall_spent

from coordinator.model.instruction import Action
from coordinator.model.plan import Step
from coordinator.model.record import Outcome
from coordinator.rules.briefing import about, brief, reasons_for
from coordinator.rules.lifecycle import Situation

NULL = (0.01, -0.01, 0.0)


def step(story: Story) -> Step:
    """Give the one instruction that follows from a story."""
    (found,) = [act for act in story.decide().acts if isinstance(act, Step)]
    return found


def same_code(story: Story) -> Story:
    """Try to replicate the first experiment with its own code."""
    story.ran("exp_001", by=code("a", "b"))
    return story.ran(
        "exp_002", says=argued("exp_002", score=3), planned=plan("exp_002", replicates="exp_001"), by=code("a", "b")
    )


def doubted(story: Story) -> Story:
    """Replicate the first experiment once, and fail to once."""
    story = replicated(story, third=False)
    return story.ran("exp_003", gains(NULL), says=None, planned=plan("exp_003", replicates="exp_001"), by=code("z"))


TOLD: dict[str, tuple[Callable[[], Story], str | None, tuple[str, ...]]] = {
    "begin": (Story, None, ("new_direction",)),
    "report unreadable": (lambda: begun().scrawls(), None, ("bad_value",)),
    "report still unreadable": (lambda: garbled(begun()), None, ("bad_value", "no_progress")),
    "answers what was never said": (lambda: begun().says(answered=7), None, ("answered_unknown",)),
    "time spent": (
        lambda: wall_spent(scored(begun(budget={"compute_minutes": 0.02})).says()), None,
        ("wall_time_spent", "compute_time_spent"),
    ),
    "silent": (lambda: silent(begun()), None, ("silent",)),
    "lost": (lambda: nudged(begun(), 3), None, ("silent", "nudged_in_vain")),
    "no summary": (lambda: begun().ran("exp_001", says=None).says(), "exp_001", ("summary_missing",)),
    "not run": (lambda: begun().wrote("exp_001").says(), "exp_001", ("unwitnessed",)),
    "nothing done": (lambda: begun().says(), None, ("no_evidence_yet",)),
    "nothing done three times": (
        lambda: begun().told(Action.CONTINUE).told(Action.CONTINUE).says(), None, ("no_progress", "no_evidence_yet"),
    ),
    "blocked": (lambda: begun().says("blocked"), None, ("worker_blocked", "no_evidence_yet")),
    "failed": (
        lambda: begun().ran("exp_001", [None] * 3, outcome=Outcome.FAILED).says(), None, ("no_evidence_yet",),
    ),
    "score below": (lambda: begun().ran("exp_001", says=argued("exp_001", score=6)).says(), None, ("score_below",)),
    "claims nothing": (lambda: begun().ran("exp_001", planned=plan("exp_001", claims=())).says(), None, ("no_claim",)),
    "claim not met": (
        lambda: begun()
        .ran("exp_001", gains((0.01, 0.02, 0.0)), says=summary("exp_001", found="No.", values={})).says(), None,
        ("claim_not_met",),
    ),
    "score reached": (
        lambda: scored(begun()).says(), "exp_001", ("score_reached", "evidence_holds", "not_replicated"),
    ),
    "replicated by the same code": (
        lambda: same_code(begun()).says(), "exp_001",
        ("score_reached", "evidence_holds", "not_replicated", "replication_same_code"),
    ),
    "replicated once, not once": (
        lambda: doubted(begun()).told(Action.REVISE, "exp_003").told(Action.REVISE, "exp_003")
        .told(Action.REVISE, "exp_003").says(), "exp_001", ("score_reached", "evidence_holds", "replication_mixed"),
    ),
    "too few": (
        lambda: replicated(begun(), third=False).says(), "exp_001",
        ("too_few_experiments", "score_reached", "evidence_holds", "replicated", "not_confirmed"),
    ),
    "to be confirmed": (
        lambda: replicated(begun()).says(), "exp_001",
        ("score_reached", "evidence_holds", "replicated", "not_confirmed"),
    ),
    "confirmed": (
        lambda: proven(begun()).says(), "exp_001", ("score_reached", "evidence_holds", "replicated", "confirmed"),
    ),
    "confirmation not wanted": (
        lambda: replicated(begun(significance={"confirm_seeds": 0})).says(), "exp_001",
        ("score_reached", "evidence_holds", "replicated"),
    ),
    "confirmation failed": (
        lambda: replicated(begun()).confirmed("exp_001", gains(NULL * 3)).says(), None, ("confirmation_failed",),
    ),
    "confirmations spent on another": (
        lambda: replicated(begun()).confirmed("exp_003", gains(EFFECT)).confirmed("exp_003", gains(EFFECT), 2).says(),
        "exp_001",
        ("confirmations_spent", "score_reached", "evidence_holds", "replicated", "not_confirmed"),
    ),
    "done too early": (
        lambda: begun().ran("exp_001", says=argued("exp_001", score=4)).says("done"), None,
        ("done_too_early", "score_below"),
    ),
    "done, and will not confirm": (
        lambda: replicated(begun()).told(Action.CONFIRM, "exp_001").says("done"), None,
        ("done_said", "score_reached", "evidence_holds", "replicated", "not_confirmed"),
    ),
    "circling": (lambda: similar(begun(), 3).says(), None, ("circling", "score_below")),
    "still circling": (
        lambda: similar(similar(begun(), 3).told(Action.CHANGE_APPROACH), 1, 4).says(),
        None, ("circling", "approach_not_changed", "score_below"),
    ),
    "experiments spent": (
        lambda: scored(begun(budget={"experiments": 1})).says(), None,
        ("experiments_spent", "score_reached", "evidence_holds", "not_replicated"),
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", TOLD)
def test_each_story_is_told_about_what_and_why(name: str) -> None:
    """The experiment, and the codes in the order in which they matter."""
    tell, subject, reasons = TOLD[name]
    instruction = step(tell()).instruction
    assert (instruction.about, instruction.reasons) == (subject, reasons)


def test_a_direction_with_a_finding_that_failed_is_told_once() -> None:
    """Two candidates that fell for the same reason give it once."""
    story = replicated(begun(budget={"experiments": 9}), third=False)
    story.ran("exp_003", says=argued("exp_003"), by=code("third"))
    story.confirmed("exp_001", gains(NULL * 3)).confirmed("exp_003", gains(NULL * 3), 2)
    assert step(story.says()).instruction.reasons == ("confirmation_failed",)


def test_problems_go_with_what_is_to_be_mended() -> None:
    """And with nothing else."""
    assert [one.code for one in step(begun().scrawls()).briefing.problems] == ["bad_value"]
    assert [one.code for one in step(begun().ran("exp_001", says=None).says()).briefing.problems] == ["summary_missing"]
    assert step(scored(begun()).says()).briefing.problems == ()


def test_the_numbers_of_a_claim_that_is_to_be_replicated() -> None:
    """Everything that the worker must beat, and nothing in anybody's free words."""
    facts = step(scored(begun()).says()).briefing.facts
    expected = {"score": 8, "claim": "tuned_beats_default", "metric": "f1_tuned", "baseline": "f1_default"}
    expected |= {"change": "increase", "by": 0.05, "agreed": 0, "disagreed": 0, "next_experiment": "exp_002"}
    expected |= {"best_experiment": "exp_001", "best_score": 8, "threshold": 7, "witnessed": 1, "experiments_left": 4}
    assert expected.items() <= facts.items()
    assert facts["mean_effect"] == pytest.approx(0.3)


@pytest.mark.parametrize(
    ("tell", "name", "number"),
    [
        (lambda: silent(begun(), 25), "silent_minutes", 25),
        (lambda: similar(begun(), 3).says(), "attempts", 3),
        (lambda: replicated(begun()).says(), "attempts", 0),
        (lambda: begun().ran("exp_041", says=None).wrote("exp_007").says(), "next_experiment", "exp_042"),
    ],
)
def test_numbers_that_only_some_situations_have(tell: Callable[[], Story], name: str, number: object) -> None:
    """Without a number its sentence is left out of the text."""
    assert step(tell()).briefing.facts[name] == number
    assert name == "next_experiment" or name not in step(Story()).briefing.facts


def test_a_deleted_experiment_keeps_its_name() -> None:
    """The next folder is not suggested under a name that the ledger knows."""
    story = scored(begun()).says()
    story.views.clear()
    assert step(story).briefing.facts["next_experiment"] == "exp_002"


def test_what_was_done_so_far() -> None:
    """Name, standing and score of each experiment."""
    assert step(replicated(begun()).says()).briefing.experiments == (
        ("exp_001", "holds", 8), ("exp_002", "holds", 8), ("exp_003", "holds", 5),
    )  # fmt: skip


@pytest.mark.parametrize("found", Situation)
def test_any_situation_can_be_put_into_words(found: Situation) -> None:
    """Whatever the ladder says of a case, there is a text to be made of it."""
    for tell in (Story, begun, lambda: scored(begun()).says(), lambda: proven(begun()).says()):
        case = judged(tell())
        assert brief(case, found).worker == case.view.path
        assert isinstance(reasons_for(case, found), tuple)
        assert about(case, found) in {None, "exp_001"}


def test_a_beginning_names_the_papers_that_may_help() -> None:
    """By their ids, and only while nothing was said yet; without any the sentence is left out."""
    story = Story()
    story.papers = ("some-paper", "another")
    assert step(story).briefing.facts["papers"] == "some-paper, another"
    assert "papers" not in step(Story()).briefing.facts
    story = begun()
    story.papers = ("some-paper",)
    assert "papers" not in step(story.says()).briefing.facts
