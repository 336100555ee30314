"""Does one pass do everything that follows from what it sees, and the next one nothing?"""

from __future__ import annotations

from engine.worlds import World

from coordinator.model.instruction import Action, Ending


def test_a_campaign_comes_to_its_end(world: World) -> None:
    """From begin to stop, with a replication and a confirmation; and what was compiled is what can be derived."""
    actions = world.campaign()
    assert actions == [Action.BEGIN, Action.REPLICATE, Action.CONTINUE, Action.CONFIRM]
    assert world.told().ending is Ending.FINALIZED
    assert world.verified().problems == []
