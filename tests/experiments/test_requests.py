"""Is every request found that is one, and everything else left alone or dropped?"""

from __future__ import annotations

from pathlib import Path

import pytest
from experiments.worlds import RUN, World

from coordinator.experiments import requests
from coordinator.model.record import Phase, Request
from coordinator.rules.admission import Refusal


def test_waiting(world: World) -> None:
    """In the order of experiments, each with what it says; folders without a request are not named."""
    for name in ("exp_002", "exp_001"):
        world.hand_over(world.experiment(name))
    world.experiment("exp_003")
    worker = world.workspace.worker(RUN, "alpha")
    (worker.experiments / "notes").mkdir()
    found = list(requests.waiting(world.workspace, worker))
    assert [handed.paths.experiment for handed in found] == ["exp_001", "exp_002"]
    assert all(handed.request and handed.request.phase is Phase.EXPLORE for handed in found)


def test_no_worker(world: World) -> None:
    """A worker's folder that is missing, or is a link, has no requests."""
    worker = world.workspace.worker(RUN, "gamma")
    assert list(requests.waiting(world.workspace, worker)) == []
    worker.folder.symlink_to(world.workspace.worker(RUN, "alpha").folder)
    world.hand_over(world.experiment())
    assert list(requests.waiting(world.workspace, worker)) == []


@pytest.mark.parametrize(
    "text", ["", "{", "[]", '{"experiment": "exp_002", "id": "x", "phase": "explore"}', '{"experiment": "exp_001"}']
)
def test_what_is_no_request(world: World, text: str) -> None:
    """A torn, foreign or copied file says nothing about this folder; it is dropped, and nothing is started."""
    paths = world.experiment()
    paths.request.write_text(text)
    (handed,) = requests.waiting(world.workspace, world.workspace.worker(RUN, "alpha"))
    assert handed.request is None
    world.execute()
    assert not paths.request.exists()
    assert world.starts() == []


def test_something_else_in_its_place(world: World, tmp_path: Path) -> None:
    """A link is removed and not followed, a folder is left where it is; neither holds anybody up."""
    victim = tmp_path / "victim"
    victim.write_text('{"experiment": "exp_001", "id": "x", "phase": "explore"}')
    linked, blocked = world.experiment("exp_001"), world.experiment("exp_002")
    linked.request.symlink_to(victim)
    blocked.request.mkdir()
    world.hand_over(world.experiment("exp_003"))
    world.execute()
    assert victim.exists()
    assert not linked.request.is_symlink()
    assert blocked.request.is_dir()
    assert [start.experiment for start in world.starts()] == ["exp_003"]


def test_refusals(world: World, tmp_path: Path) -> None:
    """A refusal is read as it was written, and lies where only the executor writes."""
    run = world.workspace.run(RUN)
    request = Request(experiment="exp_001", phase=Phase.EXPLORE, id="abc")
    reasons = (Refusal("a", "first", "mend it"), Refusal("b", "second", ""))
    assert requests.refusal(world.workspace, run, "abc") == ()
    requests.refuse(world.workspace, run, request, reasons)
    assert requests.refusal(world.workspace, run, "abc") == reasons


def test_a_refusal_behind_a_link(world: World, tmp_path: Path) -> None:
    """Somebody who puts a link in the way loses the answer, and gains nothing."""
    run = world.workspace.run(RUN)
    (run.folder / "refusals").symlink_to(tmp_path)
    request = Request(experiment="exp_001", phase=Phase.EXPLORE, id="abc")
    requests.refuse(world.workspace, run, request, (Refusal("a", "first", ""),))
    assert not (tmp_path / "abc.json").exists()
