"""What is to be executed? A start that the ledger holds, and the sealed copy that it runs."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from coordinator.experiments.open_run import OpenRun
from coordinator.model.entry import ExperimentStarted
from coordinator.model.history import History, Start
from coordinator.rules.history import remember
from coordinator.store.layout import ExperimentPaths


@dataclass(frozen=True, slots=True)
class Order:
    """What is to be executed.

    Args:
        run: the run that it belongs to.
        n: number of its start in the ledger.
        start: what was sealed and reserved.
        copy: folder of the sealed copy.
        void: why it cannot be executed any more; empty if it can.
        folder: where it writes instead of the experiment's folder; None: there.
    """

    run: OpenRun
    n: int
    start: ExperimentStarted
    copy: Path
    void: str = ""
    folder: Path | None = None

    @property
    def paths(self) -> ExperimentPaths:
        """Files of the experiment."""
        worker = self.run.workspace.worker(self.run.frozen.run, self.start.direction)
        paths = worker.experiment(self.start.experiment)
        return paths if self.folder is None else replace(paths, folder=self.folder)

    @property
    def time_limit(self) -> float:
        """Wall seconds that one process may take: what was reserved for each seed."""
        return self.start.reserved_seconds / (len(self.start.seeds) + len(self.start.placebo))


def interrupted(run: OpenRun) -> Iterator[Order]:
    """Give what the ledger says was started and has not ended, oldest first: an executor ended before it."""
    memory = remember(run.ledger.read())
    histories = memory.histories.values()
    starts = [(start, history) for history in histories for start in history.in_flight]
    for start, history in sorted(starts, key=lambda found: found[0].n):
        yield _again(run, start, history)


def _again(run: OpenRun, start: Start, history: History) -> Order:
    """Give what is to be executed again."""
    copy = sealed_copy(run, start, history)
    first = run.paths.sealed(start.fact.direction, start.fact.experiment, 1)
    void = "" if copy else "what it runs was never sealed"
    return Order(run, start.n, start.fact, copy or first, void)


def sealed_copy(run: OpenRun, start: Start, history: History) -> Path | None:
    """Find the copy that a start ran: of the newest exploration, up to itself, of the same bytes; None without."""
    fact = start.fact
    explorations = enumerate(history.explorations(fact.experiment), start=1)
    ours = [
        k
        for k, found in explorations
        if found.n <= start.n
        and (found.fact.plan_sha256, found.fact.code_sha256) == (fact.plan_sha256, fact.code_sha256)
    ]
    return run.paths.sealed(fact.direction, fact.experiment, ours[-1]) if ours else None
