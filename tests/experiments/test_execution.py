"""Does an execution run the bytes that are there to be read, and nothing that was compiled before?"""

from __future__ import annotations

import importlib.util
import json
import py_compile
from pathlib import Path

import pytest
from experiments.worlds import MEASURE, World, executed

from coordinator.model.record import Outcome

TELL = "import json, os, sys\nprint(json.dumps([sys.pycache_prefix, sys.dont_write_bytecode]))\n" + MEASURE


def plant(module: Path, text: str) -> None:
    """Leave bytecode of another text beside a module, in the kind that Python believes without a look at the source."""
    other = module.with_name("other.py")
    other.write_text(text)
    cached = Path(importlib.util.cache_from_source(str(module)))
    py_compile.compile(str(other), str(cached), invalidation_mode=py_compile.PycInvalidationMode.UNCHECKED_HASH)
    other.unlink()


def test_planted_bytecode_is_not_read(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """Neither that in the target nor that of an earlier execution, whatever the executor's own environment says."""
    monkeypatch.setenv("PYTHONPYCACHEPREFIX", "")
    plant(world.target / "measured.py", "VERSION = 666\n")
    _, execution = executed(world)
    assert {process.metrics["version"] for process in execution.processes} == {1}


def test_bytecode_lies_out_of_reach_and_does_not_stay(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """In a folder of the execution alone, gone when it has ended; what a killed executor left there is removed."""
    monkeypatch.setenv("PYTHONDONTWRITEBYTECODE", "1")
    found = world.state.bytecode(world.run.frozen.uid) / "2"
    found.mkdir(parents=True)
    (found / "left").write_text("")
    paths, execution = executed(world, TELL)
    seed = execution.seeds[0]
    prefix, dont = json.loads((paths.outputs / f"seed_{seed}.stdout.txt").read_text())
    assert (execution.start, Path(prefix), dont) == (2, found, False)
    assert list(world.state.bytecode(world.run.frozen.uid).iterdir()) == []
    assert not list(world.target.rglob("__pycache__"))


def test_bytecode_that_cannot_be_removed_costs_its_own_experiment_alone(world: World) -> None:
    """Something else in the folder's place ends neither the executor nor the other worker's experiments."""
    world.state.bytecode(world.run.frozen.uid).mkdir()
    (world.state.bytecode(world.run.frozen.uid) / "2").write_text("in the way")
    paths, execution = executed(world)
    assert execution.outcome is Outcome.FAILED
    assert "bytecode" in execution.processes[0].detail
    other = world.experiment("exp_001", worker="beta")
    world.hand_over(other)
    world.execute()
    assert world.record(other).executions[-1].outcome is Outcome.COMPLETED
    assert paths.record.exists()
