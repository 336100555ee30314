"""Is pytest called in parallel where that fits, and as the caller says where not?"""

import importlib.util
import sys
from pathlib import Path
from types import ModuleType

import pytest


@pytest.fixture
def script() -> ModuleType:
    """Give scripts/test.py, whose name is also that of a package of Python's own."""
    path = Path(__file__).resolve().parents[2] / "scripts" / "test.py"
    spec = importlib.util.spec_from_file_location("script_test", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.mark.parametrize("arguments", [[], ["tests/rules"], ["-k", "spent", "-x"], ["--durations=5"]])
def test_everything_runs_on_two_cores(script: ModuleType, arguments: list[str]) -> None:
    """Add workers, and pass on what was given."""
    assert script.command(arguments) == [sys.executable, "-m", "pytest", *script.PARALLEL, *arguments]


@pytest.mark.parametrize(
    "arguments",
    [["-n", "1"], ["-n4"], ["--pdb"], ["--dist=load"], ["-p", "no:xdist"], ["tests/test_x.py::test_one"]],
)
def test_the_caller_may_want_it_otherwise(script: ModuleType, arguments: list[str]) -> None:
    """Add nothing where the caller has chosen, or where workers would be in the way."""
    assert script.command(arguments) == [sys.executable, "-m", "pytest", *arguments]


def test_the_real_clients_are_opted_in(script: ModuleType) -> None:
    """By an option that pytest does not see, or by the environment, as in CI."""
    assert script.opted(["-x"], {"A": "b"}) == ({"A": "b"}, ["-x"])
    assert script.opted(["--assistants", "-x"], {}) == ({script.clients.OPT_IN: "1"}, ["-x"])
