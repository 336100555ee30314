"""What did an earlier executor finish? Only what it kept itself, in the same environment, is gone on from."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import patience
import pytest
from experiments.worlds import ONE_AT_A_TIME, RUN, World

from coordinator.model.record import Outcome
from coordinator.store.layout import ExperimentPaths
from coordinator.text import record as record_text
from coordinator.text import unfinished


def interrupted(world: World, paths: ExperimentPaths) -> Path:
    """Let one seed finish and stop the executor; give the file that keeps how far it is."""
    world.hand_over(paths)
    first = world.underway()
    first.look()
    first.fill()
    patience.until(first.collect)
    first.stop()
    patience.until(first.stopped)
    (kept,) = world.state.folder.rglob("unfinished-*")
    return kept


def test_a_record_written_by_the_worker_is_not_gone_on_with(world_of: Callable[[str], World]) -> None:
    """What an interrupted execution goes on from is not where a worker can write."""
    world = world_of(ONE_AT_A_TIME)
    paths = world.experiment()
    interrupted(world, paths)
    shown = world.record(paths)
    (seen,) = shown.executions
    forged = seen.processes[0].model_copy(update={"metrics": {"score": 1e6}})
    data = record_text.print_(
        shown.model_copy(update={"executions": (seen.model_copy(update={"processes": (forged,)}),)})
    )
    for path in (paths.record, world.workspace.run(RUN).record(paths.direction, paths.experiment)):
        path.write_bytes(data)
    world.execute()
    (again,) = world.record(paths).executions
    assert again.processes[0] == seen.processes[0]


@pytest.mark.parametrize("damage", ["torn", "another environment"])
def test_what_was_kept_in_vain(world_of: Callable[[str], World], damage: str) -> None:
    """Where what was kept is not fit for use, every seed runs again."""
    world = world_of(ONE_AT_A_TIME)
    paths = world.experiment()
    kept = interrupted(world, paths)
    data = kept.read_bytes()
    (seen,) = world.record(paths).executions
    stranger = unfinished.parse(data, "kept").value
    assert stranger is not None
    other = unfinished.print_(stranger.model_copy(update={"environment_sha256": "0" * 64}))
    kept.write_bytes(data[:-9] if damage == "torn" else other)
    world.execute()
    (again,) = world.record(paths).executions
    assert again.processes[0].started_at > seen.processes[0].started_at
    assert again.outcome is Outcome.COMPLETED


def test_a_void_execution_stays_void(world_of: Callable[[str], World]) -> None:
    """If the target was changed before the executor ended, the next one starts no other seed."""
    world = world_of(ONE_AT_A_TIME)
    paths = world.experiment()
    kept = interrupted(world, paths)
    found = unfinished.parse(kept.read_bytes(), "kept").value
    assert found is not None
    void = found.processes[0].model_copy(update={"outcome": Outcome.TARGET_CHANGED, "metrics": {}})
    kept.write_bytes(unfinished.print_(found.model_copy(update={"processes": (void,)})))
    world.execute()
    (again,) = world.record(paths).executions
    assert (again.outcome, len(again.processes)) == (Outcome.TARGET_CHANGED, 1)
    assert [end.outcome for end in world.ends()] == [Outcome.TARGET_CHANGED]
