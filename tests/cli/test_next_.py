"""`next`: the instruction that is not answered yet."""

from __future__ import annotations

import json
from pathlib import Path

from folders import report, worker

from coordinator.cli import next_
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
    inbox = (folder / "inbox.md").read_text()
    assert inbox.startswith("\n".join(told.out.splitlines()[:-1]))
    facts = json.loads(call("next", str(folder), "--json").out)
    assert (facts["action"], facts["text"]) == ("continue", inbox)


def test_next_prints_little(call: object, workspace: Path) -> None:
    """At most twenty lines, the last of which says where the others are; a short instruction is printed whole."""
    call("watch", "--once")
    folder = worker(workspace)
    lines = call("next", str(folder)).out.splitlines()
    assert len(lines) == next_.MOST_LINES
    assert lines[-1].endswith(f"more lines: read runs/{folder.name}/inbox.md")
    whole = (folder / "inbox.md").read_text().splitlines()
    assert len(whole) == len(lines) - 1 + int(lines[-1].split()[1])
    (folder / "inbox.md").write_text("\n".join(whole[:15]) + "\n")
    assert call("next", str(folder)).out.splitlines() == whole[:15]


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
