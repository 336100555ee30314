"""Is what was started and has not ended found again, with the copy that it ran?"""

from __future__ import annotations

from experiments.worlds import MEASURE, NOW, RUN, World

from coordinator.experiments.order import interrupted
from coordinator.model.entry import ExperimentStarted
from coordinator.model.instruction import Action
from coordinator.model.record import Phase


def test_nothing_interrupted(world: World) -> None:
    """What has ended is not begun again."""
    world.hand_over(world.experiment())
    world.execute()
    assert list(interrupted(world.run)) == []


def test_each_with_its_own_copy(world: World) -> None:
    """The second start of an experiment has the second copy; oldest first."""
    paths = world.experiment()
    world.hand_over(paths)
    world.execute()
    paths.code.write_text(MEASURE + "# another\n")
    world.hand_over(paths)
    world.hand_over(world.experiment(worker="beta"))
    world.underway().look()
    again = list(interrupted(world.run))
    sealed = world.workspace.run(RUN).sealed
    assert [order.copy for order in again] == [sealed("alpha", "exp_001", 2), sealed("beta", "exp_001", 1)]
    assert [order.start for order in again] == world.starts()[1:]
    assert {order.time_limit for order in again} == {20}
    assert not any(order.void for order in again)


def test_a_confirmation_has_the_copy_of_what_it_confirms(world: World) -> None:
    """Also if another exploration of the experiment was started since."""
    paths = world.experiment()
    world.hand_over(paths)
    world.execute()
    world.instruct(Action.CONFIRM, "exp_001")
    world.hand_over(paths, Phase.CONFIRM)
    underway = world.underway()
    underway.look()
    paths.code.write_text(MEASURE + "# another\n")
    world.hand_over(paths)
    underway.look()
    confirmation = next(order for order in interrupted(world.run) if order.start.phase is Phase.CONFIRM)
    assert confirmation.copy == world.workspace.run(RUN).sealed("alpha", "exp_001", 1)
    assert confirmation.void == ""


def test_what_was_never_sealed(world: World) -> None:
    """A confirmation of nothing is given up, and not run from some other code."""
    start = ExperimentStarted(
        direction="alpha",
        experiment="exp_001",
        phase=Phase.CONFIRM,
        request="r",
        seeds=(1, 2),
        plan_sha256="0" * 64,
        code_sha256="0" * 64,
        target_sha256="0" * 64,
        reserved_seconds=20,
    )
    world.ledger.append([start], NOW)
    (order,) = interrupted(world.run)
    assert "never sealed" in order.void
    world.experiment()
    world.execute()
    assert world.ends()[0].outcome == "failed"
