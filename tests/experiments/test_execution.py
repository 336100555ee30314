"""Does an execution run the bytes that are there to be read, and nothing that was compiled before?"""

from __future__ import annotations

import importlib.util
import json
import py_compile
from pathlib import Path

import pytest
from experiments.worlds import MEASURE, World, executed

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


def test_bytecode_is_compiled_once_and_does_not_stay(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """In a temporary folder of the execution alone, gone when it has ended."""
    monkeypatch.setenv("PYTHONDONTWRITEBYTECODE", "1")
    paths, execution = executed(world, TELL)
    told = [json.loads((paths.outputs / f"seed_{seed}.stdout.txt").read_text()) for seed in execution.seeds]
    assert told[0] == told[1]
    prefix, dont = told[0]
    assert not dont
    assert not Path(prefix).exists()
    assert not Path(prefix).is_relative_to(world.workspace.root)
    assert not list(world.target.rglob("__pycache__"))
