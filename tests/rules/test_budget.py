"""What may a direction still use, and does nothing ever raise it?"""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from fakes import EFFECT, START, Story, gains
from hypothesis import given, settings
from hypothesis import strategies as st
from stories import begun, scored, wall_spent

from coordinator.model.entry import ExperimentInterrupted, ExperimentResumed, FirstReport
from coordinator.model.history import History, Start
from coordinator.model.instruction import Action, BudgetLeft
from coordinator.model.record import Outcome
from coordinator.model.settings import Budget
from coordinator.rules import budget

CRASHED = (None, None, None)


def remembered(story: Story) -> History:
    """Give the ledger's memory of a story's direction."""
    return story.memory.histories[story.direction.id]


SPENT: dict[str, tuple[Callable[[], Story], int]] = {
    "nothing": (begun, 0),
    "one that completed": (lambda: scored(begun()), 1),
    "one that failed": (lambda: begun().ran("exp_001", CRASHED, outcome=Outcome.FAILED), 1),
    "one that met its time limit": (lambda: begun().ran("exp_001", CRASHED, outcome=Outcome.TIMED_OUT), 1),
    "one on a changed target": (lambda: begun().ran("exp_001", outcome=Outcome.TARGET_CHANGED), 1),
    "one that runs": (lambda: begun().ran("exp_001", unfinished=True), 1),
    "one twice": (lambda: scored(scored(begun())), 2),
    "one and its confirmation": (lambda: scored(begun()).confirmed("exp_001", gains(EFFECT)), 1),
    "one that was never run": (lambda: begun().wrote("exp_001"), 0),
}


@pytest.mark.parametrize("name", SPENT)
def test_what_was_started_is_spent(name: str) -> None:
    """Failed, repeated and running ones included, confirmations not."""
    tell, expected = SPENT[name]
    assert budget.experiments_spent(remembered(tell())) == expected


def test_no_more_left_than_nothing() -> None:
    """A budget that was overdrawn, by an older release or another config, is not negative."""
    story = scored(scored(begun()))
    assert budget.left(Budget(experiments=1), remembered(story), story.clock.now).experiments_left == 0


@pytest.mark.parametrize(
    ("minutes", "left"),
    [(0, 480), (0.5, 479), (1, 479), (479.9, 0), (480, 0), (5000, 0), (-60, 480)],
)
def test_wall_minutes_are_rounded_down_and_never_rise_above_the_budget(minutes: float, left: int) -> None:
    """They count from the first report; a clock that is set back gives none away."""
    history = History(first_report=START)
    assert budget.left(Budget(), history, START + timedelta(minutes=minutes)) == BudgetLeft(
        experiments_left=5, wall_minutes_left=left
    )


def test_wall_time_starts_with_the_first_report() -> None:
    """Before it nothing is spent, however long ago the run began; a later one changes nothing."""
    story = begun()
    story.clock.jump(minutes=300)
    assert budget.wall_minutes(remembered(story), story.clock.now) == 0
    story.says("working", 0)
    story.clock.jump(minutes=10)
    story.note(FirstReport(direction=story.direction.id))
    assert budget.wall_minutes(remembered(story), story.clock.now) == pytest.approx(10, abs=0.1)


def test_no_limit_is_no_number() -> None:
    """Null in the config is null in the inbox, and time is never spent."""
    story = wall_spent(begun(budget={"wall_minutes": None}).says())
    limits = story.settings.budget
    assert budget.left(limits, remembered(story), story.clock.now).wall_minutes_left is None
    assert budget.time_spent(limits, remembered(story), story.clock.now) == ()


TIME: dict[str, tuple[Callable[[], Story], set[str]]] = {
    "neither": (lambda: scored(begun(budget={"compute_minutes": 1})), set()),
    "wall time": (lambda: wall_spent(begun(budget={"compute_minutes": 1}).says()), {"wall_time_spent"}),
    "compute time": (lambda: scored(begun(budget={"compute_minutes": 0.025})), {"compute_time_spent"}),
    "compute time, reserved": (
        lambda: begun(budget={"compute_minutes": 15}).ran("exp_001", unfinished=True), {"compute_time_spent"},
    ),
    "compute time, of a confirmation": (
        lambda: scored(begun(budget={"compute_minutes": 0.05})).confirmed("exp_001", gains(EFFECT)),
        {"compute_time_spent"},
    ),
    "GPU time": (
        lambda: begun(budget={"gpu_minutes": 0.5}).ran("exp_001").gpu("exp_001", 31), {"gpu_time_spent"},
    ),
    "GPU time, almost": (lambda: begun(budget={"gpu_minutes": 0.5}).ran("exp_001").gpu("exp_001", 29), set()),
    "GPU time, reserved": (
        lambda: begun(budget={"gpu_minutes": 15}).ran("exp_001", unfinished=True), {"gpu_time_spent"},
    ),
    "both": (
        lambda: wall_spent(scored(begun(budget={"compute_minutes": 0.02})).says()),
        {"wall_time_spent", "compute_time_spent"},
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", TIME)
def test_what_is_used_up_is_named_with_its_numbers(name: str) -> None:
    """Each limit that is met, with what was used and what there was."""
    tell, expected = TIME[name]
    story = tell()
    reasons = budget.time_spent(story.settings.budget, remembered(story), story.clock.now)
    assert {reason.code for reason in reasons} == expected
    assert all(reason.numbers["used"] >= reason.numbers["budget"] * 0.99 for reason in reasons)


def test_the_end_settles_the_reservation() -> None:
    """What was set aside is replaced by what was used."""
    running = begun().ran("exp_001", unfinished=True)
    assert budget.compute_minutes(remembered(running)) == 15
    assert budget.compute_minutes(remembered(running.finished("exp_001", gains(EFFECT)))) == pytest.approx(0.025)


@pytest.mark.parametrize(("times", "gone"), [(0, False), (1, False), (2, True), (3, True)])
def test_two_confirmations_a_direction(times: int, gone: bool) -> None:
    """More would be seeds tried until one set fits."""
    story = scored(begun())
    for attempt in range(times):
        story.confirmed("exp_001", gains(EFFECT), attempt + 1)
    reasons = budget.confirmations_gone(remembered(story))
    assert [(reason.code, reason.numbers) for reason in reasons] == (
        [("confirmations_spent", {"used": times, "budget": 2})] if gone else []
    )


@pytest.mark.parametrize(("spent", "gone"), [(0, False), (1, False), (2, True), (3, True)])
def test_every_experiment_of_the_budget(spent: int, gone: bool) -> None:
    """The last one of the budget is the last one."""
    story = begun()
    for _ in range(spent):
        scored(story)
    assert bool(budget.experiments_gone(Budget(experiments=2), remembered(story))) is gone


def interrupted(story: Story, *doings: str) -> Start:
    """Let executors be stopped and killed while an experiment runs; give its start in the end."""
    start = story.ran("exp_001", unfinished=True).memory.histories[story.direction.id].starts[-1].n
    about = {"direction": story.direction.id, "experiment": "exp_001", "start": start}
    for what in doings:
        if what == "stopped":
            story.note(ExperimentInterrupted(**about, cpu_seconds=7, gpu_seconds=3))
        elif what == "resumed":
            reserved = remembered(story).starts[-1].fact.reserved_seconds
            story.note(ExperimentResumed(**about, again_seconds=reserved))
        else:
            story.finished("exp_001", gains(EFFECT))
    return remembered(story).starts[-1]


@pytest.mark.parametrize(
    ("doings", "cpu", "gpu"),
    [
        ([], 900, 900),
        (["ended"], 1.5, 0),
        (["stopped"], 907, 903),
        (["stopped", "resumed"], 907, 903),
        (["stopped", "resumed", "ended"], 8.5, 3),
        (["resumed"], 1800, 1800),
        (["resumed", "ended"], 901.5, 900),
        (["stopped", "resumed", "resumed", "ended"], 908.5, 903),
        (["resumed", "stopped", "resumed", "ended"], 908.5, 903),
        (["ended", "resumed", "stopped"], 1.5, 0),
    ],
)
def test_what_was_done_in_vain_is_charged(doings: list[str], cpu: float, gpu: float) -> None:
    """An orderly stop charges what was seen, a crash all that was reserved; what runs has its reserve beside that."""
    start = interrupted(begun(), *doings)
    assert (start.cpu_seconds, start.gpu_seconds) == (pytest.approx(cpu), pytest.approx(gpu))


@pytest.mark.parametrize(
    ("minutes", "running", "refused"), [(16, 0, False), (16, 1, False), (15, 1, True), (31, 2, False)]
)
def test_wall_time_is_set_aside_too(minutes: float, running: int, refused: bool) -> None:
    """What is in flight may take its time limit for each seed, one after another."""
    story = begun().says()
    for number in range(running):
        story.ran(f"exp_{number:03d}", unfinished=True)
    reasons = budget.wall_reserved(Budget(wall_minutes=minutes), remembered(story), story.clock.now)
    assert [reason.code for reason in reasons] == (["wall_time_spent"] if refused else [])
    assert budget.wall_reserved(Budget(wall_minutes=None), remembered(story), story.clock.now) == ()


DOINGS = st.sampled_from(
    [
        "run",
        "fail",
        "start",
        "finish",
        "confirm",
        "delete",
        "delete all",
        "report",
        "scrawl",
        "tell",
        "wait",
        "pass",
        "stop",
        "crash",
    ]
)


def do(story: Story, what: str, name: str) -> None:
    """Let a worker, the executor, the daemon or time do one thing."""
    if what in {"run", "fail", "start"}:
        failed = what == "fail"
        outcome = Outcome.FAILED if failed else Outcome.COMPLETED
        story.ran(name, CRASHED if failed else None, outcome=outcome, unfinished=what == "start")
    elif what == "finish":
        for start in remembered(story).in_flight:
            if start.fact.experiment in story.views:
                story.finished(start.fact.experiment, gains(EFFECT))
    elif what == "confirm" and name in story.views and not remembered(story).in_flight:
        story.confirmed(name, gains(EFFECT))
    elif what in {"stop", "crash"}:
        for start in remembered(story).in_flight:
            about = {"direction": story.direction.id, "experiment": start.fact.experiment, "start": start.n}
            resumed = ExperimentResumed(**about, again_seconds=start.fact.reserved_seconds)
            story.note(ExperimentInterrupted(**about, cpu_seconds=7) if what == "stop" else resumed)
    elif what.startswith("delete"):
        for gone in [name] if what == "delete" else list(story.views):
            story.views.pop(gone, None)
            story.executions.pop(gone, None)
    else:
        other = {"report": story.says, "scrawl": story.scrawls, "pass": story.judged}
        other |= {"tell": lambda: story.told(Action.CONTINUE), "wait": lambda: story.clock.jump(minutes=7)}
        other.get(what, lambda: None)()


@settings(deadline=None, max_examples=40)
@given(doings=st.lists(st.tuples(DOINGS, st.sampled_from(["exp_001", "exp_002", "exp_003"])), max_size=15))
def test_nothing_raises_a_budget(doings: list[tuple[str, str]]) -> None:
    """Whatever is appended to the ledger or deleted from the folder, what is left never becomes more."""
    story = begun()
    before = budget.left(story.settings.budget, remembered(story), story.clock.now)
    for what, name in doings:
        settled = sum(start.lost_cpu_seconds for start in remembered(story).starts)
        do(story, what, name)
        assert sum(start.lost_cpu_seconds for start in remembered(story).starts) >= settled
        after = budget.left(story.settings.budget, remembered(story), story.clock.now)
        assert after.experiments_left <= before.experiments_left
        assert after.wall_minutes_left <= before.wall_minutes_left
        before = after


def test_what_is_in_flight_is_overdue_only_by_what_was_reserved() -> None:
    """Ten minutes after everything that was reserved, once for each direction that shares the executor."""
    story = begun().ran("exp_001", unfinished=True).ran("exp_002", unfinished=True)
    history = remembered(story)
    last = history.in_flight[-1].at
    for sharing, minutes in ((1, 40), (4, 130)):  # 2 experiments, 3 seeds each, 300 s a seed
        assert not budget.overdue(history, last + timedelta(minutes=minutes), sharing)
        assert budget.overdue(history, last + timedelta(minutes=minutes, seconds=1), sharing)
    assert not budget.overdue(remembered(begun()), last + timedelta(days=9), 1)
