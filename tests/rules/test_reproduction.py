"""Are two executions compared number by number, and what is not as it was named?"""

from __future__ import annotations

from collections.abc import Mapping

import pytest
from fakes import START

from coordinator.model.record import Execution, Outcome, Phase, ProcessRecord
from coordinator.rules.reproduction import Change, Sameness, alike, reproduce


def process(seed: int, metrics: Mapping[str, float] | None) -> ProcessRecord:
    """One seed's record; without metrics it failed."""
    return ProcessRecord(
        seed=seed,
        outcome=Outcome.FAILED if metrics is None else Outcome.COMPLETED,
        detail="exit code 1" if metrics is None else "",
        started_at=START,
        wall_seconds=1,
        metrics=dict(metrics or {}),
    )


def execution(*metrics: Mapping[str, float] | None, **fields: object) -> Execution:
    """An execution with one process per seed, from 0."""
    given: dict[str, object] = {
        "start": 2,
        "phase": Phase.EXPLORE,
        "seeds": tuple(range(len(metrics))),
        "plan_sha256": "1" * 64,
        "code_sha256": "2" * 64,
        "code": {},
        "target_sha256": "3" * 64,
        "time_limit_seconds": 300,
        "guard": "manifest",
        "engine": "local",
        "python": "3.11.7",
        "packages": {"numpy": "2.4.6"},
        "platform": "Linux",
        "processes": tuple(process(seed, found) for seed, found in enumerate(metrics)),
    }
    return Execution(**{**given, **fields})


@pytest.mark.parametrize(
    ("then", "now", "expected"),
    [
        (0.1, 0.1, Sameness.IDENTICAL),
        (0.0, -0.0, Sameness.IDENTICAL),
        (1.0, 1.0 + 1e-7, Sameness.EQUAL),
        (-1e9, -1e9 - 999, Sameness.EQUAL),
        (1.0, 1.000002, Sameness.DIFFERENT),
        (0.0, 1e-300, Sameness.DIFFERENT),
        (1.0, -1.0, Sameness.DIFFERENT),
        (1.0, None, Sameness.DIFFERENT),
        (None, 1.0, Sameness.DIFFERENT),
    ],
)
def test_how_alike_two_numbers_are(then: float | None, now: float | None, expected: Sameness) -> None:
    """To the bit, within the tolerance relative to the larger one, or not."""
    assert alike(then, now) is expected


def test_everything_as_it_was() -> None:
    """Then it is identical, and nothing else is said."""
    found = reproduce(execution({"a": 1.0, "b": 2.0}, {"a": 3.0}), execution({"a": 1.0, "b": 2.0}, {"a": 3.0}))
    assert (found.sameness, found.counted(Sameness.IDENTICAL), found.seeds, found.environment) == (
        Sameness.IDENTICAL,
        3,
        (),
        (),
    )


def test_the_worst_number_decides() -> None:
    """One that differs makes the whole different, and each is given with its seed and both values."""
    found = reproduce(execution({"a": 1.0}, {"a": 1.0}), execution({"a": 1.0 + 1e-8}, {"a": 2.0}))
    assert found.sameness is Sameness.DIFFERENT
    assert [(one.seed, one.metric, one.then, one.now, one.sameness) for one in found.metrics] == [
        (0, "a", 1.0, 1.0 + 1e-8, Sameness.EQUAL),
        (1, "a", 1.0, 2.0, Sameness.DIFFERENT),
    ]
    assert reproduce(execution({"a": 1.0}), execution({"a": 1.0 + 1e-8})).sameness is Sameness.EQUAL


def test_a_number_that_is_missing_differs() -> None:
    """Whether it was there only then, or is there only now."""
    found = reproduce(execution({"a": 1.0}), execution({"b": 1.0}))
    assert [(one.metric, one.then, one.now) for one in found.metrics] == [("a", 1.0, None), ("b", None, 1.0)]
    assert found.sameness is Sameness.DIFFERENT


def test_a_seed_that_ends_otherwise() -> None:
    """It is said how, also where it was not run at all; one that fails both times is as it was."""
    found = reproduce(execution({"a": 1.0}, {"a": 1.0}, None), execution(None, seeds=(0, 1, 2)))
    assert found.seeds == (
        "seed 0: completed then, failed now (exit code 1)",
        "seed 1: completed then, not run now",
        "seed 2: failed then, not run now",
    )
    assert reproduce(execution(None), execution(None)).sameness is Sameness.IDENTICAL


def test_what_is_not_as_it_was_is_named() -> None:
    """Interpreter, system, target, and packages that came, went or changed."""
    then = execution({"a": 1.0}, packages={"numpy": "1", "gone": "2", "same": "3"})
    now = execution(
        {"a": 1.0},
        packages={"numpy": "2", "new": "4", "same": "3"},
        python="3.12.1",
        platform="Darwin",
        target_sha256="4" * 64,
    )
    assert reproduce(then, now).environment == (
        Change("python", "3.11.7", "3.12.1"),
        Change("platform", "Linux", "Darwin"),
        Change("target", "3" * 64, "4" * 64),
        Change("package gone", "2", ""),
        Change("package new", "", "4"),
        Change("package numpy", "1", "2"),
    )
