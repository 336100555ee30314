"""Do sealed bytes come out the same when they are executed again? With real processes."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from experiments.worlds import MEASURE, NOW, World, executed

from coordinator.errors import MachineError, RefusedError
from coordinator.experiments.again import Recorded, clean_folder, execute, recorded
from coordinator.experiments.clock import Clock
from coordinator.experiments.engines.local import engine
from coordinator.experiments.environment import Environments
from coordinator.experiments.execution import Means
from coordinator.experiments.guard import protected
from coordinator.experiments.guard.guard import Guard
from coordinator.experiments.guard.scratch import Scratch
from coordinator.experiments.open_run import OpenRun
from coordinator.model.entry import DirectionEnded
from coordinator.model.instruction import Ending
from coordinator.model.record import Phase
from coordinator.rules.reproduction import Reproduction, Sameness


@pytest.fixture
def run(world: World) -> OpenRun:
    """Give the run."""
    return world.run


def close(world: World, worker: str = "alpha") -> None:
    """End a direction, as the daemon does."""
    world.ledger.append([DirectionEnded(direction=worker, ending=Ending.EXHAUSTED)], NOW)


def repeat(world: World, what: Recorded) -> tuple[Reproduction, Path, list[int]]:
    """Execute it again; give what came out, where, and what was told meanwhile."""
    told: list[int] = []
    watch = protected.watch_of(world.workspace, what.run.frozen)
    guard = Guard(what.run, world.ability(), watch, None, Scratch(world.root))
    means = Means(engine(sole=False), guard, Environments().of(None), dict(os.environ), Clock())
    folder = clean_folder(what)
    return execute(what, means, folder, told.append), folder, told


def test_the_same_bytes_give_the_same_numbers(world: World, run: OpenRun) -> None:
    """In a folder of the coordinator's own; ledger, record and the worker's files stay as they are."""
    paths, execution = executed(world)
    close(world)
    before = (world.entries(), paths.record.read_bytes(), sorted(world.state.folder.rglob("unfinished-*")))
    found, folder, told = repeat(world, recorded(run, paths, Phase.EXPLORE))
    assert found.sameness is Sameness.IDENTICAL
    assert {one.seed for one in found.metrics} == set(execution.seeds)
    assert (found.seeds, found.environment, told[-1]) == ((), (), 2)
    assert folder == run.paths.folder / "again" / "alpha" / "exp_001-1"
    assert len(list(folder.glob("outputs/seed_*/metrics.json"))) == 2
    assert (world.entries(), paths.record.read_bytes(), sorted(world.state.folder.rglob("unfinished-*"))) == before
    assert repeat(world, recorded(run, paths, Phase.EXPLORE))[1].name == "exp_001-2"


def test_it_is_the_sealed_bytes_that_run(world: World, run: OpenRun) -> None:
    """What the worker has in its folder by now does not matter."""
    paths, _ = executed(world)
    paths.code.write_text("raise SystemExit(1)")
    close(world)
    assert repeat(world, recorded(run, paths, Phase.EXPLORE))[0].sameness is Sameness.IDENTICAL


def test_numbers_that_depend_on_something_else_differ(world: World, run: OpenRun) -> None:
    """They are named with both values, and so is a target that is not as it was."""
    code = MEASURE.replace('"version": measured.VERSION', '"version": measured.VERSION, "pid": os.getpid()')
    paths, _ = executed(world, code)
    close(world)
    (world.target / "measured.py").write_text("VERSION = 1 + 1e-9\n")
    found, _, _ = repeat(world, recorded(run, paths, Phase.EXPLORE))
    assert found.sameness is Sameness.DIFFERENT
    assert {one.metric: one.sameness for one in found.metrics} == {
        "pid": Sameness.DIFFERENT,
        "score": Sameness.IDENTICAL,
        "version": Sameness.EQUAL,
    }
    assert [change.what for change in found.environment] == ["target"]


def test_a_broken_seal_is_different(world: World, run: OpenRun) -> None:
    """Edited sealed code is not run, and it is said why."""
    paths, _ = executed(world)
    close(world)
    what = recorded(run, paths, Phase.EXPLORE)
    code = what.copy / "experiment.py"
    code.chmod(0o644)
    code.write_text("raise SystemExit(0)")
    found, _, _ = repeat(world, what)
    assert found.sameness is Sameness.DIFFERENT
    assert "the sealed copy of plan and code was changed" in found.seeds[0]


def test_an_open_direction_is_refused(world: World, run: OpenRun) -> None:
    """A worker would compute without a budget."""
    paths, _ = executed(world)
    with pytest.raises(RefusedError, match="its direction is open"):
        recorded(run, paths, Phase.EXPLORE)


@pytest.mark.parametrize("phase", Phase)
def test_what_never_ended_is_refused(world: World, run: OpenRun, phase: Phase) -> None:
    """There is nothing to compare with."""
    paths = world.experiment()
    close(world)
    with pytest.raises(RefusedError, match="no execution of it has ended"):
        recorded(run, paths, phase)


def test_a_lost_record_is_said(world: World, run: OpenRun) -> None:
    """Without what was witnessed there is nothing to compare with either."""
    paths, _ = executed(world)
    close(world)
    paths.record.unlink()
    run.paths.record("alpha", "exp_001").unlink()
    with pytest.raises(MachineError, match="its record is not what was sealed"):
        recorded(run, paths, Phase.EXPLORE)
