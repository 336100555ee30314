"""Is a worker's folder read as it is, and its code as the executor would seal it?"""

from __future__ import annotations

import json
import os
import py_compile
from datetime import timedelta
from pathlib import Path

import pytest
from engine.worlds import World
from system import steady_worker

from coordinator.engine.folder import Folder
from coordinator.engine.reading import Reading
from coordinator.engine.rest import Rest
from coordinator.experiments.seal import read_sealed
from coordinator.experiments.target import modules
from coordinator.model.observation import ExperimentView
from coordinator.store.layout import ExperimentPaths

STARTED: dict[str, dict[int, str]] = {"exp_001": {}}


def folder(world: World, reading: Reading | None = None, names: frozenset[str] = frozenset()) -> Folder:
    """Give the first worker's folder, read for the first time unless a reading goes on."""
    reading = reading or Reading(world.workspace.root, Rest(world.clock.monotonic))
    return Folder(world.workspace, world.worker(), reading, names)


def seen(world: World, reading: Reading | None = None) -> ExperimentView:
    """Read the one experiment that is there."""
    (view,) = folder(world, reading).experiments(world.clock(), STARTED)
    return view


@pytest.fixture
def paths(world: World) -> ExperimentPaths:
    """Give an experiment that ran, with a patch."""
    world.settle()
    paths = world.worker().experiment("exp_001")
    paths.patches.mkdir(parents=True)
    (paths.patches / "noise.py").write_text("def draw(*_): return 0\n")
    steady_worker.write_plan(paths.folder, None)
    paths.plan.write_text(paths.plan.read_text().replace("tier: 1", "tier: 3"))
    world.answer()
    return paths


def test_a_folder_that_is_not_there_has_no_experiments(world: World) -> None:
    """Nor has one with something else in the place of its experiments."""
    assert folder(world).experiments(world.clock(), {}) == ()
    assert folder(world).newest(world.clock()) is None
    world.worker().folder.mkdir()
    world.worker().experiments.write_text("")
    assert folder(world).experiments(world.clock(), {}) == ()


def test_only_folders_of_the_right_name_are_experiments(world: World, paths: ExperimentPaths) -> None:
    """In the order of names, whatever the order in which they were made; no files, links or other names."""
    beside = paths.folder.parent
    for name in ("exp_010", "exp_002", "notes", "exp_1", "EXP_003"):
        (beside / name).mkdir()
    (beside / "exp_004").write_text("")
    (beside / "exp_005").symlink_to(paths.folder)
    found = folder(world).experiments(world.clock(), STARTED)
    assert [view.name for view in found] == ["exp_001", "exp_002", "exp_010"]
    assert (found[1].plan, found[1].code, found[1].queued, found[1].unreadable) == (None, None, False, ())


def test_code_means_what_the_executor_seals(world: World, paths: ExperimentPaths) -> None:
    """The same digest as in the record, patches included."""
    view = seen(world)
    assert view.code is not None
    assert view.record is not None
    (execution,) = view.record.executions
    assert (view.code.sha256, view.plan_sha256) == (execution.code_sha256, execution.plan_sha256)
    assert view.code.has_patches


def test_what_the_interpreter_caches_changes_no_code(world: World, paths: ExperimentPaths) -> None:
    """A worker may import its own patch; the engine leaves out just what the seal leaves out."""
    before = seen(world).code
    py_compile.compile(str(paths.patches / "noise.py"))
    (paths.patches / "package" / "__pycache__").mkdir(parents=True)
    (paths.patches / "package" / "__pycache__" / "x.cpython-311.pyc.140").write_bytes(b"half")
    assert list(paths.patches.glob("__pycache__/*.pyc"))
    assert seen(world).code == before
    (paths.patches / "module.pyc").write_bytes(b"imported like a module")
    now = seen(world).code
    sealed = read_sealed(world.workspace.root, world.workspace.relative(paths.folder)).value
    assert now is not None
    assert sealed is not None
    assert now.sha256 == sealed.code_sha256
    assert now != before


def test_what_the_interpreter_caches_does_not_keep_anybody_waiting(world: World, paths: ExperimentPaths) -> None:
    """The folder stays at rest while it appears: nothing need be read again."""
    reading = Reading(world.workspace.root, Rest(world.clock.monotonic))
    seen(world, reading)
    world.clock.jump(seconds=5)
    seen(world, reading)
    py_compile.compile(str(paths.patches / "noise.py"))
    looked = folder(world, reading)
    looked.experiments(world.clock(), STARTED)
    assert looked.at_rest


def test_changed_code_is_read_again(world: World, paths: ExperimentPaths) -> None:
    """Also where its length stays the same, and a new patch counts at once."""
    reading = Reading(world.workspace.root, Rest(world.clock.monotonic))
    seen(world, reading)
    world.clock.jump(seconds=5)
    digests = {seen(world, reading).code.sha256}
    paths.code.write_text(paths.code.read_text().replace("400", "500"))
    digests.add(seen(world, reading).code.sha256)
    (paths.patches / "other.py").write_text("")
    digests.add(seen(world, reading).code.sha256)
    assert len(digests) == 3


def test_names_of_the_target_under_src_count(world: World, paths: ExperimentPaths) -> None:
    """Patching in memory shows for whatever the executor makes importable."""
    target = world.workspace.root / "research_target"
    (target / "src" / "inner").mkdir(parents=True)
    paths.code.write_text("import inner\ninner.draw = lambda: 0\n")
    for names, patching in ((modules(target), True), (frozenset({"noise"}), False)):
        (view,) = folder(world, names=names).experiments(world.clock(), STARTED)
        assert view.code is not None
        assert view.code.patches_modules is patching


def test_code_that_cannot_be_sealed_is_a_problem_of_its_writer(world: World, paths: ExperimentPaths) -> None:
    """A link, a FIFO, or more than anybody writes."""
    (paths.patches / "link.py").symlink_to("/etc/hostname")
    os.mkfifo(paths.patches / "pipe.py")
    paths.code.write_bytes(b"#" * ((1 << 20) + 1))
    view = seen(world)
    assert view.code is None
    assert sorted(problem.code for problem in view.unreadable) == ["link_refused", "not_a_file", "too_large"]


def test_a_record_counts_only_where_the_ledger_knows_a_start(world: World, paths: ExperimentPaths) -> None:
    """Whatever else lies there, the executor did not write it."""
    (view,) = folder(world).experiments(world.clock(), {})
    assert (view.record, dict(view.execution_sha256)) == (None, {})


def test_the_record_that_holds_what_was_sealed_counts(world: World, paths: ExperimentPaths) -> None:
    """Either copy may be edited, removed or garbled; a forged one of the same start does not pass."""
    world.settle()
    (start,) = world.passing.memory.histories["alpha"].starts
    sealed = {"exp_001": {start.n: start.end.execution_sha256}}
    own = world.workspace.run(world.run).record("alpha", "exp_001")
    whole = own.read_bytes()
    forged = json.loads(whole)
    forged["executions"].insert(0, {**forged["executions"][0], "time_limit_seconds": 1.0})
    for edited in (own, paths.record):
        for bad in (whole.replace(b'"exit_code": 0', b'"exit_code": 1'), b"{", json.dumps(forged).encode()):
            edited.write_bytes(bad)
            (view,) = folder(world).experiments(world.clock(), sealed)
            assert dict(view.execution_sha256) == sealed["exp_001"]
        edited.unlink()
        (view,) = folder(world).experiments(world.clock(), sealed)
        assert dict(view.execution_sha256) == sealed["exp_001"]
        edited.write_bytes(whole)
    for path in (own, paths.record):
        path.write_bytes(json.dumps(forged).encode())
    (view,) = folder(world).experiments(world.clock(), sealed)
    assert dict(view.execution_sha256) != sealed["exp_001"]


def test_what_reads_well_is_taken_as_it_is(world: World, paths: ExperimentPaths) -> None:
    """Half a summary is waited for; the report says that a good one is done."""
    whole = paths.summary.read_text()
    reading = Reading(world.workspace.root, Rest(world.clock.monotonic))
    seen(world, reading)
    paths.summary.write_text(whole + "More.\n")
    looked = folder(world, reading)
    looked.experiments(world.clock(), STARTED)
    assert (looked.settled, looked.at_rest) == (True, False)
    paths.summary.write_text(whole[: len(whole) // 3])
    looked = folder(world, reading)
    looked.experiments(world.clock(), STARTED)
    assert not looked.settled
    world.clock.jump(seconds=2)
    looked = folder(world, reading)
    (view,) = looked.experiments(world.clock(), STARTED)
    assert (looked.settled, looked.at_rest) == (True, True)
    assert view.summary is not None
    assert view.summary.problems


def test_what_waits_for_the_executor_is_queued(world: World) -> None:
    """A link in the place of a request is none, since the executor never answers it."""
    world.settle()
    paths = world.handed()
    assert seen(world).queued
    paths.request.rename(paths.folder / "away")
    paths.request.symlink_to("away")
    assert not seen(world).queued


def test_the_newest_change_is_a_sign_of_life(world: World, paths: ExperimentPaths) -> None:
    """Of anything that the worker writes; what is dated ahead says nothing, nor does a link."""
    now = world.clock() + timedelta(days=1)
    at = now.timestamp()
    for path, back in ((paths.plan, 300), (paths.code, 200), (paths.summary, 100)):
        os.utime(path, (at, at - back))
    assert folder(world).newest(now) == now - timedelta(seconds=100)
    os.utime(paths.summary, (at, at + 100))
    assert folder(world).newest(now) == now - timedelta(seconds=200)
    paths.code.unlink()
    paths.code.symlink_to(Path("plan.md"))
    assert folder(world).newest(now) == now - timedelta(seconds=300)
