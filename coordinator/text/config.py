"""What did the user set in config/config.yaml? Settings; what is left out has its default."""

from __future__ import annotations

from pydantic import BaseModel

from coordinator.model.problem import Parsed, Problem
from coordinator.model.settings import Settings
from coordinator.text import strict_yaml, typed
from coordinator.text.decode import decode
from coordinator.text.expected import about
from coordinator.text.print_yaml import flow_list, scalar
from coordinator.text.strict_yaml import KeyPath, Node, Tree

ALIASES: dict[str, tuple[str, str]] = {
    "significance_threshold": ("significance", "score"),
    "max_experiments_per_direction": ("budget", "experiments"),
    "experiment_timeout_seconds": ("budget", "experiment_seconds"),
}
"""Flat keys that earlier users know, and where they stand now."""
_COMMENT_COLUMN = 42


def parse(data: bytes, path: str) -> Parsed[Settings]:
    """Read config.yaml; an empty file is all defaults."""
    decoded = decode(data, path)
    if decoded.value is None:
        return Parsed(None, decoded.problems)
    loaded = strict_yaml.load(decoded.value, path)
    if loaded.value is None:
        return Parsed(None, loaded.problems)
    twice = _given_twice(loaded.value, path)
    settings = typed.build(Settings, _with_aliases(loaded.value), path)
    if twice or settings.value is None:
        return Parsed(None, tuple(sorted((*twice, *settings.problems))))
    return settings


def _inside(tree: Tree, group: str) -> dict[str, Node] | None:
    """Give what was set in a group: nothing if it was left out, None if it is not a mapping."""
    values = tree.values.get(group, {})
    return values if isinstance(values, dict) else None


def _given_twice(tree: Tree, path: str) -> list[Problem]:
    problems = []
    for alias, (group, key) in ALIASES.items():
        if alias in tree.values and key in (_inside(tree, group) or {}):
            message = f"{alias}: given twice, as {group}.{key} on line {tree.line((group, key))}"
            problems.append(Problem(path, tree.line((alias,)), "given_twice", message, f"remove `{alias}`"))
    return problems


def _with_aliases(tree: Tree) -> Tree:
    """Put what stands under an alias where it belongs, still called in messages what its writer called it."""
    values = dict(tree.values)
    lines: dict[KeyPath, int] = dict(tree.lines)
    shown: dict[KeyPath, str] = {}
    for alias, (group, key) in ALIASES.items():
        if alias not in values:
            continue
        value = values.pop(alias)
        inside = _inside(tree, group)
        if inside is None or key in inside:
            continue
        values[group] = {**_mapping(values.get(group)), key: value}
        lines[(group, key)] = tree.line((alias,))
        shown[(group, key)] = alias
    return Tree(values, lines, shown)


def _mapping(node: Node | None) -> dict[str, Node]:
    return node if isinstance(node, dict) else {}


def print_(settings: Settings) -> bytes:
    """Print every setting with a comment that says what it is for: the config.yaml of a fresh workspace."""
    head = "# Every key may be left out. What a running campaign uses was frozen when it started.\n"
    return (head + "\n".join(_lines(settings, "")) + "\n").encode()


def _lines(settings: BaseModel, indent: str) -> list[str]:
    lines: list[str] = []
    for name, info in type(settings).model_fields.items():
        value = getattr(settings, name)
        if isinstance(value, BaseModel):
            lines += [f"{indent}{name}:", *_lines(value, indent + "  ")]
        else:
            written = flow_list(value) if isinstance(value, tuple) else scalar(value)
            setting = f"{indent}{name}: {written}"
            lines.append(f"{setting:<{_COMMENT_COLUMN - 1}} # {about(info)}")
    return lines
