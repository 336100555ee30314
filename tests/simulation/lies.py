"""How could a worker have a finding that it did not make? Each function is one lie, told again after each of its acts.

They are told by a worker whose experiments measure nothing, unless the lie is about how they were made.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator

from simulation.mischief import document_special, record_forged, report_huge
from simulation.workers import Honest, remove

from coordinator.model.instruction import Action, Instruction
from coordinator.store.layout import ExperimentPaths
from coordinator.text import ledger as ledger_line

Lie = Callable[[Honest], None]
_DICE = random.Random(1)


def _experiments(worker: Honest) -> list[ExperimentPaths]:
    """Give its experiments, oldest first."""
    folder = worker.paths.experiments
    return [worker.paths.experiment(path.name) for path in sorted(folder.iterdir())] if folder.is_dir() else []


def _ended(worker: Honest) -> list[ExperimentPaths]:
    return [paths for paths in _experiments(worker) if paths.record.is_file()]


def numbers_made_up(worker: Honest) -> None:
    """Cite better numbers than the outputs have."""
    for paths in _ended(worker):
        if paths.summary.is_file():
            worker.world.put(paths.summary, paths.summary.read_bytes().replace(b"0.02", b"0.32"))


def outputs_edited(worker: Honest) -> None:
    """Write better numbers into what the experiments wrote, and cite those."""
    for paths in _ended(worker):
        for found in [*paths.outputs.glob("*/*"), *paths.confirmation.glob("*/*")]:
            worker.world.put(found, b'{"f1_default": 0.02, "f1_tuned": 0.32}')
    numbers_made_up(worker)


def plan_edited(worker: Honest) -> None:
    """Let a plan have predicted what came out."""
    for paths in _ended(worker):
        said = paths.plan.read_bytes()
        worker.world.put(paths.plan, said.replace(b"baseline: f1_default", b"baseline: -1").replace(b"0.05", b"0.0001"))


def replication_copied(worker: Honest) -> None:
    """Replicate an experiment with its own code."""
    first, *others = _experiments(worker) or [None]
    for paths in others:
        if first is not None and not paths.record.is_file():
            worker.world.put(paths.code, first.code.read_bytes())


def experiments_deleted(worker: Honest) -> None:
    """Delete what did not work out."""
    for paths in _ended(worker):
        if paths.summary.is_file():
            remove(paths.folder)


def ledger_rewritten(worker: Honest) -> None:
    """Write a ledger with a whole chain, in which no experiment was ever started."""
    facts = [entry for entry in worker.world.entries if not entry.fact.kind.startswith("experiment")]
    lines, prev = [], ledger_line.FIRST_PREV
    for number, entry in enumerate(facts, start=1):
        sealed = ledger_line.seal(number, entry.at, entry.fact, prev)
        lines.append(ledger_line.line(sealed))
        prev = sealed.digest
    worker.world.workspace.run(worker.paths.run).ledger.write_bytes(b"".join(lines))


def bar_lowered(worker: Honest) -> None:
    """Ask for less, and grant itself more, in what governs the run."""
    path = worker.world.workspace.run(worker.paths.run).frozen
    said = path.read_text() if path.is_file() else ""
    for before, after in (("experiments: 4", "experiments: 99"), ("confirm_seeds: 4", "confirm_seeds: 0")):
        said = said.replace(before, after)
    path.write_text(said)


def records_forged(worker: Honest) -> None:
    """Put better numbers into every record, its own and the coordinator's, and cite those."""
    run = worker.world.workspace.run(worker.paths.run)
    for paths in _ended(worker):
        record_forged(worker, _DICE)
        own = run.record(paths.direction, paths.experiment)
        worker.world.put(own, own.read_bytes().replace(b'"f1_tuned": 0.0', b'"f1_tuned": 0.3'))
    numbers_made_up(worker)


def sealed_code_edited(worker: Honest) -> None:
    """Exchange the sealed code between its start and its first process."""
    for path in worker.world.workspace.run(worker.paths.run).folder.glob("sealed/*/*/experiment.py"):
        path.chmod(0o644)
        path.write_bytes(path.read_bytes().replace(b"# effect: 0.0", b"# effect: 0.3"))


def special_files_everywhere(worker: Honest) -> None:
    """Put links, FIFOs, folders and giants where documents belong."""
    document_special(worker, _DICE)
    if _DICE.random() < 0.3:
        report_huge(worker, _DICE)


def anchor_rolled_back(worker: Honest) -> None:
    """Undo the start of an experiment where the coordinator keeps what counts; its user id may do so."""
    anchor = worker.world.anchor
    lines = anchor.read_bytes().splitlines(keepends=True)
    if b"experiment_ended" in lines[-1]:
        starts = [n for n, line in enumerate(lines) if b"experiment_started" in line]
        anchor.write_bytes(b"".join(lines[: starts[-1]]))


LIES: tuple[Lie, ...] = (
    numbers_made_up,
    outputs_edited,
    plan_edited,
    experiments_deleted,
    ledger_rewritten,
    bar_lowered,
    records_forged,
    sealed_code_edited,
    special_files_everywhere,
)
"""Told by a worker whose experiments measure nothing."""


class Liar(Honest):
    """A worker that tells one lie, and scores itself as if it were true.

    Args:
        honest: what it pretends to be.
        lie: told after each of its acts.
    """

    def __init__(self, honest: Honest, lie: Lie) -> None:
        super().__init__(honest.world, honest.direction, honest.effect, score=8)
        self._lie = lie

    def obey(self, told: Instruction) -> Iterator[None]:
        """Run nothing again: that would only make true what it says."""
        if told.action is Action.RERUN:
            yield
        else:
            yield from super().obey(told)

    def act(self) -> None:
        """Go on as an honest worker would, as far as its own lie lets it, and lie."""
        try:
            super().act()
        except (OSError, StopIteration, RuntimeError):  # its lies are in its way: it begins anew
            self.begin_anew()
        try:
            self._lie(self)
        except OSError:  # the lie before this one is in its way
            remove(self.paths.report)
