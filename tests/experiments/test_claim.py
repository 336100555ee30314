"""What becomes of a request? Refused with every reason, or started on exactly what lies there."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from experiments.worlds import MEASURE, NOW, PLAN, RUN, World

from coordinator.experiments import requests, seeds
from coordinator.experiments.claim import claim
from coordinator.model.instruction import Action
from coordinator.model.record import Phase
from coordinator.text import canonical


def refused(world: World, request_id: str) -> list[str]:
    """Give the codes of a refusal."""
    reasons = requests.refusal(world.workspace, world.workspace.run(RUN), request_id)
    return [reason.code for reason in reasons]


def test_a_start_says_what_was_sealed(world: World) -> None:
    """Digests of plan, code and target, the request's id, the reservation; the seeds derive from all of that."""
    paths = world.experiment()
    handed = world.hand_over(paths)
    world.underway().look()
    (start,) = world.starts()
    assert (start.direction, start.experiment, start.phase, start.attempt) == ("alpha", "exp_001", "explore", 1)
    assert start.request == handed.ids[0]
    assert start.plan_sha256 == canonical.sha256(paths.plan.read_bytes())
    assert start.reserved_seconds == 2 * 20
    draw = seeds.Draw("alpha", "exp_001", Phase.EXPLORE, 1, start.plan_sha256, start.code_sha256)
    assert start.seeds == seeds.derive(world.run.secret, draw, 2)


@pytest.mark.parametrize(
    ("plan", "code", "codes"),
    [
        ("no front matter", MEASURE, ["header_missing"]),
        (PLAN.replace("tier: 1", "tier: 3"), MEASURE, ["tier_misdeclared"]),
        (PLAN, "import measured\nmeasured.VERSION = 2\n", ["tier_misdeclared"]),
        (PLAN.replace("tier: 1", "tier: 1\nreplicates: exp_009"), MEASURE, ["replicates_unknown"]),
    ],
)
def test_refusals_by_admission(world: World, plan: str, code: str, codes: list[str]) -> None:
    """What admission says reaches the worker, and nothing is spent."""
    handed = world.hand_over(world.experiment(code=code, plan=plan))
    world.execute()
    assert refused(world, handed.ids[0]) == codes
    assert world.starts() == []


def test_a_link_among_the_code(world: World) -> None:
    """What cannot be sealed is refused, each thing with its path."""
    paths = world.experiment()
    paths.patches.mkdir()
    (paths.patches / "x.py").symlink_to("/etc/hostname")
    paths.code.unlink()
    paths.code.symlink_to("/etc/hostname")
    handed = world.hand_over(paths)
    world.execute()
    assert refused(world, handed.ids[0]) == ["link_refused", "link_refused"]


def test_refused_once(world: World) -> None:
    """A refused request that comes back (the executor was killed before it removed it) stays refused."""
    paths = world.experiment()
    paths.plan.unlink()
    handed = world.hand_over(paths)
    request = paths.request.read_bytes()
    world.execute()
    paths = world.experiment()
    paths.request.write_bytes(request)
    world.execute()
    assert not paths.request.exists()
    assert refused(world, handed.ids[0]) == ["plan_missing"]
    assert world.starts() == []


def test_a_blocked_seal(world: World, tmp_path: Path) -> None:
    """A link in the place of the sealed copies costs nothing, and nothing is written behind it."""
    (world.workspace.run(RUN).folder / "sealed").symlink_to(tmp_path)
    before = sorted(tmp_path.iterdir())
    handed = world.hand_over(world.experiment())
    world.execute()
    assert refused(world, handed.ids[0]) == ["seal_blocked"]
    assert world.starts() == []
    assert sorted(tmp_path.iterdir()) == before


def test_fresh_seeds_of_both_confirmations(world_of: Callable[[str], World]) -> None:
    """No seed of a direction is used twice: not those explored, nor those of the first confirmation."""
    world = world_of("significance: {explore_seeds: 2, confirm_seeds: 3}\n")
    paths = world.experiment()
    world.hand_over(paths)
    world.execute()
    for _ in range(2):
        world.instruct(Action.CONFIRM, "exp_001")
        world.hand_over(paths, Phase.CONFIRM)
        world.execute()
    used = [seed for start in world.starts() for seed in start.seeds]
    assert len(used) == len(set(used)) == 8
    assert [start.attempt for start in world.starts()] == [1, 1, 2]


def test_nobody_is_refused_because_somebody_replaced_the_run(world: World, tmp_path: Path) -> None:
    """Let a request wait while a link lies in the place of the run's folder, and start it when that is mended."""
    paths = world.experiment()
    handed = world.hand_over(paths)
    run = world.run
    (waiting,) = requests.waiting(world.workspace, world.workspace.worker(RUN, "alpha"))
    folder = world.workspace.run(RUN).folder
    folder.rename(tmp_path / "moved")
    folder.symlink_to(tmp_path / "moved")
    assert claim(run, waiting, lambda: "0" * 64, NOW) is None
    assert paths.request.is_file()
    folder.unlink()
    (tmp_path / "moved").rename(folder)
    order = claim(run, waiting, lambda: "0" * 64, NOW)
    assert order is not None
    assert order.start.request == handed.ids[0]
