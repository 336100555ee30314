"""How far has a direction come? Passages that the tests' stories are put together from."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from fakes import EFFECT, GOOD_ARGUMENT, Story, code, gains, plan, summary

from coordinator.model.instruction import Action
from coordinator.model.problem import Parsed, Problem
from coordinator.rules.case import UNREADABLE_REPORTS, Case, put_together

UNREADABLE = Parsed(None, (Problem("summary.md", 4, "bad_value", "score: expected a number", "write one"),))


def begun(**settings: object) -> Story:
    """A direction whose worker was told to begin."""
    return Story(**settings).told(Action.BEGIN)


def replication(name: str, of: str = "exp_001") -> dict[str, object]:
    """What makes an experiment a replication of another one."""
    return {"planned": plan(name, replicates=of), "by": code(name, "other", "means", "entirely")}


def scored(story: Story) -> Story:
    """A first experiment at 8 of 10 whose evidence holds."""
    return story.ran("exp_001")


def replicated(story: Story, *, third: bool = True) -> Story:
    """The same, replicated once, and with a third experiment beside it."""
    scored(story).ran("exp_002", gains((0.29, 0.30, 0.31)), says=argued("exp_002"), **replication("exp_002"))
    return story.ran("exp_003", says=argued("exp_003", score=5)) if third else story


def argued(name: str, **fields: object) -> object:
    """A summary with counterarguments of its own."""
    words = {
        "exp_001": GOOD_ARGUMENT,
        "exp_002": "The lead of f1_tuned might come from a confound, since both models see one scaler fitted on all"
        " rows; fitting the scaler inside each fold would test it.",
        "exp_003": "Only one class ratio was measured, so f1_tuned may be limited to it; an ablation over ratio 5"
        " and 50 would tell whether the gain depends on that setting.",
        "exp_004": "Label noise in the minority class is an alternative explanation for a low f1_default; flipping"
        " labels at a known rate would show how much of the gap it makes.",
    }
    return summary(name, argument=words.get(name, words["exp_004"]), found="F1 is 0.32.", **fields)


def similar(story: Story, count: int, first: int = 1) -> Story:
    """Several experiments with the same code, none of them reaching the bar."""
    for number in range(first, first + count):
        name = f"exp_{number:03d}"
        story.ran(name, by=code("the", "same", "thing", "again"), says=argued(name, score=3))
    return story


def wall_spent(story: Story) -> Story:
    """The wall time passes."""
    story.clock.jump(minutes=481)
    return story


def silent(story: Story, minutes: float = 21) -> Story:
    """Nothing is heard for a while."""
    story.clock.jump(minutes=minutes)
    return story


def nudged(story: Story, times: int) -> Story:
    """Nothing is heard, however often the worker is asked."""
    for _ in range(times):
        silent(story).told(Action.REPORT)
    return silent(story)


def garbled(story: Story) -> Story:
    """A report that is sent back thirty times and is no better."""
    for attempt in range(UNREADABLE_REPORTS):
        story.told(Action.REVISE, sha=f"bad {attempt}")
    return story.scrawls("still bad")


def altered(story: Story) -> Story:
    """Somebody changes a file of the target."""
    message, hint = "has another content", "put it back"
    story.altered = (Problem("research_target/train.py", 0, "target_changed", message, hint),)
    return story


def told_of_it(story: Story) -> Story:
    """The worker is asked to put it back, and answers."""
    return story.told(Action.REVISE, reasons=("target_changed",)).says()


def proven(story: Story) -> Story:
    """A finding that is replicated and confirmed, and nobody has answered for it yet."""
    return replicated(story).confirmed("exp_001", gains(EFFECT * 3))


def dated_ahead(story: Story) -> Story:
    """The clock that dates the worker's files is a day ahead."""
    story.last_sign = story.clock.now + timedelta(days=1)
    return story


def judged(story: Story) -> Case:
    """Put a story's direction together as a pass would."""
    seen = story.observation()
    case = put_together(seen.now, story.view(), seen.memory.histories[story.direction.id], seen.settings)
    return replace(case, altered=seen.altered)
