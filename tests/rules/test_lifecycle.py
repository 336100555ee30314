"""Is the table of situations complete, and does each rung say what it may?"""

from __future__ import annotations

import pytest

from coordinator.model.instruction import Action, Ending
from coordinator.rules.lifecycle import RUNGS, Situation


def test_every_situation_has_its_rung_in_the_order_of_the_enum() -> None:
    """One table: what is asked for first stands first, here and there."""
    assert list(RUNGS) == list(Situation)


@pytest.mark.parametrize("found", Situation)
def test_an_ending_goes_with_a_stop(found: Situation) -> None:
    """A direction ends with `stop`, and with nothing else."""
    rung = RUNGS[found]
    assert (rung.ending is not None) == (rung.action is Action.STOP)
    assert rung.why


def test_every_action_and_every_ending_is_reached() -> None:
    """Nothing in the worker's protocol is without a situation that calls for it."""
    assert {rung.action for rung in RUNGS.values()} == {*Action, None}
    assert {rung.ending for rung in RUNGS.values()} == {*Ending, None}


def test_what_gives_no_instruction_waits_for_somebody() -> None:
    """The worker, the executor or nobody any more: these five and no others."""
    silent = {found for found, rung in RUNGS.items() if rung.action is None}
    assert silent == {Situation.SETTLED, Situation.WRITING, Situation.IN_FLIGHT, Situation.HELD, Situation.WORKING}
