"""What `doctor` says about the clients."""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path

import pytest

from coordinator.assistants import checkup, setup
from coordinator.assistants.checkup import Checked
from coordinator.model.settings import Settings
from coordinator.store.clients import ClientPaths
from coordinator.store.layout import Workspace

TRUSTING = '[projects."{root}"]\ntrust_level = "trusted"\n'


class Home:
    """Somebody's home, programs and workspace."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.workspace = Workspace(folder / "work")
        self.workspace.root.mkdir()
        self.programs = folder / "bin"
        self.programs.mkdir()
        (self.programs / "python").symlink_to(sys.executable)

    def install(self, name: str, script: str = "echo 9.9.9") -> None:
        """Put a client's program there; never through a link to a real one."""
        (self.programs / name).unlink(missing_ok=True)
        (self.programs / name).write_text(f"#!/bin/sh\n{script}\n")
        (self.programs / name).chmod(0o755)

    def check(self, here: Path | None = None, **more: str) -> dict[str, Checked]:
        """Look at everything."""
        path = os.pathsep.join([str(Path(sys.executable).parent), str(self.programs), "/usr/bin", "/bin"])
        environ = {"HOME": str(self.folder), "PATH": path, **more}
        found = checkup.check(self.workspace, Settings(), environ, here or self.workspace.root)
        return {one.what: one for one in found}


@pytest.fixture
def home(tmp_path: Path) -> Home:
    """Give an empty home."""
    return Home(tmp_path)


def test_without_clients_there_is_one_line(home: Home) -> None:
    """Nothing to be mended."""
    found = home.check(PATH=str(home.programs))
    assert list(found) == ["assistants"]
    assert found["assistants"].fine


def test_a_ready_client_has_nothing_to_mend(home: Home) -> None:
    """Version, settings, trust in the folder and in the hooks."""
    for name in ("claude", "codex"):
        home.install(name)
        setup.settle(home.workspace, Settings(), name, check=False)
    trusted = {"projects": {str(home.workspace.root): {"hasTrustDialogAccepted": True}}}
    (home.folder / ".claude.json").write_text(json.dumps(trusted))
    (home.folder / ".codex").mkdir()
    hooks = ClientPaths(home.workspace.root).codex_hooks
    events = ("pre_tool_use", "post_tool_use", "stop", "subagent_stop")
    state = "".join(f'[hooks.state."{hooks}:{event}:0:0"]\ntrusted_hash = "x"\n' for event in events)
    (home.folder / ".codex" / "config.toml").write_text(TRUSTING.format(root=home.workspace.root) + state)
    found = home.check()
    assert [one for one in found.values() if not one.fine] == []
    assert "9.9.9" in found["claude"].found
    assert found["codex trusts the hooks"].found == "4 of 4"
    assert "loopback" in found["codex sandbox"].found


def test_each_lack_comes_with_its_mend(home: Home) -> None:
    """Nothing written, nothing trusted, a program that fails, a shell with another python."""
    home.install("claude", "exit 1")
    home.install("codex")
    home.install("cursor-agent")
    home.install("python", "exit 1")
    found = home.check(PATH=f"{home.programs}{os.pathsep}/usr/bin{os.pathsep}/bin")
    wrong = {what for what, one in found.items() if not one.fine}
    assert wrong == {
        *("python for assistants", "claude", "claude settings", "codex settings", "cursor settings"),
        *("claude trusts the folder", "codex trusts the folder", "codex trusts the hooks", "cursor headless"),
    }
    assert all(found[what].mend for what in wrong)


def test_a_shell_without_python_is_told(home: Home) -> None:
    """Every hook and every command of a worker starts with it."""
    (home.programs / "python").unlink()
    home.install("claude")
    found = home.check(PATH=str(home.programs))
    assert not found["python for assistants"].fine
    assert "no `python`" in found["python for assistants"].found


def test_unreadable_files_of_a_client_count_as_no_trust(home: Home) -> None:
    """Whatever they hold."""
    home.install("claude")
    home.install("codex")
    (home.folder / ".codex").mkdir()
    for text in ("", "[", "[]", '{"projects": []}'):
        (home.folder / ".claude.json").write_text(text)
        (home.folder / ".codex" / "config.toml").write_text(text if text == "[" else "")
        found = home.check()
        assert not found["claude trusts the folder"].fine
        assert not found["codex trusts the folder"].fine


def test_a_client_started_elsewhere_is_told(home: Home) -> None:
    """Only where a client calls us can we know."""
    home.install("claude")
    elsewhere = home.check(here=home.folder, CLAUDECODE="1")["Claude Code was started in"]
    assert not elsewhere.fine
    assert "settings elsewhere are not read" in elsewhere.mend
    assert home.check(CLAUDECODE="1")["Claude Code was started in"].fine


def test_settings_with_a_problem_are_told_with_it(home: Home) -> None:
    """The reason, not only that something is wrong."""
    home.install("claude")
    path = ClientPaths(home.workspace.root).claude_settings
    path.parent.mkdir()
    path.write_text('{"permissions": {"allow": ["Bash(env *)"]}}')
    assert "rule_too_broad" in home.check()["claude settings"].found
