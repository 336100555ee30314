"""What a session may do beside what its client's own rules say."""

from __future__ import annotations

from pathlib import Path

import pytest

from coordinator.assistants import gate

PLAIN = (
    "python -m coordinator next runs/x --wait 540",
    "python3 -m coordinator run runs/x/experiments/exp_001",
    "python -m coordinator watch",
    "ls -la runs",
    "cat a.md | head -5",
    "python -m coordinator check runs/x 2>&1 | tail -20",
    "grep -n 'a b' research_target/train.py && wc -l AGENTS.md",
    "git status",
    "cat x 2>/dev/null",
)
NOT_PLAIN = (
    "python -c pass",
    "python -m coordinator assistants launch",
    "python -m coordinator watch --new",
    "cd runs && python -m coordinator status",
    "X=1 python -m coordinator status",
    "echo x > runs/a",
    "cat < AGENTS.md",
    "ls & python -m coordinator status",
    "echo $(touch x)",
    "echo `touch x`",
    "echo $HOME",
    "ls\ntouch x",
    "rg --pre=touch x",
    "git log --output=x",
    "git checkout .",
    "git",
    "sort -o x y",
    "echo 'unbalanced",
    "(ls)",
    "ls ;",
    "",
)


@pytest.mark.parametrize("command", PLAIN)
def test_plain_commands_are_allowed(scene: object, command: str) -> None:
    """Our own ones from the root, and reading."""
    for worker in (None, scene.worker("a")):
        assert gate.of_command(command, worker).allowed is True


@pytest.mark.parametrize("command", NOT_PLAIN)
def test_anything_else_is_not_a_workers(scene: object, command: str) -> None:
    """A session that is no worker's is left to its client."""
    ruling = gate.of_command(command, scene.worker("a"))
    assert ruling.allowed is False
    assert "plain commands" in ruling.why
    assert gate.of_command(command, None).allowed is None


@pytest.mark.parametrize(
    ("path", "allowed"),
    [
        ("runs/{a}/status.md", True),
        ("runs/{a}/experiments/exp_001/plan.md", True),
        ("runs/{a}/experiments/exp_001/patches/deep/train.py", True),
        ("./runs/{a}/../{a}/status.md", True),
        ("runs/{a}/inbox.md", False),
        ("runs/{a}/notes.md", False),
        ("runs/{a}/experiments/exp_001/record.json", False),
        ("runs/{a}/experiments/exp_001/request.json", False),
        ("runs/{a}/experiments/exp_001/outputs/seed_1/metrics.json", False),
        ("runs/{a}/experiments/exp_001/confirmation/seed_1/x", False),
        ("runs/{b}/status.md", False),
        ("runs/{a}/../{b}/status.md", False),
        ("runs/{a}/experiments/link/train.py", False),
        ("research_target/train.py", False),
        ("config/config.yaml", False),
        ("../elsewhere.md", False),
        ("~/elsewhere.md", False),
    ],
)
def test_a_worker_writes_its_report_and_its_experiments(scene: object, path: str, allowed: bool) -> None:
    """Nothing else, by whatever way."""
    own, other = scene.worker("a"), scene.worker("b")
    (scene.workspace.root / "research_target").mkdir()
    (own.experiments / "link").symlink_to(scene.workspace.root / "research_target")
    filled = path.format(a=own.folder.name, b=other.folder.name)
    assert gate.of_write(filled, scene.workspace.root, scene.workspace, own).allowed is allowed


def test_a_session_without_a_worker_writes_in_no_workers_folder(scene: object) -> None:
    """It is told how to get one; elsewhere its client rules."""
    worker, root = scene.worker("a"), scene.workspace.root
    refused = gate.of_write(str(worker.report), root, scene.workspace, None)
    assert refused.allowed is False
    assert "next runs/" in refused.why
    for path in ("notes.md", "/elsewhere/notes.md"):
        assert gate.of_write(path, root, scene.workspace, None).allowed is None


def test_a_patch_names_what_it_writes() -> None:
    """Added, changed, removed and moved files."""
    patch = (
        "*** Begin Patch\n*** Add File: a b\n+x\n*** Update File: c\n*** Move to: d\n*** Delete File: e\n*** End Patch"
    )
    assert gate.patched(patch) == ["a b", "c", "d", "e"]


@pytest.mark.parametrize(
    ("command", "named"),
    [
        ("python -m coordinator next runs/x --wait 5", "runs/x"),
        ("python3 -m coordinator run --wait 5 runs/x/experiments/exp_001", "runs/x/experiments/exp_001"),
        ("python -m coordinator next runs/x | head", "runs/x"),
        ("python -m coordinator status", None),
        ("echo python -m coordinator next runs/x", None),
        ("python -m coordinator next", None),
        ("ls > x", None),
    ],
)
def test_next_and_run_say_for_whom(scene: object, command: str, named: str | None) -> None:
    """And nothing else does."""
    assert gate.called_for(command, scene.workspace) == named


def test_the_root_may_be_reached_by_another_name(scene: object, tmp_path: Path) -> None:
    """A link to the workspace is the workspace."""
    worker = scene.worker("a")
    (tmp_path / "short").symlink_to(scene.workspace.root)
    path = tmp_path / "short" / "runs" / worker.folder.name / "status.md"
    assert gate.of_write(str(path), scene.workspace.root, scene.workspace, worker).allowed is True
