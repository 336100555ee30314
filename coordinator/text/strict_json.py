"""What does a JSON file say, if it says it once, in finite numbers and not too deep?

`json.loads` alone lets the last of two equal keys win, reads NaN, turns 1e999 into infinity, and recurses on
nesting until the interpreter gives up. Here each of these is a problem of the file, found before it hurts:
the depth is counted on the bytes, before anything is built.
"""

from __future__ import annotations

import json
import math
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any, TypeVar

from pydantic import TypeAdapter, ValidationError
from pydantic_core import ErrorDetails

from coordinator.model.problem import Parsed, Problem

MAX_DEPTH = 20
"""Objects and lists inside one another."""
MAX_BYTES = 1 << 20
"""Size of a file whose reader says nothing else."""
MAX_DIGITS = 308
"""Of an integer: more do not fit into a float, and Python refuses to convert 4,300 by itself."""
MAX_PROBLEMS = 50
"""Of one file: nobody reads more, and a hostile file could have a million."""
SHOWN = 60
"""Characters of a file's own text that a problem quotes."""

T = TypeVar("T")
_BESIDE_BRACKETS = re.compile(rb'"(?:[^"\\]++|\\.)*+"?|[^"\[\]{}]++', re.DOTALL)
"""All but brackets, strings as a whole, so that brackets in them do not count; linear on any input."""


class _RefusedError(ValueError):
    """Carry a problem's code and words out of `json.loads`, whose hooks cannot return them."""

    def __init__(self, code: str, message: str, hint: str) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.hint = hint


def load(data: bytes, path: str, max_bytes: int = MAX_BYTES) -> Parsed[dict[str, Any]]:
    """Read one JSON object.

    Args:
        data: the file, UTF-8; a byte order mark is accepted silently.
        path: only for problems.
        max_bytes: more than this is a problem, and nothing is read.

    Returns:
        The object, of dicts, lists, strings, finite floats, integers, booleans and None; or one problem, the
        first that was met, since nothing after it could be trusted.
    """
    try:
        return Parsed(_object_of(data, max_bytes))
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        found = Problem(path, line, "not_utf8", "the bytes are not UTF-8 text", "save it as UTF-8")
    except json.JSONDecodeError as error:
        message = f"this is not JSON: {error.msg} (column {error.colno})"
        found = Problem(path, error.lineno, "json_syntax", message, "write it with a JSON library")
    except _RefusedError as error:
        found = Problem(path, 0, error.code, error.message, error.hint)
    return Parsed(None, (found,))


def build(type_: TypeAdapter[T], tree: Mapping[str, object], path: str, line: int = 0) -> Parsed[T]:
    """Make a document of what `load` gave, or say what does not fit.

    Args:
        type_: the document's type, as an adapter so that a union of documents is one too.
        tree: the object as read.
        path: only for problems.
        line: of all problems; JSON is written by programs, which look for keys, not for lines.
    """
    try:
        return Parsed(type_.validate_python(tree))
    except ValidationError as error:
        return Parsed(None, _problems_of(error, path, line))


def document(type_: TypeAdapter[T], data: bytes, path: str, max_bytes: int = MAX_BYTES) -> Parsed[T]:
    """Read a document: `load` and `build` in one."""
    loaded = load(data, path, max_bytes)
    return Parsed(None, loaded.problems) if loaded.value is None else build(type_, loaded.value, path)


def _problems_of(error: ValidationError, path: str, line: int) -> tuple[Problem, ...]:
    found = error.errors(include_url=False)[:MAX_PROBLEMS]
    return tuple(Problem(path, line, *_worded(each)) for each in found)


def _worded(error: ErrorDetails) -> tuple[str, str]:
    """Say in our own words what pydantic found: code and message of one error."""
    where = shown(".".join(str(part) for part in error["loc"]))
    if error["type"] == "missing":
        return "missing_key", f"{where}: the key is missing"
    if error["type"] == "extra_forbidden":
        return "unknown_key", f"{where}: no such key is known here"
    return "bad_value", f"{where}: {shown(error['input'])} does not fit here"


def shown(value: object) -> str:
    """Quote a value in a message: as JSON in plain ASCII, on one line, cut to SHOWN characters."""
    text = json.dumps(value, ensure_ascii=True, default=str)
    return text if len(text) <= SHOWN else f"{text[:SHOWN]}…"


def _object_of(data: bytes, max_bytes: int) -> dict[str, Any]:
    if len(data) > max_bytes:
        message = f"{len(data):,} bytes are more than {max_bytes:,}"
        raise _RefusedError("json_too_large", message, "write less of it")
    if _depth(data) > MAX_DEPTH:
        message = f"objects and lists are nested more than {MAX_DEPTH} deep"
        raise _RefusedError("json_too_deep", message, "flatten it")
    value = _loads(data.decode("utf-8-sig"))
    if not isinstance(value, dict):
        message = f"expected an object {{…}}, got {shown(value)}"
        raise _RefusedError("json_not_an_object", message, "put it under a key of an object")
    return value


def _depth(data: bytes) -> int:
    """Count how deep the brackets go, as far as it matters; what is inside strings does not count."""
    depth = deepest = 0
    for bracket in _BESIDE_BRACKETS.sub(b"", data):
        depth += 1 if bracket in b"[{" else -1
        deepest = max(deepest, depth)
        if deepest > MAX_DEPTH:
            break
    return deepest


def _loads(text: str) -> object:
    return json.loads(text, object_pairs_hook=_object, parse_float=_float, parse_int=_int, parse_constant=_constant)


def _object(pairs: Sequence[tuple[str, object]]) -> dict[str, object]:
    """Refuse the second of two equal keys, where `dict` would let it win."""
    result = dict(pairs)
    if len(result) < len(pairs):
        twice = Counter(key for key, _ in pairs).most_common(1)[0][0]
        raise _RefusedError("json_duplicate_key", f"the key {shown(twice)} is there twice", "keep one of them")
    return result


def _float(text: str) -> float:
    value = float(text)
    return value if math.isfinite(value) else _constant(text)


def _int(text: str) -> int:
    if len(text) > MAX_DIGITS:
        message = f"an integer of {len(text):,} digits is too large"
        raise _RefusedError("json_not_finite", message, "write it as a float")
    return int(text)


def _constant(text: str) -> float:
    """Refuse NaN and infinities: they pass every comparison the wrong way."""
    message = f"{shown(text)} is no finite number"
    raise _RefusedError("json_not_finite", message, "leave the key out where there is no number")
