"""What is kept out of the workers' reach, and where? The state folder: locks, anchors of ledgers, secrets.

It lies outside every workspace, readable by its owner alone. A run's files are named by the run's random uid,
so that a workspace which is moved keeps them; a workspace's locks are named by where it lies.
"""

from __future__ import annotations

import hashlib
import os
import re
import secrets
import stat
import sys
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from coordinator.errors import MachineError
from coordinator.model.problem import Problem
from coordinator.store.folder import Folder
from coordinator.store.read import read
from coordinator.store.sync import DISK
from coordinator.store.tree import make_folder
from coordinator.store.write import told, write_all

SECRET_BYTES = 32
_PRIVATE_FOLDER, _PRIVATE_FILE = 0o700, 0o600


@dataclass(frozen=True, slots=True)
class State:
    """The state folder of one user on one machine.

    Args:
        folder: made, with mode 0700, when something is first kept in it.
    """

    folder: Path

    @classmethod
    def default(cls, environ: Mapping[str, str]) -> State:
        """Give the place that the system has for such things.

        Args:
            environ: XDG_STATE_HOME, else HOME; on Windows LOCALAPPDATA. A relative XDG_STATE_HOME is no
                answer (XDG Base Directory Specification) and is passed over.
        """
        if sys.platform == "win32":
            local = environ.get("LOCALAPPDATA", "")
            return cls((Path(local) if local else Path.home() / "AppData" / "Local") / "autoresearcher")
        configured = Path(environ.get("XDG_STATE_HOME", ""))
        if configured.is_absolute():
            return cls(configured / "autoresearcher")
        home = environ.get("HOME", "")
        return cls((Path(home) if home else Path.home()) / ".local" / "state" / "autoresearcher")

    def coordinator_lock(self, root: Path) -> Path:
        """Give the lock of the daemon that works on the workspace with this root."""
        return self.workspace(root) / "coordinator.lock"

    def executor_lock(self, root: Path) -> Path:
        """Give the lock of the executor that works on the workspace with this root."""
        return self.workspace(root) / "executor.lock"

    def papers_lock(self, root: Path) -> Path:
        """Give the lock of whoever takes papers into the workspace with this root."""
        return self.workspace(root) / "papers.lock"

    def papers_log(self, root: Path) -> Path:
        """Give the file that takes what the taking in of papers prints; its folder is made."""
        folder = self.workspace(root)
        make_folder(folder, mode=_PRIVATE_FOLDER)
        return folder / "papers.log"

    def executor_log(self, root: Path) -> Path:
        """Give the file that takes what the executor of a workspace prints; its folder is made."""
        folder = self.workspace(root)
        make_folder(folder, mode=_PRIVATE_FOLDER)
        return folder / "executor.log"

    def frozen(self, run: str, sha256: str) -> Path:
        """Give the copy of a run's frozen files that has this digest."""
        return self.folder / "frozen" / f"{run}-{sha256}.yaml"

    def frozen_copies(self, run: str) -> list[Path]:
        """List the copies of frozen files of all runs of this id; workspaces may share one."""
        return sorted((self.folder / "frozen").glob(f"{run}-*.yaml"))

    def anchor(self, uid: str) -> Path:
        """Give the copy of a run's ledger that decides what was written."""
        return self._run(uid) / "anchor.jsonl"

    def baseline(self, uid: str) -> Path:
        """Give the note of what the target was, and what else is protected, when a run began."""
        return self._run(uid) / "baseline.json"

    def ledger_lock(self, uid: str) -> Path:
        """Give the lock under which one process at a time appends to a run's ledger."""
        return self._run(uid) / "ledger.lock"

    def unfinished(self, uid: str, start: int) -> Path:
        """Give the file that keeps how far the execution is that began with this entry of a run's ledger."""
        return self._run(uid) / f"unfinished-{start}.json"

    def has_secret(self, uid: str) -> bool:
        """Tell whether this machine knows the run's secret."""
        return self._read_secret(uid) is not None

    def secret(self, uid: str) -> bytes:
        """Give the 32 random bytes from which the run's seeds derive; made once, whoever asks first.

        Raises:
            MachineError: it cannot be kept, or what is there is not a secret.
        """
        known = self._read_secret(uid)
        if known is not None:
            return known
        self.prepare(uid)
        with told(self._secret_file(uid)):
            self._create_secret(uid, secrets.token_bytes(SECRET_BYTES))
        made = self._read_secret(uid)
        assert made is not None, "it was made just now"
        return made

    def prepare(self, uid: str) -> None:
        """Make the run's folder, readable by its owner alone.

        Raises:
            MachineError: the disk refused.
        """
        make_folder(self._run(uid), mode=_PRIVATE_FOLDER)
        with told(self.folder):
            if os.name == "posix" and stat.S_IMODE(self.folder.stat().st_mode) & 0o077:
                self.folder.chmod(_PRIVATE_FOLDER)

    def _create_secret(self, uid: str, secret: bytes) -> None:
        """Put a secret in place, whole, unless somebody was faster.

        A link to a finished file fails if the name is taken, where a rename would replace the other's secret.
        """
        name = f".secret.{secrets.token_hex(8)}.tmp"
        with Folder(self._run(uid)) as folder:
            opened = folder.open(name, os.O_WRONLY | os.O_CREAT | os.O_EXCL, _PRIVATE_FILE)
            try:
                write_all(opened, secret)
                DISK.file(opened)
            finally:
                os.close(opened)
            with suppress(FileExistsError):
                os.link(self._run(uid) / name, self._secret_file(uid))
            folder.unlink(name)
            DISK.folder(folder.fd)

    def _read_secret(self, uid: str) -> bytes | None:
        path = self._secret_file(uid)
        content = read(path.parent, path.name, SECRET_BYTES)
        if content is None:
            return None
        if isinstance(content, Problem) or len(content.data) != SECRET_BYTES:
            hint = "restore it from a backup; without it the run's seeds cannot be derived again"
            raise MachineError("is not the secret that was kept here", path=str(path), hint=hint)
        return content.data

    def _secret_file(self, uid: str) -> Path:
        return self._run(uid) / "secret"

    def _run(self, uid: str) -> Path:
        assert re.fullmatch("[0-9a-f]{32}", uid), "a uid is 32 hex digits, checked where run.yaml is read"
        return self.folder / "runs" / uid

    def workspace(self, root: Path) -> Path:
        """Give the folder of what belongs to the workspace with this root."""
        place = os.path.normcase(os.path.realpath(root))
        return self.folder / "workspaces" / hashlib.sha256(os.fsencode(place)).hexdigest()[:16]
