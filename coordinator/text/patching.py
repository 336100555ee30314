"""Does this code change the target in memory? A look at names, for code that means what it says.

Code that hides what it does (getattr with made-up names, exec) is not found here; what it did to the files of
the target is found by the manifest, and what it did in memory ends with its process.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

_CHANGING = {"setattr", "delattr", "setitem", "delitem", "patch"}
"""Last or last but one part of what is called: setattr, monkeypatch.setitem, mock.patch, patch.object."""
_IMPORTING = {"import_module", "__import__"}


def patches(tree: ast.Module, modules: frozenset[str]) -> bool:
    """Tell whether code assigns to, deletes from or patches what it imported from some modules.

    Args:
        tree: the code.
        modules: top-level names; submodules count with them.
    """
    names = _imported(tree, modules) - _rebound(tree, modules)
    return any(_assigns(node, names, modules) or _calls(node, names, modules) for node in ast.walk(tree))


def _assigns(node: ast.AST, names: set[str], modules: frozenset[str]) -> bool:
    """Find `train.LR = 1`, `train.CONFIG["lr"] = 1`, `del train.x`, `sys.modules["train"] = x`."""
    if not isinstance(node, ast.Attribute | ast.Subscript) or isinstance(node.ctx, ast.Load):
        return False
    return _root(node) in names or _loaded_module(node, modules)


def _calls(node: ast.AST, names: set[str], modules: frozenset[str]) -> bool:
    """Find `setattr(train, …)`, `mock.patch("train.x")`, `patch.object(train, …)`."""
    if not isinstance(node, ast.Call) or not node.args:
        return False
    if not _CHANGING.intersection(_dotted(node.func)[-2:]):
        return False
    return _root(node.args[0]) in names or _names_module(node.args[0], modules)


def _imported(tree: ast.Module, modules: frozenset[str]) -> set[str]:
    """Give the names under which code has the modules, or parts of them."""
    names: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            found = [alias for alias in node.names if _head(alias.name) in modules]
            names.update(alias.asname or _head(alias.name) for alias in found)
        elif isinstance(node, ast.ImportFrom) and _head(node.module or "") in modules:
            names.update(alias.asname or alias.name for alias in node.names)
        elif isinstance(node, ast.Assign) and _imports(node.value, modules):
            names.update(target.id for target in node.targets if isinstance(target, ast.Name))
    return names


def _rebound(tree: ast.Module, modules: frozenset[str]) -> set[str]:
    """Give the names that stand for something else too; a copy of the target's own list may be changed."""
    imports = {
        target
        for node in ast.walk(tree)
        if isinstance(node, ast.Assign) and _imports(node.value, modules)
        for target in node.targets
    }
    return set(_bound(tree, imports))


def _bound(tree: ast.Module, imports: set[ast.expr]) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.arg):
            yield node.arg
        elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store) and node not in imports:
            yield node.id


def _imports(node: ast.expr, modules: frozenset[str]) -> bool:
    """Find `importlib.import_module("train")`, `__import__("train")`."""
    if not isinstance(node, ast.Call) or not node.args or not _names_module(node.args[0], modules):
        return False
    return bool(_IMPORTING.intersection(_dotted(node.func)[-1:]))


def _loaded_module(node: ast.expr, modules: frozenset[str]) -> bool:
    """Find `sys.modules["train"]`, and anything in it."""
    while isinstance(node, ast.Attribute | ast.Subscript):
        if isinstance(node, ast.Subscript) and _dotted(node.value)[-1:] == ["modules"]:
            return _names_module(node.slice, modules)
        node = node.value
    return False


def _root(node: ast.expr) -> str:
    """Give the name that a chain begins with: `a` of `a.b[0].c`, and of `vars(a)["b"]`; else nothing."""
    while True:
        if isinstance(node, ast.Attribute | ast.Subscript):
            node = node.value
        elif isinstance(node, ast.Call) and _dotted(node.func) == ["vars"] and node.args:
            node = node.args[0]
        else:
            return node.id if isinstance(node, ast.Name) else ""


def _dotted(node: ast.expr) -> list[str]:
    """Give the parts of `a.b.c`; of a chain that begins with something else, those after it."""
    parts: list[str] = []
    while isinstance(node, ast.Attribute):
        parts.append(node.attr)
        node = node.value
    if isinstance(node, ast.Name):
        parts.append(node.id)
    return parts[::-1]


def _names_module(node: ast.expr, modules: frozenset[str]) -> bool:
    """Tell whether a string names one of the modules, or something in one."""
    return isinstance(node, ast.Constant) and isinstance(node.value, str) and _head(node.value) in modules


def _head(name: str) -> str:
    return name.partition(".")[0]
