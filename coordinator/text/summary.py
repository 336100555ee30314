"""What does a worker say that an experiment showed? summary.md, before anybody believes it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from coordinator.model.experiment import Condition, Summary, Value
from coordinator.model.problem import Parsed, Problem
from coordinator.text import header, sections, typed
from coordinator.text.belongs import belongs
from coordinator.text.expected import shown
from coordinator.text.print_yaml import flow_list, flow_map, front_matter, scalar
from coordinator.text.strict_yaml import Node, Tree

TITLES = {
    "key_findings": "Key Findings",
    "counterarguments": "Counterarguments",
    "score_reasoning": "Score Reasoning",
    "actionable_insight": "Actionable Insight",
    "next_directions": "Next Directions",
}
"""Name of the field -> title of its section."""

_CONDITION = re.compile(r"\s*(?P<metric>[^\s<>=!]+)\s*(?P<relation><=|>=|==|!=|<|>)\s*(?P<bound>[^\s<>=!]+)\s*")
_NULL = frozenset({"", "~", "null", "none"})


def parse(data: bytes, path: str, experiment: str) -> Parsed[Summary]:
    """Read a summary.

    Args:
        data: the file.
        path: of the file, for problems.
        experiment: name of the folder, which `experiment:` must repeat.
    """
    document = header.read(data, path)
    if document.value is None:
        return Parsed(None, document.problems)
    tree = document.value.tree
    found, missing = sections.read(document.value, path, TITLES)
    typed_tree, unclear = _with_condition(tree, path)
    summary = typed.build(Summary, typed_tree, path, {**found, "lines": _lines(tree)})
    sources = _sources(summary.value, path) if summary.value else ()
    problems = (*missing, *unclear, *summary.problems, *sources, *belongs(tree, path, "experiment", experiment))
    return Parsed(None, tuple(sorted(problems))) if problems else summary


def _lines(tree: Tree) -> dict[str, int]:
    values = tree.values.get("values")
    return {name: tree.line(("values", name)) for name in values} if isinstance(values, dict) else {}


def _sources(summary: Summary, path: str) -> Iterator[Problem]:
    """Find the values that do not say, or say twice, where they come from."""
    for name, value in summary.values.items():
        given = [key for key in ("metric", "ratio", "difference") if getattr(value, key) is not None]
        line = summary.lines.get(name, 0)
        if not given:
            hint = "add `metric:` with a path into metrics.json, or `ratio:` or `difference:` of two values"
            yield Problem(path, line, "missing_key", f"values.{name}.metric: this key is missing", hint)
        elif len(given) > 1:
            message = f"values.{name}: {' and '.join(given)} are given, and a value comes from one of them"
            yield Problem(path, line, "bad_value", message, "keep one of them")


def _with_condition(tree: Tree, path: str) -> tuple[Tree, tuple[Problem, ...]]:
    """Take `refuted_if` apart, or out if it is null or cannot be read as a condition."""
    values = dict(tree.values)
    written = values.pop("refuted_if", "")
    if isinstance(written, str) and written.strip().lower() in _NULL:
        return replace(tree, values=values), ()
    match = _CONDITION.fullmatch(written) if isinstance(written, str) else None
    if match is None:
        message = f"refuted_if: expected a condition such as `ratio_20.f1 < 0.2`, got {shown(written)}"
        hint = "one metric, one of < <= > >= == !=, one number"
        problem = Problem(path, tree.line(("refuted_if",)), "bad_condition", message, hint)
        return replace(tree, values=values), (problem,)
    parts: dict[str, Node] = dict(match.groupdict())
    return replace(tree, values={**values, "refuted_if": parts}), ()


def print_(summary: Summary) -> bytes:
    """Print summary.md."""
    values = "".join(f"\n  {scalar(name)}: {_value(value)}" for name, value in summary.values.items())
    written = {
        "experiment": scalar(summary.experiment),
        "score": scalar(summary.score),
        "values": values or "{}",
    }
    if summary.refuted_if is not None:
        written["refuted_if"] = scalar(condition(summary.refuted_if))
    found = {name: getattr(summary, name) for name in TITLES}
    return (front_matter(written) + sections.print_(found, TITLES)).encode()


def _value(value: Value) -> str:
    """Write where one number comes from, on one line."""
    if value.metric is not None:
        return flow_map({"metric": value.metric, "value": value.value})
    of = "ratio" if value.ratio else "difference"
    return f"{{{of}: {flow_list(value.ratio or value.difference or ())}, value: {scalar(value.value)}}}"


def condition(value: Condition) -> str:
    """Write a condition as a summary does: `ratio_20.f1_tuned < 0.2`."""
    return f"{value.metric} {value.relation} {value.bound}"
