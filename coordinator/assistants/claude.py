"""What are the settings of Claude Code?

Tried with Claude Code 2.1.330: `Write(path)` rules do nothing, `Edit(path)` covers every tool and the shell's
own writing; `dontAsk` refuses at once what is not allowed, where every other mode asks; the cap on stop hooks
has to be lifted, or a worker is let go after eight instructions that took no tool call.
"""

from __future__ import annotations

from typing import Any

from coordinator.assistants.permitted import (
    HOOK,
    OUTSIDE_STATE,
    QUICK_SECONDS,
    WAIT_SECONDS,
    Guarded,
    command_lines,
    is_outside,
)
from coordinator.store import clients

COMMAND = f"{HOOK} claude"
SHELL_MILLISECONDS = "660000"
"""How long Claude Code lets a command run: longer than `next --wait 600` takes."""
WRITERS = "Bash|Edit|MultiEdit|NotebookEdit|Write"


def settings(guard: Guarded) -> dict[str, Any]:
    """Give `.claude/settings.json`."""
    return {
        "permissions": {"defaultMode": "dontAsk", "allow": _allowed(), "deny": _denied(guard)},
        "env": {
            "BASH_DEFAULT_TIMEOUT_MS": SHELL_MILLISECONDS,
            "BASH_MAX_TIMEOUT_MS": SHELL_MILLISECONDS,
            "CLAUDE_CODE_STOP_HOOK_BLOCK_CAP": "0",
            "PYTHONSAFEPATH": "1",
        },
        "hooks": hooks(),
    }


def hooks() -> dict[str, Any]:
    """Give the hooks: byte-stable, since users have trusted them; what they do changes in the script."""
    quick = _hook(QUICK_SECONDS)
    return {
        "SessionStart": [{"hooks": [quick]}],
        "PreToolUse": [{"matcher": WRITERS, "hooks": [quick]}],
        "PostToolUse": [{"matcher": WRITERS, "hooks": [quick]}],
        "Stop": [{"hooks": [_hook(WAIT_SECONDS)]}],
        "SubagentStop": [{"hooks": [_hook(WAIT_SECONDS)]}],
        "FileChanged": [{"hooks": [{**quick, "asyncRewake": True}]}],
    }


def _hook(seconds: int) -> dict[str, Any]:
    return {"type": "command", "command": COMMAND, "timeout": seconds}


def commands() -> list[str]:
    """Give the rules that allow our own commands."""
    return [f"Bash({' '.join(words)}{':*' if open_ended else ''})" for words, open_ended in command_lines()]


def _allowed() -> list[str]:
    files = [f"Edit({path})" for path in clients.OWN_FILES]
    return [*commands(), *files, *(f"Edit({path}/**)" for path in clients.OWN_FOLDERS)]


def _denied(guard: Guarded) -> list[str]:
    files = [f"Edit({path})" for path in guard.files]
    folders = [f"Edit({_rooted(path)}/**)" for path in guard.folders]
    return [*folders, *files, f"Read({OUTSIDE_STATE}/**)"]


def _rooted(path: str) -> str:
    """Write an absolute path as its rules do, with two slashes."""
    return f"/{path}" if is_outside(path) else path
