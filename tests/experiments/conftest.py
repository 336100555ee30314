"""What do the tests of this room share? Worlds that are cleaned up after them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from experiments.worlds import World


@pytest.fixture
def world_of(tmp_path: Path) -> Iterator[Callable[[str], World]]:
    """Give what makes a workspace with an open run under some config."""
    worlds: list[World] = []

    def make(text: str) -> World:
        worlds.append(World(tmp_path, config=text))
        return worlds[-1]

    yield make
    for made in worlds:
        made.close()


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    """Give a workspace with an open run."""
    made = World(tmp_path)
    yield made
    made.close()
