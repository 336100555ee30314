"""Worker folders of a real workspace, as the tests of the commands use them."""

from __future__ import annotations

from pathlib import Path


def worker(workspace: Path) -> Path:
    """Give one worker's folder."""
    return min(inbox.parent for inbox in workspace.glob("runs/*/inbox.md"))


def report(folder: Path, answered: int, state: str = "waiting") -> None:
    """Write a worker's report."""
    direction = folder.name.split("-", 1)[1]
    (folder / "status.md").write_text(f"---\ndirection: {direction}\nstate: {state}\nanswered: {answered}\n---\n")
