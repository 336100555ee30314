"""Does the executor survive what happens to it? Real processes, killed, stopped, orphaned and doubled."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import patience
import pytest
from experiments.worlds import MEASURE, RUN, World

from coordinator.errors import Exit, HeldError
from coordinator.experiments import executor, handover
from coordinator.experiments.clock import Clock
from coordinator.experiments.execution import MAX_TAKES
from coordinator.experiments.progress import Stage
from coordinator.model.entry import ExperimentStarted
from coordinator.model.record import Outcome
from coordinator.store.layout import ExperimentPaths
from coordinator.store.lock import Lock, holder
from coordinator.text import unfinished

pytestmark = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="looks into /proc")

STUBBORN = """
import os, pathlib, signal, time
for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
    signal.signal(number, signal.SIG_IGN)
if os.fork() == 0:
    os.setsid()
    if os.fork():
        os._exit(0)
print(os.getpid(), file=open(f"pid_{os.getpid()}", "w"))
hold = pathlib.Path(os.environ["AUTORESEARCH_TARGET"]).parent / "hold"
while hold.exists():
    time.sleep(0.01)
"""
"""An experiment, and a daemon of its own, that go on as long as there is a file `hold`."""


def held(world: World) -> ExperimentPaths:
    """Hand over an experiment that goes on until `hold` is removed, and then completes."""
    (world.workspace.root / "hold").touch()
    paths = world.experiment(code=STUBBORN + MEASURE)
    world.hand_over(paths)
    return paths


def pids(paths: ExperimentPaths) -> list[int]:
    """Give the processes of an experiment that have said who they are."""
    return [int(path.read_text()) for path in paths.outputs.glob("seed_*/pid_*") if path.read_text()]


def alive(pid: int) -> bool:
    """Tell whether a process exists and is not merely waiting to be collected."""
    try:
        return "\nState:\tZ" not in Path(f"/proc/{pid}/status").read_text()
    except FileNotFoundError:
        return False


def test_once(world: World) -> None:
    """Carry out what is handed over, then end; with nothing handed over, end at once."""
    world.hand_over(world.experiment())
    world.hand_over(world.experiment(worker="beta"))
    assert world.executor("once").wait(patience.SECONDS) == Exit.FINE
    assert [end.outcome for end in world.ends()] == [Outcome.COMPLETED] * 2
    assert world.executor("once").wait(patience.SECONDS) == Exit.FINE
    assert len(world.starts()) == 2


def test_kill_9_leaves_nothing_and_loses_nothing(world: World) -> None:
    """A killed executor leaves no process, and the next one completes what it had begun, on the same budget."""
    paths = held(world)
    first = world.executor()
    patience.until(lambda: len(pids(paths)) == 4)
    left = pids(paths)
    first.kill()
    patience.until(lambda: not any(alive(pid) for pid in left))
    assert world.ends() == []
    (world.workspace.root / "hold").unlink()
    assert world.executor("once").wait(patience.SECONDS) == Exit.FINE
    (start,), (end,) = world.starts(), world.ends()
    (execution,) = world.record(paths).executions
    assert (end.outcome, execution.seeds) == (Outcome.COMPLETED, start.seeds)
    assert len(execution.processes) == 2


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_told_to_end(world: World, number: signal.Signals) -> None:
    """It kills what runs, records nothing of it, lets go of its lock, and ends well."""
    paths = held(world)
    process = world.executor()
    patience.until(lambda: len(pids(paths)) == 4)
    left = pids(paths)
    process.send_signal(number)
    assert process.wait(patience.SECONDS) == Exit.FINE
    assert not any(alive(pid) for pid in left)
    assert (world.ends(), len(world.starts())) == ([], 1)
    assert holder(world.state.executor_lock(world.workspace.root)) is None


def test_when_its_parent_is_gone(world: World) -> None:
    """It finishes what runs, claims nothing more, and ends."""
    parent = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE)
    paths = held(world)
    process = world.executor(f"parent={parent.pid}")
    patience.until(lambda: len(pids(paths)) == 4)
    parent.kill()
    parent.wait()
    assert parent.stdin is not None
    parent.stdin.close()
    patience.until(lambda: process.poll() is None)
    world.hand_over(world.experiment("exp_002"))
    (world.workspace.root / "hold").unlink()
    assert process.wait(patience.SECONDS) == Exit.FINE
    assert [end.outcome for end in world.ends()] == [Outcome.COMPLETED]
    assert world.workspace.worker(RUN, "alpha").experiment("exp_002").request.exists()


def test_one_at_a_time(world: World) -> None:
    """A second executor on the same workspace is told who the first one is."""
    with (
        Lock(world.state.executor_lock(world.workspace.root), "executor"),
        pytest.raises(HeldError, match=str(os.getpid())),
    ):
        executor.serve(world.workspace, world.state, once=True)


def test_two_runs_for_the_last_experiment(world_of: Callable[[str], World]) -> None:
    """Of two that are handed over at once on a budget of one, exactly one starts; the other is told why not."""
    world = world_of("budget: {experiments: 1}\nsignificance: {explore_seeds: 1}\n")
    handed = [world.hand_over(world.experiment(name)) for name in ("exp_001", "exp_002")]
    world.executor()
    codes = [list(handover.wait(one, world.state, patience.SECONDS))[-1].code for one in handed]
    assert sorted(codes, key=str) == [Exit.FINE, Exit.REFUSED]
    assert len(world.starts()) == 1


@pytest.mark.parametrize("cut", ["claimed", "sealed"])
def test_killed_between_two_steps_of_a_claim(world: World, cut: str) -> None:
    """Killed after the start was in the ledger, or just before: one start in the end, and it is carried out."""
    paths = world.experiment()
    handed = world.hand_over(paths)
    request = paths.request.read_bytes()
    if cut == "claimed":
        world.underway().look()
        paths.request.write_bytes(request)
    else:
        copy = world.workspace.run(RUN).sealed("alpha", "exp_001", 1)
        copy.mkdir(parents=True)
        (copy / "experiment.py").write_text("# torn")
        (copy / "patches").mkdir()
        (copy / "patches" / "stale.py").write_text("# of an earlier try")
    world.execute()
    (start,), (end,) = world.starts(), world.ends()
    assert start.request == handed.ids[0]
    assert end.outcome is Outcome.COMPLETED
    assert set(world.record(paths).executions[0].code) == {"experiment.py"}
    assert not paths.request.exists()


def test_many_kills(world: World) -> None:
    """Killed again and again wherever it happens to be, it gets there, with one start for each request."""
    for name in ("exp_001", "exp_002"):
        world.hand_over(world.experiment(name))
    for delay in (0.25, 0.45, 0.5, 0.55, 0.6):
        process = world.executor()
        with pytest.raises(subprocess.TimeoutExpired):
            process.wait(delay)
        process.kill()
        process.wait()
    assert world.executor("once").wait(patience.SECONDS) == Exit.FINE
    assert [end.outcome for end in world.ends()] == [Outcome.COMPLETED] * 2
    assert len(world.starts()) == 2


KILLER = """
import os, signal, time
ppid = lambda pid: int(open(f"/proc/{pid}/stat").read().rpartition(")")[2].split()[1])
grandparent = ppid(os.getppid())
if "executor" in open(f"/proc/{grandparent}/cmdline").read():
    os.kill(grandparent, signal.SIGKILL)
time.sleep(60)
"""
"""Of two seeds at once, only the first finds its executor there; in place of a dead one there is somebody else."""


def test_an_experiment_that_kills_the_executor(world: World) -> None:
    """Whoever kills its executor ends itself too; the other worker's experiment gets its turn."""
    world.hand_over(world.experiment(code=KILLER))
    assert world.executor("once", "unheld").wait(patience.SECONDS) == -signal.SIGKILL
    world.hand_over(world.experiment(worker="beta"))
    (start,) = (entry.n for entry in world.entries() if isinstance(entry.fact, ExperimentStarted))
    counted = world.state.unfinished(world.run.frozen.uid, start)
    kept = unfinished.parse(counted.read_bytes(), "kept").value
    assert kept is not None
    assert (kept.takes, kept.processes) == (1, ())
    counted.write_bytes(unfinished.print_(kept.model_copy(update={"takes": MAX_TAKES - 1})))
    assert world.executor("once", "unheld").wait(patience.SECONDS) == -signal.SIGKILL
    assert world.executor("once").wait(patience.SECONDS) == Exit.FINE
    ends = {end.direction: end.outcome for end in world.ends()}
    assert ends == {"alpha": Outcome.FAILED, "beta": Outcome.COMPLETED}


def test_the_pace() -> None:
    """Often while something happens, seldom when nothing does, and never so often that looking costs much."""
    now = 1000.0
    pace = executor.Pace(Clock(monotonic=lambda: now, sleep=lambda _seconds: None))
    pace.looked(now, moved=False)
    assert pace.due == now + executor.IDLE_SECONDS
    pace.looked(now - 10, moved=True)
    assert pace.due == now + executor.BUSY_SECONDS
    pace.looked(now, moved=False)
    assert pace.due == now + executor.BUSY_SECONDS
    pace.looked(now - 0.125, moved=False)
    assert pace.due == now + 0.125 * executor.SHARE
    pace.looked(now - 10, moved=False)
    assert pace.due == now + executor.LONGEST_SECONDS


def test_rest() -> None:
    """Short naps while processes run, longer ones else, and never so long that a signal waits."""
    slept: list[float] = []
    pace = executor.Pace(Clock(monotonic=lambda: 1000.0, sleep=slept.append), due=1003.0)
    pace.rest(running=True)
    pace.rest(running=False)
    pace.due = 1000.0
    pace.rest(running=False)
    assert slept == [executor.TICK_SECONDS, executor.NAP_SECONDS, executor.TICK_SECONDS]


def test_waiting_sees_it_all(world: World) -> None:
    """Whoever waits sees it queued, then running, then ended."""
    paths = held(world)
    progress = handover.wait(world.hand_over(paths), world.state, 30)
    assert next(progress).stage is Stage.QUEUED
    world.executor()
    patience.until(lambda: len(pids(paths)) == 4)
    stages = []
    for seen in progress:
        stages.append(seen.stage)
        (world.workspace.root / "hold").unlink(missing_ok=True)
    assert stages[-1] is Stage.ENDED
    assert Stage.RUNNING in stages
