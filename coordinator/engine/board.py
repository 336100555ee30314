"""What does runs/status.md show? Events as they happen, and the present state at its end, for `tail -f`.

It is a view of the ledger: each event line carries its number there, so that a daemon which was killed finds
the place where it stopped. Nobody reads the board to decide anything.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from functools import partial

from coordinator.engine.aside import insist
from coordinator.errors import MachineError
from coordinator.model.entry import Entry
from coordinator.model.observation import Observation
from coordinator.model.run import FrozenRun
from coordinator.report import board
from coordinator.report.overview import Row, rows
from coordinator.rules.outcome import findings
from coordinator.store.layout import Workspace
from coordinator.store.read import Content, Signature, read, signature
from coordinator.store.write import append, restart

LONGEST = 1 << 20
"""Bytes after which the board starts anew, in place."""
PROGRESS_SECONDS = 5.0
"""Between two tables in which only the progress of seeds has changed."""

_Progress = tuple[tuple[str, bool, int], ...]


class Board:
    """Writes runs/status.md, and the same event lines wherever else they are wanted.

    Args:
        workspace: where everything lies.
        run: the open run.
        echo: told each event line.
        monotonic: seconds from a clock that is never set back.
    """

    def __init__(
        self,
        workspace: Workspace,
        run: FrozenRun,
        echo: Callable[[str], None],
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._workspace = workspace
        self._run = run
        self.echo = echo
        self._monotonic = monotonic
        self._through: int | None = None
        self._stale = True
        self._progress: _Progress = ()
        self._shown_at = float("-inf")

    def tell(self, entries: Sequence[Entry]) -> None:
        """Append a line for each entry that the board does not show yet.

        Args:
            entries: the ledger, or its end; what could not be written last time may be among them.

        Raises:
            MachineError: the disk refused; the same entries may be told again.
        """
        if not entries:
            return
        if self._through is None:
            self._through = self._find_place(entries[-1].n)
        new = entries[max(0, self._through + 1 - entries[0].n) :]
        if not new:
            return
        news = board.lines(new, self._through)
        self._append("".join(f"{line}\n" for line in news))
        self._through = new[-1].n
        self._stale = True
        for line in news:
            self.echo(line)

    def settle(self, observed: Observation) -> None:
        """Append the table, after a burst of events or when the progress of seeds has changed.

        Raises:
            MachineError: the disk refused.
        """
        now, progress = self._monotonic(), _progress(observed)
        moved = progress != self._progress and now - self._shown_at >= PROGRESS_SECONDS
        if not self._stale and not moved:
            return
        table = board.table(rows_of(observed), self._through or 0, observed.now)
        self._append("".join(f"{line}\n" for line in table))
        self._progress, self._shown_at, self._stale = progress, now, False

    def _find_place(self, head: int) -> int:
        """Find the last entry that the board shows; begin the run's part of it if it shows none.

        Args:
            head: number of the ledger's last entry; a board that shows more was written by somebody else.
        """
        text = self._text()
        through = board.place(text, self._run.run)
        if text and not text.endswith("\n"):  # torn by a crash: the line is said again
            self._append("\n")
        if through is None or through > head:
            self._append(f"{'' if text else '# Board'}\n\n## Run {self._run.run}\n\n")
            return 0
        self._stale = not text.rstrip().endswith("|")  # a table is the last thing on it: as it stands
        return through

    def _append(self, text: str) -> None:
        """Append, or start the board anew in place when it has grown too long."""
        path, root = self._workspace.board, self._workspace.root
        found = signature(root, self._workspace.relative(path))
        try:
            if isinstance(found, Signature) and found.size > LONGEST:
                restart(path, f"# Board\n\n## Run {self._run.run}\n\n".encode(), beneath=root)
            insist(partial(append, path, text.encode(), beneath=root), path.parent, path, root)
        except MachineError:
            self._through = None  # half a line may be there: find the place anew
            raise

    def _text(self) -> str:
        found = read(self._workspace.root, self._workspace.relative(self._workspace.board), 2 * LONGEST)
        return found.data.decode(errors="replace") if isinstance(found, Content) else ""


def _progress(observed: Observation) -> _Progress:
    """Give what of the experiments that run or wait changes without an entry in the ledger."""
    return tuple(
        (one.path, one.queued, len(one.record.executions[-1].processes))
        for view in observed.workers.values()
        for one in view.experiments
        if one.record and one.record.executions and not one.record.executions[-1].finished
    )


def rows_of(observed: Observation) -> tuple[Row, ...]:
    """Give one row a direction, as `status` and the board show it."""
    return rows(observed, {finding.direction: finding for finding in findings(observed)})
