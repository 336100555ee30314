"""What if somebody meddles with the files meanwhile? Then the meddler has the trouble, and nobody else."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from pathlib import Path

import patience
import pytest
from experiments.worlds import MEASURE, ONE_AT_A_TIME, RUN, World, executed

from coordinator.model.record import Outcome
from coordinator.text import canonical


def test_earlier_outputs_are_cleared(world: World, tmp_path: Path) -> None:
    """What an earlier execution left is gone, links are removed and not followed, the worker's own files stay."""
    paths = world.experiment()
    victim = tmp_path / "victim"
    victim.mkdir()
    (victim / "precious").write_text("x")
    (paths.outputs / "seed_7").mkdir(parents=True)
    (paths.outputs / "seed_7" / "link").symlink_to(victim)
    (paths.outputs / "seed_8").symlink_to(victim)
    (paths.outputs / "seed_9.stdout.txt").write_text("old")
    (paths.outputs / "notes.md").write_text("mine")
    world.hand_over(paths)
    world.execute()
    seeds = {f"seed_{seed}{end}" for seed in world.starts()[0].seeds for end in ("", ".stdout.txt", ".stderr.txt")}
    assert {path.name for path in paths.outputs.iterdir()} == seeds | {"notes.md"}
    assert (victim / "precious").read_text() == "x"


def test_what_was_planted_for_a_seed_is_removed(world_of: Callable[[str], World], tmp_path: Path) -> None:
    """Numbers that lie ready before the process starts are not its numbers."""
    world = world_of(ONE_AT_A_TIME)
    paths = world.experiment(code="")
    world.hand_over(paths)
    underway = world.underway()
    underway.look()
    for seed in world.starts()[0].seeds:
        (paths.outputs / f"seed_{seed}").mkdir(parents=True)
        (paths.outputs / f"seed_{seed}" / "metrics.json").write_text('{"score": 10}')
        (paths.outputs / f"seed_{seed}.stdout.txt").symlink_to(tmp_path / "elsewhere")
    world.execute(underway)
    assert world.record(paths).executions[0].outcome is Outcome.NO_METRICS
    assert not (tmp_path / "elsewhere").exists()


def test_a_link_in_the_place_of_the_run_ends_nothing(world_of: Callable[[str], World], tmp_path: Path) -> None:
    """Outlive it that somebody replaces the run's folder meanwhile, and record what ended when that is mended."""
    world = world_of(ONE_AT_A_TIME)
    paths = world.experiment()
    world.hand_over(paths)
    underway = world.underway()
    underway.look()
    underway.fill()
    folder = world.workspace.run(RUN).folder
    folder.rename(tmp_path / "moved")
    folder.symlink_to(tmp_path / "moved")
    patience.until(underway.collect)
    folder.unlink()
    (tmp_path / "moved").rename(folder)
    world.execute(underway)
    assert len(world.ends()) == 1
    assert world.record(paths).executions[0].finished


def test_outputs_behind_a_link_are_refused(world: World, tmp_path: Path) -> None:
    """An outputs folder that is a link costs no budget, and nothing behind it is touched."""
    paths = world.experiment()
    (tmp_path / "victim" / "seed_1").mkdir(parents=True)
    paths.outputs.symlink_to(tmp_path / "victim")
    handover = world.hand_over(paths)
    world.execute()
    assert world.starts() == []
    assert "link_refused" in world.workspace.run(RUN).refusal(handover.ids[0]).read_text()
    assert [path.name for path in (tmp_path / "victim").iterdir()] == ["seed_1"]


def test_outputs_that_become_a_link_meanwhile(world_of: Callable[[str], World], tmp_path: Path) -> None:
    """An experiment that replaces its outputs folder by a link fails, and nothing is written behind it."""
    world = world_of(ONE_AT_A_TIME)
    (tmp_path / "victim").mkdir()
    code = (
        "import os\noutputs = os.path.dirname(os.getcwd())\n"
        f"os.rename(outputs, outputs + '_away'); os.symlink({str(tmp_path / 'victim')!r}, outputs)\n"
    )
    _, execution = executed(world, code)
    assert execution.outcome is Outcome.FAILED
    assert len(execution.processes) == 2
    assert all("link" in process.detail for process in execution.processes)
    assert list((tmp_path / "victim").iterdir()) == []


def test_outputs_that_cannot_be_made(world: World) -> None:
    """A file in the place of the outputs is the worker's mistake, and named."""
    paths = world.experiment()
    paths.outputs.write_text("x")
    handover = world.hand_over(paths)
    world.execute()
    assert "not_a_folder" in world.workspace.run(RUN).refusal(handover.ids[0]).read_text()


def test_edits_after_the_seal_change_nothing(world: World) -> None:
    """What runs is what was sealed, not what the worker wrote into the file meanwhile."""
    paths = world.experiment()
    world.hand_over(paths)
    underway = world.underway()
    underway.look()
    paths.code.write_text("raise SystemExit(3)")
    world.execute(underway)
    (found,) = world.record(paths).executions
    assert found.outcome is Outcome.COMPLETED
    assert found.code == {"experiment.py": canonical.sha256(MEASURE.encode())}


@pytest.mark.parametrize("when", ["before", "meanwhile"])
def test_an_edited_seal_fails(world_of: Callable[[str], World], when: str) -> None:
    """Whoever edits the sealed copy spoils the experiment: before a process, or by the process itself."""
    world = world_of(ONE_AT_A_TIME)
    edit = "import os, pathlib, sys\np = pathlib.Path(sys.argv[0]); os.chmod(p, 0o644); p.write_text('# other')\n"
    paths = world.experiment(code=MEASURE + (edit if when == "meanwhile" else ""))
    world.hand_over(paths)
    underway = world.underway()
    underway.look()
    sealed = world.workspace.run(RUN).sealed("alpha", "exp_001", 1) / "experiment.py"
    if when == "before":
        sealed.chmod(0o644)
        sealed.write_text("# other")
    world.execute(underway)
    (found,) = world.record(paths).executions
    assert found.outcome is Outcome.FAILED
    assert {process.detail for process in found.processes} == {"the sealed copy of plan and code was changed"}


def test_an_edited_record_is_not_carried_on(world: World) -> None:
    """What the ledger does not vouch for is left out when the record is written again."""
    paths, first = executed(world)
    forged = paths.record.read_text().replace('"version": 1', '"version": 2')
    paths.record.write_text(forged)
    world.workspace.run(RUN).record("alpha", "exp_001").write_text(forged)
    paths.code.write_text(MEASURE + "# another\n")
    world.hand_over(paths)
    world.execute()
    (kept,) = world.record(paths).executions
    assert kept.start != first.start


def test_a_folder_that_is_removed_meanwhile(world_of: Callable[[str], World]) -> None:
    """The start stays spent and ends without numbers; the executor goes on."""
    world = world_of(ONE_AT_A_TIME)
    code = "import os, shutil; shutil.rmtree(os.path.dirname(os.path.dirname(os.getcwd())))"
    paths = world.experiment(code=code)
    world.hand_over(paths)
    world.hand_over(world.experiment(worker="beta"))
    world.execute()
    assert {end.direction: end.outcome for end in world.ends()} == {
        "alpha": Outcome.NO_METRICS,
        "beta": Outcome.COMPLETED,
    }


def test_a_run_that_was_edited_executes_nothing(world: World) -> None:
    """A budget raised in run.yaml is no budget: until the file is put back, nothing runs."""
    frozen = world.workspace.run(RUN).frozen
    whole = frozen.read_text()
    paths = world.experiment()
    world.hand_over(paths)
    frozen.write_text(whole.replace("experiments: 3", "experiments: 9"))
    world.execute()
    assert world.starts() == []
    frozen.write_text(whole)
    world.execute()
    assert len(world.starts()) == 1


def test_outputs_are_removed_even_if_an_experiment_made_them_hard_to_remove(world: World) -> None:
    """A folder without rights from an earlier execution fails the experiment at worst, never the executor."""
    paths = world.experiment()
    hard = paths.outputs / "seed_5" / "hard"
    hard.mkdir(parents=True)
    (hard / "x").write_text("x")
    hard.chmod(0o000)
    world.hand_over(paths)
    world.execute()
    as_root = hasattr(os, "geteuid") and os.geteuid() == 0
    assert world.ends()[0].outcome is (Outcome.COMPLETED if as_root else Outcome.FAILED)
    if not as_root:
        hard.chmod(0o700)
        shutil.rmtree(hard)
