"""What is written comes back: plain where that is safe, in quotes where it is not."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from coordinator.text.print_yaml import Scalar, flow_list, flow_map, front_matter, quoted, scalar
from coordinator.text.strict_yaml import load

TEXT = st.text(st.characters(exclude_categories=("Cs", "Cc")), max_size=20)


@pytest.mark.parametrize(
    ("value", "written"),
    [
        (None, "null"),
        (True, "true"),
        (3, "3"),
        (-0.5, "-0.5"),
        (Decimal("0.30"), "0.30"),
        ("exp_001", "exp_001"),
        ("two words", "two words"),
        ("research_target/", "research_target/"),
        ("", '""'),
        ("a: b", '"a: b"'),
        ("- x", '"- x"'),
        ("a,b", '"a,b"'),
        ('say "x"\\', '"say \\"x\\"\\\\"'),
        ("x < 0.2", '"x < 0.2"'),
    ],
)
def test_scalars(value: Scalar, written: str) -> None:
    """As a person would write them."""
    assert scalar(value) == written


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("a\nb\tc\rd", '"a\\nb\\tc\\rd"'),
        ("\x1b", '"\\x1b"'),
        ("\u2028", '"\\u2028"'),
        ("\U000e0001", '"\\U000e0001"'),
        ("üé 漢", '"üé 漢"'),
    ],
)
def test_quotes(text: str, written: str) -> None:
    """Everything that cannot be seen is an escape."""
    assert quoted(text) == written


def test_flow_style_is_the_one_of_the_inbox() -> None:
    """Lists and mappings on one line, with a space behind each comma and colon."""
    assert flow_list(["a", "b, c"]) == '[a, "b, c"]'
    assert flow_list([]) == "[]"
    assert flow_map({"experiments_left": 2, "wall_minutes_left": None}) == (
        "{experiments_left: 2, wall_minutes_left: null}"
    )


def test_front_matter_leaves_no_space_before_a_block() -> None:
    """A block begins on the next line, right behind the colon."""
    assert front_matter({"a": "1", "b": "\n  - x"}) == "---\na: 1\nb:\n  - x\n---\n"


@settings(deadline=None, max_examples=80)
@given(st.dictionaries(TEXT, TEXT, max_size=4), st.lists(TEXT, max_size=4))
def test_flow_style_round_trips(values: dict[str, str], items: list[str]) -> None:
    """Keys, values and items come back to the letter."""
    loaded = load(f"map: {flow_map(values)}\nlist: {flow_list(items)}\n", "f", any_character=True).value
    assert loaded is not None
    assert loaded.values == {"map": values, "list": items}
