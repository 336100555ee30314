"""The commands that start clients."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest

from coordinator.assistants import commands
from coordinator.assistants.commands import Start

NEVER = ("skip-permissions", "bypass", "yolo", "full-auto", "danger-full-access", "--force", "full-access")


@pytest.mark.parametrize("client", ["claude", "codex", "cursor"])
@pytest.mark.parametrize("resume", [False, True])
def test_no_command_skips_permissions(scene: object, client: str, resume: bool) -> None:
    """Each names its worker, resumes its session, and allows nothing broad."""
    worker, other = scene.worker("a"), scene.worker("b")
    start = Start(client, worker, "session-1", resume=resume, others=(other,))
    made = commands.command("program", start, scene.workspace)
    assert made[0] == "program"
    assert not [word for word in made for flag in NEVER if flag in word]
    prompts = [word for word in made if "Read program.md" in word]
    assert len(prompts) == 1
    assert worker.folder.name in prompts[0]
    assert ("started again" in prompts[0]) is resume
    if resume:
        assert "session-1" in made


def test_claude_writes_in_its_own_folder_only(scene: object) -> None:
    """Allowed by flags, which count in a folder that is not trusted as well."""
    worker, other = scene.worker("a"), scene.worker("b")
    made = commands.command("claude", Start("claude", worker, "id", others=(other,)), scene.workspace)
    assert f"Edit(runs/{worker.folder.name}/status.md)" in made
    assert made[made.index("--disallowedTools") + 1 :] == [f"Edit(runs/{other.folder.name}/**)"]
    alone = commands.command("claude", Start("claude", worker, "id"), scene.workspace)
    assert "--disallowedTools" not in alone


def test_codex_writes_in_its_own_folder_only(scene: object) -> None:
    """By its sandbox, whether its hooks are trusted or not; each override is TOML."""
    worker = scene.worker("a")
    made = commands.command("codex", Start("codex", worker), scene.workspace)
    overrides = [tomllib.loads(made[place + 1]) for place, word in enumerate(made) if word == "-c"]
    profile = {"extends": ":read-only", "filesystem": {":workspace_roots": {f"runs/{worker.folder.name}": "write"}}}
    assert overrides == [
        {"default_permissions": "autoresearcher_worker"},
        {"permissions": {"autoresearcher_worker": profile}},
    ]


def test_a_program_is_found_by_any_of_its_names(tmp_path: Path) -> None:
    """Or not at all."""
    assert commands.installed("cursor", str(tmp_path)) is None
    for name in ("agent", "cursor-agent"):
        (tmp_path / name).write_text("#!/bin/sh\n")
        (tmp_path / name).chmod(0o755)
        assert commands.installed("cursor", str(tmp_path)) == str(tmp_path / name)
