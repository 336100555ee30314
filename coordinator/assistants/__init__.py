"""How each coding assistant is set up, kept going and started."""

CLIENTS = ("claude", "codex", "cursor")
"""The assistants that this program knows; here, so that `--help` can name them without importing anything."""
