"""The settings of Claude Code: what they allow, and bytes that do not change."""

from __future__ import annotations

import hashlib
import json

import pytest

from coordinator.assistants import claude, codex, cursor
from coordinator.assistants.permitted import Guarded

GUARD = Guarded(("research_target", "/elsewhere/code"), ("program.md",))
STABLE = {
    "claude": "8b091a32490471c1d6deb40b7d3bcb014191e3777a652c94a82bcbc23911734a",
    "codex": "2afead8163b8d02952e3b977ad061ad4cab7f7e804cb3606c7fbee63ba32f4ee",
    "cursor": "c7754f9e66031615e7cce1db6c2503dd4497951572987f863eeba083a2eaf110",
}
"""SHA-256 of each client's hook definitions, as users have trusted them."""


@pytest.mark.parametrize("client", [claude, codex, cursor])
def test_hook_definitions_are_byte_stable(client: object) -> None:
    """Whoever changes them makes every user trust them again, and until then the hooks are skipped silently."""
    name = client.__name__.rsplit(".", 1)[-1]
    assert hashlib.sha256(json.dumps(client.hooks()).encode()).hexdigest() == STABLE[name]


def test_nothing_is_asked_and_nothing_broad_is_allowed() -> None:
    """Refused at once, or allowed by a rule that names the command or the folder."""
    permissions = claude.settings(GUARD)["permissions"]
    assert permissions["defaultMode"] == "dontAsk"
    assert all(rule.startswith(("Bash(python", "Edit(runs/*/")) for rule in permissions["allow"])
    assert not [rule for rule in permissions["deny"] if rule.startswith("Write(")]
    assert "Edit(//elsewhere/code/**)" in permissions["deny"]


def test_the_interpreter_imports_nothing_from_where_it_is_started() -> None:
    """Else a package called `coordinator` in a worker's folder would run outside of every rule."""
    assert claude.settings(GUARD)["env"]["PYTHONSAFEPATH"] == "1"
    assert 'PYTHONSAFEPATH = "1"' in codex.config()
