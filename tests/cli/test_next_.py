"""`next`: the instruction that is not answered yet."""

from __future__ import annotations

import json
from pathlib import Path

from folders import report, worker

from coordinator.errors import Exit


def test_an_answered_report_gets_the_next_instruction(call: object, workspace: Path) -> None:
    """`next` prints it, whole."""
    call("watch", "--once")
    folder = worker(workspace)
    assert "action: begin" in call("next", str(folder)).out
    report(folder, 1)
    assert call("next", str(folder)).code == Exit.LATER
    call("watch", "--once")
    told = call("next", str(folder))
    assert told.code == 0
    assert told.out == (folder / "inbox.md").read_text()
    assert json.loads(call("next", str(folder), "--json").out)["action"] == "continue"


def test_next_says_when_nobody_is_there_to_answer(call: object, workspace: Path) -> None:
    """A worker learns that it waits for nothing."""
    call("watch", "--once")
    folder = worker(workspace)
    report(folder, 1)
    assert "no coordinator is running" in call("next", str(folder)).err
    assert call("next", "runs/elsewhere").code == 2
    assert "has no inbox" in call("next", "runs/20200101_000000-nobody").err


def test_stop_is_printed_however_often_it_is_asked_for(call: object, workspace: Path) -> None:
    """A worker that was restarted after its answer still learns that it is over."""
    call("watch", "--once")
    folder = worker(workspace)
    call("watch", "--once", "--new")
    report(folder, 2, "done")
    assert "action: stop" in call("next", str(folder)).out
