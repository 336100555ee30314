"""Which questions did the user ask in config/directions.yaml?"""

from __future__ import annotations

from coordinator.model.direction import Direction, Directions
from coordinator.model.problem import Parsed, Problem
from coordinator.text import strict_yaml, typed
from coordinator.text.decode import decode
from coordinator.text.print_yaml import Scalar, flow_map, scalar
from coordinator.text.strict_yaml import Tree

MAX_KEYS = 50_000
"""Room for some thousands of directions; the user writes this file, and no worker."""


def parse(data: bytes, path: str) -> Parsed[Directions]:
    """Read directions.yaml: at least one direction, no id twice; those that are `done` are in it too."""
    decoded = decode(data, path)
    if decoded.value is None:
        return Parsed(None, decoded.problems)
    loaded = strict_yaml.load(decoded.value, path, max_keys=MAX_KEYS)
    if loaded.value is None:
        return Parsed(None, loaded.problems)
    directions = typed.build(Directions, loaded.value, path)
    twice = _same_ids(loaded.value, path)
    if twice or directions.value is None:
        return Parsed(None, tuple(sorted((*twice, *directions.problems))))
    return directions


def _same_ids(tree: Tree, path: str) -> list[Problem]:
    """Find ids that are given twice: they would share one worker's folder."""
    first: dict[str, int] = {}
    problems = []
    items = tree.values.get("directions")
    for n, item in enumerate(items if isinstance(items, list) else []):
        name = item.get("id") if isinstance(item, dict) else None
        if not isinstance(name, str):
            continue
        line = tree.line(("directions", n, "id"))
        if name in first:
            message = f"directions[{n}].id: {name[:64]!r} is given twice, first on line {first[name]}"
            problems.append(Problem(path, line, "duplicate_id", message, "give each direction an id of its own"))
        first.setdefault(name, line)
    return problems


def print_(directions: Directions) -> bytes:
    """Print directions.yaml."""
    return ("directions:\n" + "".join(_entry(each) for each in directions.directions)).encode()


def _entry(direction: Direction) -> str:
    scalars = {"id": direction.id, "title": direction.title, "question": direction.question}
    written = {key: scalar(value) for key, value in scalars.items()}
    if direction.context:
        written["context"] = scalar(direction.context)
    if direction.done:
        written["done"] = scalar(direction.done)
    for name, override in (("budget", direction.budget), ("significance", direction.significance)):
        if override is not None:
            given: dict[str, Scalar] = override.model_dump(exclude_unset=True)
            written[name] = flow_map(given)
    lines = [f"{key}: {value}\n" for key, value in written.items()]
    return f"  - {'    '.join(lines)}"
