"""`init`: a fresh workspace."""

from __future__ import annotations

import re
from pathlib import Path

import pytest


def test_a_fresh_workspace_has_everything_that_a_worker_reads(workspace: Path) -> None:
    """Config, protocol, the demo's target, and the folders of runs and papers."""
    for name in (
        "config/config.yaml",
        "protocol/worker.md",
        "program.md",
        "research_target/train.py",
        "runs",
        "papers/raw",
    ):
        assert (workspace / name).exists(), name


LINK = re.compile(r"\]\((?![a-z]+:)([^)#\s]+)")


def test_no_link_leads_out_of_a_fresh_workspace(workspace: Path) -> None:
    """What is copied points only to what is copied too."""
    documents = [path for path in workspace.rglob("*.md") if ".git" not in path.parts]
    assert len(documents) >= 7
    links = [(path, found) for path in documents for found in LINK.findall(path.read_text(encoding="utf-8"))]
    assert [f"{path}: {found}" for path, found in links if not (path.parent / found).exists()] == []


def test_a_fresh_workspace_has_the_clients_settings(call: object, workspace: Path) -> None:
    """And they are current."""
    assert call("assistants", "setup", "--check", "--root", str(workspace)).code == 0
    assert (workspace / ".claude" / "settings.json").is_file()


def test_a_fresh_workspace_has_nothing_wrong(call: object, workspace: Path) -> None:
    """What `init` makes can be started at once."""
    assert call("check").out == "nothing is wrong\n"


def test_without_the_demo_the_target_is_left_to_the_user(call: object, tmp_path: Path) -> None:
    """An empty target and one example direction, which is valid too."""
    assert call("init", str(tmp_path / "mine")).code == 0
    assert list((tmp_path / "mine" / "research_target").iterdir()) == []
    assert call("check", "--root", str(tmp_path / "mine")).code == 0


def test_nothing_is_overwritten(call: object, tmp_path: Path) -> None:
    """A folder that is not empty is left as it is."""
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "notes.txt").write_text("mine")
    refused = call("init", str(tmp_path / "full"))
    assert refused.code == 2
    assert "is not empty" in refused.err


def test_an_installation_without_its_checkout_says_so(
    call: object, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """There is nothing to copy from where only the package was installed."""
    import coordinator

    monkeypatch.setattr(coordinator, "__file__", str(tmp_path / "site" / "coordinator" / "__init__.py"))
    refused = call("init", str(tmp_path / "new"))
    assert refused.code == 2
    assert "lacks protocol/" in refused.err
