"""May this session do that? The part of the settings that no client's own rules can say: *which* worker's folder.

The settings are the same for every session of a workspace, so they allow writing in each worker's folder. This
narrows it down to the session's own, seen through links, and holds a worker's shell to plain commands. It only
ever forbids, on top of the client's rules, except that Cursor needs to be told what it may start.
"""

from __future__ import annotations

import os
import re
import shlex
from dataclasses import dataclass
from pathlib import Path

from coordinator.assistants.permitted import PYTHONS, is_permitted
from coordinator.store import clients
from coordinator.store.layout import WorkerPaths, Workspace

READERS = frozenset({"ls", "cat", "head", "tail", "wc", "grep", "rg", "pwd", "stat", "diff", "sleep", "echo", "true"})
READING_GIT = frozenset({"status", "log", "diff", "show"})
WRITING_OPTIONS = ("--output", "--pre", "--hostname-bin", "--search-zip", "-o")
"""With which a reader writes a file or starts a program."""
SEPARATORS = frozenset({"|", "||", "&&", ";"})
HARMLESS = re.compile(r"\s*(?:2>\s*&1|[12]?>\s*/dev/null)(?=\s|$)")
PATCHED = re.compile(r"^\*\*\* (?:(?:Add|Update|Delete) File|Move to): (.+?)\s*$", re.MULTILINE)
TYING = ("next", "run")

USE = (
    "A worker's shell takes plain commands: `python -m coordinator ...` from the root of the workspace, and reading "
    f"({', '.join(sorted(READERS - {'true', 'echo', 'sleep'}))}). No interpreter, `cd`, redirection, `&` or variables."
)


@dataclass(frozen=True, slots=True)
class Ruling:
    """What a session is told.

    Args:
        allowed: True or False; None leaves it to the client's own rules.
        why: for what is forbidden.
    """

    allowed: bool | None
    why: str = ""


LEFT_TO_THE_CLIENT = Ruling(None)


def of_command(command: str, worker: WorkerPaths | None) -> Ruling:
    """Rule on a command line of the shell.

    Args:
        command: as the assistant wrote it.
        worker: that the session works for; None for a session that is no worker's.
    """
    parts = _parts(command)
    plain = parts is not None and all(_is_plain(words) for words in parts)
    if plain:
        return Ruling(allowed=True)
    return LEFT_TO_THE_CLIENT if worker is None else Ruling(allowed=False, why=USE)


def of_write(path: str, where: Path, workspace: Workspace, worker: WorkerPaths | None) -> Ruling:
    """Rule on writing a file.

    Args:
        path: as the assistant wrote it.
        where: the folder that it is relative to.
        workspace: that the hook was called in.
        worker: that the session works for; None for a session that is no worker's.
    """
    full = Path(os.path.realpath(where / os.path.expanduser(path)))  # noqa: PTH111  # before it is joined
    root = Path(os.path.realpath(workspace.root))
    inside = full.relative_to(root) if full.is_relative_to(root) else None
    if worker is None:
        if inside is None or inside.parts[:1] != (workspace.runs.name,):
            return LEFT_TO_THE_CLIENT
        why = "call `python -m coordinator next runs/<your worker's folder>` first: it ties this session to its worker"
        return Ruling(allowed=False, why=why)
    if inside is not None and _is_own(inside, workspace, worker):
        return Ruling(allowed=True)
    return Ruling(
        allowed=False, why=f"you write in {workspace.relative(worker.folder)} only: your report and experiments"
    )


def patched(patch: str) -> list[str]:
    """Give the paths that a patch of Codex would write."""
    return PATCHED.findall(patch)


def called_for(command: str, workspace: Workspace) -> str | None:
    """Give the path that a command names if it is `next` or `run`: it ties the session to a worker."""
    for words in _parts(command) or []:
        if is_permitted(words) and words[3] in TYING:
            named = [word for word in words[4:] if word.startswith(("runs/", "./runs/", str(workspace.root)))]
            return named[0] if named else None
    return None


def _parts(command: str) -> list[list[str]] | None:
    """Split a command line into plain commands; None if it has anything that is not plain."""
    text = HARMLESS.sub(" ", command.strip())
    if "\n" in text or "`" in text or "$" in text:
        return None
    try:
        lexer = shlex.shlex(text, posix=True, punctuation_chars=True)
        lexer.whitespace_split = True
        tokens = list(lexer)
    except ValueError:
        return None
    parts: list[list[str]] = [[]]
    for token in tokens:
        if token in SEPARATORS:
            parts.append([])
        elif set(token) <= set("|&;<>()"):
            return None
        else:
            parts[-1].append(token)
    return parts if all(parts) else None


def _is_plain(words: list[str]) -> bool:
    if words[0] in PYTHONS:
        return is_permitted(words)
    if any(word.startswith(WRITING_OPTIONS) for word in words[1:]):
        return False
    if words[0] == "git":
        return words[1:2] != [] and words[1] in READING_GIT
    return words[0] in READERS


def _is_own(inside: Path, workspace: Workspace, worker: WorkerPaths) -> bool:
    """Tell whether a path, without links, is one that this worker writes."""
    own = Path(workspace.relative(worker.folder))
    if inside == own / worker.report.name:
        return True
    if not inside.is_relative_to(own / worker.experiments.name):
        return False
    others = (*clients.NOT_OWN_FILES, *clients.NOT_OWN_FOLDERS)
    return not any(above.match(pattern) for above in (inside, *inside.parents) for pattern in others)
