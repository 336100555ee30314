"""Is the board what happened, once each, and the present state at its end?"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from unittest import mock

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from coordinator.engine import board as boards
from coordinator.model.entry import (
    DirectionEnded,
    Entry,
    ExperimentEnded,
    ExperimentInterrupted,
    ExperimentResumed,
    ExperimentStarted,
    Fact,
    FirstReport,
    InstructionGiven,
    ReasonGiven,
    RunEnded,
    RunStarted,
    TamperingSeen,
    VerdictGiven,
)
from coordinator.model.history import Memory
from coordinator.model.instruction import Action, BudgetLeft, Ending
from coordinator.model.observation import Observation
from coordinator.model.record import Outcome, Phase
from coordinator.model.run import FrozenRun
from coordinator.model.settings import Settings
from coordinator.report.board import ROWS_CAP, lines, place, table
from coordinator.report.overview import Row
from coordinator.store.layout import Workspace

RUN, OTHER = "20261123_143022", "20261124_080000"
NOW = datetime(2026, 11, 23, 14, 30, 22, tzinfo=UTC)
SHA = "0" * 64

START = ExperimentStarted(
    direction="a",
    experiment="exp_001",
    phase=Phase.EXPLORE,
    request="r1",
    seeds=(1, 2, 3),
    plan_sha256=SHA,
    code_sha256=SHA,
    target_sha256=SHA,
    reserved_seconds=900,
)
END = ExperimentEnded(
    direction="a",
    experiment="exp_001",
    phase=Phase.EXPLORE,
    start=3,
    outcome=Outcome.TIMED_OUT,
    execution_sha256=SHA,
    wall_seconds=299.6,
    cpu_seconds=1,
)
REASONS = (
    ReasonGiven(code="value_differs", holds=False, message="<b>words</b> of a worker"),
    ReasonGiven(code="value_differs", holds=False, message="more"),
    ReasonGiven(code="seeds_differ", holds=True, message="fine"),
)
TOLD = InstructionGiven(
    direction="a",
    instruction=5,
    action=Action.REPLICATE,
    about="exp_001",
    reasons=("score_reached", "not_replicated"),
    budget=BudgetLeft(experiments_left=2, wall_minutes_left=431),
    text="# free text",
)
STARTED = RunStarted(
    run=RUN,
    directions=("a", "b"),
    frozen_sha256=SHA,
    config_sha256=SHA,
    directions_sha256=SHA,
    rubric_sha256=SHA,
)
ROW = Row("a", "working", True, 5, "replicate", "exp_001", 4, 1, 4, 8.0, "not tried", "not tried", (), 431)

WORDS: list[tuple[Fact, str]] = [
    (STARTED, f"run {RUN} started: 2 directions (a, b)"),
    (FirstReport(direction="a"), "a: first report"),
    (START, "a: exp_001 started, 3 seeds"),
    (
        START.model_copy(update={"phase": Phase.CONFIRM, "seeds": (4,)}),
        "a: confirmation of exp_001 started, 1 fresh seed",
    ),
    (END, "a: exp_001 timed_out after 300 s"),
    (
        ExperimentInterrupted(direction="a", experiment="exp_001", start=2, cpu_seconds=4),
        "a: exp_001 interrupted: its executor was stopped",
    ),
    (ExperimentResumed(direction="a", experiment="exp_001", start=2, again_seconds=600), "a: exp_001 taken up again"),
    (
        VerdictGiven(direction="a", experiment="exp_001", standing="sent_back", reasons=REASONS),
        "a: exp_001 sent back, not mended (value_differs)",
    ),
    (
        VerdictGiven(direction="a", experiment="exp_001", standing="holds", score=7.5, reasons=REASONS[2:]),
        "a: exp_001 evidence holds, score 7.5",
    ),
    (TOLD, "a: instruction 5: **replicate** exp_001 (score_reached, not_replicated)"),
    (
        TOLD.model_copy(update={"action": Action.STOP, "about": None, "reasons": ()}),
        "a: instruction 5: **stop**",
    ),
    (DirectionEnded(direction="a", ending=Ending.LOST), "a: **ended, lost**"),
    (
        DirectionEnded(direction="a", ending=Ending.FINALIZED, experiment="exp_001"),
        "a: **ended, finalized**, on exp_001",
    ),
    (
        TamperingSeen(path="x|\n## y", code="plan_edited", detail="words", direction="a"),
        "a: **TAMPERING** plan_edited: x\\| ## y",
    ),
    (TamperingSeen(path="l", code="ledger_edited", detail=""), "**TAMPERING** ledger_edited: l"),
    (RunEnded(findings_sha256=SHA), "run ended: findings.md is written"),
]


def _entries(count: int, first: int = 1) -> list[Entry]:
    facts = [STARTED, *[FirstReport(direction="a")] * (count - 1)]
    return [Entry(n, NOW + timedelta(seconds=n), fact, SHA, SHA) for n, fact in enumerate(facts, first)]


@pytest.mark.parametrize(("fact", "words"), WORDS)
def test_an_event_is_one_line(fact: Fact, words: str) -> None:
    """Each kind of entry is one line with time and number, without any worker's words."""
    assert lines([Entry(12, NOW, fact, SHA, SHA)]) == [f"- 2026-11-23 14:30:22Z #12 {words}"]


def test_every_kind_of_entry_was_tried() -> None:
    """A new kind of entry needs a line, and a row in the table above."""
    kinds = {type(fact) for fact, _ in WORDS}
    assert kinds == set(Fact.__origin__.__args__)  # type: ignore[attr-defined]


def test_many_directions_do_not_fill_the_line() -> None:
    """The start of a large run names the first ones."""
    many = STARTED.model_copy(update={"directions": tuple(f"d{n}" for n in range(100))})
    (line,) = lines([Entry(1, NOW, many, SHA, SHA)])
    assert line.endswith("100 directions (d0, d1, d2, d3, d4, d5, d6, d7, d8, d9, d10, d11, …)")


def addition(board: str, run: str, entries: Sequence[Entry], rows: Sequence[Row], now: datetime) -> str:
    """Let the daemon's own board go on with this one; give what it appends."""
    with TemporaryDirectory() as folder, mock.patch.object(boards, "rows_of", return_value=tuple(rows)):
        workspace = Workspace(Path(folder))
        workspace.runs.mkdir()
        if board:
            workspace.board.write_text(board)
        frozen = FrozenRun(run, "0" * 32, now, "", "", "", Settings(), ())
        written = boards.Board(workspace, frozen, echo=lambda _: None)
        written.tell(entries)
        written.settle(Observation(now, run, Settings(), Memory(), {}, frozenset()))
        return workspace.board.read_text()[len(board) :]


def test_the_first_addition_opens_the_board() -> None:
    """Title, run, events, and the table of the present state at the end."""
    head = "| direction | state   | instruction | about   | experiments | best | replicated | confirmed |"
    rule = "| --------- | ------- | ----------- | ------- | ----------- | ---- | ---------- | --------- |"
    cell = "| a         | working | 5 replicate | exp_001 | 1 of 5      | 8    | not tried  | not tried |"
    assert addition("", RUN, _entries(2), [ROW], NOW) == (
        f"# Board\n\n## Run {RUN}\n\n"
        f"- 2026-11-23 14:30:23Z #1 run {RUN} started: 2 directions (a, b)\n"
        "- 2026-11-23 14:30:24Z #2 a: first report\n"
        "\n"
        "As of 2026-11-23 14:30:22Z through #2: 1 direction open.\n"
        "\n"
        f"{head} running | left    |\n"
        f"{rule} ------- | ------- |\n"
        f"{cell} -       | 431 min |\n"
        "\n"
    )


def test_nothing_new_adds_nothing() -> None:
    """A second pass over the same ledger leaves the board alone."""
    board = addition("", RUN, _entries(3), [ROW], NOW)
    assert addition(board, RUN, _entries(3), [ROW], NOW + timedelta(hours=1)) == ""


@settings(deadline=None, max_examples=60)
@given(st.data())
def test_a_board_cut_anywhere_goes_on_without_loss_or_repetition(data: st.DataObject) -> None:
    """Killed while appending, at any byte: the next pass says what is missing, in order."""
    whole = addition("", RUN, _entries(6), [ROW], NOW)
    torn = whole[: data.draw(st.integers(0, len(whole)))]
    board = torn + addition(torn, RUN, _entries(6), [ROW], NOW)
    assert place(board, RUN) == 6
    complete = [line for line in board.split("\n") if line in lines(_entries(6))]
    assert list(dict.fromkeys(complete)) == lines(_entries(6))
    assert len(complete) <= 7, "only a line whose newline was lost may stand there twice"


def test_a_new_run_gets_its_own_heading() -> None:
    """Numbers start again with each run; the place of one is not taken for that of another."""
    board = addition("", RUN, _entries(4), [ROW], NOW)
    assert (place(board, RUN), place(board, OTHER)) == (4, None)
    board += addition(board, OTHER, _entries(2), [], NOW)
    assert (place(board, RUN), place(board, OTHER)) == (None, 2)


def test_a_board_that_starts_anew_shows_the_present() -> None:
    """After the file grew too long, the last entries and the table open it again."""
    board = addition("", RUN, _entries(2, first=500), [ROW], NOW)
    assert board.startswith("# Board\n")
    assert place(board, RUN) == 501


def test_the_table_shows_open_directions_first_and_not_too_many() -> None:
    """Ended ones come last; beyond the cap only their number is told."""
    ended = [replace(ROW, direction=f"e{n}", open=False) for n in range(ROWS_CAP)]
    shown = table([*ended, ROW], 9, NOW)
    assert shown[1] == "As of 2026-11-23 14:30:22Z through #9: 1 direction open."
    assert shown[5].startswith("| a ")
    assert "… and 1 direction more: `python -m coordinator status`" in shown


def test_the_board_is_markdown() -> None:
    """A renderer finds the heading of the run, a list of events and one table."""
    board = addition("", RUN, _entries(3), [ROW], NOW)
    kinds = [token.type for token in MarkdownIt("commonmark").enable("table").parse(board)]
    assert kinds.count("heading_open") == 2
    assert kinds.count("list_item_open") == 3
    assert kinds.count("table_open") == 1
    assert kinds.count("tbody_open") == 1
