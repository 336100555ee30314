"""Where does each client look for its settings, and where is noted which session works for which worker?

The rest of the workspace is in `coordinator.store.layout`. Nothing here reads a file.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from coordinator.store.layout import ExperimentPaths, RunPaths, WorkerPaths, Workspace
from coordinator.store.state import State

PROMPTS = ("program.md", "AGENTS.md", "CLAUDE.md")
"""What assistants read first, at the root of a workspace."""
WORKER = "AUTORESEARCH_WORKER"
"""Environment variable: the folder of the worker that calls, from the root. Whoever starts an assistant sets it."""
FOLDERS = (".claude", ".codex", ".cursor")
"""Settings of the clients, which no assistant may change."""


@dataclass(frozen=True, slots=True)
class ClientPaths:
    """The files that the clients read.

    Args:
        root: of the workspace.
    """

    root: Path

    @property
    def claude_settings(self) -> Path:
        """Give the settings of Claude Code: permissions, environment, hooks."""
        return self.root / ".claude" / "settings.json"

    @property
    def codex_config(self) -> Path:
        """Give the project's configuration of Codex: the sandbox."""
        return self.root / ".codex" / "config.toml"

    @property
    def codex_rules(self) -> Path:
        """Give the rules of Codex: what runs outside of the sandbox, and what not at all."""
        return self.root / ".codex" / "rules" / "default.rules"

    @property
    def codex_hooks(self) -> Path:
        """Give the hooks of Codex."""
        return self.root / ".codex" / "hooks.json"

    @property
    def cursor_cli(self) -> Path:
        """Give the permissions of Cursor's command line."""
        return self.root / ".cursor" / "cli.json"

    @property
    def cursor_permissions(self) -> Path:
        """Give what Cursor's editor starts without asking."""
        return self.root / ".cursor" / "permissions.json"

    @property
    def cursor_hooks(self) -> Path:
        """Give the hooks of Cursor."""
        return self.root / ".cursor" / "hooks.json"

    @property
    def cursor_rule(self) -> Path:
        """Give the rule that points Cursor to AGENTS.md."""
        return self.root / ".cursor" / "rules" / "autoresearcher.mdc"


def log_of(worker: WorkerPaths) -> Path:
    """Give what a started client printed, in its worker's folder."""
    return worker.folder / "assistant.log"


def sessions(state: State, workspace: Workspace) -> Path:
    """Give the folder of notes on which session works for which worker."""
    return state.workspace(workspace.root) / "sessions"


def handed(state: State, worker: WorkerPaths) -> Path:
    """Give the folder of notes on which instructions a worker was handed."""
    return state.workspace(worker.folder.parents[1]) / "handed" / worker.folder.name


_RUN = RunPaths(Path("runs/*"), "*")
_WORKER = WorkerPaths(Path("runs/*"), "*", "*")
_EXPERIMENT = ExperimentPaths(Path("runs/*/experiments/*"), "*", "*", "*")

OWN_FILES = (_WORKER.report.as_posix(),)
"""Patterns, from the root of the workspace, of files that an assistant writes."""
OWN_FOLDERS = (_WORKER.experiments.as_posix(),)
"""Patterns of folders below which an assistant writes, but for what follows."""
NOT_OWN_FILES = tuple(
    path.as_posix()
    for path in (
        *(_WORKER.inbox, _RUN.frozen, _RUN.ledger, _RUN.findings, _RUN.html),
        *(_EXPERIMENT.request, _EXPERIMENT.record),
    )
)
"""Patterns of files in runs/ that others write."""
NOT_OWN_FOLDERS = tuple(path.as_posix() for path in (_EXPERIMENT.outputs, _EXPERIMENT.confirmation))
"""Patterns of folders in runs/ that others write."""
