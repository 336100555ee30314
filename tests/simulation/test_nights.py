"""Does the coordinator keep its laws through whole nights, among workers that are honest, silent and bad?

Longer: `python3 scripts/soak.py`. A failure names the seed that replays it.
"""

from __future__ import annotations

from pathlib import Path

import pytest
from simulation.mischief import DESTRUCTIVE, OWN, SHARED
from simulation.play import EFFECTS, Night

from coordinator.model.instruction import Ending

QUIET_SEEDS = range(3)
TROUBLED_SEEDS = range(4, 10)
DESTROYED_SEEDS = range(12, 14)


@pytest.mark.parametrize("seed", QUIET_SEEDS)
def test_nobody_notices_what_another_worker_does_in_its_own_folder(tmp_path: Path, seed: int) -> None:
    """Give the honest workers the same inboxes, byte for byte, whether the third is bad or was never there."""
    troubled, quiet = Night(tmp_path / "troubled", seed, OWN), Night(tmp_path / "quiet", seed)
    troubled.play()
    quiet.play()
    for direction in (*EFFECTS, "delta"):
        assert troubled.inboxes(direction) == quiet.inboxes(direction), f"{direction}: {troubled.replay}"
        assert troubled.course(direction) == quiet.course(direction), f"{direction}: {troubled.replay}"
    assert any(name != "honest" for name in troubled.workers[2].done), "the third worker was bad"


@pytest.mark.parametrize("seed", TROUBLED_SEEDS)
def test_the_laws_hold_whatever_one_worker_does(tmp_path: Path, seed: int) -> None:
    """Let one worker meddle with its own files and everybody's: the run ends, and the honest end as they deserve."""
    night = Night(tmp_path, seed, (*OWN, *SHARED), effect=0.3 if seed % 2 else 0.0)
    memory = night.play()
    assert memory.histories["alpha"].ending.ending is Ending.FINALIZED, night.replay
    assert memory.histories["beta"].ending.ending is Ending.EXHAUSTED, night.replay
    assert memory.histories["delta"].ending.ending is Ending.LOST, night.replay


@pytest.mark.parametrize("seed", DESTROYED_SEEDS)
def test_the_laws_hold_where_the_run_is_destroyed(tmp_path: Path, seed: int) -> None:
    """Let one worker delete what was sealed as well: the run ends all the same, and no lie becomes a finding."""
    Night(tmp_path, seed, (*OWN, *SHARED, *DESTRUCTIVE * 4)).play()


def test_a_seed_replays_a_night(tmp_path: Path) -> None:
    """Play the same night twice: the same ledger, byte for byte."""
    nights = [Night(tmp_path / name, 3, (*OWN, *SHARED)) for name in ("first", "second")]
    for night in nights:
        night.play()
    first, second = (night.world.anchor.read_bytes() for night in nights)
    assert first == second
