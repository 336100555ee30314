"""How do our settings come into files that the user has already, without losing theirs?

JSON: objects are merged key by key, lists are ours followed by what only the user has, and of two single
values ours holds, because a permission mode that asks would hang the night. What a person wants otherwise
belongs into the client's own file for that (`.claude/settings.local.json`, `~/.codex/config.toml`).

TOML and rules: a block between two marks is ours, everything else is the user's. The same input gives the same
bytes, and merging twice changes nothing.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

BEGIN = "# autoresearcher: begin (made by `python -m coordinator assistants setup`; edits are overwritten)"
END = "# autoresearcher: end"

Tree = dict[str, Any]


def with_ours(present: Mapping[str, Any], ours: Mapping[str, Any]) -> Tree:
    """Merge our settings into the user's."""
    merged = dict(present)
    for key, value in ours.items():
        merged[key] = _one(present[key], value) if key in present else value
    return merged


def _one(present: object, ours: object) -> object:
    if isinstance(present, dict) and isinstance(ours, dict):
        return with_ours(present, ours)
    if isinstance(present, list) and isinstance(ours, list):
        return [*ours, *(value for value in present if value not in ours)]
    return ours


def print_json(tree: Mapping[str, Any]) -> bytes:
    """Print settings for a person to read; strict JSON, without comments."""
    return (json.dumps(tree, indent=2, ensure_ascii=False) + "\n").encode()


def with_block(present: str, block: str) -> str:
    """Put our block first in a text, in place of the one that is there.

    First, so that it needs no table header to end the user's last table, and ends none of theirs.
    """
    theirs = without_block(present).strip("\n")
    made = f"{BEGIN}\n{block.rstrip()}\n{END}\n"
    return f"{made}\n{theirs}\n" if theirs.strip() else made


def without_block(present: str) -> str:
    """Give what the user wrote; half of a block is theirs too."""
    before, begin, rest = present.partition(f"{BEGIN}\n")
    _, end, after = rest.partition(f"{END}\n")
    return f"{before}{after}" if begin and end else present
