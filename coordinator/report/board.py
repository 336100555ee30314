"""What happened, and how do things stand? The text that is appended to runs/status.md.

Plain lines that are Markdown too, made for `tail -f`: one line an event, then the table of the open run.
Every event line carries its number in the ledger (`#12`), and the last number on the board is where the next
pass goes on: after a crash nothing is lost and nothing is said twice. Only numbers, ids and codes are shown;
no worker's words reach the board. The caller appends, and starts the file anew when it has grown too long.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import assert_never

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
    RunEnded,
    RunStarted,
    TamperingSeen,
    VerdictGiven,
)
from coordinator.model.record import Phase
from coordinator.report.chapter import STANDINGS
from coordinator.report.overview import COLUMNS, Row
from coordinator.report.prose import inline
from coordinator.report.wording import counted

ROWS_CAP = 40
"""Rows of a table: open directions first; how many are left out is said below it."""

NAMES_CAP = 12
"""Directions that the line of a run's start names."""

_HEADING = re.compile(r"^## Run (\S+)$")
_NUMBERED = re.compile(r"^(?:- \S+ \S+|As of \S+ \S+ through) #(\d+)[ :]")


def place(board: str, run: str) -> int | None:
    """Give the number of the last entry of a run that the board shows; None if it does not show the run.

    A last line without its end is passed over: it was torn by a crash, and is said again.
    """
    found: int | None = None
    for line in board.split("\n")[:-1]:
        if heading := _HEADING.match(line):
            found = 0 if heading.group(1) == run else None
        elif found is not None and (numbered := _NUMBERED.match(line)):
            found = max(found, int(numbered.group(1)))
    return found


def lines(entries: Iterable[Entry], after: int = 0) -> list[str]:
    """Give one line an entry, for those that come after number `after`."""
    return [f"- {_moment(entry.at)} #{entry.n} {_words(entry.fact)}" for entry in entries if entry.n > after]


def table(rows: Sequence[Row], through: int, now: datetime) -> list[str]:
    """Give the table of the open run, with columns aligned for a terminal.

    Args:
        rows: one a direction; open ones are shown first.
        through: number of the last entry that is shown above.
        now: when, UTC.
    """
    if not rows:
        return []
    ranked = sorted(rows, key=lambda row: not row.open)
    shown = [tuple(inline(cell) for cell in row.cells()) for row in ranked[:ROWS_CAP]]
    widths = [max(len(cell) for cell in column) for column in zip(COLUMNS, *shown, strict=True)]
    still_open = counted(sum(row.open for row in rows), "direction")
    said = f"As of {_moment(now)} through #{through}: {still_open} open."
    rule = ["-" * width for width in widths]
    left_out = len(rows) - len(shown)
    more = ["", f"… and {counted(left_out, 'direction')} more: `python -m coordinator status`"] if left_out else []
    return ["", said, "", *(_aligned(cells, widths) for cells in (COLUMNS, rule, *shown)), *more, ""]


def _aligned(cells: Sequence[str], widths: Sequence[int]) -> str:
    return "| " + " | ".join(cell.ljust(width) for cell, width in zip(cells, widths, strict=True)) + " |"


def _moment(at: datetime) -> str:
    return at.strftime("%Y-%m-%d %H:%M:%SZ")


def _words(fact: Fact) -> str:
    """Give an entry in words."""
    match fact:
        case RunStarted():
            return _run_started(fact)
        case RunEnded():
            return "run ended: findings.md is written"
        case ExperimentInterrupted():
            return f"{fact.direction}: {fact.experiment} interrupted: its executor was stopped"
        case ExperimentResumed():
            return f"{fact.direction}: {fact.experiment} taken up again"
        case TamperingSeen():
            whose = f"{fact.direction}: " if fact.direction else ""
            return f"{whose}**TAMPERING** {inline(fact.code)}: {inline(fact.path)}"
        case (
            FirstReport()
            | ExperimentStarted()
            | ExperimentEnded()
            | VerdictGiven()
            | InstructionGiven()
            | DirectionEnded()
        ):
            return f"{fact.direction}: {_of_direction(fact)}"
        case _:
            assert_never(fact)


def _of_direction(
    fact: FirstReport | ExperimentStarted | ExperimentEnded | VerdictGiven | InstructionGiven | DirectionEnded,
) -> str:
    match fact:
        case FirstReport():
            return "first report"
        case ExperimentStarted():
            fresh = "fresh seed" if fact.phase is Phase.CONFIRM else "seed"
            return f"{_execution(fact)} started, {counted(len(fact.seeds), fresh)}"
        case ExperimentEnded():
            return f"{_execution(fact)} {fact.outcome} after {fact.wall_seconds:.0f} s"
        case VerdictGiven():
            return _verdict(fact)
        case InstructionGiven():
            return _instruction(fact)
        case DirectionEnded():
            return f"**ended, {fact.ending}**" + (f", on {fact.experiment}" if fact.experiment else "")
        case _:
            assert_never(fact)


def _run_started(fact: RunStarted) -> str:
    named = ", ".join(fact.directions[:NAMES_CAP])
    more = ", …" if len(fact.directions) > NAMES_CAP else ""
    return f"run {fact.run} started: {counted(len(fact.directions), 'direction')} ({named}{more})"


def _execution(fact: ExperimentStarted | ExperimentEnded) -> str:
    return f"confirmation of {fact.experiment}" if fact.phase is Phase.CONFIRM else fact.experiment


def _verdict(fact: VerdictGiven) -> str:
    standing = STANDINGS.get(fact.standing, fact.standing)
    score = "" if fact.score is None else f", score {fact.score:g}"
    codes = dict.fromkeys(reason.code for reason in fact.reasons if not reason.holds)
    return f"{fact.experiment} {inline(standing)}{score}" + (f" ({inline(', '.join(codes))})" if codes else "")


def _instruction(fact: InstructionGiven) -> str:
    about = f" {fact.about}" if fact.about else ""
    why = f" ({inline(', '.join(fact.reasons))})" if fact.reasons else ""
    return f"instruction {fact.instruction}: **{fact.action}**{about}{why}"
