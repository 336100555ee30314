"""What does the ladder ask of one direction, put together from its folder and the ledger?"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest
from fakes import EFFECT, START, Story, code, gains, plan
from hypothesis import given
from hypothesis import strategies as st
from stories import argued, begun, dated_ahead, judged, nudged, replicated, replication, scored, silent, similar

from coordinator.model.instruction import Action
from coordinator.model.record import Outcome

ANSWERS: dict[str, tuple[Callable[[], Story], bool]] = {
    "no report": (begun, False),
    "report unreadable": (lambda: begun().scrawls(), False),
    "nothing was said yet": (lambda: Story().says(answered=0), False),
    "before the first": (lambda: begun().says(answered=0), False),
    "the last": (lambda: begun().says(), True),
    "the last, still working": (lambda: begun().says("working"), True),
    "one before the last": (lambda: begun().told(Action.CONTINUE).says(answered=1), False),
    "more than was said": (lambda: begun().says(answered=2), False),
    "one before a nudge": (lambda: begun().told(Action.REPORT).says(answered=1), True),
    "one before a report sent back": (lambda: begun().told(Action.REVISE).says(answered=1), True),
    "one before both": (lambda: begun().told(Action.REVISE).told(Action.REPORT).says(answered=1), True),
    "one before a revision of an experiment": (
        lambda: begun().told(Action.REVISE, "exp_001").says(answered=1), False,
    ),
    "the nudge, still working": (lambda: begun().told(Action.REPORT).says("working"), False),
    "the nudge, blocked": (lambda: begun().told(Action.REPORT).says("blocked"), True),
    "the nudge, waiting": (lambda: begun().told(Action.REPORT).says(), True),
    "bytes older than the instruction": (
        lambda: begun().says(answered=2).told(Action.REVISE, sha=begun().says(answered=2).report_sha256), False,
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", ANSWERS)
def test_what_answers_the_instruction_in_force(name: str) -> None:
    """A number that was given, in bytes that are younger than it, with no work asked for since."""
    tell, expected = ANSWERS[name]
    assert judged(tell()).answered is expected


def names(story: Story) -> list[str]:
    """Give the experiments in the order in which they are judged."""
    return [one.name for one in judged(story).experiments]


def test_experiments_are_judged_in_the_order_of_their_last_start() -> None:
    """Whatever they are called; what never started comes last, by name."""
    story = begun().wrote("exp_000").ran("exp_003").ran("exp_002").ran("exp_001").ran("exp_003").wrote("exp_004")
    assert names(story) == ["exp_002", "exp_001", "exp_003", "exp_000", "exp_004"]


@given(st.permutations(["exp_001", "exp_002", "exp_003", "exp_004"]))
def test_listing_order_does_not_matter(order: list[str]) -> None:
    """The disk lists folders as it likes."""
    story = replicated(begun()).wrote("exp_004")
    case = judged(story)
    shuffled = replace(case.view, experiments=tuple(story.views[name] for name in order))
    story.view = lambda: shuffled  # type: ignore[method-assign]  # the disk's turn
    assert [one.verdict for one in judged(story).experiments] == [one.verdict for one in case.experiments]


WITNESSED: dict[str, tuple[Callable[[], Story], int]] = {
    "holds": (lambda: scored(begun()), 1),
    "without a summary": (lambda: begun().ran("exp_001", says=None), 1),
    "claim not met": (lambda: begun().ran("exp_001", gains((0.0, 0.01, 0.02)), says=None), 1),
    "failed": (lambda: begun().ran("exp_001", [None] * 3, outcome=Outcome.FAILED), 0),
    "running": (lambda: begun().ran("exp_001", unfinished=True), 0),
    "not run": (lambda: begun().wrote("exp_001"), 0),
    "changed since": (lambda: scored(begun()).changed("exp_001", code=code("new")), 0),
}


@pytest.mark.parametrize("name", WITNESSED)
def test_what_counts_as_witnessed(name: str) -> None:
    """It ran to its end under every seed, on the bytes that are there now."""
    tell, expected = WITNESSED[name]
    assert judged(tell()).witnessed == expected


def test_the_newest_flaw_is_mended_first() -> None:
    """While the worker remembers what it wrote."""
    case = judged(begun().ran("exp_001", says=None).ran("exp_002", says=None))
    assert case.flawed.name == "exp_002"


def test_the_oldest_run_that_is_missing_is_asked_for_first() -> None:
    """Before what was never started."""
    case = judged(scored(begun().wrote("exp_000")).changed("exp_001", code=code("new")))
    assert case.unwitnessed.name == "exp_001"


@pytest.mark.parametrize(("experiments", "flawed"), [(1, None), (2, "exp_001")])
def test_nobody_is_sent_back_for_what_only_another_run_would_mend(experiments: int, flawed: str | None) -> None:
    """Not when there is no experiment left for it."""
    case = judged(begun(budget={"experiments": experiments}).ran("exp_001", gains((0.3, 0.3, 0.3))))
    assert (case.flawed.name if case.flawed else None) == flawed


def test_idle_answers_count_from_the_last_work() -> None:
    """Nudges, revisions and reruns are none: each of them has a bound of its own."""
    story = begun().told(Action.CONTINUE)
    assert judged(story).idle_answers == 2
    for action in (Action.REPORT, Action.REVISE, Action.RERUN):
        story.told(action, "exp_001")
    assert judged(story).idle_answers == 2
    assert judged(scored(story)).idle_answers == 0
    assert judged(story.told(Action.REPLICATE, "exp_001")).idle_answers == 1


def test_reruns_count_over_all_folders() -> None:
    """Or one would make new folders for ever and run none."""
    story = begun().told(Action.RERUN, "exp_001").told(Action.RERUN, "exp_002")
    assert judged(story).reruns == 2
    assert judged(scored(story)).reruns == 0


@pytest.mark.parametrize(
    ("told", "expected"),
    [
        ([], 0),
        ([(Action.REVISE, None)], 1),
        ([(Action.REVISE, None), (Action.REPORT, None), (Action.REVISE, None)], 2),
        ([(Action.REVISE, None), (Action.CONTINUE, None), (Action.REVISE, None)], 1),
        ([(Action.REVISE, None), (Action.REVISE, "exp_001")], 0),
    ],
)
def test_reports_sent_back_in_a_row(told: list[tuple[Action, str | None]], expected: int) -> None:
    """Nudges do not break the row, work that is asked for does."""
    story = begun()
    for action, about in told:
        story.told(action, about)
    assert judged(story).reports_sent_back == expected


def test_replications_are_not_circling() -> None:
    """They are meant to be alike; what was never started and what has no code says nothing either."""
    story = similar(begun(), 2)
    assert judged(story).circling == 2
    alike = code("the", "same", "thing", "again")
    story.ran("exp_003", planned=plan("exp_003", replicates="exp_001"), by=alike, says=argued("exp_003"))
    story.wrote("exp_004", code=alike)
    assert judged(story).circling == 2
    assert judged(story.changed("exp_002", code=None)).circling == 1


SIGNS: dict[str, tuple[Callable[[], Story], float]] = {
    "nothing was ever heard or said": (Story, 0),
    "since the instruction": (lambda: silent(begun(), 5), 5),
    "since the report": (lambda: silent(silent(begun(), 5).says(), 7), 7),
    "since an experiment began": (lambda: silent(silent(begun(), 5).ran("exp_001", unfinished=True), 4), 4),
    "since an experiment ended": (lambda: silent(begun().ran("exp_001", minutes=30), 3), 3),
    "a file dated in the future": (lambda: dated_ahead(silent(begun(), 6)), 6),
    "a clock that was set back": (lambda: set_back(begun()), 0),
}


def set_back(story: Story) -> Story:
    """Set the clock back behind everything that is known."""
    story.clock.now = START - timedelta(days=1)
    return story


@pytest.mark.parametrize("name", SIGNS)
def test_silence_is_measured_from_the_last_sign(name: str) -> None:
    """Of the worker, of its experiments, or of ours; what is dated in the future is no sign."""
    tell, expected = SIGNS[name]
    assert judged(tell()).silent_minutes == pytest.approx(expected, abs=0.1)


NUDGED: dict[str, tuple[Callable[[], Story], int]] = {
    "never": (begun, 0),
    "twice, and nothing else was ever said": (lambda: nudged(Story(), 2), 2),
    "twice": (lambda: nudged(begun(), 2), 2),
    "twice, then heard": (lambda: nudged(begun(), 2).says("working", 0), 0),
    "twice, heard, once more": (lambda: silent(nudged(begun(), 2).says("working", 0)).told(Action.REPORT), 1),
    "twice, then an experiment": (lambda: nudged(begun(), 2).ran("exp_001", unfinished=True), 0),
    "twice, then told something else": (lambda: nudged(begun(), 2).told(Action.CONTINUE), 0),
    "twice, a file dated in the future": (lambda: dated_ahead(nudged(begun(), 2)), 2),
}


@pytest.mark.parametrize("name", NUDGED)
def test_nudges_in_vain_are_counted(name: str) -> None:
    """Those in a row at the end, with no sign of life since."""
    tell, expected = NUDGED[name]
    assert judged(tell()).nudges == expected


def test_the_candidate_is_the_first_that_is_alive() -> None:
    """A dead one is kept, so that the reasons can be told, and not pursued."""
    case = judged(replicated(begun()).confirmed("exp_001", gains((0.0, 0.01, -0.01) * 3)))
    assert (len(case.candidates), case.candidate) == (1, None)


def test_what_governs_a_direction_is_its_own() -> None:
    """Overrides of budget and bar count before the run's settings."""
    story = begun()
    direction = story.direction.model_validate(
        {**story.direction.model_dump(), "budget": {"experiments": 2}, "significance": {"score": 9}}
    )
    story.direction = direction
    case = judged(scored(story))
    assert (case.experiments_left, case.bar.score, case.candidates) == (1, 9, ())


def test_a_replication_of_what_does_not_count_is_a_candidate() -> None:
    """Where the first one scored too low, the second one stands for itself."""
    story = begun().ran("exp_001", says=argued("exp_001", score=5))
    story.ran("exp_002", gains(EFFECT), says=argued("exp_002"), **replication("exp_002"))
    assert judged(story).candidate.experiment.name == "exp_002"
