"""Does a campaign end the same wherever its processes die? Every write, sync and rename of a whole campaign.

Here a sample of the steps; all of them: `python3 scripts/soak.py --crashes all`.
"""

from __future__ import annotations

import random
from functools import partial
from pathlib import Path

import pytest
from disks import Disk
from simulation.crashes import Campaign, End, Killed, Steps, lines, rest

from coordinator.errors import CoordinatorError
from coordinator.model.entry import DirectionEnded
from coordinator.model.instruction import Ending

SAMPLES = 8
"""Steps of a campaign at which it is killed here, evenly spread."""


@pytest.fixture(scope="module")
def played(tmp_path_factory: pytest.TempPathFactory) -> tuple[End, Steps]:
    """Play the campaign without a crash; give its end and its steps."""
    campaign = Campaign(tmp_path_factory.mktemp("undisturbed"))
    return campaign.play(), campaign.steps


@pytest.fixture
def undisturbed(played: tuple[End, Steps]) -> tuple[End, int]:
    """Give the end of the campaign without a crash, and the number of its steps."""
    return played[0], len(played[1].done)


def test_the_campaign_is_one(undisturbed: tuple[End, int]) -> None:
    """Go from a question to a confirmed finding, in more steps than are sampled."""
    end, steps = undisturbed
    assert [fact.ending for fact in end.facts if isinstance(fact, DirectionEnded)] == [Ending.FINALIZED]
    assert steps > 10 * SAMPLES


@pytest.mark.parametrize("sample", range(SAMPLES))
def test_killed_anywhere_it_ends_the_same(tmp_path: Path, undisturbed: tuple[End, int], sample: int) -> None:
    """Kill the daemon or the executor within one step: the same facts, inboxes and findings, byte for byte."""
    end, steps = undisturbed
    die_at = 1 + sample * steps // SAMPLES + sample % (steps // SAMPLES)
    campaign = Campaign(tmp_path, Steps(die_at))
    assert campaign.play() == end, f"step {die_at}: {campaign.steps.done[die_at - 1]}"
    assert campaign.steps.dead
    rest(campaign)


def test_what_was_decided_at_once_may_be_cut_apart(tmp_path: Path, played: tuple[End, Steps]) -> None:
    """Leave only the first of the entries that are appended together, and then one more of them, in either ledger."""
    end, steps = played
    cuts = [(die_at, kept) for die_at, count in steps.batches for kept in range(1, count)]
    assert len(cuts) >= 8, "of a first report, two verdicts and an ending, in two ledgers"
    for die_at, kept in cuts:
        campaign = Campaign(tmp_path / f"{die_at}-{kept}", Steps(die_at, partial(lines, kept)))
        assert campaign.play() == end, f"{kept} of the entries of step {die_at}"
        assert campaign.steps.dead
        rest(campaign)


@pytest.mark.parametrize("sample", range(SAMPLES // 2))
def test_without_power_it_ends_the_same(tmp_path: Path, undisturbed: tuple[End, int], sample: int) -> None:
    """Take what was not synced away as well."""
    end, steps = undisturbed
    die_at = 1 + sample * steps // (SAMPLES // 2) + sample
    campaign = Campaign(tmp_path, Steps(die_at), random.Random(sample))
    assert campaign.play() == end, f"step {die_at}: {campaign.steps.done[die_at - 1]}"
    assert campaign.steps.dead
    rest(campaign)


def test_the_power_cut_has_teeth(tmp_path: Path, undisturbed: tuple[End, int], monkeypatch: pytest.MonkeyPatch) -> None:
    """Lose what was said where nothing is synced: the same cut, near the end, is noticed."""
    _, steps = undisturbed
    monkeypatch.setattr(Disk, "folder", lambda *_: None)
    monkeypatch.setattr(Disk, "file", lambda *_: None)
    campaign = Campaign(tmp_path, Steps(steps - 20), random.Random(1))
    with pytest.raises((AssertionError, CoordinatorError, OSError)):
        assert campaign.play().ledger == undisturbed[0].ledger


def test_a_dying_process_does_nothing_more() -> None:
    """Refuse every step after the last one, whatever a `finally` still tries."""
    steps = Steps(1)
    for _ in range(2):
        with pytest.raises(Killed):
            steps.step("write")
    assert steps.done == ["write"]
