"""Which start answers a request? The one in flight, or the one that ran these very bytes."""

from __future__ import annotations

import pytest
from experiments.worlds import NOW

from coordinator.experiments.answered import Wanted, answer
from coordinator.model.entry import ExperimentEnded, ExperimentStarted, InstructionGiven
from coordinator.model.history import Given, History, Start
from coordinator.model.instruction import Action, BudgetLeft
from coordinator.model.record import Outcome, Phase

PLAN, CODE, OTHER = "a" * 64, "b" * 64, "c" * 64
WANTED = Wanted("exp_001", Phase.EXPLORE, PLAN, CODE)


def start(
    n: int, *, outcome: Outcome | None = Outcome.COMPLETED, phase: Phase = Phase.EXPLORE, code: str = CODE
) -> Start:
    """Give a start of exp_001, ended unless there is no outcome."""
    fact = ExperimentStarted(
        direction="alpha",
        experiment="exp_001",
        phase=phase,
        request=f"r{n}",
        seeds=(1,),
        plan_sha256=PLAN,
        code_sha256=code,
        target_sha256=OTHER,
        reserved_seconds=1,
    )
    if outcome is None:
        return Start(n, NOW, fact)
    end = ExperimentEnded(
        direction="alpha",
        experiment="exp_001",
        phase=phase,
        start=n,
        outcome=outcome,
        execution_sha256=OTHER,
        wall_seconds=1,
        cpu_seconds=1,
    )
    return Start(n, NOW, fact, end, n + 1)


def given(n: int, action: Action, about: str | None) -> Given:
    """Give an instruction."""
    budget = BudgetLeft(experiments_left=1)
    fact = InstructionGiven(direction="alpha", instruction=1, action=action, about=about, budget=budget, text="")
    return Given(n, NOW, fact, OTHER)


@pytest.mark.parametrize(
    ("starts", "expected"),
    [
        ([], None),
        ([start(1)], 1),
        ([start(1, outcome=None)], 1),
        ([start(1, outcome=None, code=OTHER)], 1),
        ([start(1, code=OTHER)], None),
        ([start(1), start(3, code=OTHER)], None),
        ([start(1, code=OTHER), start(3)], 3),
        ([start(1, outcome=Outcome.FAILED)], 1),
        ([start(1, outcome=Outcome.TARGET_CHANGED)], None),
        ([start(1, phase=Phase.CONFIRM)], None),
        ([start(1), start(3, phase=Phase.CONFIRM, outcome=None)], 1),
    ],
)
def test_an_exploration(starts: list[Start], expected: int | None) -> None:
    """The last start of the same phase counts: in flight always, ended only with the same bytes and not void."""
    found = answer(History(starts=tuple(starts)), WANTED)
    assert (found and found.n) == expected


@pytest.mark.parametrize(
    ("instructions", "expected"),
    [
        ([], 5),
        ([given(4, Action.CONFIRM, "exp_001")], 5),
        ([given(4, Action.CONFIRM, "exp_001"), given(7, Action.CONTINUE, "exp_001")], 5),
        ([given(4, Action.CONFIRM, "exp_001"), given(7, Action.CONFIRM, "exp_002")], 5),
        ([given(4, Action.CONFIRM, "exp_001"), given(7, Action.CONFIRM, "exp_001")], None),
    ],
)
def test_a_confirmation(instructions: list[Given], expected: int | None) -> None:
    """The last confirmation answers until another one is asked for; what the files say by now does not matter."""
    history = History(instructions=tuple(instructions), starts=(start(1), start(5, phase=Phase.CONFIRM)))
    found = answer(history, Wanted("exp_001", Phase.CONFIRM, OTHER, OTHER))
    assert (found and found.n) == expected


def test_another_experiment() -> None:
    """Starts of other experiments answer nothing."""
    assert answer(History(starts=(start(1),)), Wanted("exp_002", Phase.EXPLORE, PLAN, CODE)) is None
