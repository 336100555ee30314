"""Does a document lie in the folder that it names? Names come from folders; a document only repeats them."""

from __future__ import annotations

from coordinator.model.problem import Problem
from coordinator.text.expected import shown
from coordinator.text.strict_yaml import Tree


def belongs(tree: Tree, path: str, key: str, name: str) -> tuple[Problem, ...]:
    """Compare what stands under a key with the folder's name; a missing key is somebody else's problem.

    Args:
        tree: the document's front matter.
        path: of the file, for problems.
        key: `direction` or `experiment`; the code is `wrong_` and this key.
        name: of the folder.
    """
    written = tree.values.get(key, name)
    if written == name:
        return ()
    message = f"{key}: expected {name}, the name of this folder, got {shown(written)}"
    return (Problem(path, tree.line((key,)), f"wrong_{key}", message, f"write `{key}: {name}`"),)
