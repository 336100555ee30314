"""Are the clients for the tests installed once, out of the tree, and is a reason kept where they are not?"""

import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "scripts"))  # programs, not a package

import clients


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Give an empty place to install to, and no npm; the tests with clients are asked for."""
    monkeypatch.setattr(clients, "HOME", tmp_path / "assistants")
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setenv(clients.OPT_IN, "1")
    return tmp_path


def npm(folder: Path, script: str) -> None:
    """Put an npm there that does what a test needs; its folder is the argument after --prefix."""
    if sys.platform == "win32":
        pytest.skip("the npm of this test is a shell script")
    path = folder / "npm"
    path.write_text(f"#!/bin/sh\nPATH=/usr/bin:/bin\nprefix=$3\n{script}\n")
    path.chmod(0o755)


def test_nothing_is_installed_where_nobody_asked(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The reason says how to ask."""
    monkeypatch.delenv(clients.OPT_IN)
    assert "--assistants" in clients.missing("claude")


def test_without_npm_the_reason_is_kept(home: Path) -> None:
    """For the tests that are skipped then."""
    assert "is not installed" in clients.missing("codex")
    clients.install()
    assert clients.missing("codex").endswith("npm is not on this machine")


def test_a_registry_out_of_reach_is_a_reason(home: Path) -> None:
    """Npm's own words, and nothing half-installed."""
    npm(home, "echo 'npm error network ENOTFOUND' >&2; exit 1")
    clients.install()
    assert "npm failed: npm error network ENOTFOUND" in clients.missing("claude")
    assert clients.program("claude") is None


def test_a_cache_that_cannot_be_written_stops_nobody(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The tests with clients are skipped, and all others run."""
    (home / "assistants").write_text("no folder")
    clients.install()
    assert "cannot be installed" in capsys.readouterr().err
    assert "is not installed" in clients.missing("claude")


def test_what_is_installed_is_found_and_not_installed_again(home: Path) -> None:
    """And an earlier failure is forgotten."""
    npm(home, "exit 1")
    clients.install()
    made = "@anthropic-ai/claude-code-linux-x64/claude", "@openai/codex-linux-x64/vendor/any/bin/codex"
    lines = [
        f'mkdir -p "$(dirname "$prefix/node_modules/{path}")"; touch "$prefix/node_modules/{path}"' for path in made
    ]
    npm(home, "\n".join(lines))
    clients.install()
    npm(home, "exit 1")
    clients.install()
    for client in clients.PINNED:
        assert clients.missing(client) == ""
        assert clients.program(client).is_file()
