"""`status`: the present state, once or live."""

from __future__ import annotations

import argparse
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

from coordinator.cli.common import now, observer_of, print_json, run_of, state, workspace_of
from coordinator.engine.board import rows_of
from coordinator.engine.observe import Observer
from coordinator.engine.opening import Opened
from coordinator.errors import Exit
from coordinator.model.history import Memory
from coordinator.report.overview import COLUMNS, Row
from coordinator.rules.history import remember
from coordinator.store.layout import Workspace
from coordinator.store.lock import holder

if TYPE_CHECKING:
    from rich.table import Table

WIDE = 120
"""Columns of a terminal that has room for the whole table."""
LEFT_OUT_WHEN_NARROW = ("about", "replicated", "confirmed")
BEAT = 0.5
"""Seconds between two looks with --follow."""


def main(arguments: argparse.Namespace) -> Exit:
    """Show where each direction stands."""
    workspace = workspace_of(arguments)
    opened = run_of(workspace, None)
    observer = observer_of(workspace, opened)
    if arguments.follow:
        return _follow(workspace, opened, observer)
    memory = opened.memory
    shown = rows_of(observer.observe(now(), memory))
    if arguments.json:
        print_json(_facts(workspace, opened, memory, shown))
        return Exit.FINE
    from rich.console import Console

    console = Console() if sys.stdout.isatty() else Console(width=200)
    console.print(table(shown, console.width))
    for line in _lines(workspace, opened, memory):
        console.print(line, highlight=False, markup=False)
    return Exit.FINE


def _follow(workspace: Workspace, opened: Opened, observer: Observer) -> Exit:
    """Show the present state until the run has ended or the user has seen enough."""
    from rich.console import Group
    from rich.live import Live

    memory = opened.memory
    with Live(refresh_per_second=4) as live:
        while True:
            memory = remember(opened.ledger.read()[memory.head :], memory)
            shown = table(rows_of(observer.observe(now(), memory)), live.console.width)
            live.update(Group(shown, *_lines(workspace, opened, memory)))
            if memory.ended is not None:
                return Exit.FINE
            time.sleep(BEAT)


def table(shown: tuple[Row, ...], width: int) -> Table:
    """Give the table of all directions, without the columns that a narrow terminal has no room for."""
    from rich.box import SIMPLE
    from rich.table import Table

    kept = [column for column in COLUMNS if width >= WIDE or column not in LEFT_OUT_WHEN_NARROW]
    shown_table = Table(box=SIMPLE, padding=(0, 1, 0, 0))
    for column in kept:
        shown_table.add_column(column, no_wrap=column != "running", overflow="fold")
    for row in shown:
        cells = dict(zip(COLUMNS, row.cells(), strict=True))
        shown_table.add_row(*(cells[column] for column in kept), style=None if row.open else "dim")
    return shown_table


def _lines(workspace: Workspace, opened: Opened, memory: Memory) -> list[str]:
    """Say who is at work, and where the findings are."""
    lines = [f"run {opened.run.run}: {len(memory.open)} of {len(memory.histories)} directions open"]
    for who, lock in _locks(workspace).items():
        held = holder(lock)
        lines.append(f"{who}: {held or 'not running'}")
    if memory.ended is not None:
        lines.append(f"findings: {workspace.relative(workspace.run(opened.run.run).findings)}")
    if memory.tampering:
        lines.append(f"tampering seen: {len(memory.tampering)}; see `python -m coordinator verify`")
    return lines


def _locks(workspace: Workspace) -> dict[str, Path]:
    return {
        "coordinator": state().coordinator_lock(workspace.root),
        "executor": state().executor_lock(workspace.root),
    }


def _facts(workspace: Workspace, opened: Opened, memory: Memory, shown: tuple[Row, ...]) -> dict[str, object]:
    return {
        "run": opened.run.run,
        "open": list(memory.open),
        "ended": memory.ended,
        "findings": workspace.relative(workspace.run(opened.run.run).findings) if memory.ended else None,
        **{who: bool(holder(lock)) for who, lock in _locks(workspace).items()},
        "directions": [row.document() for row in shown],
    }
