"""directions.yaml: a list of questions with ids of their own."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from coordinator.model.direction import BudgetOverride, Direction, Directions, SignificanceOverride
from coordinator.text import directions

TEXT = st.text(st.characters(exclude_categories=("Cs", "Cc")), min_size=1, max_size=30)


def test_done_directions_are_read_too() -> None:
    """Leaving them out is for the run that begins."""
    data = b"directions:\n  - {id: a, title: A, question: A?, done: true}\n"
    value = directions.parse(data, "f").value
    assert value is not None
    assert [(each.id, each.done) for each in value.directions] == [("a", True)]


def test_an_override_sets_only_what_it_names() -> None:
    """Null is a value too: no limit."""
    data = b"directions:\n  - {id: a, title: A, question: A?, budget: {wall_minutes: null}}\n"
    value = directions.parse(data, "f").value
    assert value is not None
    assert value.directions[0].budget == BudgetOverride(wall_minutes=None)
    assert value.directions[0].budget.model_fields_set == {"wall_minutes"}


def test_an_id_is_given_once() -> None:
    """Both lines are told, beside what else is wrong."""
    data = b"directions:\n  - id: a\n    title: A\n    question: A?\n  - id: a\n    title: A\n"
    problems = directions.parse(data, "f").problems
    assert [(each.line, each.code) for each in problems] == [(5, "duplicate_id"), (5, "missing_key")]
    assert problems[0].message.endswith("'a' is given twice, first on line 2")


def test_what_is_no_list_of_directions() -> None:
    """Every form that it could have instead is a problem and nothing else."""
    for text in (
        "",
        "directions: none",
        "directions: [a, [b], {id: [x]}]",
        "directions: {a: 1}",
        "- a",
        "\xff",
    ):
        parsed = directions.parse(text.encode("latin-1"), "f")
        assert parsed.value is None


def test_hundreds_of_directions_are_read() -> None:
    """The user's own file may be longer than a worker's."""
    entries = "".join(f"  - id: d{n}\n    title: t\n    question: q\n    context: c\n" for n in range(900))
    value = directions.parse(f"directions:\n{entries}".encode(), "f").value
    assert value is not None
    assert len(value.directions) == 900


@settings(deadline=None, max_examples=40)
@given(
    st.lists(
        st.builds(
            Direction,
            id=st.from_regex(r"[a-z0-9][a-z0-9_-]{0,20}", fullmatch=True),
            title=TEXT,
            question=TEXT,
            context=st.just("") | TEXT,
            done=st.booleans(),
            budget=st.none() | st.builds(BudgetOverride, experiments=st.integers(1, 9), wall_minutes=st.none()),
            significance=st.none() | st.builds(SignificanceOverride, alpha=st.floats(0.001, 0.5)),
        ),
        min_size=1,
        max_size=4,
        unique_by=lambda each: each.id,
    )
)
def test_printed_directions_come_back(entries: list[Direction]) -> None:
    """Whatever they are, overrides included."""
    value = Directions(directions=tuple(entries))
    assert directions.parse(directions.print_(value), "f").value == value
