"""Does the same code give the same numbers again? Compares two executions seed by seed, metric by metric."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from coordinator.model.record import Execution, ProcessRecord

TOLERANCE = 1e-6
"""Relative. Sums of doubles in another order differ by some 1e-12, of single precision (epsilon 1.2e-7) by some
1e-7; whatever differs by more than a few of the latter was not merely rounded in another way."""


class Sameness(StrEnum):
    """How alike two numbers, seeds or executions are."""

    IDENTICAL = "identical"
    """To the last bit."""
    EQUAL = "equal"
    """Within the tolerance."""
    DIFFERENT = "different"
    """Beyond it, or there in one of them only."""


@dataclass(frozen=True, slots=True)
class Compared:
    """One metric under one seed, then and now.

    Args:
        seed: under which it was measured.
        metric: its path.
        then, now: what it was; None where it is missing.
        sameness: how alike they are.
    """

    seed: int
    metric: str
    then: float | None
    now: float | None
    sameness: Sameness


@dataclass(frozen=True, slots=True)
class Change:
    """One thing of the environment that is not as it was.

    Args:
        what: `python`, `platform`, `target`, or `package` and its name.
        then, now: what it was and is; empty where it is missing.
    """

    what: str
    then: str
    now: str


@dataclass(frozen=True, slots=True)
class Reproduction:
    """What came out of executing sealed bytes again.

    Args:
        sameness: the worst over all seeds.
        metrics: every number that was compared.
        seeds: seeds that ended otherwise than they did, in words.
        environment: what is not as it was.
    """

    sameness: Sameness
    metrics: tuple[Compared, ...]
    seeds: tuple[str, ...]
    environment: tuple[Change, ...]

    def counted(self, sameness: Sameness) -> int:
        """Count the numbers that are so alike."""
        return sum(one.sameness is sameness for one in self.metrics)


def reproduce(then: Execution, now: Execution) -> Reproduction:
    """Compare an execution with a later one of the same bytes on the same seeds."""
    again = {process.seed: process for process in now.processes}
    pairs = [(process, again.get(process.seed)) for process in then.processes]
    metrics = tuple(one for before, after in pairs for one in _metrics(before, after))
    seeds = tuple(_otherwise(before, after) for before, after in pairs if not _ended_alike(before, after))
    found = [one.sameness for one in metrics] + [Sameness.DIFFERENT for _ in seeds]
    return Reproduction(_worst(found), metrics, seeds, changes(then, now))


def alike(then: float | None, now: float | None) -> Sameness:
    """Say how alike two numbers are."""
    if then is None or now is None:
        return Sameness.DIFFERENT
    if then == now:
        return Sameness.IDENTICAL
    near = abs(then - now) <= TOLERANCE * max(abs(then), abs(now))
    return Sameness.EQUAL if near else Sameness.DIFFERENT


def changes(then: Execution, now: Execution) -> tuple[Change, ...]:
    """Name what is not as it was: interpreter, system, target, packages."""
    pairs = [("python", then.python, now.python), ("platform", then.platform, now.platform)]
    pairs += [("target", then.target_sha256, now.target_sha256)]
    names = sorted({*then.packages, *now.packages})
    pairs += [(f"package {name}", *_versions(name, then.packages, now.packages)) for name in names]
    return tuple(Change(*pair) for pair in pairs if pair[1] != pair[2])


def _versions(name: str, then: Mapping[str, str], now: Mapping[str, str]) -> tuple[str, str]:
    return then.get(name, ""), now.get(name, "")


def _metrics(before: ProcessRecord, after: ProcessRecord | None) -> list[Compared]:
    seen = after.metrics if after else {}
    pairs = {name: (before.metrics.get(name), seen.get(name)) for name in sorted({*before.metrics, *seen})}
    return [Compared(before.seed, name, *pair, alike(*pair)) for name, pair in pairs.items()]


def _ended_alike(before: ProcessRecord, after: ProcessRecord | None) -> bool:
    return after is not None and after.outcome is before.outcome


def _otherwise(before: ProcessRecord, after: ProcessRecord | None) -> str:
    if after is None:
        return f"seed {before.seed}: {before.outcome} then, not run now"
    why = f" ({after.detail})" if after.detail else ""
    return f"seed {before.seed}: {before.outcome} then, {after.outcome} now{why}"


def _worst(found: Sequence[Sameness]) -> Sameness:
    order = list(Sameness)
    return max(found, key=order.index, default=Sameness.IDENTICAL)
