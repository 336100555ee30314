"""status.md: what a worker says of itself."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from coordinator.model.report import Report, WorkerState
from coordinator.text import report

NOTE = st.text(st.characters(exclude_categories=("Cs", "Cc")), max_size=40).map(str.strip)
REPORTS = st.builds(
    Report,
    direction=st.just("a"),
    state=st.sampled_from(WorkerState),
    answered=st.integers(0, 10**6),
    experiment=st.none() | st.integers(1, 5000).map(lambda n: f"exp_{n:03}"),
    note=NOTE,
)


def test_the_note_is_the_body() -> None:
    """Not a key of the front matter."""
    data = b"---\ndirection: a\nstate: blocked\nanswered: 2\n---\n\nNo GPU here.\nSorry.\n"
    assert report.parse(data, "f", "a").value == Report(
        direction="a", state=WorkerState.BLOCKED, answered=2, note="No GPU here.\nSorry."
    )


def test_the_folder_says_whose_report_it_is() -> None:
    """Another direction is a problem, beside whatever else is wrong."""
    data = b"---\ndirection: b\nstate: busy\nanswered: 2\n---\n"
    assert [(each.line, each.code) for each in report.parse(data, "f", "a").problems] == [
        (2, "wrong_direction"),
        (3, "bad_value"),
    ]
    assert [each.code for each in report.parse(b"", "f", "a").problems] == ["header_missing"]


@settings(deadline=None, max_examples=40)
@given(REPORTS)
def test_printed_reports_come_back(value: Report) -> None:
    """Whatever they are."""
    assert report.parse(report.print_(value), "f", "a").value == value


@settings(deadline=None, max_examples=20)
@given(REPORTS)
def test_a_torn_report_never_says_something_else(value: Report) -> None:
    """Every prefix is a problem, or says the same with less of the note."""
    data = report.print_(value)
    for length in range(len(data)):
        torn = report.parse(data[:length], "f", "a")
        if torn.value is not None:
            assert torn.value.model_copy(update={"note": value.note}) == value
