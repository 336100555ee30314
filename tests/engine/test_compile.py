"""Is what is compiled a view of ledger and outputs alone?"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from engine.worlds import CONFIG, World

from coordinator.engine import compile as compiling
from coordinator.engine.compile import compile_run, compiled_from, view_of
from coordinator.errors import MachineError
from coordinator.model.entry import RunEnded
from coordinator.report.guards import not_kept
from coordinator.report.view import RunView
from coordinator.text.canonical import sha256


def view(world: World) -> RunView:
    """Derive the view, with fresh eyes."""
    observed = world.fresh_observer().observe(world.clock(), compiled_from(world.ledger()))
    return view_of(observed, world.opened.run, world.ledger())


def test_the_ledger_seals_what_was_compiled(over: World) -> None:
    """The digest of findings.md is the run's last word."""
    paths = over.workspace.run(over.run)
    last = over.ledger()[-1].fact
    assert isinstance(last, RunEnded)
    assert last.findings_sha256 == sha256(paths.findings.read_bytes())
    assert paths.html.is_file()
    assert list(paths.folder.glob("*.png"))


def test_compiling_again_changes_nothing(over: World) -> None:
    """The same ledger and outputs, the same bytes, pictures included on one machine."""
    before = over.bytes()
    compile_run(over.workspace, view(over))
    assert over.bytes() == before


def test_a_late_end_changes_no_findings(over: World) -> None:
    """What the ledger learnt after the run's end is not in the view, however often it is derived."""
    before = view(over)
    ended = over.ledger()[-1]
    entries = (*over.ledger(), replace(ended, n=ended.n + 1))
    assert compiled_from(entries).head == ended.n - 1
    observed = over.fresh_observer().observe(over.clock(), compiled_from(entries))
    assert view_of(observed, over.opened.run, entries) == before


def test_an_open_run_gives_an_interim_view(world: World) -> None:
    """No end, no head of the ledger, and no guard while nothing ran: then nothing is said to have been enforced."""
    world.settle()
    found = view(world)
    assert (found.ended, found.facts, found.guards, found.limits) == (None, {}, (), ())
    assert found.workers == {"alpha": f"../{world.run}-alpha", "beta": f"../{world.run}-beta"}
    assert set(not_kept((), network=True)) < set(found.unchecked)


def test_guards_are_those_of_vouched_records(over: World) -> None:
    """A worker can write a record that names a better one."""
    assert (view(over).guards, view(over).limits) == (("manifest",), ("none",))
    for path in (over.worker().experiment("exp_001").record, over.workspace.run(over.run).record("alpha", "exp_001")):
        path.write_text(path.read_text().replace('"manifest"', '"fortress"'))
    assert view(over).guards == ("manifest",)


def test_writes_to_the_target_are_said_where_they_were_allowed(tmp_path: Path) -> None:
    """The report names what nobody held the experiments to."""
    world = World(tmp_path, config="allow_research_target_writes: true\n" + CONFIG)
    world.settle()
    assert any("allow_research_target_writes" in limit for limit in view(world).unchecked)


def test_a_run_folder_that_was_replaced_is_moved_aside(over: World) -> None:
    """Nothing keeps the findings from being written."""
    found, folder = view(over), over.workspace.run(over.run).folder
    (folder / "findings.md").unlink()
    (folder / "findings.md").mkdir()
    compile_run(over.workspace, found)
    assert (folder / "findings.md").is_file()
    assert (folder / "findings.md.aside-1").is_dir()


def test_a_full_disk_is_told(over: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """The caller tries again later."""

    def full(*_: object, **__: object) -> None:
        raise MachineError("the disk is full")

    found = view(over)
    monkeypatch.setattr(compiling, "write", full)
    with pytest.raises(MachineError):
        compile_run(over.workspace, found)
