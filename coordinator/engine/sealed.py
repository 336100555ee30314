"""Are sealed files still what was sealed? A few of them on every pass, by stat; all of them before the findings.

What the ledger vouches for: the sealed copies of plan and code, the outputs of every execution that was not replaced,
the record in the worker's folder, the summary that an ended direction was judged by. A file whose stat is what it was
when its digest was right is not read again. What this overlooks for a moment (two edits within one step of the clock)
is found by `verify`'s full look, which also finds files that were added.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from coordinator.experiments import records
from coordinator.model.history import History, Memory, Start
from coordinator.model.problem import Problem
from coordinator.model.record import Execution, Phase
from coordinator.model.verdict import Standing
from coordinator.store.layout import ExperimentPaths, Workspace
from coordinator.store.read import Signature, digest, signature

AT_A_TIME = 200
"""Files that one pass looks at; the next pass goes on from there."""

HINT = "if you have a copy of the file, put it back; the findings that rest on it cannot be trusted"

EDITED = {
    "sealed_copy_edited": "is not what was sealed",
    "outputs_edited": "is not what the experiment wrote",
    "record_edited": "is not what the executor wrote",
    "summary_edited": "is not the summary that the direction ended on",
}
"""By code: what is said of a file that is not what its digest says."""


@dataclass(frozen=True, slots=True)
class Sealed:
    """One file with its digest.

    Args:
        path: from the root of the workspace.
        sha256: that it must have.
        code: what it is called if it has another.
        start: number of the start that it belongs to.
        folder: of the experiment, where the file goes with it if it is deleted; empty for the run's own copies.
    """

    path: str
    sha256: str
    code: str
    start: int
    folder: str = ""


class SealedFiles:
    """The sealed files of one run.

    Args:
        workspace: where they lie.
        run: its id.
    """

    def __init__(self, workspace: Workspace, run: str) -> None:
        self._workspace = workspace
        self._run = run
        self._of_start: dict[int, tuple[Sealed, ...]] = {}
        self._right: dict[str, tuple[str, Signature]] = {}
        self._next = (0, 0)
        """Direction and file of it that the next look begins with."""

    def look(self, memory: Memory) -> tuple[Problem, ...]:
        """Look at some of the files; give those that are not what was sealed.

        Args:
            memory: what the ledger says.
        """
        chosen: list[Sealed] = []
        directions = tuple(memory.histories.items())
        for _ in directions:
            place, first = self._next
            files = tuple(self._of(*directions[place]))[first:][: AT_A_TIME - len(chosen)]
            chosen += files
            if len(chosen) == AT_A_TIME:
                self._next = (place, first + len(files))
                break
            self._next = ((place + 1) % len(directions), 0)
        return tuple(problem for one in chosen if (problem := self._wrong(one)) is not None)

    def _of(self, direction: str, history: History) -> Iterator[Sealed]:
        """Give every file of a direction that must be as it was sealed."""
        for start in history.starts:
            if start.end is not None:
                yield from self._current(history, start, self._made_by(direction, history, start))
        yield from self._summaries(direction, history)

    def _current(self, history: History, start: Start, files: tuple[Sealed, ...]) -> Iterator[Sealed]:
        """Leave out what a later start of the same experiment has replaced, or is replacing."""
        of_same = history.explorations(start.fact.experiment)
        replaced = start.fact.phase is Phase.EXPLORE and of_same[-1].n != start.n
        rewritten = any(one.fact.experiment == start.fact.experiment for one in history.in_flight)
        for one in files:
            if one.code == "sealed_copy_edited" or not (replaced or rewritten):
                yield one

    def _made_by(self, direction: str, history: History, start: Start) -> tuple[Sealed, ...]:
        """Give the files of one execution; they are sealed, so they are found out once."""
        if start.n not in self._of_start:
            paths = self._workspace.worker(self._run, direction).experiment(start.fact.experiment)
            known = records.vouched(self._workspace, paths, history.sealed)
            execution = next((one for one in known if one.start == start.n), None)
            if execution is None:
                return ()  # the record is gone, which is named elsewhere
            self._of_start[start.n] = (*self._copy(paths, history, start, execution), *self._outputs(paths, execution))
        return self._of_start[start.n]

    def _copy(self, paths: ExperimentPaths, history: History, start: Start, execution: Execution) -> Iterator[Sealed]:
        if start.fact.phase is not Phase.EXPLORE:
            return
        k = 1 + [one.n for one in history.explorations(paths.experiment)].index(start.n)
        folder = self._workspace.relative(self._workspace.run(self._run).sealed(paths.direction, paths.experiment, k))
        for name, sha256 in {paths.plan.name: start.fact.plan_sha256, **execution.code}.items():
            yield Sealed(f"{folder}/{name}", sha256, "sealed_copy_edited", start.n)

    def _outputs(self, paths: ExperimentPaths, execution: Execution) -> Iterator[Sealed]:
        whose = self._workspace.relative(paths.folder)
        found = [(process, paths.seed(execution.phase, process.seed)) for process in execution.processes]
        found += [(process, paths.placebo(process.seed)) for process in execution.placebo]
        for process, where in found:
            folder = self._workspace.relative(where)
            for name, sha256 in process.outputs.items():
                yield Sealed(f"{folder}/{name}", sha256, "outputs_edited", execution.start, whose)

    def _summaries(self, direction: str, history: History) -> Iterator[Sealed]:
        """Give the summaries that an ended direction was judged by."""
        worker = self._workspace.worker(self._run, direction)
        for name, verdict in history.verdicts.items() if history.ending else ():
            if verdict.standing == Standing.HOLDS and verdict.summary_sha256:
                paths = worker.experiment(name)
                whose = self._workspace.relative(paths.folder)
                path = self._workspace.relative(paths.summary)
                yield Sealed(path, verdict.summary_sha256, "summary_edited", verdict.start or 0, whose)

    def _wrong(self, one: Sealed) -> Problem | None:
        """Compare one file, unless its stat says that it is what it was."""
        root = self._workspace.root
        before = signature(root, one.path)
        if isinstance(before, Signature) and self._right.get(one.path) == (one.sha256, before):
            return None
        found = digest(root, one.path)
        if found == one.sha256:
            if isinstance(before, Signature):
                self._right[one.path] = (one.sha256, before)
            return None
        self._right.pop(one.path, None)
        if one.folder and not self._there(one.folder):
            return None  # the experiment as a whole is gone, which is named once
        return Problem(one.path, 0, one.code, EDITED[one.code], HINT)

    def _there(self, folder: str) -> bool:
        return (self._workspace.root / folder).is_dir()
