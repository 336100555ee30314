"""With which command is a client started as a worker? Headless, on the user's subscription, never allowed everything.

None of these passes a flag that skips permissions: what a worker may do is in the settings, and each command
narrows it to the worker's own folder where the client has a way to say that.
"""

from __future__ import annotations

import shutil
from dataclasses import dataclass

from coordinator.assistants import claude, codex
from coordinator.store.layout import WorkerPaths, Workspace

PROGRAMS = {"claude": ("claude",), "codex": ("codex",), "cursor": ("cursor-agent", "agent")}
"""What the clients' programs are called."""


@dataclass(frozen=True, slots=True)
class Start:
    """What is to be started.

    Args:
        client: which.
        worker: whose folder it works in.
        session: to resume, or for Claude Code the id that a new one gets; empty: a new one.
        resume: whether the session exists.
        others: folders of the run's other workers.
    """

    client: str
    worker: WorkerPaths
    session: str = ""
    resume: bool = False
    others: tuple[WorkerPaths, ...] = ()


def installed(client: str, path: str | None = None) -> str | None:
    """Find a client's program; None if it is not installed."""
    return next((found for name in PROGRAMS[client] if (found := shutil.which(name, path=path))), None)


def all_installed(path: str | None = None) -> dict[str, str]:
    """Give each client that is installed, with its program."""
    return {client: program for client in PROGRAMS if (program := installed(client, path))}


def command(program: str, start: Start, workspace: Workspace) -> list[str]:
    """Give the command that starts a worker in the root of the workspace."""
    return {"claude": _claude, "codex": _codex, "cursor": _cursor}[start.client](program, start, workspace)


def prompt(start: Start, workspace: Workspace) -> str:
    """Say what a worker is told when it is started."""
    folder = workspace.relative(start.worker.folder)
    again = " You were started again: look at your folder and go on from what is there." if start.resume else ""
    first = f"First: `python -m coordinator next {folder}`."
    return f"Read program.md and begin. Your worker folder is {folder}.{again} {first}"


def _claude(program: str, start: Start, workspace: Workspace) -> list[str]:
    """Allow by flags, which count in a folder that is not trusted too; the settings add denials and hooks."""
    own = workspace.relative(start.worker.folder)
    files = [f"Edit({own}/{start.worker.report.name})", f"Edit({own}/{start.worker.experiments.name}/**)"]
    denied = [f"Edit({workspace.relative(other.folder)}/**)" for other in start.others]
    session = ["--resume", start.session] if start.resume else ["--session-id", start.session]
    return [
        *(program, "-p", prompt(start, workspace), *session),
        *("--output-format", "stream-json", "--verbose", "--permission-mode", "dontAsk"),
        *("--allowedTools", *claude.commands(), *files),
        *(("--disallowedTools", *denied) if denied else ()),
    ]


def _codex(program: str, start: Start, workspace: Workspace) -> list[str]:
    """Let the sandbox write in this worker's folder only, whether its hooks are trusted or not."""
    own = workspace.relative(start.worker.folder)
    narrowed = [word for line in codex.only(own) for word in ("-c", line)]
    resume = ["resume", start.session] if start.resume else []
    return [program, "exec", *narrowed, *resume, prompt(start, workspace)]


def _cursor(program: str, start: Start, workspace: Workspace) -> list[str]:
    resume = ["--resume", start.session] if start.resume else []
    return [program, "-p", "--output-format", "stream-json", *resume, prompt(start, workspace)]
