"""`--help` and the table of commands."""

from __future__ import annotations

from coordinator.cli.arguments import COMMANDS


def test_help_lists_every_command(call: object) -> None:
    """With what it is for."""
    text = call("--help").out
    assert all(name in text for name, _, _ in COMMANDS)
