"""Every situation of a direction, told as a story, and what follows from it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest
from fakes import EFFECT, START, Story, code, gains, plan, summary
from stories import (
    UNREADABLE,
    altered,
    argued,
    begun,
    dated_ahead,
    garbled,
    nudged,
    proven,
    replicated,
    replication,
    scored,
    silent,
    similar,
    told_of_it,
    wall_spent,
)

from coordinator.model.entry import DirectionEnded, FirstReport, TamperingSeen, VerdictGiven
from coordinator.model.instruction import Action, Ending
from coordinator.model.plan import Plan, Step
from coordinator.model.problem import Problem
from coordinator.model.record import Outcome
from coordinator.model.verdict import Standing
from coordinator.rules.case import put_together
from coordinator.rules.lifecycle import RUNGS, Situation
from coordinator.rules.reconcile import situation

STORIES: dict[str, tuple[Callable[[], Story], Situation]] = {
    "ended": (lambda: begun().ended(), Situation.SETTLED),
    "folder made": (Story, Situation.FRESH),
    "no report yet": (begun, Situation.WORKING),
    "at work": (lambda: begun().says("working", 0), Situation.WORKING),
    "report unreadable": (lambda: begun().scrawls(), Situation.REPORT_UNREADABLE),
    "report unreadable, told so": (lambda: begun().scrawls().told(Action.REVISE, sha="bad"), Situation.WORKING),
    "unreadable in another way": (
        lambda: begun().told(Action.REVISE, sha="old").scrawls("new"), Situation.REPORT_UNREADABLE,
    ),
    "unreadable as once before": (
        lambda: begun().told(Action.REVISE, sha="bad").told(Action.CONTINUE).scrawls(), Situation.REPORT_UNREADABLE,
    ),
    "unreadable, nothing better after thirty calls": (lambda: garbled(begun()), Situation.STILL_UNREADABLE),
    "the same, and something runs": (
        lambda: garbled(begun().ran("exp_001", unfinished=True)), Situation.IN_FLIGHT,
    ),
    "the same, and the finding is proven": (lambda: garbled(proven(begun())), Situation.FINALIZED),
    "unreadable when time is spent": (
        lambda: wall_spent(begun().says("working", 0).scrawls()), Situation.TIME_SPENT,
    ),
    "mended as the hint said": (lambda: begun().told(Action.REVISE, sha="bad").says(answered=1), Situation.EXPLORING),
    "mended while at work": (lambda: begun().told(Action.REVISE, sha="bad").says("working"), Situation.WORKING),
    "mended, work not begun": (lambda: begun().told(Action.REVISE, sha="bad").says("working", 0), Situation.WORKING),
    "reported before it was told to begin": (lambda: Story().says(answered=1), Situation.FRESH),
    "scrawled before it was told to begin": (lambda: Story().scrawls(), Situation.FRESH),
    "answers the next number": (lambda: begun().says(answered=2), Situation.REPORT_UNREADABLE),
    "the same bytes when that number is reached": (lambda: begun().says(answered=2).judged(), Situation.WORKING),
    "answers what was never said": (lambda: begun().says(answered=7), Situation.REPORT_UNREADABLE),
    "running": (lambda: begun().ran("exp_001", unfinished=True).says(), Situation.IN_FLIGHT),
    "queued": (lambda: begun().wrote("exp_001", queued=True).says(), Situation.IN_FLIGHT),
    "running when time is spent": (
        lambda: wall_spent(begun().says("working", 0)).ran("exp_001", unfinished=True), Situation.IN_FLIGHT,
    ),
    "running when time is spent, and nobody runs it any more": (
        lambda: wall_spent(begun().says("working", 0).ran("exp_001", unfinished=True)), Situation.TIME_SPENT,
    ),
    "queued when time is spent": (
        lambda: wall_spent(begun().wrote("exp_001", queued=True).says()), Situation.TIME_SPENT,
    ),
    "wall time spent, unanswered": (lambda: wall_spent(begun().says("working", 0)), Situation.TIME_SPENT),
    "wall time spent, answered": (lambda: wall_spent(scored(begun()).says()), Situation.TIME_SPENT),
    "compute time spent": (lambda: scored(begun(budget={"compute_minutes": 0.02})).says(), Situation.TIME_SPENT),
    "silent": (lambda: silent(begun()), Situation.SILENT),
    "at the end of a long experiment": (lambda: begun().ran("exp_001", minutes=25), Situation.WORKING),
    "silent, a file dated in the future": (lambda: dated_ahead(nudged(begun(), 3)), Situation.LOST),
    "silent after a proof": (lambda: nudged(proven(begun()), 3), Situation.FINALIZED),
    "silent but for an experiment": (lambda: silent(nudged(begun(), 3).ran("exp_001")), Situation.SILENT),
    "nudged, still at work": (lambda: begun().told(Action.REPORT).says("working"), Situation.WORKING),
    "nudged, done with it": (lambda: begun().told(Action.REPORT).says(), Situation.EXPLORING),
    "silent after two nudges": (lambda: nudged(begun(), 2), Situation.SILENT),
    "silent after three nudges": (lambda: nudged(begun(), 3), Situation.LOST),
    "heard again after three nudges": (lambda: silent(nudged(begun(), 3).says("working", 0)), Situation.SILENT),
    "nudged, answers what came before": (lambda: begun().told(Action.REPORT).says(answered=1), Situation.EXPLORING),
    "no summary": (lambda: begun().ran("exp_001", says=None).says(), Situation.FLAWED),
    "summary unreadable": (lambda: begun().ran("exp_001", says=UNREADABLE).says(), Situation.FLAWED),
    "sent back three times": (
        lambda: begun().ran("exp_001", says=None).told(Action.REVISE, "exp_001").told(Action.REVISE, "exp_001")
        .told(Action.REVISE, "exp_001").says(), Situation.EXPLORING,
    ),
    "not run": (lambda: begun().wrote("exp_001").says(), Situation.UNWITNESSED),
    "not run, budget spent": (
        lambda: scored(begun(budget={"experiments": 1})).wrote("exp_002").says(), Situation.EXPERIMENTS_SPENT,
    ),
    "one folder after the other not run": (
        lambda: begun().wrote("exp_001").wrote("exp_002").told(Action.RERUN, "exp_001").told(Action.RERUN, "exp_002")
        .told(Action.RERUN, "exp_001").says(), Situation.EXPLORING,
    ),
    "the seed ignored": (lambda: begun().ran("exp_001", gains((0.3, 0.3, 0.3))).says(), Situation.FLAWED),
    "the seed ignored, budget spent": (
        lambda: begun(budget={"experiments": 1}).ran("exp_001", gains((0.3, 0.3, 0.3))).says(),
        Situation.EXPERIMENTS_SPENT,
    ),
    "code changed": (lambda: scored(begun()).changed("exp_001", code=code("new")).says(), Situation.UNWITNESSED),
    "plan edited": (lambda: scored(begun()).changed("exp_001", plan_sha256="f" * 64).says(), Situation.UNWITNESSED),
    "record edited": (lambda: scored(begun()).changed("exp_001", execution_sha256={}).says(), Situation.UNWITNESSED),
    "run asked for three times": (
        lambda: begun().wrote("exp_001").told(Action.RERUN, "exp_001").told(Action.RERUN, "exp_001")
        .told(Action.RERUN, "exp_001").says(), Situation.EXPLORING,
    ),
    "failed": (
        lambda: begun().ran("exp_001", [None] * 3, outcome=Outcome.FAILED, says=None).says(), Situation.EXPLORING,
    ),
    "nothing done": (lambda: begun().says(), Situation.EXPLORING),
    "nothing done three times": (lambda: begun().told(Action.CONTINUE).told(Action.CONTINUE).says(), Situation.IDLE),
    "only the summary touched, three times": (
        lambda: begun().ran("exp_001", says=argued("exp_001", score=5)).told(Action.CONTINUE).told(Action.CONTINUE)
        .told(Action.CONTINUE).says(), Situation.IDLE,
    ),
    "score reached": (lambda: scored(begun()).says(), Situation.UNREPLICATED),
    "score below": (lambda: begun().ran("exp_001", says=argued("exp_001", score=6)).says(), Situation.EXPLORING),
    "claim not met": (
        lambda: begun()
        .ran("exp_001", gains((0.01, 0.02, 0.0)), says=summary("exp_001", found="Nothing.", values={})).says(),
        Situation.EXPLORING,
    ),
    "no claim": (lambda: begun().ran("exp_001", planned=plan("exp_001", claims=())).says(), Situation.EXPLORING),
    "replicated, two experiments": (lambda: replicated(begun(), third=False).says(), Situation.TOO_FEW),
    "replicated, three experiments": (lambda: replicated(begun()).says(), Situation.UNCONFIRMED),
    "confirmed": (
        lambda: replicated(begun()).confirmed("exp_001", gains(EFFECT * 3)).says(), Situation.FINALIZED,
    ),
    "confirmed, but time spent": (
        lambda: wall_spent(replicated(begun()).confirmed("exp_001", gains(EFFECT * 3)).says()), Situation.FINALIZED,
    ),
    "confirmed, time spent, unanswered": (
        lambda: wall_spent(proven(begun().says("working", 0))), Situation.FINALIZED,
    ),
    "both confirmations spent on another": (
        lambda: replicated(begun()).confirmed("exp_003", gains(EFFECT * 3)).confirmed("exp_003", gains(EFFECT * 3), 2)
        .says(), Situation.CONFIRMATIONS_SPENT,
    ),
    "confirmation not wanted": (
        lambda: replicated(begun(significance={"confirm_seeds": 0})).says(), Situation.FINALIZED,
    ),
    "replication not wanted": (
        lambda: replicated(begun(significance={"replications": 0, "min_experiments": 1})).says(), Situation.UNCONFIRMED,
    ),
    "confirmation failed": (
        lambda: replicated(begun()).confirmed("exp_001", gains((0.0, 0.01, -0.01) * 3)).says(), Situation.EXPLORING,
    ),
    "replication failed": (
        lambda: scored(begun())
        .ran("exp_002", gains((-0.1, 0.1, 0.0)), says=argued("exp_002", values={}), **replication("exp_002")).says(),
        Situation.FLAWED,
    ),
    "circling": (lambda: similar(begun(), 3).says(), Situation.CIRCLING),
    "circling, told so": (
        lambda: similar(similar(begun(), 3).told(Action.CHANGE_APPROACH), 1, 4).says(), Situation.STILL_CIRCLING,
    ),
    "circling with the last experiment": (
        lambda: similar(begun(budget={"experiments": 3}), 3).says(), Situation.EXPERIMENTS_SPENT,
    ),
    "circling, and done": (lambda: similar(begun(), 3).says("done"), Situation.GIVEN_UP),
    "told to change, nothing done": (
        lambda: similar(begun(), 3).told(Action.CHANGE_APPROACH).says(), Situation.EXPLORING,
    ),
    "done after one experiment": (
        lambda: begun().ran("exp_001", says=argued("exp_001", score=4)).says("done"), Situation.EXPLORING,
    ),
    "done after three": (
        lambda: begun().ran("exp_001", says=argued("exp_001", score=4)).ran("exp_002", says=argued("exp_002", score=4))
        .ran("exp_003", says=argued("exp_003", score=4)).says("done"), Situation.GIVEN_UP,
    ),
    "done, but a finding is within reach": (lambda: replicated(begun()).says("done"), Situation.UNCONFIRMED),
    "done, and will not confirm": (
        lambda: replicated(begun()).told(Action.CONFIRM, "exp_001").says("done"), Situation.GIVEN_UP,
    ),
    "done, nudged, and will not confirm": (
        lambda: replicated(begun()).told(Action.CONFIRM, "exp_001").told(Action.REPORT).says("done"),
        Situation.GIVEN_UP,
    ),
    "budget spent on a best score of 6": (
        lambda: begun(budget={"experiments": 1}).ran("exp_001", says=argued("exp_001", score=6)).says(),
        Situation.EXPERIMENTS_SPENT,
    ),
    "budget spent on an unreplicated 8": (
        lambda: scored(begun(budget={"experiments": 1})).says(), Situation.EXPERIMENTS_SPENT,
    ),
    "budget spent, to be confirmed": (
        lambda: replicated(begun(budget={"experiments": 3})).says(), Situation.UNCONFIRMED,
    ),
    "target changed": (lambda: altered(scored(begun()).says()), Situation.ALTERED),
    "target changed, finding proven": (lambda: altered(proven(begun()).says()), Situation.ALTERED),
    "target changed, at work": (lambda: altered(begun().says("working", 0)), Situation.WORKING),
    "target changed, told so": (lambda: altered(told_of_it(scored(begun()))), Situation.HELD),
    "target changed, told so, not answered": (
        lambda: altered(scored(begun()).told(Action.REVISE, reasons=("target_changed",))), Situation.WORKING,
    ),
    "target changed, told so, time spent": (
        lambda: wall_spent(altered(told_of_it(scored(begun())))), Situation.TIME_SPENT,
    ),
    "target put back": (lambda: told_of_it(scored(begun())), Situation.UNREPLICATED),
    "target changed again": (
        lambda: altered(told_of_it(scored(begun())).told(Action.REPLICATE, "exp_001").says()), Situation.ALTERED,
    ),
    "still writing": (lambda: still_writing(begun().says()), Situation.WRITING),
    "still writing when time is spent": (
        lambda: still_writing(just_spent(begun().says("working", 0))), Situation.WRITING,
    ),
    "writing on and on when time is spent": (
        lambda: still_writing(wall_spent(begun().says("working", 0))), Situation.TIME_SPENT,
    ),
}  # fmt: skip


def just_spent(story: Story) -> Story:
    """The wall time passes this very second."""
    story.clock.jump(minutes=480)
    return story


def still_writing(story: Story) -> Story:
    """Something in the folder is not at rest."""
    story.settled = False
    return story


def found(story: Story) -> Situation:
    """Give the situation of a story's direction."""
    seen = story.observation()
    history = seen.memory.histories[story.direction.id]
    if history.ending is not None:
        return Situation.SETTLED
    case = put_together(seen.now, story.view(), history, seen.settings)
    return situation(replace(case, altered=seen.altered))


def steps(decided: Plan) -> list[Step]:
    """Give the instructions of a plan."""
    return [act for act in decided.acts if isinstance(act, Step)]


@pytest.mark.parametrize("name", STORIES)
def test_each_story_stands_where_it_should(name: str) -> None:
    """The ladder finds the situation that the story is about."""
    tell, expected = STORIES[name]
    assert found(tell()) is expected


def test_the_stories_cover_every_situation() -> None:
    """No situation is without a story; closing is the user's doing and told below."""
    assert {situation for _, situation in STORIES.values()} == set(Situation) - {Situation.SUPERSEDED}


@pytest.mark.parametrize("name", STORIES)
def test_the_plan_is_what_the_table_says(name: str) -> None:
    """At most one instruction, with the action and ending of its rung, and the direction ends with a stop."""
    tell, expected = STORIES[name]
    decided = tell().decide()
    rung = RUNGS[expected]
    given = [(step.instruction.action, step.instruction.ending) for step in steps(decided)]
    assert given == ([(rung.action, rung.ending)] if rung.action else [])
    endings = [act.ending for act in decided.acts if isinstance(act, DirectionEnded)]
    assert endings == ([rung.ending] if rung.ending else [])


@pytest.mark.parametrize("name", STORIES)
def test_a_second_pass_does_what_is_left(name: str) -> None:
    """Nothing; or, where a crash left only the first entries of the pass before it, those that are missing."""
    tell, _ = STORIES[name]
    whole = tell().decide()
    for kept in range(len(whole.acts) + 1):
        again = tell().apply(replace(whole, acts=whole.acts[:kept])).decide()
        assert again.acts == whole.acts[kept:]
        assert not again.restore


@pytest.mark.parametrize("name", STORIES)
def test_every_instruction_has_a_reason(name: str) -> None:
    """Nobody is told to do something without being told why."""
    tell, _ = STORIES[name]
    assert all(step.instruction.reasons for step in steps(tell().decide()))


@pytest.mark.parametrize("name", STORIES)
def test_the_same_observation_gives_the_same_plan(name: str) -> None:
    """Deciding changes nothing."""
    story = STORIES[name][0]()
    assert story.decide() == story.decide()


def test_instructions_count_up_by_one() -> None:
    """The number of each instruction is one more than the last one's."""
    story = begun().says().judged().says().judged().says()
    assert [step.instruction.instruction for step in steps(story.decide())] == [4]


def test_the_first_readable_report_is_noted_once() -> None:
    """Wall time starts at the first report, and not again."""
    story = Story().told(Action.BEGIN)
    story.report = begun().says("working", 0).report
    assert story.decide().acts == (FirstReport(direction=story.direction.id),)
    assert not story.judged().decide()


def test_a_verdict_is_noted_with_its_numbers() -> None:
    """Each experiment's ruling goes into the ledger before the instruction that follows from it."""
    decided = scored(begun()).says().decide()
    verdict = next(act for act in decided.acts if isinstance(act, VerdictGiven))
    assert (verdict.experiment, verdict.standing, verdict.score) == ("exp_001", Standing.HOLDS, 8.0)
    met = next(reason for reason in verdict.reasons if reason.code == "claim_met")
    assert met.numbers["mean_effect"] == pytest.approx(0.3)
    assert isinstance(decided.acts[-1], Step)


def test_an_edited_inbox_is_written_again() -> None:
    """The inbox is what the ledger says, whoever wrote it last."""
    story = begun()
    story.inbox_sha256 = "somebody else's"
    assert story.decide().restore == (story.direction.id,)


def test_the_findings_are_compiled_when_the_last_direction_ends() -> None:
    """In the same pass as the ending, and again until the run is noted as ended."""
    assert scored(begun(budget={"experiments": 1})).says().decide().compile
    assert begun().ended().decide().compile
    assert not begun().says().decide().compile


def test_a_direction_that_ended_on_a_candidate_names_it() -> None:
    """What the finding rests on is decided once, with the ending."""
    decided = scored(begun(budget={"experiments": 1})).says().decide()
    ending = next(act for act in decided.acts if isinstance(act, DirectionEnded))
    assert (ending.ending, ending.experiment) == (Ending.EXHAUSTED, "exp_001")


def test_what_was_altered_is_noted_and_named_to_the_worker() -> None:
    """On the board by way of the ledger, once; in the inbox with the path and what is wrong with it."""
    story = altered(scored(begun()).says())
    decided = story.decide()
    noted = [act for act in decided.acts if isinstance(act, TamperingSeen)]
    assert [(seen.path, seen.code) for seen in noted] == [("research_target/train.py", "target_changed")]
    (step,) = steps(decided)
    assert (step.instruction.about, step.instruction.reasons) == (None, ("target_changed",))
    assert step.briefing.problems == story.altered
    assert not [act for act in story.judged().decide().acts if isinstance(act, TamperingSeen)]


def test_a_new_run_closes_the_open_one() -> None:
    """Every open direction is told to stop."""
    story = begun()
    from coordinator.rules.reconcile import reconcile

    decided = reconcile(story.observation(closing=True))
    assert [step.instruction.ending for step in steps(decided)] == [Ending.ABANDONED]
    assert steps(decided)[0].instruction.reasons[0] == "superseded"


def test_tampering_is_noted_once() -> None:
    """What somebody changed of ours is written down, and not written down again."""
    changed = (Problem("runs/r/run.yaml", 0, "frozen_edited", "is not what was frozen"),)
    story = begun()
    from coordinator.rules.reconcile import reconcile

    decided = reconcile(story.observation(changed=changed))
    assert [act.code for act in decided.acts if isinstance(act, TamperingSeen)] == ["frozen_edited"]
    story.apply(decided)
    assert not reconcile(story.observation(changed=changed)).acts


def test_a_deleted_experiment_is_named_and_stays_spent() -> None:
    """Deleting a folder frees no budget."""
    story = scored(begun(budget={"experiments": 2})).says()
    del story.views["exp_001"]
    decided = story.decide()
    assert [act.code for act in decided.acts if isinstance(act, TamperingSeen)] == ["experiment_deleted"]
    assert steps(decided)[0].instruction.budget.experiments_left == 1


def test_blocked_workers_are_told_so() -> None:
    """A worker that says it is blocked goes on, with that as the reason."""
    assert "worker_blocked" in steps(begun().says("blocked").decide())[0].instruction.reasons


def test_a_clock_set_back_spends_nothing() -> None:
    """Time before the first report counts as none."""
    story = begun().says("working", 0)
    story.clock.now = START.replace(year=2020)
    assert found(story) is Situation.WORKING
