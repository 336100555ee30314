"""A workspace with one worker, as the hooks and the launcher see it."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

import pytest

from coordinator.assistants.sessions import Notes
from coordinator.assistants.stop import Waiting
from coordinator.store.layout import WorkerPaths, Workspace
from coordinator.store.lock import Lock
from coordinator.store.state import State

RUN = "20261123_143022"


@dataclass
class Scene:
    """A run with workers whose inboxes a test writes, and a clock that jumps."""

    workspace: Workspace
    state: State
    seconds: float = 0.0
    at: dict[float, list[object]] = field(default_factory=dict)

    @property
    def notes(self) -> Notes:
        """What is noted about sessions."""
        return Notes(self.state, self.workspace)

    @property
    def waiting(self) -> Waiting:
        """A clock that does what a test planned for that second, while somebody sleeps."""
        return Waiting(lambda: self.seconds, self._sleep)

    def _sleep(self, seconds: float) -> None:
        self.seconds += seconds
        for moment in [moment for moment in self.at if moment <= self.seconds]:
            for act in self.at.pop(moment):
                act()

    def after(self, seconds: float, act: object) -> None:
        """Plan something for later."""
        self.at.setdefault(self.seconds + seconds, []).append(act)

    def worker(self, direction: str) -> WorkerPaths:
        """Make a worker's folder."""
        worker = self.workspace.worker(RUN, direction)
        worker.experiments.mkdir(parents=True, exist_ok=True)
        return worker

    def tell(self, worker: WorkerPaths, number: int, action: str = "continue") -> None:
        """Write an inbox."""
        ending = "exhausted" if action == "stop" else "null"
        worker.inbox.write_text(
            f"---\ndirection: {worker.direction}\ninstruction: {number}\naction: {action}\nabout: null\nreasons: []\n"
            f"budget: {{experiments_left: 2, wall_minutes_left: 10}}\nending: {ending}\n---\n# Do {action}\n"
        )

    def report(self, worker: WorkerPaths, answered: int) -> None:
        """Write a report."""
        worker.report.write_text(f"---\ndirection: {worker.direction}\nstate: waiting\nanswered: {answered}\n---\n")

    def daemon(self) -> Lock:
        """Give the lock that a coordinator at work holds."""
        return Lock(self.state.coordinator_lock(self.workspace.root), "coordinator")


@pytest.fixture
def scene(tmp_path: Path) -> Scene:
    """Give an open run without workers."""
    workspace = Workspace(tmp_path / "work")
    (workspace.runs / RUN).mkdir(parents=True)
    workspace.directions_file.parent.mkdir()
    workspace.directions_file.write_text("directions: []\n")
    return Scene(workspace, State(tmp_path / "state"))
