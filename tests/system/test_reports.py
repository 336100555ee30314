"""Whatever a worker puts in the place of its report: the daemon goes on, and only that worker is told."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest

GOOD = "---\ndirection: first\nstate: waiting\nanswered: 1\n---\nhello\n"


def in_place(path: Path) -> None:
    """Write a bad value in place."""
    path.write_text("---\ndirection: first\nanswered: x\n---\n")


def in_chunks(path: Path) -> None:
    """Write a bad value in chunks."""
    with path.open("w") as file:
        for piece in ("---\ndirection: fi", "rst\nstate: wait", "ing\nanswered: many\n---\nhello\n"):
            file.write(piece)
            file.flush()


def by_rename(path: Path) -> None:
    """Move a report without its keys into place."""
    path.with_suffix(".tmp").write_text("---\nstate: waiting\n---\n")
    path.with_suffix(".tmp").rename(path)


def empty(path: Path) -> None:
    """Leave an empty file."""
    path.write_text("")


def torn_header(path: Path) -> None:
    """End in the middle of the header."""
    path.write_text("---\ndirection: first\nstate: wai")


def duplicate_keys(path: Path) -> None:
    """Say one key twice."""
    path.write_text("---\ndirection: first\nstate: waiting\nanswered: 1\nanswered: 2\n---\n")


def nested_brackets(path: Path) -> None:
    """Nest 25,000 brackets."""
    path.write_text("---\na: " + "[" * 25_000 + "\n---\n")


def alias_bomb(path: Path) -> None:
    """Let aliases of aliases grow."""
    lines = ["a0: &a0 [x, x]"] + [f"a{n}: &a{n} [*a{n - 1}, *a{n - 1}]" for n in range(1, 40)]
    path.write_text("---\n" + "\n".join(lines) + "\n---\n")


def fifo(path: Path) -> None:
    """Put a pipe in its place."""
    os.mkfifo(path)


def link_elsewhere(path: Path) -> None:
    """Link to a file outside of the workspace."""
    path.symlink_to("/etc/hostname")


def sparse(path: Path) -> None:
    """Put 1 TiB of nothing in its place."""
    with path.open("wb") as file:
        file.truncate(1 << 40)


BAD = {
    "in place": (in_place, "bad_value"),
    "in chunks": (in_chunks, "bad_value"),
    "by rename": (by_rename, "missing_key"),
    "empty": (empty, "header_missing"),
    "torn header": (torn_header, "header_unclosed"),
    "duplicate keys": (duplicate_keys, "yaml_duplicate_key"),
    "25,000 nested brackets": (nested_brackets, "yaml_too_deep"),
    "alias bomb": (alias_bomb, "yaml_alias"),
    "FIFO": (fifo, "not_a_file"),
    "link to elsewhere": (link_elsewhere, "link_refused"),
    "1 TiB sparse file": (sparse, "too_large"),
}


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="needs FIFOs: POSIX only")
def test_hostile_reports_disturb_nobody_else(commands: object, wait: Callable[..., object]) -> None:
    """One daemon, eleven kinds of bad reports one after another, each named in that worker's inbox alone."""
    daemon = commands.watch()
    first, second = wait(lambda: len(commands.workers()) == 2 and commands.workers())
    other = (second / "inbox.md").read_text()
    report = first / "status.md"
    for name, (write, code) in BAD.items():
        report.unlink(missing_ok=True)
        write(report)
        told = wait(lambda code=code: code in (first / "inbox.md").read_text())
        assert told, name
        assert "action: revise" in (first / "inbox.md").read_text(), name
    assert daemon.poll() is None
    assert (second / "inbox.md").read_text() == other
    (second / "status.md").write_text(GOOD.replace("first", "second"))
    wait(lambda: "instruction: 2" in (second / "inbox.md").read_text())


@pytest.mark.parametrize("text", [GOOD.encode("utf-8-sig"), GOOD.replace("\n", "\r\n").encode()], ids=["BOM", "CRLF"])
def test_what_windows_editors_write_is_no_problem(commands: object, text: bytes) -> None:
    """A byte order mark or CRLF is nobody's mistake."""
    assert commands("watch", "--once").returncode == 0
    first, _ = commands.workers()
    (first / "status.md").write_bytes(text)
    assert commands("watch", "--once").returncode == 0
    assert "action: continue" in (first / "inbox.md").read_text()
