"""Is only the run executed that is open, unedited, and known to this machine?"""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from experiments.worlds import NOW, RUN, World

from coordinator.errors import TamperingError
from coordinator.experiments.open_run import find
from coordinator.model.entry import FirstReport, RunEnded
from coordinator.store.folder import HAS_FOLDER_FD
from coordinator.store.state import State
from coordinator.text import canonical


def test_the_newest(world: World) -> None:
    """The newest run is the open one; what is found is given back while nothing changed."""
    found = find(world.workspace, world.state)
    assert found is not None
    assert (found.frozen.run, found.target) == (RUN, world.target)
    assert find(world.workspace, world.state, found) is found
    beta = found.direction("beta")
    assert beta is not None
    assert beta.id == "beta"
    assert found.direction("gamma") is None
    world.begin("20261201_000000")
    later = find(world.workspace, world.state, found)
    assert later is not None
    assert later.frozen.run == "20261201_000000"


def test_none(tmp_path: Path, world: World) -> None:
    """No runs, or a run that is only being made, is none."""
    (world.workspace.runs / "20270101_000000").mkdir()
    assert find(world.workspace, world.state) is not None
    shutil.rmtree(world.workspace.runs)
    assert find(world.workspace, world.state) is None


def test_an_ended_one(world: World) -> None:
    """A run ends with its ledger's word, whether it was known before or not."""
    found = find(world.workspace, world.state)
    world.ledger.append([RunEnded(findings_sha256="0" * 64)], NOW)
    assert find(world.workspace, world.state, found) is None
    assert find(world.workspace, world.state) is None


@pytest.mark.parametrize("edit", ["text", "comment", "link", "garbled", "removed"])
def test_an_edited_one(world: World, tmp_path: Path, edit: str) -> None:
    """Any other bytes in run.yaml, and any other thing in its place, govern nothing."""
    found = find(world.workspace, world.state)
    frozen = world.workspace.run(RUN).frozen
    text = frozen.read_text()
    frozen.unlink()
    if edit == "link":
        (tmp_path / "same").write_text(text)
        frozen.symlink_to(tmp_path / "same")
    elif edit != "removed":
        frozen.write_text({"text": text.replace("alpha", "omega"), "comment": text + "#\n", "garbled": "{"}[edit])
    assert find(world.workspace, world.state, found) is None
    assert find(world.workspace, world.state) is None


def _copied(world: World) -> None:
    """Keep the copy of run.yaml in the state folder that the daemon keeps."""
    data = world.workspace.run(RUN).frozen.read_bytes()
    copy = world.state.frozen(RUN, canonical.sha256(data))
    copy.parent.mkdir(parents=True)
    copy.write_bytes(data)


@pytest.mark.parametrize("edit", ["budget", "garbled", "removed", "folder"])
def test_an_edited_one_keeps_nobody_waiting(world: World, edit: str) -> None:
    """Let the copy in the state folder govern meanwhile, with the budget that was frozen."""
    _copied(world)
    known = find(world.workspace, world.state)
    assert known is not None
    frozen = world.workspace.run(RUN).frozen
    text = frozen.read_text()
    frozen.unlink()
    if edit == "folder":
        frozen.mkdir()
    elif edit != "removed":
        frozen.write_text({"budget": text.replace("experiments: ", "experiments: 9"), "garbled": "{"}[edit])
    for before in (None, known):
        found = find(world.workspace, world.state, before)
        assert found is not None
        assert found.frozen == known.frozen
        assert find(world.workspace, world.state, found) is not None


def test_a_folder_that_looks_newer(world: World) -> None:
    """Whoever makes a folder with a later name and a run.yaml in it keeps nobody's experiments from being run."""
    _copied(world)
    pretended = world.workspace.runs / "29990101_000000"
    shutil.copytree(world.workspace.run(RUN).folder, pretended)
    found = find(world.workspace, world.state)
    assert found is not None
    assert found.frozen.run == RUN


@pytest.mark.skipif(not HAS_FOLDER_FD, reason="no descriptors of folders here: the parents' links are not kept out")
def test_a_link_in_the_place_of_the_run(world: World, tmp_path: Path) -> None:
    """Append to no ledger behind a link."""
    found = find(world.workspace, world.state)
    assert found is not None
    folder = world.workspace.run(RUN).folder
    folder.rename(tmp_path / "moved")
    folder.symlink_to(tmp_path / "moved")
    before = (tmp_path / "moved" / "ledger.jsonl").read_bytes()
    found.ledger.append([FirstReport(direction="alpha")], NOW)
    assert (tmp_path / "moved" / "ledger.jsonl").read_bytes() == before


def test_another_machine(world: World, tmp_path: Path) -> None:
    """Without the secret the seeds cannot be chosen: nothing is executed here."""
    assert find(world.workspace, State(tmp_path / "elsewhere")) is None


def test_a_run_under_another_name(world: World) -> None:
    """A copied run's folder is not another run."""
    shutil.copytree(world.workspace.run(RUN).folder, world.workspace.runs / "20270101_000000")
    assert find(world.workspace, world.state) is None


def test_a_later_run_that_somebody_made_up(world: World) -> None:
    """A run.yaml which did not begin on this machine keeps nobody's experiments from running."""
    found = find(world.workspace, world.state)
    assert found is not None
    copy = world.state.frozen(RUN, "0" * 64)
    copy.parent.mkdir()
    copy.write_bytes(world.workspace.run(RUN).frozen.read_bytes())
    planted = world.workspace.run("20991231_235959")
    planted.folder.mkdir()
    planted.frozen.write_text("run: mine\n")
    for known in (None, found):
        still = find(world.workspace, world.state, known)
        assert still is not None
        assert still.frozen.run == RUN


def test_a_link_in_the_place_of_the_run_leads_nowhere(world: World, tmp_path: Path) -> None:
    """The executor writes its ledger beneath the workspace, not where a worker's link points."""
    found = find(world.workspace, world.state)
    assert found is not None
    away = tmp_path / "away"
    world.workspace.run(RUN).folder.rename(away)
    world.workspace.run(RUN).folder.symlink_to(away)
    before = (away / "ledger.jsonl").read_bytes()
    found.ledger.append([RunEnded(findings_sha256="0" * 64)], NOW)
    assert (away / "ledger.jsonl").read_bytes() == before
    assert found.ledger.head()[0] == 2


def test_an_empty_ledger(world: World) -> None:
    """Between run.yaml and the ledger's first entry the run has not begun."""
    anchor = next(world.state.folder.rglob("anchor.jsonl"))
    anchor.write_bytes(b"")
    world.workspace.run(RUN).ledger.unlink()
    assert find(world.workspace, world.state) is None


def test_an_edited_anchor(world: World) -> None:
    """The anchor out of the workers' reach is not forgiven."""
    anchor = next(world.state.folder.rglob("anchor.jsonl"))
    anchor.write_bytes(anchor.read_bytes().replace(b"alpha", b"omega"))
    with pytest.raises(TamperingError):
        find(world.workspace, world.state)
