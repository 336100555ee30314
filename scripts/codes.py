"""Which reason and problem codes does the package use, and where? Read from its source, nothing is run.

    python3 scripts/codes.py          prints every code with the first place that says it

Codes are the part of problems, reasons, refusals and instructions that programs and people may rely on, so
protocol/formats.md lists them all, and tests/test_docs.py holds it to that. A code is found

- as the argument `code` of anything that has such a parameter or field (Problem, Reason, Refusal, and more),
- as a literal that is assigned to `code` or `codes`, or given as `reasons=`,
- in a function that is named after codes or reasons,
- as the first of a tuple whose second is a message (a row of a table is none).

A code with a variable part, f"wrong_{key}", is given as `wrong_*`.
"""

import ast
import re
import sys
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent

CODE = re.compile(r"[a-z][a-z0-9]*(_[a-z0-9*]+)*")
GIVERS = re.compile(r"(^|_)(codes?|reasons?)(_|$)")
"""Functions whose every literal of this form is a code."""
FIELDS = {"Problem": 2, "Reason": 0, "ReasonGiven": 0, "Refusal": 0, "TamperingSeen": 1}
"""What is made of a code, and at which position it takes it; what the package defines itself is added."""
CARRIERS = frozenset({"code", "codes", "reasons", "kind"})
"""Names that only hand on what was found elsewhere."""


@dataclass(frozen=True)
class Codes:
    """What was found.

    Args:
        places: code -> `path:line` of the first place that says it.
        unread: `path:line: expression` of each place whose code cannot be read from the source.
    """

    places: dict[str, str]
    unread: tuple[str, ...]


def used(folder: Path) -> Codes:
    """Find every code in the Python files below a folder."""
    trees = {path: ast.parse(path.read_text(encoding="utf-8"), str(path)) for path in sorted(folder.rglob("*.py"))}
    makers = FIELDS | {name: at for tree in trees.values() for name, at in _makers(tree)}
    places: dict[str, str] = {}
    unread: list[str] = []
    for path, tree in trees.items():
        where = path.relative_to(folder.parent).as_posix()
        for expression in _expressions(tree, makers):
            found = list(_literals(expression))
            for code in found:
                places.setdefault(code, f"{where}:{expression.lineno}")
            if not found and not _hands_on(expression):
                unread.append(f"{where}:{expression.lineno}: {ast.unparse(expression)}")
    return Codes(places, tuple(dict.fromkeys(unread)))


def _makers(tree: ast.Module) -> Iterator[tuple[str, int]]:
    """Give functions and classes that take a `code` that is text, and the position of it in a call."""
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef) and node.name != "__init__":
            yield from _position(node.name, _parameters(node))
        elif isinstance(node, ast.ClassDef):
            made = [line for line in node.body if isinstance(line, ast.FunctionDef) and line.name == "__init__"]
            fields = [line for line in node.body if isinstance(line, ast.AnnAssign)]
            named = [(ast.unparse(line.target), line.annotation) for line in fields]
            yield from _position(node.name, _parameters(made[0]) if made else named)


def _parameters(node: ast.FunctionDef) -> list[tuple[str, ast.expr | None]]:
    taken = [(argument.arg, argument.annotation) for argument in (*node.args.posonlyargs, *node.args.args)]
    return taken[1:] if taken and taken[0][0] in {"self", "cls"} else taken


def _position(name: str, taken: Sequence[tuple[str, ast.expr | None]]) -> Iterator[tuple[str, int]]:
    for at, (parameter, kind) in enumerate(taken):
        if parameter == "code" and (kind is None or ast.unparse(kind) == "str"):
            yield name, at


def _expressions(tree: ast.Module, makers: dict[str, int]) -> Iterator[ast.expr]:
    """Give every expression that is a code, or several."""
    rows = {id(row) for node in ast.walk(tree) if isinstance(node, ast.Tuple) for row in node.elts}
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            yield from _arguments(node, makers)
        elif isinstance(node, ast.Assign):
            yield from _assigned(node)
        elif isinstance(node, ast.FunctionDef) and GIVERS.search(node.name):
            yield from (one for line in node.body for one in _said(line) if _is_code(one))
        elif isinstance(node, ast.Tuple) and id(node) not in rows and _is_coded_message(node):
            yield node.elts[0]


def _arguments(call: ast.Call, makers: dict[str, int]) -> Iterator[ast.expr]:
    name = call.func.attr if isinstance(call.func, ast.Attribute) else ast.unparse(call.func)
    for keyword in call.keywords:
        if keyword.arg == "reasons" or (keyword.arg == "code" and name in makers):
            yield keyword.value
    at = makers.get(name)
    before = call.args[: at + 1] if at is not None else []
    if at is not None and len(before) == at + 1 and not any(isinstance(one, ast.Starred) for one in before):
        yield call.args[at]


def _assigned(node: ast.Assign) -> Iterator[ast.expr]:
    names = {ast.unparse(target) for target in node.targets}
    if names & {"code", "codes"}:
        yield from (one for one in _constants([node.value]) if _is_code(one))


def _is_coded_message(node: ast.Tuple) -> bool:
    if len(node.elts) < 2 or not _is_code(node.elts[0]):
        return False
    second = node.elts[1]
    if isinstance(second, ast.Constant):
        return isinstance(second.value, str) and " " in second.value
    return isinstance(second, ast.JoinedStr) or ast.unparse(second) == "message"


def _literals(expression: ast.expr) -> Iterator[str]:
    """Give the codes that an expression may come to, as far as they are written in it."""
    if isinstance(expression, ast.JoinedStr):
        parts = [str(part.value) if isinstance(part, ast.Constant) else "*" for part in expression.values]
        yield "".join(parts)
    elif isinstance(expression, ast.IfExp):
        yield from _literals(expression.body)
        yield from _literals(expression.orelse)
    else:
        yield from (str(one.value) for one in _constants([expression]) if _is_code(one))


def _constants(nodes: Iterable[ast.AST]) -> Iterator[ast.Constant]:
    return (one for node in nodes for one in ast.walk(node) if isinstance(one, ast.Constant))


def _said(node: ast.AST) -> Iterator[ast.Constant]:
    """Give the literals that a node may come to; what is compared, formatted or a key is none of them."""
    if isinstance(node, ast.Compare | ast.JoinedStr):
        return
    if isinstance(node, ast.Constant):
        yield node
    for inner in node.values if isinstance(node, ast.Dict) else ast.iter_child_nodes(node):
        yield from _said(inner)


def _is_code(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and isinstance(node.value, str) and bool(CODE.fullmatch(node.value))


def _hands_on(expression: ast.expr) -> bool:
    """Tell whether an expression only repeats a code, or a collection of them, that is found elsewhere."""
    if isinstance(expression, ast.IfExp):
        return _hands_on(expression.body) and _hands_on(expression.orelse)
    if isinstance(expression, ast.Attribute | ast.Name):
        return ast.unparse(expression).rpartition(".")[2] in CARRIERS
    nothing = isinstance(expression, ast.Constant | ast.Tuple | ast.List) and len(ast.unparse(expression)) == len("()")
    return nothing or (isinstance(expression, ast.Call) and bool(GIVERS.search(ast.unparse(expression.func))))


def main() -> int:
    """Print every code with its place, then the places that could not be read."""
    found = used(ROOT / "coordinator")
    print("\n".join(f"{code:32}{place}" for code, place in sorted(found.places.items())))
    print("\n".join(f"unread: {place}" for place in found.unread))
    return 0


if __name__ == "__main__":
    sys.exit(main())
