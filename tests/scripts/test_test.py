"""Is pytest called in parallel where that fits, and as the caller says where not?"""

import importlib.util
import os
import subprocess
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


@pytest.mark.skipif(os.name != "posix", reason="no SIGKILL there")
def test_the_death_of_a_worker_ends_the_run(script: ModuleType, tmp_path: Path) -> None:
    """The run fails, names the test, and does not wait for what the dead one had before it."""
    (tmp_path / "test_dies.py").write_text(
        "import os\ndef test_first(): os.kill(os.getpid(), 9)\ndef test_next(): pass\n"
    )
    for name in ("a", "b", "c"):
        (tmp_path / f"test_{name}.py").write_text("def test_one(): pass\ndef test_two(): pass\n")
    done = subprocess.run(
        script.command(["-q", "-p", "no:cacheprovider"]),
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 1, done.stdout
    assert "crashed while running 'test_dies.py::test_first'" in done.stdout
