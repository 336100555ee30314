"""Does a budget hold when many ask at once? Real `run` commands, a real executor, the real ledger."""

from __future__ import annotations

import collections
import os
import subprocess
import sys
from pathlib import Path

import pytest
from experiments.worlds import PLAN, World

from coordinator.errors import Exit

pytestmark = pytest.mark.skipif(os.name != "posix", reason="forks")

ASKED = 50
LEFT = 3

CROWD = """
import os, sys
from pathlib import Path
from coordinator.cli import main, run
from coordinator.store.state import State
run.state = lambda: State(Path(sys.argv[1]))
children = {}
for folder in sys.argv[3:]:
    child = os.fork()
    if child == 0:
        said = os.open(folder + "/said.txt", os.O_WRONLY | os.O_CREAT)
        os.dup2(said, 1)
        code = main.main(["run", "--root", sys.argv[2], folder])
        sys.stdout.flush()
        os._exit(code)
    children[child] = folder
for _ in range(len(children)):
    child, status = os.wait()
    print(os.waitstatus_to_exitcode(status), children[child], flush=True)
"""
"""Many `run` commands, each a process; forked from one, so that not each has to import everything."""
MEASURE = """\
import json, os, pathlib, time
time.sleep(0.2)
numbers = {"score": int(os.environ["AUTORESEARCH_SEED"]) % 7}
(pathlib.Path(os.environ["AUTORESEARCH_OUTPUTS"]) / "metrics.json").write_text(json.dumps(numbers))
"""


def test_fifty_at_once_with_three_left(world: World) -> None:
    """Exactly three start and end well, 47 are refused with the reason, and none hangs."""
    folders = []
    for number in range(1, ASKED + 1):
        name = f"exp_{number:03d}"
        folders.append(world.experiment(name, f"# {name}\n{MEASURE}", plan=PLAN).folder)
    world.executor()
    command = [sys.executable, "-c", CROWD, str(world.state.folder), str(world.workspace.root), *map(str, folders)]
    done = subprocess.run(command, capture_output=True, text=True, check=True, timeout=600)
    codes = [(int(line.split()[0]), Path(line.split()[1])) for line in done.stdout.splitlines()]
    assert collections.Counter(code for code, _ in codes) == {Exit.FINE: LEFT, Exit.REFUSED: ASKED - LEFT}
    assert len(world.starts()) == len(world.ends()) == LEFT
    refused = [(folder / "said.txt").read_text() for code, folder in codes if code == Exit.REFUSED]
    assert all("experiments_spent" in text for text in refused)
    assert not [folder for folder in folders if (folder / "request.json").exists()]
