"""`assistants setup`: made, merged, linted, written, and looked at again."""

from __future__ import annotations

import json
import tomllib
from pathlib import Path

import pytest

from coordinator.assistants import CLIENTS, merge, setup
from coordinator.model.settings import Settings
from coordinator.store.clients import ClientPaths
from coordinator.store.layout import Workspace


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    """Give an empty workspace."""
    return Workspace(tmp_path)


@pytest.fixture
def paths(workspace: Workspace) -> ClientPaths:
    """Give the places of its settings."""
    return ClientPaths(workspace.root)


def put(path: Path, text: str) -> None:
    """Write a file of the user's."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)


@pytest.mark.parametrize("client", CLIENTS)
def test_settings_are_written_and_then_current(workspace: Workspace, client: str) -> None:
    """`--check` says no before, yes after, and writes nothing; a second call changes no byte."""
    before = setup.settle(workspace, Settings(), client, check=True)
    assert not any(one.current for one in before)
    assert not list(workspace.root.iterdir())
    assert all(one.written for one in setup.settle(workspace, Settings(), client, check=False))
    bytes_ = {one.path: (workspace.root / one.path).read_bytes() for one in before}
    again = setup.settle(workspace, Settings(), client, check=False)
    assert [(one.current, one.written) for one in again] == [(True, False)] * len(before)
    assert {path: (workspace.root / path).read_bytes() for path in bytes_} == bytes_


def test_the_users_own_settings_stay(workspace: Workspace, paths: ClientPaths) -> None:
    """A narrow rule, a hook and an unknown key of theirs are there afterwards."""
    mine = {"type": "command", "command": "say done"}
    put(
        paths.claude_settings,
        json.dumps(
            {
                "model": "opus",
                "permissions": {"allow": ["Bash(npm test)"], "defaultMode": "default"},
                "hooks": {"Stop": [{"hooks": [mine]}], "Notification": [{"hooks": [mine]}]},
            }
        ),
    )
    put(paths.codex_config, 'model = "gpt-5.5"\n\n[tools]\nweb_search = false\n')
    for client in ("claude", "codex"):
        assert all(one.current for one in setup.settle(workspace, Settings(), client, check=False))
    made = json.loads(paths.claude_settings.read_text())
    assert made["model"] == "opus"
    assert "Bash(npm test)" in made["permissions"]["allow"]
    assert made["permissions"]["defaultMode"] == "dontAsk"
    assert {"hooks": [mine]} in made["hooks"]["Stop"]
    assert len(made["hooks"]["Stop"]) == 2
    config = tomllib.loads(paths.codex_config.read_text())
    assert (config["model"], config["tools"]["web_search"]) == ("gpt-5.5", False)
    assert config["permissions"]["autoresearcher"]["filesystem"][":workspace_roots"] == {"runs": "write"}


@pytest.mark.parametrize(
    ("name", "text", "code"),
    [
        ("claude_settings", '{"permissions": {"allow": ["Bash(python:*)"]}}', "rule_too_broad"),
        ("claude_settings", "{} // mine", "json_syntax"),
        ("codex_config", "[agents]\nmax_concurrent_threads_per_session = 2\n", "settings_clash"),
        ("codex_config", 'sandbox_mode = "danger-full-access"\n', "rule_too_broad"),
        ("codex_rules", 'prefix_rule(pattern = ["env"], decision = "allow")\n', "rule_too_broad"),
        ("codex_rules", "prefix_rule(pattern = words)\n", "settings_unreadable"),
        ("cursor_cli", '{"version": 1}', "unknown_key"),
        ("cursor_hooks", '{"hooks": {"onStop": []}}', "unknown_key"),
        ("cursor_permissions", '{"terminalAllowlist": ["python"]}', "rule_too_broad"),
    ],
)
def test_a_file_with_a_problem_is_left_as_it_is(
    workspace: Workspace, paths: ClientPaths, name: str, text: str, code: str
) -> None:
    """And what is wrong is said: half of the settings would be worse than none."""
    path = getattr(paths, name)
    put(path, text)
    done = setup.settle(workspace, Settings(), name.split("_", 1)[0], check=False)
    (wrong,) = [one for one in done if not one.current]
    assert wrong.path == workspace.relative(path)
    assert [problem.code for problem in wrong.problems] == [code]
    assert path.read_text() == text


def test_a_link_in_place_of_settings_is_not_followed(workspace: Workspace, paths: ClientPaths, tmp_path: Path) -> None:
    """Nothing is written through it."""
    elsewhere = tmp_path / "elsewhere.json"
    elsewhere.write_text("{}")
    paths.claude_settings.parent.mkdir()
    paths.claude_settings.symlink_to(elsewhere)
    (one,) = setup.settle(workspace, Settings(), "claude", check=False)
    assert one.problems
    assert elsewhere.read_text() == "{}"


def test_bytes_that_are_no_text_are_told(workspace: Workspace, paths: ClientPaths) -> None:
    """In either of the files with a block."""
    for path in (paths.codex_config, paths.codex_rules):
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"\xff")
    done = setup.settle(workspace, Settings(), "codex", check=False)
    assert [problem.code for one in done for problem in one.problems] == ["not_utf8", "not_utf8"]


def test_the_target_of_the_config_is_protected(workspace: Workspace, paths: ClientPaths) -> None:
    """Wherever it lies, unless the user lifts the protection."""
    for settings, rule in (
        (Settings(research_target_path="code/mine"), "Edit(code/mine/**)"),
        (Settings(research_target_path="/elsewhere/mine"), "Edit(//elsewhere/mine/**)"),
    ):
        setup.settle(workspace, settings, "claude", check=False)
        assert rule in json.loads(paths.claude_settings.read_text())["permissions"]["deny"]
    paths.claude_settings.unlink()
    setup.settle(workspace, Settings(allow_research_target_writes=True), "claude", check=False)
    assert not [
        rule for rule in json.loads(paths.claude_settings.read_text())["permissions"]["deny"] if "target" in rule
    ]


def test_the_checked_in_settings_are_current() -> None:
    """What this project ships is what its own config gives."""
    workspace = Workspace(Path(__file__).resolve().parents[2])
    stale = [
        one.path
        for client in CLIENTS
        for one in setup.settle(workspace, Settings(), client, check=True)
        if not one.current
    ]
    assert stale == []


def test_blocks_stand_before_the_users_own_tables(workspace: Workspace, paths: ClientPaths) -> None:
    """A key of theirs at the top stays at the top, and no table of theirs takes ours in."""
    put(paths.codex_config, 'top = "mine"\n[mine]\nkey = 1\n')
    setup.settle(workspace, Settings(), "codex", check=False)
    text = paths.codex_config.read_text()
    assert text.startswith(merge.BEGIN)
    assert tomllib.loads(text)["top"] == "mine"
    assert tomllib.loads(text)["mine"] == {"key": 1}
