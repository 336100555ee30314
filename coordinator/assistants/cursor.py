"""What are the settings of Cursor: its command line's, its editor's, its hooks?

From its documentation; nothing inside Cursor was run. `Shell(x)` looks at the first word of a command only, so that
it could allow our own command only together with every other use of `python`. Therefore the hook allows it, which
sees the whole line, and the editor's list, which takes prefixes. One unknown event voids all of hooks.json.
"""

from __future__ import annotations

from typing import Any

from coordinator.assistants.permitted import HOOK, OUTSIDE_STATE, QUICK_SECONDS, WAIT_SECONDS, Guarded, command_lines
from coordinator.store import clients

COMMAND = f"{HOOK} cursor"
READERS = ("ls", "cat", "head", "tail", "grep", "rg", "wc", "pwd")
REFUSED = ("rm", "env", "xargs", "find", "sed", "awk", "bash", "sh", "curl", "wget", "perl", "node", "sudo", "tee")
EVENTS = frozenset(
    {
        *("sessionStart", "sessionEnd", "preToolUse", "postToolUse", "postToolUseFailure"),
        *("subagentStart", "subagentStop", "beforeShellExecution", "afterShellExecution"),
        *("beforeMCPExecution", "afterMCPExecution", "beforeReadFile", "afterFileEdit", "beforeSubmitPrompt"),
        *("preCompact", "stop", "afterAgentResponse", "afterAgentThought", "beforeTabFileRead", "afterTabFileEdit"),
    }
)
"""Events that Cursor documents."""
RULE = """\
---
description: How to take part in the research of this workspace
alwaysApply: true
---
Read AGENTS.md at the root of the workspace and follow it.
"""


def cli(guard: Guarded) -> dict[str, Any]:
    """Give `.cursor/cli.json`, which may hold permissions only."""
    allow = [f"Shell({program})" for program in READERS]
    allow += ["Read(**)", *(f"Write({path})" for path in clients.OWN_FILES)]
    allow += [f"Write({path}/**)" for path in clients.OWN_FOLDERS]
    deny = [f"Write({path}/**)" for path in guard.folders] + [f"Write({path})" for path in guard.files]
    deny += [f"Read({OUTSIDE_STATE}/**)", *(f"Shell({program})" for program in REFUSED)]
    return {"permissions": {"allow": allow, "deny": deny}}


def permissions() -> dict[str, Any]:
    """Give `.cursor/permissions.json`: what the editor's terminal starts without asking, by prefix."""
    return {"terminalAllowlist": [" ".join(words) for words, _ in command_lines()] + list(READERS)}


def hooks() -> dict[str, Any]:
    """Give `.cursor/hooks.json`, byte-stable."""
    quick = {"command": COMMAND, "timeout": QUICK_SECONDS}
    return {
        "version": 1,
        "hooks": {
            "preToolUse": [{**quick, "failClosed": True}],
            "beforeShellExecution": [{**quick, "failClosed": True}],
            "postToolUse": [quick],
            "stop": [{"command": COMMAND, "timeout": WAIT_SECONDS, "loop_limit": None}],
        },
    }
