"""May this experiment start? Every refusal, told as a story, and what an admitted experiment gets."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal

import pytest
from fakes import EFFECT, Story, code, gains, plan
from hypothesis import given, settings
from hypothesis import strategies as st
from stories import begun, replicated, scored, wall_spent

from coordinator.model.experiment import Change
from coordinator.model.instruction import Action
from coordinator.model.problem import Parsed, Problem
from coordinator.model.record import Outcome, Phase
from coordinator.rules.admission import Admitted, Asked, Refusal, admit

UNREADABLE_PLAN = Parsed(None, (Problem("plan.md", 2, "missing_key", "tier: is missing", "add it"),))
CRASHED = (None, None, None)


def asked(story: Story, name: str = "exp_009", phase: Phase = Phase.EXPLORE, **fields: object) -> Asked:
    """Ask for an experiment that nothing speaks against."""
    given = {"plan": Parsed(plan(name)), "code": code(name), "plan_sha256": "a" * 64}
    return Asked(story.clock.now, story.settings, story.direction, name, phase, story.entries, **{**given, **fields})


def again(story: Story, name: str = "exp_001") -> Asked:
    """Ask for the bytes of an experiment that has run."""
    view = story.views[name]
    return asked(story, name, code=view.code, plan_sha256=view.plan_sha256)


def confirmation(story: Story, name: str = "exp_001") -> Asked:
    """Ask for a confirmation."""
    return asked(story, name, Phase.CONFIRM, plan=None, code=None)


def to_confirm() -> Story:
    """Tell a direction whose worker was told to confirm."""
    return replicated(begun()).told(Action.CONFIRM, "exp_001")


REFUSED: dict[str, tuple[Callable[[], Asked], set[str]]] = {
    "nothing speaks against it": (lambda: asked(begun()), set()),
    "ended": (lambda: asked(begun().ended()), {"direction_ended"}),
    "wall time spent": (lambda: asked(wall_spent(begun().says())), {"wall_time_spent"}),
    "compute time spent": (
        lambda: asked(scored(begun(budget={"compute_minutes": 0.02}))), {"compute_time_spent"},
    ),
    "compute time reserved": (
        lambda: asked(begun(budget={"compute_minutes": 15}).ran("exp_001", unfinished=True)), {"compute_time_spent"},
    ),
    "no experiment left": (lambda: asked(scored(begun(budget={"experiments": 1}))), {"experiments_spent"}),
    "no experiment left, folder deleted": (
        lambda: asked(deleted(scored(begun(budget={"experiments": 1})))), {"experiments_spent"},
    ),
    "it is running": (
        lambda: asked(begun().ran("exp_001", unfinished=True), "exp_001"), {"already_running"},
    ),
    "another one is running": (lambda: asked(begun().ran("exp_001", unfinished=True)), set()),
    "wall time free, all of it set aside": (
        lambda: asked(begun(budget={"wall_minutes": 15}).says().ran("exp_001", unfinished=True)), {"wall_time_spent"},
    ),
    "no plan": (lambda: asked(begun(), plan=None), {"plan_missing"}),
    "plan unreadable": (lambda: asked(begun(), plan=UNREADABLE_PLAN), {"missing_key"}),
    "no code": (lambda: asked(begun(), code=None), {"code_missing"}),
    "neither": (lambda: asked(begun(), plan=None, code=None), {"plan_missing", "code_missing"}),
    "tier forbidden": (
        lambda: asked(
            begun(max_tier=2),
            plan=Parsed(plan("exp_009").model_copy(update={"tier": 3})), code=code("x", patches=True),
        ),
        {"tier_forbidden"},
    ),
    "tier misdeclared": (lambda: asked(begun(), code=code("x", patching=True)), {"tier_misdeclared"}),
    "samples misdeclared": (
        lambda: asked(begun(), code=replace(code("x"), resplits="KFold after load_wine")), {"samples_misdeclared"},
    ),
    "the same bytes completed": (lambda: again(scored(begun())), {"already_run"}),
    "the same bytes failed": (lambda: again(begun().ran("exp_001", CRASHED, outcome=Outcome.FAILED)), set()),
    "the same plan, other code": (lambda: replace(again(scored(begun())), code=code("other")), set()),
    "the same bytes, and the inbox asks for them": (
        lambda: again(scored(begun()).told(Action.RERUN, "exp_001").told(Action.REPORT)), set(),
    ),
    "the same bytes, asked for and run since": (
        lambda: again(scored(begun().told(Action.RERUN, "exp_001"))), {"already_run"},
    ),
    "it has completed and has no code now": (
        lambda: asked(scored(begun()), "exp_001", code=None), {"code_missing"},
    ),
    "replicates what has completed": (
        lambda: asked(scored(begun()), plan=Parsed(plan("exp_009", replicates="exp_001"))), set(),
    ),
    "replicates what has failed": (
        lambda: asked(
            begun().ran("exp_001", CRASHED, outcome=Outcome.FAILED),
            plan=Parsed(plan("exp_009", replicates="exp_001")),
        ),
        {"replicates_unknown"},
    ),
    "replicates what is running": (
        lambda: asked(
            begun().ran("exp_001", unfinished=True), plan=Parsed(plan("exp_009", replicates="exp_001")),
        ),
        {"replicates_unknown"},
    ),
    "confirmation asked for": (lambda: confirmation(to_confirm()), set()),
    "confirmation asked for before a nudge": (lambda: confirmation(to_confirm().told(Action.REPORT)), set()),
    "confirmation asked for, experiments spent": (
        lambda: confirmation(replicated(begun(budget={"experiments": 3})).told(Action.CONFIRM, "exp_001")), set(),
    ),
    "confirmation never asked for": (lambda: confirmation(replicated(begun())), {"confirmation_not_asked"}),
    "confirmation before anything was said": (lambda: confirmation(Story()), {"confirmation_not_asked"}),
    "confirmation of another": (lambda: confirmation(to_confirm(), "exp_002"), {"confirmation_not_asked"}),
    "confirmation of what was run again": (
        lambda: confirmation(to_confirm().ran("exp_001")), {"confirmation_not_asked"},
    ),
    "confirmation of what never ran": (
        lambda: confirmation(begun().told(Action.CONFIRM, "exp_001")), {"confirmation_not_asked"},
    ),
    "confirmed on this instruction": (
        lambda: confirmation(to_confirm().confirmed("exp_001", gains(EFFECT))), {"already_run"},
    ),
    "two confirmations made": (
        lambda: confirmation(
            replicated(begun()).confirmed("exp_002", gains(EFFECT)).confirmed("exp_003", gains(EFFECT), 2)
            .told(Action.CONFIRM, "exp_001"),
        ),
        {"confirmations_spent"},
    ),
    "confirmation when time is spent": (
        lambda: confirmation(wall_spent(to_confirm().says())), {"wall_time_spent"},
    ),
}  # fmt: skip


def deleted(story: Story) -> Story:
    """Throw every folder away."""
    story.views.clear()
    return story


@pytest.mark.parametrize("name", REFUSED)
def test_each_story_is_refused_for_what_speaks_against_it(name: str) -> None:
    """Every reason is given, and no other, each with what would mend it."""
    tell, codes = REFUSED[name]
    answer = admit(tell())
    refusals = () if isinstance(answer, Admitted) else answer
    assert {refusal.code for refusal in refusals} == codes
    assert all(refusal.message and refusal.hint for refusal in refusals)


def test_an_exploration_gets_its_seeds_and_limits() -> None:
    """The seeds and the time limit are the settings', the reservation is both together."""
    story = begun(significance={"explore_seeds": 4}, budget={"experiment_seconds": 60})
    assert admit(asked(story)) == Admitted(1, 4, 1, 240.0, 60.0)


def test_another_start_of_the_same_folder_is_counted() -> None:
    """The executor seals each start into a copy of its own."""
    answer = admit(asked(scored(begun()), "exp_001"))
    assert isinstance(answer, Admitted)
    assert answer.start_index == 2


def test_a_confirmation_reuses_what_was_sealed() -> None:
    """It is the last start's plan and code that run again, under the confirmation's seeds."""
    story = to_confirm()
    sealed = story.views["exp_001"]
    assert admit(confirmation(story)) == Admitted(
        1, 10, 1, 3000.0, 300.0, plan_sha256=sealed.plan_sha256, code_sha256=sealed.code.sha256
    )


def test_the_second_confirmation_is_the_second_attempt() -> None:
    """Attempts are counted over the direction, not over one experiment."""
    story = replicated(begun()).confirmed("exp_002", gains(EFFECT)).told(Action.CONFIRM, "exp_001")
    answer = admit(confirmation(story))
    assert isinstance(answer, Admitted)
    assert answer.attempt == 2


def test_the_problems_of_a_plan_are_its_refusals() -> None:
    """What is wrong in plan.md is said with its line and what would mend it."""
    assert admit(asked(begun(), plan=UNREADABLE_PLAN)) == (
        Refusal("missing_key", "plan.md:2: missing_key: tier: is missing", "add it"),
    )


@settings(deadline=None, max_examples=40)
@given(
    budget=st.integers(1, 4),
    order=st.lists(st.tuples(st.integers(1, 6), st.sampled_from(["run", "crash", "start", "delete"])), max_size=20),
)
def test_no_order_of_requests_gets_more_than_the_budget(budget: int, order: list[tuple[int, str]]) -> None:
    """Whatever is asked for, ends, fails or is deleted in between, only so many experiments start."""
    story = begun(budget={"experiments": budget})
    admitted = 0
    for number, what in order:
        name = f"exp_{number:03d}"
        if what == "delete":
            story.views.pop(name, None)
        elif isinstance(admit(asked(story, name)), Admitted):
            admitted += 1
            outcome = Outcome.FAILED if what == "crash" else Outcome.COMPLETED
            story.ran(name, CRASHED if what == "crash" else None, outcome=outcome, unfinished=what == "start")
    assert admitted <= budget


@pytest.mark.parametrize(
    ("offers", "change", "setting", "expected"),
    [(True, "increase", 5, 5), (True, "increase", 0, 0), (False, "increase", 5, 0), (True, "equal", 5, 0)],
)
def test_a_confirmation_runs_a_placebo_where_it_says_something(
    offers: bool, change: str, setting: int, expected: int
) -> None:
    """Where the target offers it and the user wants it, and not for what is claimed to be equal."""
    claim = plan("exp_001").claims[0].model_copy(update={"change": Change(change), "by": Decimal(1)})
    story = begun(significance={"placebo_seeds": setting, "confirm_seeds": 4}).ran(
        "exp_001", planned=plan("exp_001", claims=[claim])
    )
    found = admit(replace(confirmation(story.told(Action.CONFIRM, "exp_001")), offers_placebo=offers))
    assert isinstance(found, Admitted)
    assert (found.count, found.placebo) == (4, expected)
    assert found.reserved_seconds == (4 + expected) * found.time_limit_seconds
