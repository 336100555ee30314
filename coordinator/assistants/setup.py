"""Are the clients' settings what they should be? Made from the config, merged with what is there, linted, written.

Each file is a row of one table. A file that cannot be read as what it should be, or that allows anything, is
left as it is and its problems are given: a client given half of its settings would be worse than none.
"""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from coordinator.assistants import claude, codex, cursor, lint, merge
from coordinator.assistants.permitted import Guarded, guarded
from coordinator.model.problem import Parsed, Problem
from coordinator.model.settings import Settings
from coordinator.store.clients import ClientPaths
from coordinator.store.layout import Workspace
from coordinator.store.read import Content, read
from coordinator.store.tree import make_folder
from coordinator.store.write import write
from coordinator.text import strict_json
from coordinator.text.decode import decode

CAP = 1 << 20
"""Bytes of a settings file."""

Making = Callable[[bytes, str], Parsed[bytes]]
"""From what is there (empty for no file) and its path to what should be there."""


@dataclass(frozen=True, slots=True)
class Settled:
    """What became of one settings file.

    Args:
        path: from the root of the workspace.
        current: it is, or was made, what it should be.
        written: it was written just now.
        problems: why it was left as it is.
    """

    path: str
    current: bool
    written: bool = False
    problems: tuple[Problem, ...] = ()


def settle(workspace: Workspace, settings: Settings, client: str, *, check: bool) -> list[Settled]:
    """Bring one client's settings to what they should be, or only look with `check`.

    Raises:
        MachineError: the disk refused.
    """
    made = _files(ClientPaths(workspace.root), guarded(workspace, settings))[client]
    return [_settle(workspace, path, making, check=check) for path, making in made]


def _settle(workspace: Workspace, path: Path, making: Making, *, check: bool) -> Settled:
    relative = workspace.relative(path)
    found = read(workspace.root, relative, CAP)
    if isinstance(found, Problem):
        return Settled(relative, current=False, problems=(found,))
    present = found.data if isinstance(found, Content) else b""
    wanted = making(present, relative)
    if wanted.value is None:
        return Settled(relative, current=False, problems=wanted.problems)
    if wanted.value == present:
        return Settled(relative, current=True)
    if check:
        return Settled(relative, current=False)
    make_folder(path.parent, beneath=workspace.root)
    write(path, wanted.value, beneath=workspace.root)
    return Settled(relative, current=True, written=True)


def _files(paths: ClientPaths, guard: Guarded) -> dict[str, list[tuple[Path, Making]]]:
    return {
        "claude": [(paths.claude_settings, _json(claude.settings(guard), lint.claude))],
        "codex": [
            (paths.codex_config, _block(codex.config(), _in_codex_config)),
            (paths.codex_rules, _block(codex.rules(), _in_codex_rules)),
            (paths.codex_hooks, _json(codex.hooks())),
        ],
        "cursor": [
            (paths.cursor_cli, _json(cursor.cli(guard), lint.cursor, only=frozenset({"permissions"}))),
            (paths.cursor_permissions, _json(cursor.permissions(), lint.cursor_terminal)),
            (paths.cursor_hooks, _json(cursor.hooks(), _unknown_events)),
            (paths.cursor_rule, _whole(cursor.RULE)),
        ],
    }


Linting = Callable[[merge.Tree, str], Iterator[Problem]]


def _nothing_wrong(_: merge.Tree, __: str) -> Iterator[Problem]:
    return iter(())


def _json(ours: merge.Tree, linting: Linting = _nothing_wrong, only: frozenset[str] | None = None) -> Making:
    """Merge into a JSON file.

    Args:
        ours: what we set.
        linting: what to look for in the result.
        only: keys that may be in it; None: any.
    """

    def make(present: bytes, path: str) -> Parsed[bytes]:
        loaded = strict_json.load(present or b"{}", path)
        if loaded.value is None:
            return Parsed(None, loaded.problems)
        merged = merge.with_ours(loaded.value, ours)
        unknown = sorted(set(merged) - only) if only is not None else []
        message = "the client refuses the whole file for this key"
        problems = [Problem(path, 0, "unknown_key", f"{key}: {message}", "remove it") for key in unknown]
        problems += linting(merged, path)
        return Parsed(None, tuple(problems)) if problems else Parsed(merge.print_json(merged))

    return make


def _whole(text: str) -> Making:
    return lambda _, __: Parsed(text.encode())


def _unknown_events(tree: merge.Tree, path: str) -> Iterator[Problem]:
    events = tree.get("hooks", {})
    for event in sorted(set(events) - cursor.EVENTS) if isinstance(events, dict) else []:
        message = f"{event}: Cursor ignores every hook in a file with one event that it does not know"
        yield Problem(path, 0, "unknown_key", message, "remove it")


def _block(ours: str, linting: Callable[[str, str], Iterable[Problem]]) -> Making:
    """Put our block into a file of the user's.

    Args:
        ours: the block.
        linting: what to look for in the result.
    """

    def make(present: bytes, path: str) -> Parsed[bytes]:
        decoded = decode(present, path)
        if decoded.value is None:
            return Parsed(None, decoded.problems)
        text = merge.with_block(decoded.value, ours)
        problems = tuple(linting(text, path))
        return Parsed(None, problems) if problems else Parsed(text.encode())

    return make


def _in_codex_config(text: str, path: str) -> list[Problem]:
    try:
        config = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        message = f"with our settings this is not TOML, or sets one of them again: {error}"
        hint = "remove what stands in the block at the top from your own part"
        return [Problem(path, 0, "settings_clash", message, hint)]
    return list(lint.codex_config(config, path))


def _in_codex_rules(text: str, path: str) -> list[Problem]:
    try:
        return list(lint.codex_rules(text, path))
    except (SyntaxError, ValueError, TypeError) as error:
        message = f"these rules cannot be read: {error}"
        return [Problem(path, 0, "settings_unreadable", message, "write each as prefix_rule(...) of literals")]
