"""What comes out when sealed bytes are executed once more? On the recorded seeds, in a clean folder of ours.

For the user, in the foreground, by the same engine and under the same guard and limits as the first time. It
asks no executor, spends no budget and changes no record; a worker whose direction is open is refused, since it
would be computing for which no budget is set aside.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import count
from pathlib import Path

from coordinator.errors import MachineError, RefusedError
from coordinator.experiments import records
from coordinator.experiments.execution import Course, Means
from coordinator.experiments.open_run import OpenRun
from coordinator.experiments.order import Order, sealed_copy
from coordinator.model.history import History, Start
from coordinator.model.record import Execution, Phase
from coordinator.rules.history import remember
from coordinator.rules.reproduction import Reproduction, reproduce
from coordinator.store.layout import ExperimentPaths
from coordinator.store.tree import make_folder

TICK_SECONDS = 0.02
"""Between two looks at running processes."""
STOP_SECONDS = 10.0
"""How long processes get to be killed when this is interrupted."""


@dataclass(frozen=True, slots=True)
class Recorded:
    """An execution as it was witnessed.

    Args:
        run: that it belongs to, open or ended.
        paths: of the experiment.
        start: in the ledger, with its end.
        execution: in the record, as the ledger vouches for it.
        copy: folder of the sealed copy.
    """

    run: OpenRun
    paths: ExperimentPaths
    start: Start
    execution: Execution
    copy: Path

    @property
    def name(self) -> str:
        """What it is called in messages."""
        what = "" if self.execution.phase is Phase.EXPLORE else ", confirmation"
        return f"{self.paths.direction}/{self.paths.experiment}{what}"


def recorded(run: OpenRun, paths: ExperimentPaths, phase: Phase) -> Recorded:
    """Find the newest execution of an experiment that came to its end.

    Args:
        run: that it belongs to, open or ended.
        paths: of the experiment.
        phase: of the execution.

    Raises:
        RefusedError: there is none that could be executed again, or its direction is still open.
        MachineError: its record or its sealed copy is not there any more.
    """
    shown = run.workspace.relative(paths.folder)
    history = remember(run.ledger.read()).histories.get(paths.direction, History())
    ended = [start for start in history.starts if _is_of(start, paths, phase)]
    if not ended:
        raise RefusedError(f"no execution of it has ended ({phase})", path=shown, hint="run it first")
    if history.ending is None:
        hint = "wait until the direction has ended: until then, what runs is to be paid from its budget"
        raise RefusedError("its direction is open", path=shown, hint=hint)
    start = ended[-1]
    found = {one.start: one for one in records.vouched(run.workspace, paths, history.sealed)}
    copy = sealed_copy(run, start, history)
    if start.n not in found or copy is None:
        missing = "its record is not what was sealed" if start.n not in found else "there is no sealed copy of it"
        raise MachineError(missing, path=shown, hint="`python -m coordinator verify` says more")
    return Recorded(run, paths, start, found[start.n], copy)


def _is_of(start: Start, paths: ExperimentPaths, phase: Phase) -> bool:
    wanted = (paths.experiment, phase)
    return start.end is not None and (start.fact.experiment, start.fact.phase) == wanted


class _Again(Course):
    """An execution that counts for nothing."""

    def _keep(self, takes: int) -> None:
        """Keep nothing: it is not gone on with, and what is kept is another's."""


def execute(what: Recorded, means: Means, folder: Path, tell: Callable[[int], None]) -> Reproduction:
    """Execute sealed bytes again and compare.

    Args:
        what: the execution to repeat.
        means: what to execute it with.
        folder: where the outputs go; from `clean_folder`.
        tell: called with the number of processes that have ended, when it changes.

    Raises:
        MachineError: the machine refused.
    """
    fact = what.start.fact.model_copy(update={"target_sha256": means.guard.watch.look()})
    order = Order(what.run, what.start.n, fact, what.copy, folder=folder)
    course = _Again(order, means)
    room = what.run.frozen.settings.executor.parallel
    done = 0
    try:
        while not course.over:
            while course.waiting and course.running < room:
                course.begin()
            if course.collect():
                done = len(course.document().processes)
                tell(done)
            means.clock.sleep(TICK_SECONDS)
    finally:
        _end(course, means)
    return reproduce(what.execution, course.document())


def _end(course: Course, means: Means) -> None:
    """Leave nothing running when the user interrupts."""
    if course.over:
        return
    course.kill()
    deadline = means.clock.monotonic() + STOP_SECONDS
    while not course.stopped() and means.clock.monotonic() < deadline:
        means.clock.sleep(TICK_SECONDS)


def clean_folder(what: Recorded) -> Path:
    """Make the folder of one more repetition.

    Raises:
        MachineError: the disk refused.
    """
    run = what.run
    for folder in _folders(what):
        if not folder.exists():
            make_folder(folder, beneath=run.workspace.root)
            return folder
    raise AssertionError("numbers do not run out")


def _folders(what: Recorded) -> Iterator[Path]:
    for k in count(1):
        yield what.run.paths.again(what.paths.direction, what.paths.experiment, k)
