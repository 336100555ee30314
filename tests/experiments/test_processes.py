"""Is it noticed when another process ends, and not mistaken when its id is used again?"""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import replace

import pytest

from coordinator.experiments import processes


def test_our_own_parent() -> None:
    """It is alive as long as it is our parent."""
    ours = processes.parent(os.getppid())
    assert ours.is_alive()
    assert not replace(ours, pid=os.getpid()).is_alive()


def test_another_process() -> None:
    """One that is not our parent is alive until it is gone."""
    with subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE) as child:
        found = processes.parent(child.pid)
        assert found.is_alive()
        child.kill()
    assert not found.is_alive()


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="start times are read from /proc")
def test_an_id_that_is_used_again() -> None:
    """A process with the same id that started at another time is another process."""
    found = processes.Parent(os.getpid(), is_ours=False, born="1")
    assert not found.is_alive()
    assert replace(found, born=processes.parent(os.getpid()).born).is_alive()


def test_of_another_user(monkeypatch: pytest.MonkeyPatch) -> None:
    """A process that may not be signalled is there."""

    def refuse(_pid: int, _number: int) -> None:
        raise PermissionError

    found = processes.parent(os.getpid())
    monkeypatch.setattr(os, "kill", refuse)
    assert found.is_alive()
