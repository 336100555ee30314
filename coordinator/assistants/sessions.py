"""Which session works for which worker, and which instruction was handed to it? Notes in the state folder.

A session is tied to the worker that it first calls `next` or `run` for. An instruction is handed over by the
first channel that claims it: a file that only one of them can make. Everything here is a convenience: where
the state folder cannot be written, as inside of a sandbox, nothing is noted and `next` still works.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from coordinator.errors import CoordinatorError
from coordinator.store.clients import handed, sessions
from coordinator.store.layout import WorkerPaths, Workspace
from coordinator.store.read import Content, read
from coordinator.store.state import State
from coordinator.store.tree import make_folder
from coordinator.store.write import told, write

CAP = 10_000


@dataclass(frozen=True, slots=True)
class Session:
    """One conversation of one client; a subagent is one of its own.

    Args:
        client: `claude`, `codex` or `cursor`.
        id: that the client can be asked to resume.
        agent: of a subagent in it; empty for the session itself.
    """

    client: str
    id: str
    agent: str = ""

    @property
    def key(self) -> str:
        """Give a name for its note."""
        return hashlib.sha256(json.dumps([self.client, self.id, self.agent]).encode()).hexdigest()[:32]


def of_environment(environ: Mapping[str, str]) -> Session | None:
    """Recognize the session that a command was called by, where its client says so in the environment.

    Claude Code says its session, but not which of its subagents is calling: its hook knows both.
    """
    thread = environ.get("CODEX_THREAD_ID", "")
    return Session("codex", thread) if thread else None


@dataclass(frozen=True, slots=True)
class Notes:
    """What is noted about the sessions in one workspace.

    Args:
        state: where.
        workspace: about which.
    """

    state: State
    workspace: Workspace

    def bind(self, session: Session, worker: WorkerPaths) -> None:
        """Note that a session works for a worker; the worker's earlier session is let go.

        Raises:
            MachineError: it cannot be noted.
        """
        self._write(self._of_session(session), {"worker": worker.folder.name})
        self._write(self._of_worker(worker), {"client": session.client, "id": session.id, "agent": session.agent})

    def worker_of(self, session: Session) -> WorkerPaths | None:
        """Give the worker that a session works for, unless another session has taken it over."""
        name = self._read(self._of_session(session)).get("worker", "")
        try:
            worker = self.workspace.worker_at(self.workspace.runs / name)
        except CoordinatorError:
            return None
        return worker if self.session_of(worker) == session else None

    def session_of(self, worker: WorkerPaths) -> Session | None:
        """Give the session that works for a worker."""
        said = self._read(self._of_worker(worker))
        return Session(said["client"], said["id"], said.get("agent", "")) if {"client", "id"} <= said.keys() else None

    def claim(self, worker: WorkerPaths, number: int) -> bool:
        """Take the right to hand an instruction over; True for the first who asks, and nobody after.

        Raises:
            MachineError: it cannot be noted.
        """
        path = handed(self.state, worker) / str(number)
        make_folder(path.parent, mode=0o700)
        with told(path):
            try:
                path.touch(mode=0o600, exist_ok=False)
            except FileExistsError:
                return False
        return True

    def remind(self, worker: WorkerPaths, number: int, sign: int) -> int:
        """Count how often a worker was reminded of an instruction without any sign of life in between.

        Args:
            worker: who.
            number: of the instruction.
            sign: whatever changes when the worker does something.

        Raises:
            MachineError: it cannot be noted.
        """
        path = handed(self.state, worker) / "reminded.json"
        before = self._read(path)
        same = before.get("sign") == str(sign) and before.get("number") == str(number)
        count = int(before.get("count", "0")) + 1 if same else 1
        self._write(path, {"number": str(number), "sign": str(sign), "count": str(count)})
        return count

    def _of_session(self, session: Session) -> Path:
        return sessions(self.state, self.workspace) / f"{session.key}.json"

    def _of_worker(self, worker: WorkerPaths) -> Path:
        return handed(self.state, worker) / "session.json"

    def _write(self, path: Path, said: dict[str, str]) -> None:
        make_folder(path.parent, mode=0o700)
        write(path, json.dumps(said).encode(), mode=0o600)

    def _read(self, path: Path) -> dict[str, str]:
        found = read(path.parent, path.name, CAP)
        if not isinstance(found, Content):
            return {}
        try:
            said = json.loads(found.data)
        except ValueError:
            return {}
        return {str(key): str(value) for key, value in said.items()} if isinstance(said, dict) else {}
