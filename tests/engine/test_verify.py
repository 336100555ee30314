"""Is every kind of altered byte found, and nothing else?"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from engine.worlds import World

from coordinator.store.layout import ExperimentPaths


def experiment(world: World) -> ExperimentPaths:
    """Give the experiment that the finding rests on."""
    return world.worker().experiment("exp_001")


def first(paths: ExperimentPaths, pattern: str = "outputs/seed_*/metrics.json") -> Path:
    """Give the first of some files."""
    return min(paths.folder.glob(pattern))


def flip(path: Path, old: str = "0", new: str = "1") -> None:
    """Alter one character."""
    text = path.read_text()
    assert old in text
    path.chmod(0o644)
    path.write_text(text.replace(old, new, 1))


def renumbered(world: World) -> None:
    """Alter a number in outputs and record, so that both say the same."""
    paths = experiment(world)
    metrics = first(paths)
    gap = json.loads(metrics.read_text())["gap"]
    for path in (metrics, paths.record, own_record(world)):
        flip(path, str(gap), str(gap + 1))


def own_record(world: World) -> Path:
    """Give the coordinator's copy of the record."""
    return world.workspace.run(world.run).record("alpha", "exp_001")


def sealed(world: World, name: str) -> Path:
    """Give a file of the sealed copy."""
    return world.workspace.run(world.run).sealed("alpha", "exp_001", 1) / name


def both_records(world: World) -> None:
    """Alter both copies of the record."""
    for path in (experiment(world).record, own_record(world)):
        flip(path, '"exit_code": 0', '"exit_code": 1')


def ledger_of(world: World) -> Path:
    """Give the public ledger."""
    return world.workspace.run(world.run).ledger


def cut(path: Path) -> None:
    """Take the last lines of a file away."""
    path.write_bytes(b"".join(path.read_bytes().splitlines(keepends=True)[:-6]))


ALTERED: dict[str, tuple[Callable[[World], object], set[str]]] = {
    "output": (lambda w: flip(first(experiment(w))), {"outputs_edited", "metrics_differ"}),
    "output removed": (lambda w: first(experiment(w)).unlink(), {"outputs_edited", "metrics_differ"}),
    "output added": (
        lambda w: first(experiment(w)).with_name("more.txt").write_text(""), {"outputs_edited"},
    ),
    "output a link": (
        lambda w: first(experiment(w)).with_name("link").symlink_to("metrics.json"), {"link_refused"},
    ),
    "confirmation": (
        lambda w: flip(first(experiment(w), "confirmation/seed_*/metrics.json")), {"outputs_edited", "metrics_differ"},
    ),
    "record": (both_records, {"record_edited", "verdict_differs", "finding_not_derivable", "findings_edited"}),
    "record and output alike": (
        renumbered, {"record_edited", "verdict_differs", "finding_not_derivable", "findings_edited"},
    ),
    "sealed plan": (lambda w: flip(sealed(w, "plan.md"), "shift", "drift"), {"sealed_copy_edited"}),
    "sealed code": (lambda w: flip(sealed(w, "experiment.py"), "400", "900"), {"sealed_copy_edited"}),
    "sealed code removed": (lambda w: sealed(w, "experiment.py").unlink(), {"sealed_copy_edited"}),
    "live code": (
        lambda w: flip(experiment(w).code, "400", "900"),
        {"code_changed", "verdict_differs", "finding_not_derivable", "findings_edited"},
    ),
    "live plan": (
        lambda w: flip(experiment(w).plan, "The shift shows", "It will"),
        {"plan_edited", "verdict_differs", "finding_not_derivable", "findings_edited"},
    ),
    "summary": (
        lambda w: flip(experiment(w).summary, "Use the shift", "Sell the shift"),
        {"summary_edited", "verdict_differs", "findings_edited"},
    ),
    "a number in the summary": (
        lambda w: experiment(w).summary.write_text(
            re.sub(r"The gap is \S+", "The gap is 9.99.", experiment(w).summary.read_text())
        ),
        {"summary_edited", "verdict_differs", "finding_not_derivable", "findings_edited"},
    ),
    "experiment moved away": (
        lambda w: experiment(w).folder.rename(w.worker().folder / "gone"),
        {"experiment_deleted", "verdict_differs", "finding_not_derivable", "findings_edited"},
    ),
    "findings": (lambda w: flip(w.workspace.run(w.run).findings), {"findings_edited"}),
    "findings removed": (lambda w: w.workspace.run(w.run).html.unlink(), {"findings_edited"}),
    "plot removed": (
        lambda w: min(w.workspace.run(w.run).folder.glob("*.png")).unlink(), {"findings_edited"},
    ),
    "ledger": (lambda w: flip(ledger_of(w), "alpha", "gamma"), {"ledger_edited"}),
    "ledger cut": (lambda w: cut(ledger_of(w)), {"ledger_truncated"}),
    "ledger removed": (lambda w: ledger_of(w).unlink(), {"ledger_missing"}),
    "frozen": (
        lambda w: flip(w.workspace.run(w.run).frozen, "experiments: 5", "experiments: 9"), {"frozen_edited"},
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", ALTERED)
def test_what_was_altered_is_found(over: World, name: str) -> None:
    """Each kind of altered byte, by code, and nothing that was not altered."""
    alter, codes = ALTERED[name]
    alter(over)
    assert {problem.code for problem in over.verified().problems} == codes


@pytest.mark.parametrize("which", ["the worker's", "the coordinator's"])
@pytest.mark.parametrize("how", ["edited", "removed", "garbled"])
def test_one_good_record_is_enough(over: World, which: str, how: str) -> None:
    """Editing one copy of a record takes no experiment away: it is named, and what was found still follows."""
    path = experiment(over).record if which == "the worker's" else own_record(over)
    if how == "edited":
        flip(path, '"exit_code": 0', '"exit_code": 1')
    elif how == "garbled":
        path.write_text("{")
    else:
        path.unlink()
    assert {problem.code for problem in over.verified().problems} - {"bad_value"} == {"record_edited"}


def test_everything_is_looked_at(over: World) -> None:
    """Nothing is wrong with what nobody touched, and it says how much it looked at."""
    found = over.verified()
    assert found.problems == []
    counts = found.counts
    assert counts["ledger entries"] == len(over.ledger())
    assert counts["executions"] == 8  # three explorations and a confirmation in each of two directions
    assert counts["sealed files"] == 6 * 2
    assert counts["findings re-derived"] == 2
    assert counts["output files"] >= 2 * (3 * 3 + 6)
    assert counts["numbers"] == 2 * (3 * 3 + 6) * 3


def test_looking_changes_nothing(over: World) -> None:
    """Not a byte, whatever is wrong."""
    flip(ledger_of(over), "alpha", "gamma")
    before = over.bytes()
    over.verified()
    assert over.bytes() == before


def test_a_noted_tampering_stays_noted(world: World) -> None:
    """What was put back is still told by whoever verifies; an open run has no findings to compare."""
    world.settle()
    flip(world.workspace.run(world.run).frozen, "experiments: 5", "experiments: 9")
    world.settle()
    (problem,) = world.verified().problems
    assert (problem.code, problem.message.startswith("noted in the ledger")) == ("frozen_edited", True)


def test_what_is_in_flight_is_left_alone(world: World) -> None:
    """An experiment that has not ended has nothing sealed to compare."""
    world.settle()
    world.handed()
    world.claimed()
    found = world.verified()
    assert (found.problems, found.counts.get("executions")) == ([], None)


def test_outputs_that_a_later_start_replaced_are_not_looked_for(world: World) -> None:
    """Only the sealed code of the earlier execution is left to compare."""
    world.settle()
    world.answer()
    world.settle()
    paths = experiment(world)
    flip(paths.code, "400", "500")
    world.handed()
    world.execute()
    found = world.verified()
    assert (found.problems, found.counts["executions"]) == ([], 2)
