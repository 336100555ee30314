"""Are the coordinator's own files put back, and is what was wrong with them named?"""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from engine.worlds import World

from coordinator.engine import own
from coordinator.engine.own import OwnFiles
from coordinator.errors import MachineError, TamperingError


def kept(world: World) -> OwnFiles:
    """Look after the run's files."""
    return OwnFiles(world.workspace, world.opened)


def run_yaml(world: World) -> Path:
    """Give run.yaml."""
    return world.workspace.run(world.run).frozen


def ledger(world: World) -> Path:
    """Give ledger.jsonl."""
    return world.workspace.run(world.run).ledger


def linked(path: Path) -> None:
    """Put a link to the same bytes in a file's place."""
    away = path.with_name("elsewhere")
    path.rename(away)
    path.symlink_to(away)


def piped(path: Path) -> None:
    """Put a FIFO in a file's place."""
    path.unlink()
    os.mkfifo(path)


def foldered(path: Path) -> None:
    """Put a folder in a file's place."""
    path.unlink()
    path.mkdir()


MEDDLED: dict[str, tuple[Callable[[World], object], set[str]]] = {
    "run.yaml edited": (lambda w: run_yaml(w).write_text("run: mine"), {"frozen_edited"}),
    "run.yaml removed": (lambda w: run_yaml(w).unlink(), {"frozen_edited"}),
    "run.yaml a link": (lambda w: linked(run_yaml(w)), {"frozen_edited"}),
    "run.yaml a FIFO": (lambda w: piped(run_yaml(w)), {"frozen_edited"}),
    "run.yaml a folder": (lambda w: foldered(run_yaml(w)), {"frozen_edited"}),
    "ledger edited": (lambda w: ledger(w).write_bytes(b"{}\n" * 3), {"ledger_edited"}),
    "ledger removed": (lambda w: ledger(w).unlink(), {"ledger_missing"}),
    "ledger a folder": (lambda w: foldered(ledger(w)), {"ledger_missing"}),
    "run's folder removed": (
        lambda w: shutil.rmtree(run_yaml(w).parent), {"not_a_folder", "frozen_edited", "ledger_missing"},
    ),
    "run's folder a link": (
        lambda w: linked(run_yaml(w).parent), {"not_a_folder", "frozen_edited", "ledger_missing"},
    ),
    "run's folder a file": (
        lambda w: (shutil.rmtree(run_yaml(w).parent), run_yaml(w).parent.write_text("")),
        {"not_a_folder", "frozen_edited", "ledger_missing"},
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", MEDDLED)
def test_whatever_was_done_is_put_back_and_named(world: World, name: str) -> None:
    """Once: afterwards everything is as it was, and nothing is wrong any more."""
    world.settle()
    before = {path: path.read_bytes() for path in (run_yaml(world), ledger(world))}
    own_files = kept(world)
    assert own_files.restore() == ()
    meddle, codes = MEDDLED[name]
    meddle(world)
    assert {problem.code for problem in own_files.restore()} == codes
    assert {path: path.read_bytes() for path in before} == before
    assert own_files.restore() == ()
    assert own_files.restore() == ()


def test_a_link_above_the_run_is_named_and_nothing_is_written_behind_it(world: World, tmp_path: Path) -> None:
    """The ledger goes on in the state folder meanwhile."""
    away = tmp_path / "away"
    shutil.move(world.workspace.runs, away)
    world.workspace.runs.symlink_to(away)
    (away / world.run / "run.yaml").unlink()
    assert [problem.code for problem in kept(world).restore()] == ["frozen_edited", "link_refused"]
    assert not (away / world.run / "run.yaml").exists()


def test_without_the_copy_in_the_state_folder_nothing_can_be_vouched_for(world: World) -> None:
    """The daemon ends and says what to do."""
    next(world.state.folder.rglob("anchor.jsonl")).unlink()
    with pytest.raises(TamperingError) as told:
        kept(world).restore()
    assert "start `watch` again" in told.value.hint


def test_a_disk_that_refuses_on_the_way_loses_nothing(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """What was put back before it refused is still named when it gives way."""
    world.settle()
    own_files = kept(world)
    shutil.rmtree(run_yaml(world).parent)

    def full(*_: object, **__: object) -> None:
        raise MachineError("the disk is full")

    monkeypatch.setattr(own, "write", full)
    for _ in range(2):
        with pytest.raises(MachineError, match="full"):
            own_files.restore()
    monkeypatch.undo()
    found = own_files.restore()
    assert [problem.code for problem in found] == ["not_a_folder", "frozen_edited", "ledger_missing"]
    assert own_files.restore() == ()
