"""The real clients, where they were installed by `scripts/test.py --assistants`, and scenes that they play in."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[2]
for folder in (ROOT / "scripts", Path(__file__).parent):
    sys.path.insert(0, str(folder))  # programs, not packages

import clients  # noqa: E402  # found by the lines above
from scenes import Play  # noqa: E402  # the same

LONGEST = 800
"""Seconds that a scene may take, with its processes ended."""


@pytest.fixture(scope="session")
def program() -> Callable[[str], Path]:
    """Give a client's program, or skip with the reason why it is not there."""

    def found(client: str) -> Path:
        reason = clients.missing(client)
        if reason:
            pytest.skip(reason)
        return clients.program(client)

    return found


@pytest.fixture(scope="session")
def network() -> list[str]:
    """Give the command that starts a program in a network of its own, or skip where the system has none."""
    unshare = shutil.which("unshare")
    command = [unshare or "unshare", "--map-root-user", "--net"]
    if unshare is None or subprocess.run([*command, "true"], capture_output=True, check=False).returncode:
        pytest.skip("this system gives no network namespace (Linux's `unshare --map-root-user --net` does not work)")
    return command


@pytest.fixture
def play(program: Callable[[str], Path], network: list[str], request: pytest.FixtureRequest) -> Play:
    """Give the function that plays a scene and gives its outcome; its folder is kept where it failed."""

    def playing(client: str, scene: str) -> dict[str, Any]:
        folder = clients.HOME / "scenes" / f"{client}-{scene}-{os.getpid()}"
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        made = _workspace(folder / "work", scene)
        told = folder / "scene.json"
        facts = {"client": client, "program": str(program(client)), "scene": scene, "root": str(made)}
        told.write_text(json.dumps(facts | {"home": str(folder / "home")}))
        (folder / "home").mkdir()
        stage = Path(__file__).with_name("stage.py")
        done = subprocess.run(
            [*network, sys.executable, str(stage), str(told)],
            capture_output=True,
            text=True,
            timeout=LONGEST,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        outcome = json.loads((folder / "outcome.json").read_text())
        assert "failed" not in outcome, f"{outcome['failed']}\nin {folder}"
        request.addfinalizer(lambda: _tidied(folder, request))
        return outcome | {"root": str(made)}

    return playing


def _tidied(folder: Path, request: pytest.FixtureRequest) -> None:
    if not getattr(request.node, "failed", False):
        shutil.rmtree(folder, ignore_errors=True)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Iterator[None]:
    """Remember whether a test failed, so that its scene is kept to be looked at."""
    report = yield
    item.failed = getattr(item, "failed", False) or report.failed
    return report


def _workspace(folder: Path, scene: str) -> Path:
    """Make a demo workspace as a user would, in a git repository."""
    command = [sys.executable, "-m", "coordinator", "init", "--demo", str(folder)]
    subprocess.run(command, check=True, capture_output=True, cwd=ROOT)
    config = folder / "config" / "config.yaml"
    text = config.read_text().replace("explore_seeds: 3 ", "explore_seeds: 2 ")
    config.write_text(text.replace("confirm_seeds: 10 ", "confirm_seeds: 4 "))
    if scene == "launch":
        directions = folder / "config" / "directions.yaml"
        text = directions.read_text()
        second = text.index("  - id: metric_comparison")
        directions.write_text(text[:second])
    git = shutil.which("git")
    if git is not None:  # Codex takes a repository for one project, wherever it is started in it
        subprocess.run([git, "init", "--quiet", str(folder)], check=True)
    return folder
