"""Names come from folders; a document that names another is in the wrong place."""

from __future__ import annotations

from coordinator.model.problem import Problem
from coordinator.text.belongs import belongs
from coordinator.text.strict_yaml import Tree


def test_the_right_name_and_none_at_all_are_fine() -> None:
    """A missing key is told by the document's type."""
    assert belongs(Tree({"experiment": "exp_001"}), "f", "experiment", "exp_001") == ()
    assert belongs(Tree({}), "f", "experiment", "exp_001") == ()


def test_another_name_is_a_problem_at_its_line() -> None:
    """The hint is the line to write."""
    tree = Tree({"experiment": "exp_002"}, {("experiment",): 2})
    assert belongs(tree, "f", "experiment", "exp_001") == (
        Problem(
            "f",
            2,
            "wrong_experiment",
            "experiment: expected exp_001, the name of this folder, got 'exp_002'",
            "write `experiment: exp_001`",
        ),
    )
    assert belongs(Tree({"direction": ["a"]}), "f", "direction", "a")[0].code == "wrong_direction"
