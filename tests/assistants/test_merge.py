"""What the user has there stays there."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from coordinator.assistants import merge

LEAF = st.one_of(st.booleans(), st.integers(0, 3), st.sampled_from("abc"))
LISTS = st.lists(st.sampled_from("abcdef"), max_size=4, unique=True)
TREES = st.recursive(
    st.dictionaries(st.sampled_from("klm"), st.one_of(LEAF, LISTS), max_size=3),
    lambda inner: st.dictionaries(st.sampled_from("klm"), st.one_of(LEAF, LISTS, inner), max_size=3),
    max_leaves=8,
)
LINES = st.lists(st.sampled_from(["", "[table]", "key = 1", "# mine"]), max_size=5)


@given(TREES, TREES)
def test_merging_twice_changes_nothing(present: merge.Tree, ours: merge.Tree) -> None:
    """Setup can be called again and again."""
    once = merge.with_ours(present, ours)
    assert merge.with_ours(once, ours) == once


def test_lists_are_joined_and_single_values_are_ours() -> None:
    """Theirs come after ours; a key that we do not know stays."""
    present = {"a": {"allow": ["theirs", "both"], "mode": "ask"}, "model": "best"}
    merged = merge.with_ours(present, {"a": {"allow": ["ours", "both"], "mode": "refuse"}})
    assert merged == {"a": {"allow": ["ours", "both", "theirs"], "mode": "refuse"}, "model": "best"}
    assert present["a"]["mode"] == "ask", "what was given is left as it is"


@given(LINES, st.sampled_from(["x = 1", "y = 2\nz = 3\n"]))
def test_a_block_is_put_in_once(lines: list[str], block: str) -> None:
    """The user's part is kept, ours is replaced, and again gives the same."""
    theirs = "\n".join(lines)
    once = merge.with_block(theirs, block)
    assert merge.with_block(once, block) == once
    assert merge.with_block(merge.with_block(theirs, "old = 0"), block) == once
    assert once.count(merge.BEGIN) == once.count(merge.END) == 1
    assert [line for line in merge.without_block(once).splitlines() if line] == [line for line in lines if line]


def test_a_block_without_its_end_is_the_users() -> None:
    """Half of a block was edited by somebody: nothing of it is thrown away."""
    torn = f"{merge.BEGIN}\nx = 1\n"
    assert merge.without_block(torn) == torn


def test_json_is_printed_for_people() -> None:
    """Indented, with a line end, and nothing escaped that need not be."""
    assert merge.print_json({"a": ["ü"]}) == '{\n  "a": [\n    "ü"\n  ]\n}\n'.encode()
