"""What was changed that nobody but the coordinator may change, and is not in the ledger yet?

Noted once each, by file and code; nothing is refused because of it. What it costs is said by the rules that no longer
find their evidence, and by the findings, which name it all.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import pairwise

from coordinator.model.entry import TamperingSeen
from coordinator.model.history import History
from coordinator.model.observation import Observation, WorkerView
from coordinator.model.record import Outcome
from coordinator.rules.experiment import changed_since_sealed


def tampering(observed: Observation) -> tuple[TamperingSeen, ...]:
    """Give every tampering that is not noted yet."""
    known = {(seen.path, seen.code, seen.detail) for seen in observed.memory.tampering}
    found = [
        TamperingSeen(path=one.path, code=one.code, detail=one.message, direction=_whose(one.path, observed.workers))
        for one in (*observed.changed, *observed.altered)
    ]
    for direction, view in observed.workers.items():
        history = observed.memory.histories[direction]
        found += [*_deleted(view, history), *_edited(view, history), *_gaps(view, history)]
    return tuple({(one.path, one.code, one.detail): one for one in found if _key(one) not in known}.values())


def _key(seen: TamperingSeen) -> tuple[str, str, str]:
    return seen.path, seen.code, seen.detail


def _whose(path: str, workers: Mapping[str, WorkerView]) -> str | None:
    """Give the direction that a file belongs to: of its worker, or one of the run's copies; None for the run's."""
    for direction, view in workers.items():
        if f"{path}/".startswith(f"{view.path}/") or path.split("/")[2:4] in (
            ["sealed", direction],
            ["records", direction],
        ):
            return direction
    return None


def _deleted(view: WorkerView, history: History) -> Iterator[TamperingSeen]:
    """Name the experiments that were started and are gone; they stay spent."""
    there = {one.name for one in view.experiments if not one.gone}
    for name in sorted({start.fact.experiment for start in history.starts} - there):
        detail = f"{name} was started and its folder is gone"
        yield TamperingSeen(path=view.path, code="experiment_deleted", detail=detail, direction=view.direction.id)


def _edited(view: WorkerView, history: History) -> Iterator[TamperingSeen]:
    """Name plans, code and records that are not what completed; what failed may be mended where it lies."""
    for one in sorted(view.experiments, key=lambda one: one.name) if view.settled else ():
        starts = history.explorations(one.name)
        if one.gone or one.queued or not starts or starts[-1].end is None:
            continue
        if starts[-1].end.outcome is Outcome.COMPLETED:
            for found in changed_since_sealed(one, starts[-1]):
                yield TamperingSeen(path=found.path, code=found.code, detail=found.message, direction=view.direction.id)


def _gaps(view: WorkerView, history: History) -> Iterator[TamperingSeen]:
    """Name the numbers that are missing before a started experiment: perhaps run by hand, and thrown away."""
    started = {start.fact.experiment for start in history.starts}
    last = max((_number(name) for name in started), default=0)
    numbers = sorted({0, *(_number(name) for name in started | {one.name for one in view.experiments})})
    for before, after in pairwise(number for number in numbers if number <= last):
        if after > before + 1:
            missing = f"exp_{before + 1:03d}" + (f" to exp_{after - 1:03d}" if after > before + 2 else "")
            detail = f"no {missing}, and exp_{after:03d} was made"
            yield TamperingSeen(path=view.path, code="numbering_gap", detail=detail, direction=view.direction.id)


def _number(name: str) -> int:
    return int(name.removeprefix("exp_"))
