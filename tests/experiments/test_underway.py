"""Is an experiment executed as it was sealed, witnessed as it was, and recorded for good?"""

from __future__ import annotations

import json
import os
from collections.abc import Callable

import patience
import pytest
from experiments.worlds import MEASURE, ONE_AT_A_TIME, PLAN, RUN, World, executed

from coordinator.experiments import execution
from coordinator.model.entry import RunEnded
from coordinator.model.instruction import Action
from coordinator.model.record import Outcome, Phase
from coordinator.text import canonical


def test_an_experiment_completes(world: World) -> None:
    """Every seed runs, is measured, and the record is what the ledger vouches for."""
    paths, execution = executed(world)
    (start,), (end,) = world.starts(), world.ends()
    assert not paths.request.exists()
    assert end.outcome is execution.outcome is Outcome.COMPLETED
    assert end.execution_sha256 == canonical.digest_of(execution)
    assert end.cpu_seconds == sum(process.cpu_seconds or 0 for process in execution.processes) > 0
    assert (execution.guard, execution.engine, execution.time_limit_seconds) == ("manifest", "local", 20)
    assert execution.packages["pydantic"]
    assert [process.seed for process in execution.processes] == list(start.seeds)
    for process in execution.processes:
        assert process.metrics == {"score": process.seed % 7, "version": 1}
        written = (paths.outputs / f"seed_{process.seed}" / "metrics.json").read_bytes()
        assert process.outputs == {"metrics.json": canonical.sha256(written)}
        assert (paths.outputs / f"seed_{process.seed}.stdout.txt").read_text() == ""


def test_what_a_process_finds(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """Seed, outputs, target, folder and a calm, repeatable environment; the user's own variables too."""
    monkeypatch.setenv("CUDA_VISIBLE_DEVICES", "3")
    monkeypatch.setenv("OMP_NUM_THREADS", "2")
    monkeypatch.setenv("PYTHONPATH", "elsewhere")
    (world.target / "src").mkdir()
    code = (
        "import json, os, sys\nfound = dict(os.environ, cwd=os.getcwd(), path=sys.path[:5], stdin=sys.stdin.read())\n"
    )
    code += "print(json.dumps(found))\n" + MEASURE
    paths, execution = executed(world, code)
    seed = execution.seeds[0]
    found = json.loads((paths.outputs / f"seed_{seed}.stdout.txt").read_text())
    outputs = paths.outputs / f"seed_{seed}"
    sealed = world.workspace.run(RUN).sealed("alpha", "exp_001", 1)
    assert found["AUTORESEARCH_SEED"] == str(seed)
    assert found["AUTORESEARCH_OUTPUTS"] == found["cwd"] == str(outputs)
    assert found["AUTORESEARCH_TARGET"] == str(world.target)
    assert found["path"][:4] == [str(sealed), str(sealed / "patches"), str(world.target), str(world.target / "src")]
    assert (found["PYTHONHASHSEED"], found["stdin"]) == ("0", "")
    assert (found["CUDA_VISIBLE_DEVICES"], found["OMP_NUM_THREADS"], found["MKL_NUM_THREADS"]) == ("3", "2", "1")


def test_patches_come_before_the_target(world: World) -> None:
    """A changed copy in patches/ is what the experiment imports; the target stays as it is."""
    paths = world.experiment(plan=PLAN.replace("tier: 1", "tier: 3"))
    paths.patches.mkdir()
    (paths.patches / "measured.py").write_text("VERSION = 2\n")
    world.hand_over(paths)
    world.execute()
    (found,) = world.record(paths).executions
    assert {process.metrics["version"] for process in found.processes} == {2}
    assert set(found.code) == {"experiment.py", "patches/measured.py"}


@pytest.mark.parametrize(
    ("code", "outcome", "detail"),
    [
        ("import sys; sys.exit('no such file')", Outcome.FAILED, "exit code 1: no such file"),
        ("raise SystemExit(3)", Outcome.FAILED, "exit code 3"),
        ("import os; os.kill(os.getpid(), 9)", Outcome.FAILED, "killed by signal 9"),
        ("", Outcome.NO_METRICS, "there is no metrics.json in AUTORESEARCH_OUTPUTS"),
        ("open('metrics.json', 'w').write('{\"a\": NaN}')", Outcome.BAD_METRICS, "NaN"),
        ("import os; os.symlink('/etc/hostname', 'metrics.json')", Outcome.BAD_METRICS, "link_refused"),
        ("import os; os.mkfifo('metrics.json')", Outcome.BAD_METRICS, "not_a_file"),
        (MEASURE + "raise SystemExit(4)", Outcome.FAILED, "exit code 4"),
    ],
)
def test_how_a_process_can_end(world: World, code: str, outcome: Outcome, detail: str) -> None:
    """Each way to go wrong is an outcome of its own, says what happened, and leaves no metrics."""
    _, execution = executed(world, code)
    assert execution.outcome is outcome
    for process in execution.processes:
        assert process.outcome is outcome
        assert detail in process.detail
        assert process.metrics == {}


def test_the_time_limit(world_of: Callable[[str], World]) -> None:
    """A process that takes too long is killed, and counts."""
    world = world_of("budget: {experiment_seconds: 0.3}\nsignificance: {explore_seeds: 1}\n")
    _, execution = executed(world, "import time; time.sleep(60)")
    assert execution.outcome is Outcome.TIMED_OUT
    assert execution.processes[0].detail.startswith("killed after 0.")


def test_a_changed_target_voids_everything(world_of: Callable[[str], World]) -> None:
    """What changed is named, the other seeds are not run, and the metrics count for nothing."""
    world = world_of(ONE_AT_A_TIME)
    code = MEASURE + "pathlib.Path(os.environ['AUTORESEARCH_TARGET'], 'measured.py').write_text('VERSION = 9')\n"
    _, execution = executed(world, code)
    (process,) = execution.processes
    assert execution.outcome is process.outcome is Outcome.TARGET_CHANGED
    assert process.detail == "changed: measured.py"
    assert process.metrics == {}
    assert world.ends()[0].outcome is Outcome.TARGET_CHANGED


def test_writes_to_the_target_can_be_allowed(world_of: Callable[[str], World]) -> None:
    """With `allow_research_target_writes` the guard is off, and says so."""
    world = world_of("allow_research_target_writes: true\n")
    code = MEASURE + "pathlib.Path(os.environ['AUTORESEARCH_TARGET'], 'new.txt').write_text('x')\n"
    _, execution = executed(world, code)
    assert (execution.outcome, execution.guard) == (Outcome.COMPLETED, "none")


def test_a_removed_target(world_of: Callable[[str], World]) -> None:
    """An experiment that removes the target is void, and the next one is refused, not the executor's end."""
    world = world_of(ONE_AT_A_TIME)
    _, execution = executed(world, "import os, shutil; shutil.rmtree(os.environ['AUTORESEARCH_TARGET'])")
    assert execution.outcome is Outcome.TARGET_CHANGED
    handover = world.hand_over(world.experiment("exp_002", worker="beta"))
    world.execute()
    assert "not_ready" in (world.workspace.run(RUN).refusal(handover.ids[0])).read_text()


def test_a_confirmation_runs_the_sealed_code_on_fresh_seeds(world: World) -> None:
    """Other seeds, other folder, the code that was sealed then; the exploration's outputs stay."""
    paths, explored = executed(world)
    paths.code.write_text("raise SystemExit(3)")
    world.instruct(Action.CONFIRM, "exp_001")
    world.hand_over(paths, Phase.CONFIRM)
    world.execute()
    first, confirmed = world.record(paths).executions
    assert first == explored
    assert (confirmed.phase, confirmed.outcome, confirmed.attempt) == (Phase.CONFIRM, Outcome.COMPLETED, 1)
    assert len(confirmed.seeds) == 4
    assert not set(confirmed.seeds) & set(explored.seeds)
    assert confirmed.code == explored.code
    assert {path.name for path in paths.confirmation.iterdir() if path.is_dir()} == {
        f"seed_{seed}" for seed in confirmed.seeds
    }
    assert (paths.outputs / f"seed_{explored.seeds[0]}" / "metrics.json").exists()


def test_a_seal_that_was_changed_is_written_again(world: World) -> None:
    """From the worker's folder, while that has what ran: nobody takes a confirmation from somebody else."""
    paths, _ = executed(world)
    sealed = world.workspace.run(RUN).sealed("alpha", "exp_001", 1) / "experiment.py"
    sealed.chmod(0o644)
    sealed.write_text(MEASURE + "\n# worse")
    world.instruct(Action.CONFIRM, "exp_001")
    world.hand_over(paths, Phase.CONFIRM)
    world.execute()
    assert sealed.read_text() == paths.code.read_text()
    explored, confirmed = world.record(paths).executions
    assert (confirmed.outcome, confirmed.code) == (Outcome.COMPLETED, explored.code)


def test_what_ran_and_is_nowhere_cannot_be_confirmed(world: World) -> None:
    """Better no confirmation than one of other code."""
    paths, _ = executed(world)
    sealed = world.workspace.run(RUN).sealed("alpha", "exp_001", 1) / "experiment.py"
    sealed.chmod(0o644)
    for path in (sealed, paths.code):
        path.write_text(MEASURE + "\n# better")
    world.instruct(Action.CONFIRM, "exp_001")
    handover = world.hand_over(paths, Phase.CONFIRM)
    world.execute()
    assert "seal_broken" in world.workspace.run(RUN).refusal(handover.ids[0]).read_text()
    assert len(world.starts()) == 1


def test_an_interrupted_execution_goes_on(world_of: Callable[[str], World]) -> None:
    """After a restart the seeds that had not finished run, from the same start, without a new budget."""
    world = world_of(ONE_AT_A_TIME)
    paths = world.experiment()
    world.hand_over(paths)
    first = world.underway()
    first.look()
    first.fill()
    while not world.record(paths).executions if paths.record.exists() else True:
        first.collect()
    (seen,) = world.record(paths).executions
    assert not seen.finished
    first.stop()
    patience.until(first.stopped)
    world.execute()
    (start,), (end,) = world.starts(), world.ends()
    (again,) = world.record(paths).executions
    assert end.start == again.start
    assert [process.seed for process in again.processes] == list(start.seeds)
    assert again.processes[: len(seen.processes)] == seen.processes, "what had finished did not run again"
    assert (paths.seed(Phase.EXPLORE, start.seeds[0]) / "metrics.json").exists()
    assert again.outcome is Outcome.COMPLETED
    assert end.wall_seconds >= max(process.wall_seconds for process in again.processes)
    assert not list(world.state.folder.rglob("unfinished-*"))


def test_run_yaml_touched_meanwhile(world: World) -> None:
    """A run that is read anew while something runs is the same run: nothing is begun twice."""
    frozen = world.workspace.run(RUN).frozen
    paths = world.experiment()
    world.hand_over(paths)
    underway = world.underway()
    underway.look()
    underway.fill()
    os.utime(frozen, ns=(0, 0))
    underway.look()
    world.execute(underway)
    assert len(world.ends()) == 1
    assert len(world.record(paths).executions) == 1


def test_an_execution_that_ends_its_executor_again_and_again(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """After so many beginnings it is given up as failed, so that it holds nobody else up."""
    monkeypatch.setattr(execution, "MAX_TAKES", 3)
    paths = world.experiment()
    world.hand_over(paths)
    for _ in range(3):
        underway = world.underway()
        underway.look()
        underway.fill()
        underway.stop()
        patience.until(underway.stopped)
    assert world.ends() == []
    world.execute()
    (given_up,) = world.record(paths).executions
    assert given_up.outcome is Outcome.FAILED
    assert {process.detail for process in given_up.processes} == {"its executor ended 3 times in a row while it ran"}


def test_workers_take_turns(world_of: Callable[[str], World]) -> None:
    """One worker with many experiments does not keep another one waiting for all of them."""
    world = world_of(ONE_AT_A_TIME)
    for name in ("exp_001", "exp_002"):
        world.hand_over(world.experiment(name))
    world.hand_over(world.experiment("exp_001", worker="beta"))
    world.execute()
    begun = []
    for worker, name in (("alpha", "exp_001"), ("alpha", "exp_002"), ("beta", "exp_001")):
        paths = world.workspace.worker(RUN, worker).experiment(name)
        begun += [(process.started_at, worker) for process in world.record(paths).executions[0].processes]
    assert [worker for _, worker in sorted(begun)] == ["alpha", "beta", "alpha", "beta", "alpha", "alpha"]


def test_no_more_at_a_time_than_allowed(world: World) -> None:
    """`executor.parallel` counts over all workers."""
    sleepy = "import time; time.sleep(0.2)\n" + MEASURE
    for worker in ("alpha", "beta"):
        world.hand_over(world.experiment(code=sleepy, worker=worker))
    underway = world.underway()
    underway.look()
    underway.fill()
    assert sum(course.running for course in underway._courses) == 2
    world.execute(underway)
    assert [end.outcome for end in world.ends()] == [Outcome.COMPLETED] * 2


def test_a_changed_experiment_runs_again(world: World) -> None:
    """New code is a new start with new seeds; the record keeps both executions."""
    paths, first = executed(world)
    paths.code.write_text(MEASURE + "# another\n")
    world.hand_over(paths)
    world.execute()
    kept, second = world.record(paths).executions
    assert kept == first
    assert not set(first.seeds) & set(second.seeds)


def test_the_next_run_is_found(world: World) -> None:
    """When a run has ended and another begins, the same executor goes on with that one."""
    underway = world.execute()
    assert underway._run is not None
    world.ledger.append([RunEnded(findings_sha256="0" * 64)], underway._run.frozen.created)
    assert not underway.look()
    assert underway._run is None
    world.begin("20261124_000000")
    world.hand_over(world.experiment())
    world.execute(underway)
    assert [end.outcome for end in world.ends()] == [Outcome.COMPLETED]


def test_a_missing_interpreter_is_refused(world_of: Callable[[str], World]) -> None:
    """A setting that names no Python is said to the worker, and costs nothing."""
    world = world_of("executor: {python: /nowhere/python}\n")
    handover = world.hand_over(world.experiment())
    world.execute()
    assert "not_ready" in world.workspace.run(RUN).refusal(handover.ids[0]).read_text()
    assert world.starts() == []
