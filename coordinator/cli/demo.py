"""`demo`: a whole run with scripted workers and real experiments.

It only starts processes and shows what they do: a coordinator, and one worker program for each inbox, which
knows nothing but the protocol. The coordinator does not know that they are scripted.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from coordinator.cli.common import now, observer_of, state
from coordinator.cli.init_ import make, sources
from coordinator.cli.status import table
from coordinator.engine.board import rows_of
from coordinator.engine.opening import latest, look
from coordinator.errors import Exit, MachineError
from coordinator.store.layout import Workspace

if TYPE_CHECKING:
    from rich.live import Live

BEAT = 0.25
"""Seconds between two looks."""
PATIENCE = 20.0
"""Seconds for the coordinator to start, and for it to end after the last direction has."""


@dataclass
class Stage:
    """The processes of one demo.

    Args:
        workspace: where it plays.
        logs: folder of what the processes print.
        daemon: the coordinator; started again if somebody kills it.
        workers: by direction.
    """

    workspace: Workspace
    logs: Path
    daemon: subprocess.Popen[bytes] | None = None
    workers: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict)

    def start(self, name: str, *command: str) -> subprocess.Popen[bytes]:
        """Start a process in the workspace, with its output in a log."""
        with (self.logs / f"{name}.log").open("ab") as log:
            return subprocess.Popen(
                [sys.executable, *command],
                cwd=self.workspace.root,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
            )

    def keep_daemon(self) -> None:
        """Start the coordinator, or start it again if it was killed."""
        if self.daemon is None or self.daemon.poll() not in {None, 0}:
            self.daemon = self.start("watch", "-m", "coordinator", "watch", "--until-done")

    def keep_workers(self) -> None:
        """Start one worker for each inbox.

        Raises:
            MachineError: a worker ended with an error, which no real assistant would excuse.
        """
        for folder in self._told():
            name = folder.name
            if name not in self.workers:
                script = sources().root / "scripts" / "demo_worker.py"
                self.workers[name] = self.start(name, str(script), str(folder))
            code = self.workers[name].poll()
            if code:
                log = self.logs / f"{name}.log"
                raise MachineError(f"worker {name} ended with {code}", path=str(log), hint="its log says why")

    def _told(self) -> list[Path]:
        """Give the folders of the newest run's workers that have an inbox."""
        run = latest(self.workspace)
        if run is None:
            return []
        folders = [folder for folder in self.workspace.runs.iterdir() if folder.name.startswith(f"{run}-")]
        workers = [self.workspace.worker_at(folder) for folder in sorted(folders)]
        return [worker.folder for worker in workers if worker.inbox.exists()]

    def end(self) -> None:
        """End whatever still runs."""
        for process in (*self.workers.values(), self.daemon):
            if process is not None and process.poll() is None:
                process.terminate()
                process.wait(PATIENCE)


def main(arguments: argparse.Namespace) -> Exit:
    """Play the demo and say where its findings are."""
    folder = Path(arguments.dir) if arguments.dir else Path(tempfile.mkdtemp(prefix="autoresearcher-demo-"))
    workspace = make(folder, demo=True)
    logs = workspace.root / "logs"
    logs.mkdir()
    stage = Stage(workspace, logs)
    began = time.monotonic()
    print(f"workspace: {workspace.root}\n  `tail -f {workspace.board}` shows the same from there")
    try:
        _play(stage)
    finally:
        stage.end()
    findings = _findings(workspace)
    print(f"ended after {time.monotonic() - began:.0f} s")
    print(f"findings: {findings}")
    print(f"check them: python -m coordinator verify --root {workspace.root}")
    return Exit.FINE


def _findings(workspace: Workspace) -> Path:
    run = latest(workspace)
    path = workspace.run(run).findings if run else None
    if path is None or not path.is_file():
        raise MachineError("the demo ended without findings", path=str(workspace.root), hint="see its logs/")
    return path


def _play(stage: Stage) -> None:
    """Keep everybody alive and show the state of things until the coordinator is done."""
    with _view(stage.workspace) as show:
        while stage.daemon is None or stage.daemon.poll() != 0:
            stage.keep_daemon()
            stage.keep_workers()
            show()
            time.sleep(BEAT)
        show()


@contextmanager
def _view(workspace: Workspace) -> Iterator[Callable[[], None]]:
    """Give a function that shows the present state: a live table in a terminal, event lines elsewhere."""
    if not sys.stdout.isatty():
        yield _Lines(workspace)
        return
    from rich.live import Live

    with Live(refresh_per_second=4) as live:
        yield _Table(workspace, live)


class _Lines:
    """Prints each line of the board's events once."""

    def __init__(self, workspace: Workspace) -> None:
        self._board = workspace.board
        self._shown = 0

    def __call__(self) -> None:
        text = self._board.read_text(encoding="utf-8") if self._board.exists() else ""
        whole = text[: text.rfind("\n") + 1]
        for line in whole[self._shown :].splitlines():
            if line.startswith("- "):
                print(line.removeprefix("- "), flush=True)
        self._shown = len(whole)


class _Table:
    """Shows the table of `status`, live."""

    def __init__(self, workspace: Workspace, live: Live) -> None:
        self._workspace = workspace
        self._live = live

    def __call__(self) -> None:
        run = latest(self._workspace)
        if run is None:
            return
        opened = look(self._workspace, state(), run)
        if opened.memory.started is not None:
            observed = observer_of(self._workspace, opened).observe(now(), opened.memory)
            self._live.update(table(rows_of(observed), self._live.console.width))
