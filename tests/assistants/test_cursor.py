"""The files for Cursor hold only what its documentation knows: one unknown name voids a whole file there."""

from __future__ import annotations

import json
from pathlib import Path

from coordinator.assistants import cursor
from coordinator.assistants.permitted import Guarded
from coordinator.store.clients import ClientPaths

ROOT = Path(__file__).resolve().parents[2]
PATHS = ClientPaths(ROOT)
HOOK_KEYS = {"command", "timeout", "loop_limit", "failClosed", "matcher", "type", "prompt"}
EVENTS = {"preToolUse", "postToolUse", "beforeShellExecution", "stop"}


def test_the_command_lines_file_holds_permissions_only() -> None:
    """At project level nothing else is allowed there; each rule is one of the documented kinds."""
    made = json.loads(PATHS.cursor_cli.read_bytes())
    assert set(made) == {"permissions"}
    assert set(made["permissions"]) == {"allow", "deny"}
    for rules in made["permissions"].values():
        assert all(rule.endswith(")") and rule.split("(")[0] in {"Shell", "Read", "Write"} for rule in rules)


def test_the_editors_file_has_known_keys() -> None:
    """A list of prefixes, all of them text."""
    made = json.loads(PATHS.cursor_permissions.read_bytes())
    assert set(made) <= {"terminalAllowlist", "mcpAllowlist", "autoRun"}
    assert all(isinstance(entry, str) and entry for entry in made["terminalAllowlist"])


def test_the_hooks_have_known_events_and_keys() -> None:
    """Version 1; the stop hook may ask for as many turns as it takes, and waits longer than a minute."""
    made = json.loads(PATHS.cursor_hooks.read_bytes())
    assert set(made) == {"version", "hooks"}
    assert made["version"] == 1
    assert set(made["hooks"]) == EVENTS
    assert EVENTS <= cursor.EVENTS
    for hooks in made["hooks"].values():
        assert all(set(one) <= HOOK_KEYS for one in hooks)
    (stop,) = made["hooks"]["stop"]
    assert stop["loop_limit"] is None
    assert stop["timeout"] > 60


def test_the_rule_is_always_applied() -> None:
    """An .mdc with the two keys that matter."""
    text = PATHS.cursor_rule.read_text()
    head = text.split("---")[1]
    assert "alwaysApply: true" in head
    assert {line.split(":")[0] for line in head.strip().splitlines()} <= {"description", "globs", "alwaysApply"}
    assert "AGENTS.md" in text


def test_no_interpreter_is_allowed_by_its_name() -> None:
    """Cursor looks at the first word only."""
    allow = cursor.cli(Guarded((), ()))["permissions"]["allow"]
    assert not [rule for rule in allow if "python" in rule]
