"""Are the limits of the config kept, recorded and charged? Real processes under an executor's inside."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import patience
import pytest
from experiments.worlds import MEASURE, World, executed

from coordinator.experiments import engines
from coordinator.experiments.clock import Clock
from coordinator.experiments.engines import Ended, Job
from coordinator.experiments.engines.local import LocalEngine
from coordinator.experiments.underway import Tools, Underway
from coordinator.model.entry import ExperimentInterrupted, ExperimentResumed
from coordinator.model.history import History
from coordinator.model.record import Outcome
from coordinator.rules import budget
from coordinator.rules.history import remember

SEEDS = "significance: {explore_seeds: 2, confirm_seeds: 4}\n"
GREEDY = """\
import subprocess, sys, time
block = "import time; x = bytearray(70 << 20); x[::4096] = bytes(len(x[::4096])); time.sleep(60)"
children = [subprocess.Popen([sys.executable, "-I", "-S", "-c", block]) for _ in range(3)]
time.sleep(60)
"""
SPIN = "import time\nwhile True: pass\n"


def history(world: World, worker: str = "alpha") -> History:
    """Give what the ledger remembers of a direction."""
    return remember(world.entries()).histories[worker]


@pytest.mark.parametrize(
    ("setting", "code", "outcome", "said"),
    [
        ("experiment_memory_mb: 150", GREEDY, Outcome.MEMORY_LIMIT, "held more than 150 MiB"),
        ("experiment_memory_mb: 150", "x = bytearray(500 << 20)", Outcome.MEMORY_LIMIT, "exit code 1: MemoryError"),
        (
            "experiment_outputs_mb: 2",
            "import os\nfor k in range(3): open(os.environ['AUTORESEARCH_OUTPUTS'] + f'/{k}', 'wb').truncate(1 << 20)",
            Outcome.OUTPUTS_LIMIT,
            "its outputs are more than 2 MiB",
        ),
        ("experiment_outputs_mb: 2", "open('x', 'wb').truncate(1 << 40)", Outcome.OUTPUTS_LIMIT, "File too large"),
        ("experiment_seconds: 0.5", "import time; time.sleep(60)", Outcome.TIMED_OUT, "killed after 0.5 s"),
    ],
    ids=["memory of a tree", "memory of a process", "outputs", "a sparse file", "time"],
)
def test_each_limit_has_its_outcome(
    world_of: Callable[[str], World], setting: str, code: str, outcome: Outcome, said: str
) -> None:
    """The record says which limit was met and which limits there were, and it is spent."""
    world = world_of(f"budget: {{experiments: 3, {setting}}}\n{SEEDS}")
    _, execution = executed(world, code)
    assert [process.outcome for process in execution.processes] == [outcome, outcome]
    assert said in execution.processes[0].detail
    assert execution.outcome is outcome
    limits = (execution.time_limit_seconds, execution.memory_limit_mb, execution.outputs_limit_mb)
    granted = world.run.frozen.settings.budget
    assert limits == (granted.experiment_seconds, granted.experiment_memory_mb, granted.experiment_outputs_mb)
    assert execution.limits
    assert budget.experiments_spent(history(world)) == 1


def test_the_compute_budget_is_not_overdrawn_by_more_than_one_experiment(world_of: Callable[[str], World]) -> None:
    """Experiments that compute as long as they may: what is used in the end is below the budget and one of them."""
    world = world_of(f"budget: {{experiments: 9, compute_minutes: 0.03, experiment_seconds: 0.6}}\n{SEEDS}")
    reserved = 2 * 0.6 / 60
    for number in range(1, 5):
        world.hand_over(world.experiment(f"exp_{number:03d}", f"# {number}\n{SPIN}"))
    world.execute()
    used = budget.compute_minutes(history(world))
    assert len(world.starts()) == 2
    assert 0 < used < 0.03 + reserved + 2 * 2 * 0.5 / 60  # a look's time for each process


SMI = """#!/bin/sh
echo "$@" >> {log}
for pid in $(cat {holders} 2>/dev/null); do echo "$pid, GPU-0"; echo "$pid, GPU-1"; done
"""


@pytest.fixture
def smi(tmp_path: Path) -> tuple[str, Path]:
    """Give a simulated `nvidia-smi`, and the file that says which processes hold both of its GPUs."""
    holders = tmp_path / "holders"
    program = tmp_path / "nvidia-smi"
    program.write_text(SMI.format(log=tmp_path / "log", holders=holders))
    program.chmod(0o755)
    return str(program), holders


def test_gpu_minutes_are_measured_and_end_the_tree(
    world_of: Callable[[str], World], smi: tuple[str, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Two GPUs that are held for as long as one was set aside end it; the time is charged."""
    world = world_of(f"budget: {{gpu_minutes: 60, experiment_seconds: 4}}\n{SEEDS}")
    code = f"import os, time\nopen({str(smi[1])!r}, 'w').write(str(os.getpid()))\ntime.sleep(60)\n"
    tools = Tools(LocalEngine(nvidia_smi=smi[0]), Clock(), dict(os.environ), world.ability)
    paths = world.experiment(code=code)
    world.hand_over(paths)
    world.execute(Underway(world.workspace, world.state, tools))
    execution = world.record(paths).executions[0]
    outcomes = {process.outcome for process in execution.processes}
    assert Outcome.COMPUTE_LIMIT in outcomes
    assert outcomes <= {Outcome.COMPUTE_LIMIT, Outcome.TIMED_OUT}  # two run at a time, and share the file
    assert world.ends()[0].gpu_seconds > 4
    assert budget.gpu_minutes(history(world)) == pytest.approx(world.ends()[0].gpu_seconds / 60)


def test_an_executor_that_is_stopped_says_what_was_used(world_of: Callable[[str], World]) -> None:
    """Then that is charged, and not all that was set aside; the end is charged on top of it."""
    world = world_of(f"budget: {{compute_minutes: 60, experiment_seconds: 20}}\n{SEEDS}")
    flag = world.root / "slow"
    flag.touch()
    paths = world.experiment(code=f"import os\nwhile os.path.exists({str(flag)!r}): pass\n{MEASURE}")
    world.hand_over(paths)
    executor = world.executor()
    patience.until(world.starts)
    time.sleep(1.0)
    executor.send_signal(signal.SIGTERM)
    executor.wait(patience.SECONDS)
    (noted,) = [entry.fact for entry in world.entries() if isinstance(entry.fact, ExperimentInterrupted)]
    assert 0 < noted.cpu_seconds < 10
    flag.unlink()
    world.execute()
    assert [type(entry.fact) for entry in world.entries()].count(ExperimentResumed) == 1
    (start,) = history(world).starts
    assert start.cpu_seconds == pytest.approx(noted.cpu_seconds + world.ends()[0].cpu_seconds)


def test_an_executor_that_is_killed_leaves_what_was_reserved_charged(world_of: Callable[[str], World]) -> None:
    """Nobody knows what was used before; the same experiment is begun again with the same seeds."""
    world = world_of(f"budget: {{compute_minutes: 60, experiment_seconds: 20}}\n{SEEDS}")
    flag = world.root / "slow"
    flag.touch()
    paths = world.experiment(code=f"import os, time\nwhile os.path.exists({str(flag)!r}): time.sleep(0.05)\n{MEASURE}")
    world.hand_over(paths)
    executor = world.executor()
    patience.until(lambda: world.starts() and list(paths.outputs.glob("seed_*")))
    executor.kill()
    executor.wait()
    flag.unlink()
    world.execute()
    (start,) = history(world).starts
    assert len(world.ends()) == 1
    assert world.record(paths).executions[0].outcome is Outcome.COMPLETED
    assert start.cpu_seconds == pytest.approx(start.fact.reserved_seconds + world.ends()[0].cpu_seconds)


class Engine:
    """An engine whose processes take as long as they may, by a clock that only it moves.

    Args:
        clock: seconds, moved by `wait`.
    """

    name, means = "simulated", "simulated"

    def __init__(self) -> None:
        self.now = 0.0
        self.running: list[tuple[float, Job]] = []

    def start(self, job: Job) -> engines.Process:
        """Start one that ends at its time limit."""
        return _Process(self, self.now + job.time_limit_seconds)


class _Process:
    def __init__(self, engine: Engine, until: float) -> None:
        self._engine, self._until = engine, until

    def poll(self) -> Ended | None:
        """End at the limit, having computed all the time."""
        if self._engine.now < self._until:
            return None
        return Ended(-9, timed_out=True, wall_seconds=300.0, cpu_seconds=300.0, limit="time")

    def kill(self) -> None:
        """End now."""
        self._until = self._engine.now


@pytest.mark.parametrize("parallel", [1, 2, 7])
@pytest.mark.parametrize("granted", [1, 11, 20, 29, 31])
def test_the_overshoot_whatever_is_parallel(world_of: Callable[[str], World], parallel: int, granted: int) -> None:
    """Compute budgets are overdrawn by less than one experiment (seeds times limit) at any number in parallel."""
    world = world_of(
        f"budget: {{experiments: 9, compute_minutes: {granted}}}\nexecutor: {{parallel: {parallel}}}\n{SEEDS}"
    )
    engine = Engine()
    clock = replace(Clock(), monotonic=lambda: engine.now)
    underway = Underway(world.workspace, world.state, Tools(engine, clock, {}))
    for number in range(1, 7):
        world.hand_over(world.experiment(f"exp_{number:03d}", f"# {number}"))
    for _ in range(40):
        underway.look()
        underway.fill()
        engine.now += 300.0
        underway.collect()
    assert not underway.busy
    one = 2 * 300 / 60
    assert granted <= budget.compute_minutes(history(world)) < granted + one
