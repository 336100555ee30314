"""Does any lie become a finding? One liar at a time, told to the whole coordinator."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from simulation.executor import FakeExecutor
from simulation.laws import Laws
from simulation.lies import LIES, Liar, Lie, anchor_rolled_back, replication_copied
from simulation.workers import Honest, Worker
from simulation.world import World, dice_loaded, without_pictures, without_syncs

from coordinator.engine.observe import Observer
from coordinator.engine.rest import Rest
from coordinator.engine.verify import Verification
from coordinator.errors import TamperingError
from coordinator.model.instruction import Ending
from coordinator.rules.history import remember

ROUNDS = 60
NOTICED = {
    "experiments_deleted": "experiment_deleted",
    "ledger_rewritten": "ledger_truncated",
    "bar_lowered": "frozen_edited",
}
"""Lies that leave a trace in the ledger, under this code; of the others the verdicts speak."""
VERIFIED = {"outputs_edited": "outputs_edited", "records_forged": "record_edited"}
"""Lies that `verify` names, under this code."""


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    """Give a world with one direction."""
    with dice_loaded(), without_syncs(), without_pictures():
        yield World(tmp_path).start()


def play(world: World, worker: Worker, *, lawful: bool = True) -> Ending:
    """Let a worker work until its direction has ended; hold the laws after each round."""
    executor = FakeExecutor(world)
    laws = Laws(world, executor)
    for _ in range(ROUNDS):
        worker.act()
        executor.step()
        world.clock.jump(minutes=5)
        try:
            world.settle()
        except TamperingError:  # the daemon says so and stops working; somebody starts it again
            world.start().settle()
        if lawful:
            laws.hold()
        ending = remember(world.entries).histories[worker.direction].ending
        if ending is not None:
            return ending.ending
    raise AssertionError("it never ended")


def test_the_same_worker_without_a_lie_has_its_finding(world: World) -> None:
    """Finalize what an honest worker measured: else nothing here would show anything."""
    assert play(world, Honest(world, "alpha", 0.3)) is Ending.FINALIZED
    assert verified(world) == set()


@pytest.mark.parametrize("lie", LIES, ids=lambda lie: lie.__name__)
def test_no_lie_becomes_a_finding(world: World, lie: Lie) -> None:
    """End the direction otherwise, with the budget kept, and name the lie where it left a trace."""
    assert play(world, Liar(Honest(world, "alpha", 0.0), lie)) is not Ending.FINALIZED
    codes = {seen.code for seen in remember(world.entries).tampering}
    assert NOTICED.get(lie.__name__, "") in {*codes, ""}
    assert VERIFIED.get(lie.__name__, "") in {*verified(world), ""}


def test_a_copied_replication_is_none(world: World) -> None:
    """Let an effect that is there be replicated by other code, or not be a finding."""
    assert play(world, Liar(Honest(world, "alpha", 0.3), replication_copied)) is not Ending.FINALIZED


def test_a_ledger_rolled_back_in_the_state_folder_is_no_finding(world: World) -> None:
    """End otherwise than finalized even if the worker reaches what no worker should."""
    assert play(world, Liar(Honest(world, "alpha", 0.0), anchor_rolled_back), lawful=False) is not Ending.FINALIZED


def verified(world: World) -> set[str]:
    """Give the codes of everything that `verify` finds wrong."""
    observer = Observer(world.workspace, world.opened.run, frozenset({"imbalance"}), Rest(world.clock.monotonic))
    world.start()
    return {problem.code for problem in Verification(world.workspace, world.opened)(observer).problems}
