"""What are the settings of Codex: its sandbox, its rules, its hooks?

Tried with Codex 0.169.0. A rule decides what runs *outside* of the sandbox, so only our own commands are allowed
there; what no rule names runs inside, where nothing but `runs/` can be written. The interpreter must not look
for `coordinator` in the folder that it is started in: a worker could put one there, and it would run outside.
"""

from __future__ import annotations

import json
from typing import Any

from coordinator.assistants.permitted import COMMANDS, HOOK, MODULE, PYTHONS, QUICK_SECONDS, STARTS, WAIT_SECONDS

COMMAND = f"{HOOK} codex"
PROFILE = "autoresearcher"
AGENTS = 9
"""Threads of one session: itself and eight workers; four are the default."""
EVERY_INTERPRETER = [*PYTHONS, "python3.11", "python3.12", "python3.13", "python3.14", "perl", "ruby", "node"]
SHELLS = ["bash", "sh", "zsh", "dash", "fish"]
RUNNERS = ["env", "xargs", "find", "sed", "awk", "gawk", "nohup", "timeout", "nice", "setsid", "sudo", "uv", "make"]
WRITERS = ["tee", "cp", "mv", "ln", "rm", "dd", "install", "truncate", "touch", "chmod", "patch", "rsync"]
WATCH_OPTIONS = ["--new", "--root", "--once", "--until-done"]
REFUSED = (
    (EVERY_INTERPRETER, "an interpreter runs anything; write experiment.py and call `python -m coordinator run`"),
    (SHELLS, "call the command itself, without a shell around it"),
    (RUNNERS, "it starts other programs; call `python -m coordinator ...` itself"),
    (WRITERS, "write files with apply_patch, in your own worker folder"),
)


def config() -> str:
    """Give our block of `.codex/config.toml`: dotted keys only, so that it may stand before the user's own."""
    filesystem = f'permissions.{PROFILE}.filesystem.":workspace_roots"'
    return "\n".join(
        (
            'approval_policy = "never"',
            "allow_login_shell = false",
            f'default_permissions = "{PROFILE}"',
            f'permissions.{PROFILE}.extends = ":read-only"',
            f'{filesystem}."runs" = "write"',
            'shell_environment_policy.set.PYTHONSAFEPATH = "1"',
            f"agents.max_concurrent_threads_per_session = {AGENTS}",
        )
    )


def only(worker: str) -> list[str]:
    """Give the overrides that `launch` adds for one worker: nothing but its own folder can be written.

    A profile of its own, since `-c` takes dotted paths apart without looking at quotes.

    Args:
        worker: its folder, from the root of the workspace.
    """
    filesystem = f'{{":workspace_roots"={{{json.dumps(worker)}="write"}}}}'
    name = f"{PROFILE}_worker"
    return [f'default_permissions="{name}"', f'permissions.{name}={{extends=":read-only",filesystem={filesystem}}}']


def hooks() -> dict[str, Any]:
    """Give `.codex/hooks.json`: byte-stable and in stable order, since users trust it by its digest."""
    quick, slow = ({"type": "command", "command": COMMAND, "timeout": each} for each in (QUICK_SECONDS, WAIT_SECONDS))
    return {
        "hooks": {
            "PreToolUse": [{"hooks": [quick]}],
            "PostToolUse": [{"hooks": [quick]}],
            "Stop": [{"hooks": [slow]}],
            "SubagentStop": [{"hooks": [slow]}],
        }
    }


def rules() -> str:
    """Give our block of `.codex/rules/default.rules`, in Starlark."""
    pythons, module = list(PYTHONS), list(MODULE)
    commands = [*COMMANDS, *STARTS]
    allowed = _rule(
        [pythons, *module, commands],
        "allow",
        match=[f"{pythons[0]} -m coordinator {command}" for command in commands],
        not_match=[f"{pythons[0]} -m coordinator assistants launch", f"{pythons[0]} -c pass"],
    )
    refused = [_rule([programs, *more], "forbidden", why=why) for programs, why in REFUSED for more in _tails(programs)]
    options = _rule([pythons, *module, list(STARTS), WATCH_OPTIONS], "forbidden", why="`watch` takes no options here")
    return "\n".join([allowed, options, *refused])


def _tails(programs: list[str]) -> list[list[Any]]:
    """Say what may not follow a program: anything, but after an interpreter not what starts our own commands."""
    if programs is EVERY_INTERPRETER:
        return [[["-c", "-", "-i", "-e", "-u", "-S", "-E", "-I", "-X", "-W"]], ["-m", ["pip", "venv", "timeit", "pdb"]]]
    return [[]]


def _rule(pattern: list[Any], decision: str, why: str = "", **examples: list[str]) -> str:
    fields: dict[str, Any] = {"pattern": pattern, "decision": decision}
    if why:
        fields["justification"] = why
    written = ", ".join(f"{key} = {json.dumps(value)}" for key, value in {**fields, **examples}.items())
    return f"prefix_rule({written})"
