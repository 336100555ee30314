"""A workspace and the commands called in this process, for speed; the system tests call the real ones."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from coordinator.cli.main import main
from coordinator.experiments.engines import warden


@dataclass
class Called:
    """What a command printed and returned."""

    code: int
    out: str
    err: str


Call = Callable[..., Called]


@pytest.fixture
def call(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]) -> Call:
    """Give a function that calls a command in a fresh current folder, with a state folder of its own."""
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    monkeypatch.setattr(warden, "prctl", lambda *_: False)  # here, a command is not alone in its process
    (tmp_path / "here").mkdir()
    monkeypatch.chdir(tmp_path / "here")

    def calling(*words: str) -> Called:
        capfd.readouterr()
        try:
            code = main(words)
        except SystemExit as ended:  # argparse
            code = int(ended.code or 0)
        out, err = capfd.readouterr()
        return Called(code, out, err)

    return calling


@pytest.fixture
def workspace(call: Call) -> Path:
    """Give a workspace made by `init --demo`, as the current folder."""
    made = Path.cwd() / "work"
    assert call("init", "--demo", str(made)).code == 0
    os.chdir(made)
    return made
