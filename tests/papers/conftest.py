"""Workspaces with papers in them; the papers are made by scripts/paper_pages.py, none is from outside."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "scripts"))
sys.path.insert(0, str(Path(__file__).resolve().parent))

from coordinator.papers.ingest import Ingest, Ingested  # scripts/ has to be found first
from coordinator.papers.reader import Limits  # the same
from coordinator.store.layout import Workspace  # the same

Drop = Callable[..., Ingested]


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    """Give a workspace with an empty papers/raw/."""
    (tmp_path / "papers" / "raw").mkdir(parents=True)
    return Workspace(tmp_path)


@pytest.fixture
def drop(workspace: Workspace) -> Drop:
    """Give a function that drops files into papers/raw/ and ingests them."""

    def dropping(files: dict[str, bytes] | None = None, **limits: float) -> Ingested:
        for name, data in (files or {}).items():
            (workspace.papers.raw / name).write_bytes(data)
        return Ingest(workspace, Limits(**limits))()  # type: ignore[arg-type]  # numbers, as the test says

    return dropping
