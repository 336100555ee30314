"""Is what the ledger vouches for kept, and nothing else?"""

from __future__ import annotations

import errno
import shutil
from pathlib import Path

import pytest
from experiments.worlds import World

from coordinator.errors import MachineError
from coordinator.experiments import records
from coordinator.model.record import Execution, Record
from coordinator.rules.history import remember
from coordinator.store.layout import ExperimentPaths
from coordinator.text import record as record_text


@pytest.fixture
def witnessed(world: World) -> tuple[World, ExperimentPaths, Execution]:
    """Give an experiment that was executed."""
    paths = world.experiment()
    world.hand_over(paths)
    world.execute()
    return world, paths, world.record(paths).executions[0]


def own(world: World, paths: ExperimentPaths) -> Path:
    """Give the coordinator's own copy of the record."""
    return world.workspace.run(paths.run).record(paths.direction, paths.experiment)


def vouched(world: World, paths: ExperimentPaths) -> tuple[Execution, ...]:
    """Give what the ledger vouches for."""
    return records.vouched(world.workspace, paths, remember(world.entries()).histories["alpha"].sealed)


def test_an_edit_of_the_workers_copy_loses_nothing(witnessed: tuple[World, ExperimentPaths, Execution]) -> None:
    """What was witnessed is in the run's folder too; either copy may go."""
    world, paths, execution = witnessed
    paths.record.write_text("{}")
    assert vouched(world, paths) == (execution,)
    own(world, paths).write_bytes(b"torn")
    assert vouched(world, paths) == ()


def test_vouched(witnessed: tuple[World, ExperimentPaths, Execution]) -> None:
    """An execution counts as long as it is what the ledger says, byte for byte in meaning."""
    world, paths, execution = witnessed
    own(world, paths).unlink()
    assert vouched(world, paths) == (execution,)
    better = execution.model_copy(update={"python": "9.9"})
    for forged in [(better,), (execution, better), (execution.model_copy(update={"start": 99}),)]:
        record = Record(direction="alpha", experiment="exp_001", executions=forged)
        paths.record.write_bytes(record_text.print_(record))
        expected = (execution,) if execution in forged else ()
        assert vouched(world, paths) == expected


def test_no_record(witnessed: tuple[World, ExperimentPaths, Execution], tmp_path: Path) -> None:
    """Missing, torn or elsewhere: nothing to vouch for."""
    world, paths, _ = witnessed
    own(world, paths).unlink()
    whole = paths.record.read_bytes()
    paths.record.write_bytes(whole[:-20])
    assert vouched(world, paths) == ()
    paths.record.unlink()
    assert vouched(world, paths) == ()
    (tmp_path / "elsewhere").write_bytes(whole)
    paths.record.symlink_to(tmp_path / "elsewhere")
    assert vouched(world, paths) == ()


def test_in_order(witnessed: tuple[World, ExperimentPaths, Execution]) -> None:
    """Oldest first, the one on its way in its place, and written again it replaces itself."""
    world, paths, execution = witnessed
    later = execution.model_copy(update={"start": execution.start + 5, "finished": False})
    for _ in range(2):
        assert records.update(world.workspace, paths, world.entries(), [later])
        assert world.record(paths).executions == (execution, later)


def test_not_written_through_links(witnessed: tuple[World, ExperimentPaths, Execution], tmp_path: Path) -> None:
    """A folder that is gone, or a link, gets no record; a link at the file itself is replaced."""
    world, paths, execution = witnessed
    paths.record.unlink()
    paths.record.symlink_to(tmp_path / "victim")
    assert records.update(world.workspace, paths, world.entries(), [execution])
    assert not paths.record.is_symlink()
    shutil.move(paths.folder, tmp_path / "moved")
    assert not records.update(world.workspace, paths, world.entries(), [execution])
    paths.folder.symlink_to(tmp_path / "moved")
    (tmp_path / "moved" / "record.json").unlink()
    assert not records.update(world.workspace, paths, world.entries(), [execution])
    assert not (tmp_path / "victim").exists()
    assert not (tmp_path / "moved" / "record.json").exists()


def test_a_full_disk(witnessed: tuple[World, ExperimentPaths, Execution], monkeypatch: pytest.MonkeyPatch) -> None:
    """The machine's trouble is not hidden as the worker's."""
    world, paths, execution = witnessed

    def full(*_arguments: object, **_options: object) -> None:
        raise MachineError("cannot be written") from OSError(errno.ENOSPC, "x")

    monkeypatch.setattr(records, "write", full)
    with pytest.raises(MachineError):
        records.update(world.workspace, paths, world.entries(), [execution])
