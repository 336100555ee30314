"""What may an assistant do without being asked, and what never? The lists from which all settings are made.

An assistant runs the coordinator's own commands for workers, reads, and writes in its worker's folder. It
needs nothing else: whatever could run any program is not on the list (see `lint`), since a rule such as
`python *` allows what every other rule forbids.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from coordinator.store import clients
from coordinator.store.layout import Workspace

if TYPE_CHECKING:
    from coordinator.model.settings import Settings  # a hook needs none, and is started around each tool call

PYTHONS = ("python", "python3")
"""How commands spell the interpreter."""
MODULE = ("-m", "coordinator")
COMMANDS = ("next", "run", "check", "explain", "status", "verify", "doctor", "papers")
"""Commands of the coordinator that an assistant may call, with any arguments."""
STARTS = ("watch",)
"""Commands that it may call as they are, with no arguments."""
HOOK = "python -m coordinator assistants hook"
"""The one entry of all hooks. It stands in settings that users have trusted: never change it."""
WAIT_SECONDS = 3600
"""That a client gives a stop hook; it gives up well before (`stop.PATIENCE`)."""
QUICK_SECONDS = 60
"""That a client gives every other hook."""
OUTSIDE_STATE = "~/.local/state/autoresearcher"
"""Where seeds are kept secret, on a system with the usual places."""


@dataclass(frozen=True, slots=True)
class Guarded:
    """What an assistant must not write.

    Args:
        folders: with everything below, from the root of the workspace with forward slashes, or absolute.
        files: the same for single files; both may have `*` for the name of a run, worker or experiment.
    """

    folders: tuple[str, ...]
    files: tuple[str, ...]


def guarded(workspace: Workspace, settings: Settings) -> Guarded:
    """Give what no assistant may write in this workspace."""
    folders = [workspace.relative(path) for path in (workspace.config_file.parent, workspace.protocol)]
    if not settings.allow_research_target_writes:
        folders.insert(0, workspace.relative(workspace.target(settings.research_target_path)))
    files = (*clients.PROMPTS, workspace.relative(workspace.board), *clients.NOT_OWN_FILES)
    return Guarded((*folders, *clients.FOLDERS, *clients.NOT_OWN_FOLDERS), files)


def command_lines() -> list[tuple[tuple[str, ...], bool]]:
    """Give every permitted command as words, with whether any arguments may follow."""
    open_ended = [((python, *MODULE, command), True) for python in PYTHONS for command in COMMANDS]
    exact = [((python, *MODULE, command), False) for python in PYTHONS for command in STARTS]
    return [*open_ended, *exact]


def is_permitted(words: list[str]) -> bool:
    """Tell whether a command, already split into words, is one of the coordinator's own."""
    head, more = tuple(words[:4]), bool(words[4:])
    return any(head == known and (open_ended or not more) for known, open_ended in command_lines())


def is_outside(path: str) -> bool:
    """Tell whether a guarded path is not in the workspace."""
    return Path(path).is_absolute() or Path(path).parts[:1] == ("..",)
