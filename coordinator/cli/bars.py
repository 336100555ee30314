"""Show how far the papers are: one bar a paper, over its pages."""

from __future__ import annotations

from types import TracebackType

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskID, TextColumn

from coordinator.papers.ingest import Progress as Told


class Bars:
    """A context manager that gives the function to be told of pages, and draws on standard error."""

    def __init__(self) -> None:
        columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TextColumn("pages"))
        self._progress = Progress(*columns, console=Console(stderr=True), transient=True)
        self._papers = self._progress.add_task("papers", total=None)
        self._tasks: dict[str, TaskID] = {}

    def __enter__(self) -> Told:
        self._progress.start()
        return self.tell

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._progress.stop()

    def tell(self, paper: str, page: int, of: int) -> None:
        """Draw that a page is being read."""
        if paper not in self._tasks:
            self._tasks[paper] = self._progress.add_task(paper[:40], total=of)
        self._progress.update(self._tasks[paper], completed=page, total=of)
        done = sum(task.finished for task in self._progress.tasks if task.id != self._papers)
        self._progress.update(self._papers, completed=done, total=len(self._tasks))
