"""Is a run begun, resumed and put right, whatever a crash or somebody else left?"""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from engine.worlds import DIRECTIONS, World

from coordinator.engine import opening
from coordinator.engine.opening import begin, latest, look, read_config, reopen
from coordinator.errors import MachineError, UsageError
from coordinator.model.entry import RunStarted, TamperingSeen
from coordinator.store.ledger import Ledger
from coordinator.store.state import State


def frozen(world: World) -> Path:
    """Give run.yaml."""
    return world.workspace.run(world.run).frozen


def codes(world: World) -> list[str]:
    """Reopen, and name what was found changed."""
    return [problem.code for problem in reopen(world.workspace, world.state, world.run).changed]


def test_a_run_begins_with_its_frozen_files(world: World) -> None:
    """Their digests are the ledger's first entry; a copy and a secret are out of the workers' reach."""
    fact = world.ledger()[0].fact
    assert isinstance(fact, RunStarted)
    assert (fact.run, fact.directions) == (world.run, ("alpha", "beta"))
    assert world.opened.frozen == frozen(world).read_bytes()
    assert [copy.read_bytes() for copy in world.state.frozen_copies(world.run)] == [world.opened.frozen]
    assert world.state.has_secret(world.opened.run.uid)


def test_reopening_changes_nothing(world: World) -> None:
    """However often, and editing config/ does not touch the open run."""
    world.settle()
    before = world.bytes()
    world.workspace.config_file.write_text("budget: {experiments: 500}\n")
    for _ in range(2):
        opened = reopen(world.workspace, world.state, world.run)
        assert opened.run == world.opened.run
        assert opened.changed == ()
    assert world.bytes() == before


STEPS: dict[str, tuple[object, str]] = {
    "the copy": (opening, "write"),
    "the folder": (opening, "make_folder"),
    "run.yaml": (opening, "_write_frozen"),
    "the ledger": (Ledger, "append"),
}


@pytest.mark.parametrize("step", STEPS)
@pytest.mark.parametrize("times", [1, 2])
def test_a_beginning_that_was_cut_short_is_completed(
    world: World, monkeypatch: pytest.MonkeyPatch, step: str, times: int
) -> None:
    """Before any step: the next start has one run more, whole, and calls nobody a tamperer."""
    holder, name = STEPS[step]
    real = getattr(holder, name)
    left = [times]

    def cut(*given: object, **options: object) -> object:
        left[0] -= 1
        if left[0] == 0:
            raise MachineError("the power went off")
        return real(*given, **options)

    monkeypatch.setattr(holder, name, cut)
    later = world.clock.now.replace(year=2031)
    try:
        begin(world.workspace, world.state, later)
    except MachineError:
        monkeypatch.undo()
        newest = latest(world.workspace, world.state)
        resumed = newest is not None and newest.startswith("2031")
        opened = reopen(world.workspace, world.state, newest) if resumed else begin(world.workspace, world.state, later)
    else:  # this step is made only once
        opened = look(world.workspace, world.state, latest(world.workspace, world.state) or "")
    assert opened.changed == ()
    assert opened.memory.head == 1
    assert opened.run.run.startswith("2031")
    assert look(world.workspace, world.state, opened.run.run).changed == ()


def test_looking_mends_nothing(world: World) -> None:
    """It names what is wrong and leaves it as it is."""
    frozen(world).write_text("run: mine\n")
    before = world.bytes()
    opened = look(world.workspace, world.state, world.run)
    assert [problem.code for problem in opened.changed] == ["frozen_edited"]
    assert opened.run == world.opened.run
    assert world.bytes() == before


@pytest.mark.parametrize("how", ["edited", "removed", "link", "folder"])
def test_a_changed_run_yaml_is_put_back(world: World, how: str, tmp_path: Path) -> None:
    """From the copy in the state folder, once."""
    path = frozen(world)
    path.unlink()
    if how == "edited":
        path.write_bytes(world.opened.frozen.replace(b"experiments: 5", b"experiments: 500"))
    elif how == "link":
        (tmp_path / "away").write_bytes(world.opened.frozen)
        path.symlink_to(tmp_path / "away")
    elif how == "folder":
        path.mkdir()
    assert codes(world) == ["frozen_edited"]
    assert (path.read_bytes(), path.is_symlink()) == (world.opened.frozen, False)
    assert codes(world) == []


def test_a_damaged_ledger_is_restored(world: World) -> None:
    """And one whose anchor is gone is taken over as far as its chain is whole."""
    world.settle()
    path = world.workspace.run(world.run).ledger
    whole = path.read_bytes()
    path.write_bytes(whole.replace(b"alpha", b"omega"))
    assert codes(world) == ["ledger_edited"]
    assert path.read_bytes() == whole
    next(world.state.folder.rglob("anchor.jsonl")).unlink()
    assert codes(world) == ["anchor_missing"]
    assert codes(world) == []


def test_a_workspace_from_another_machine(world: World, tmp_path: Path) -> None:
    """It can be taken over, and that nothing vouches for it is said."""
    world.settle()
    elsewhere = State(tmp_path / "elsewhere")
    opened = reopen(world.workspace, elsewhere, world.run)
    assert [problem.code for problem in opened.changed] == ["anchor_missing", "anchor_missing"]
    assert opened.memory.head == world.passing.memory.head


def test_copies_of_two_workspaces_are_told_apart(world: World) -> None:
    """By the digest in the ledger's first entry; where that names none, nothing is guessed."""
    other = world.state.frozen(world.run, "f" * 64)
    other.write_bytes(world.opened.frozen.replace(b"alpha", b"gamma"))
    frozen(world).unlink()
    assert codes(world) == ["frozen_edited"]
    assert frozen(world).read_bytes() == world.opened.frozen
    frozen(world).unlink()
    world.workspace.run(world.run).ledger.unlink()
    with pytest.raises(UsageError, match=r"run\.yaml cannot be read"):
        reopen(world.workspace, world.state, world.run)


def test_a_copy_that_cannot_be_read_is_none(world: World) -> None:
    """Somebody put a link in its place in the state folder."""
    (copy,) = world.state.frozen_copies(world.run)
    copy.unlink()
    copy.symlink_to("nowhere")
    frozen(world).unlink()
    with pytest.raises(UsageError):
        look(world.workspace, world.state, world.run)


def test_the_newest_run_is_one_that_began_here(world: World) -> None:
    """A run.yaml that a worker wrote counts only where nothing began here; a folder without one is none."""
    for name in ("20991231_235959", "20991231_235958"):
        world.workspace.run(name).folder.mkdir()
    world.workspace.run("20991231_235958").frozen.write_text("run: mine\n")
    assert latest(world.workspace, world.state) == world.run
    assert latest(world.workspace) == "20991231_235958"
    frozen(world).unlink()
    assert latest(world.workspace, world.state) == world.run
    shutil.rmtree(world.workspace.runs)
    assert latest(world.workspace, world.state) is None


def test_two_runs_of_one_second_have_names_of_their_own(world: World) -> None:
    """The later one is named a second later."""
    names = {begin(world.workspace, world.state, world.clock()).run.run for _ in range(2)}
    assert len(names | {world.run}) == 3


BAD: dict[str, tuple[Callable[[World], object], str]] = {
    "no directions": (lambda w: w.workspace.directions_file.unlink(), "config_missing"),
    "a link": (
        lambda w: (w.workspace.rubric_file.unlink(), w.workspace.rubric_file.symlink_to("/etc/hostname")),
        "link_refused",
    ),
    "an unknown key": (lambda w: w.workspace.config_file.write_text("bugdet: 5\n"), "unknown_key"),
    "no target": (lambda w: shutil.rmtree(w.workspace.root / "research_target"), "target_missing"),
}


@pytest.mark.parametrize("name", BAD)
def test_a_config_that_cannot_be_used_begins_nothing(world: World, name: str) -> None:
    """Every problem is listed with its hint, and no folder is made."""
    spoil, code = BAD[name]
    spoil(world)
    assert code in {problem.code for problem in read_config(world.workspace).problems}
    with pytest.raises(UsageError, match=code):
        begin(world.workspace, world.state, world.clock())
    assert world.workspace.runs_found() == [world.run]


def test_every_direction_done(world: World) -> None:
    """There is nothing to ask."""
    world.workspace.directions_file.write_text(DIRECTIONS.replace("title", "done: true, title"))
    with pytest.raises(UsageError, match="every direction is done"):
        begin(world.workspace, world.state, world.clock())


def test_a_direction_that_is_done_is_left_out(world: World) -> None:
    """Of the next run."""
    world.workspace.directions_file.write_text(DIRECTIONS.replace("title", "done: true, title", 1))
    opened = begin(world.workspace, world.state, world.clock())
    assert [direction.id for direction in opened.run.directions] == ["beta"]


def test_what_was_changed_while_nobody_looked_is_noted(world: World) -> None:
    """By the first pass after the start."""
    frozen(world).write_text("run: mine\n")
    world.restart()
    world.settle()
    noted = [entry.fact.code for entry in world.ledger() if isinstance(entry.fact, TamperingSeen)]
    assert noted == ["frozen_edited"]
