"""What do the tests of this room share? A fresh world, and one whose campaign is over."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from engine.worlds import World


@pytest.fixture
def world(tmp_path: Path) -> World:
    """Give a workspace with an open run and nobody in it yet."""
    return World(tmp_path)


@pytest.fixture(scope="session")
def campaign(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Drive a campaign to its end, once; give its folder, which nobody may change."""
    root = tmp_path_factory.mktemp("campaign")
    World(root).campaign()
    return root


@pytest.fixture
def over(campaign: Path, tmp_path: Path) -> World:
    """Give a copy of the campaign that is over."""
    shutil.copytree(campaign, tmp_path / "over")
    return World(tmp_path / "over")
