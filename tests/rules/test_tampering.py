"""What was changed that nobody but the coordinator may change?"""

from __future__ import annotations

from collections.abc import Callable

import pytest
from fakes import Story, code
from stories import begun, scored

from coordinator.model.problem import Problem
from coordinator.model.record import Outcome
from coordinator.rules.tampering import tampering

WORKER = "runs/20260301_220000-threshold_tuning"

CRASHED = (None, None, None)


def unsettled(story: Story) -> Story:
    """Something is still being written."""
    story.settled = False
    return story


SEEN: dict[str, tuple[Callable[[], Story], set[str]]] = {
    "nothing": (lambda: scored(begun()), set()),
    "a deleted experiment": (lambda: scored(begun()).deleted("exp_001"), {"experiment_deleted"}),
    "an edited plan": (lambda: scored(begun()).changed("exp_001", plan_sha256="f" * 64), {"plan_edited"}),
    "edited code": (lambda: scored(begun()).changed("exp_001", code=code("new")), {"code_changed"}),
    "a destroyed record": (lambda: scored(begun()).changed("exp_001", execution_sha256={}), {"record_edited"}),
    "an edit that is still being written": (
        lambda: unsettled(scored(begun()).changed("exp_001", code=code("new"))), set(),
    ),
    "an edit that is to be run": (
        lambda: scored(begun()).changed("exp_001", code=code("new"), queued=True), set(),
    ),
    "an edit of what failed": (
        lambda: begun().ran("exp_001", CRASHED, outcome=Outcome.FAILED).changed("exp_001", code=code("new")), set(),
    ),
    "an edit of what runs": (
        lambda: begun().ran("exp_001", unfinished=True).changed("exp_001", code=code("new")), set(),
    ),
    "an edit of what never ran": (lambda: begun().wrote("exp_001"), set()),
    "a number left out": (lambda: scored(begun()).ran("exp_003"), {"numbering_gap"}),
    "many left out": (lambda: begun().ran("exp_900"), {"numbering_gap"}),
    "one that was made and never run": (lambda: scored(begun()).wrote("exp_002").ran("exp_003"), set()),
    "one left out after the last": (lambda: scored(begun()).wrote("exp_005"), set()),
}  # fmt: skip


@pytest.mark.parametrize("name", SEEN)
def test_what_is_seen(name: str) -> None:
    """Each way to unsay something, beside what an honest worker does."""
    tell, expected = SEEN[name]
    assert {one.code for one in tampering(tell().observation())} == expected


def test_it_is_noted_once() -> None:
    """With the direction that it belongs to."""
    story = scored(begun()).deleted("exp_001")
    (seen,) = tampering(story.observation())
    assert (seen.path, seen.direction, seen.detail) == (
        WORKER, "threshold_tuning", "exp_001 was started and its folder is gone",
    )  # fmt: skip
    story.note(seen)
    assert tampering(story.observation()) == ()


@pytest.mark.parametrize(
    ("path", "direction"),
    [
        (f"{WORKER}/experiments/exp_001/outputs/seed_1/metrics.json", "threshold_tuning"),
        ("runs/20260301_220000/sealed/threshold_tuning/exp_001-1/plan.md", "threshold_tuning"),
        ("runs/20260301_220000/records/threshold_tuning/exp_001.json", "threshold_tuning"),
        ("runs/20260301_220000/run.yaml", None),
        (f"{WORKER}2/inbox.md", None),
    ],
)
def test_a_file_belongs_to_its_direction(path: str, direction: str | None) -> None:
    """Its worker's folder, or the run's own copies of it; the rest is the run's."""
    changed = Problem(path, 0, "outputs_edited", "is not what the experiment wrote", "")
    (seen,) = tampering(scored(begun()).observation(changed=(changed, changed)))
    assert (seen.path, seen.code, seen.direction) == (path, "outputs_edited", direction)
