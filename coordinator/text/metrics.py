"""Which numbers did one seed give? metrics.json, written by the experiment, flattened to dotted paths.

The numbers are what every claim is measured on, so anything that is not a finite number is a problem: a
string would never be compared, a NaN would be compared wrongly, and a boolean counts as 1 in Python.
"""

from __future__ import annotations

from collections.abc import Iterator

from coordinator.model.problem import Parsed, Problem
from coordinator.text import strict_json
from coordinator.text.strict_json import MAX_PROBLEMS, shown

MAX_BYTES = 4 << 20
"""Of metrics.json: room for the numbers below, written with all their digits under long names."""
MAX_NUMBERS = 10_000
"""More than that are data, not metrics, and belong into another file of the outputs."""
MAX_PATH = 200
"""Characters of a dotted path; a plan can name no longer one."""


def parse(data: bytes, path: str) -> Parsed[dict[str, float]]:
    """Give every number of metrics.json by its dotted path, `{"a": [{"b": 1}]}` as `a.0.b`.

    A name with spaces is accepted (classification reports have them), though no claim can name it.
    """
    loaded = strict_json.load(data, path, MAX_BYTES)
    if loaded.value is None:
        return Parsed(None, loaded.problems)
    metrics: dict[str, float] = {}
    problems: list[Problem] = []
    for name, value in _leaves("", loaded.value):
        problem = _wrong(name, value, metrics)
        if problem is None:
            metrics[name] = float(value)  # type: ignore[arg-type]  # _wrong lets only numbers through
        else:
            problems.append(Problem(path, 0, *problem))
        if len(problems) == MAX_PROBLEMS or len(metrics) > MAX_NUMBERS:
            break
    return _result(metrics, problems, path)


def _result(metrics: dict[str, float], problems: list[Problem], path: str) -> Parsed[dict[str, float]]:
    """Give the numbers, if there are some, not too many, and nothing else was wrong."""
    if len(metrics) > MAX_NUMBERS:
        message = f"there are more than {MAX_NUMBERS:,} numbers"
        hint = "write bulk data to another file in the outputs folder"
        problems.append(Problem(path, 0, "metrics_too_many", message, hint))
    elif not metrics and not problems:
        message = "there is not one number"
        problems.append(Problem(path, 0, "metrics_empty", message, "write what the experiment measured"))
    return Parsed(None, tuple(problems)) if problems else Parsed(metrics)


def _leaves(prefix: str, value: object) -> Iterator[tuple[str, object]]:
    """Walk to everything that is neither object nor list; the reader has limited the depth."""
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from _leaves(f"{prefix}.{key}" if prefix else key, inner)
    elif isinstance(value, list):
        for index, inner in enumerate(value):
            yield from _leaves(f"{prefix}.{index}" if prefix else str(index), inner)
    else:
        yield prefix, value


def _wrong(name: str, value: object, seen: dict[str, float]) -> tuple[str, str, str] | None:
    """Say what is wrong with one leaf, if anything: code, message and hint."""
    if not name or len(name) > MAX_PATH or not name.isprintable():
        message = f"{shown(name)}: not a name of 1 to {MAX_PATH} printable characters"
        return "metric_bad_name", message, "rename the metric"
    if isinstance(value, bool) or not isinstance(value, int | float):
        message = f"{shown(name)}: expected a number, got {shown(value)}"
        return "metric_not_a_number", message, "leave it out, or write it to another file"
    if name in seen:
        message = f"{shown(name)}: two numbers have this dotted path"
        return "metric_twice", message, "rename one of them"
    return None
