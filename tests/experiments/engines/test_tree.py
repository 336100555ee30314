"""Is a process tree found whole, and ended whole? The rest of it is seen from outside, in test_local."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import patience
import pytest

from coordinator.experiments.engines import tree

pytestmark = pytest.mark.skipif(os.name != "posix", reason="wardens need fork")
linux = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="reads /proc")


@pytest.fixture
def family() -> Iterator[tuple[int, int]]:
    """Give a child and its child; both end when their standard input does."""
    code = "import os, sys; pid = os.fork(); print(pid, flush=True) if pid else None; sys.stdin.read()"
    command = [sys.executable, "-I", "-S", "-c", code]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as child:
        assert child.stdout is not None
        assert child.stdin is not None
        yield child.pid, int(child.stdout.readline())
        child.stdin.close()


def test_descendants(family: tuple[int, int]) -> None:
    """A child and its child are found, others are not."""
    child, grandchild = family
    assert tree.descendants(child) == {grandchild}
    assert {child, grandchild} <= tree.descendants(os.getpid())


def test_parents_without_proc(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Where there is no /proc, `ps` is asked; simulated, with a `ps` of our own."""
    program = tmp_path / "ps"
    program.write_text("#!/bin/sh\necho '  1  0  2048  0:01.50'\necho ' 17  1  512 1-02:00:03'\n")
    program.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr(os.path, "isdir", lambda _path: False)
    assert tree.parents() == {1: 0, 17: 1}


@pytest.fixture
def sleeper() -> Iterator[subprocess.Popen[bytes]]:
    """Give a child that sleeps."""
    with subprocess.Popen([sys.executable, "-I", "-S", "-c", "import time; time.sleep(60)"]) as child:
        yield child
        child.kill()


@pytest.fixture(params=["held", "unheld"])
def system(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the system hold processes, or simulate one that does not."""
    if request.param == "unheld":
        monkeypatch.setattr(tree, "_holds", lambda: False)


@linux
@pytest.mark.usefixtures("system")
def test_a_signal_reaches_what_was_seen(sleeper: subprocess.Popen[bytes]) -> None:
    """It does; afterwards there is nothing left to reach, be it collected yet or not."""
    was = tree.look(sleeper.pid)
    assert was is not None
    assert tree.reach(sleeper.pid, was, os.getpid(), signal.SIGKILL)
    patience.until(lambda: (now := tree.look(sleeper.pid)) and now.dead)
    assert not tree.reach(sleeper.pid, was, os.getpid(), signal.SIGKILL)
    sleeper.wait()
    assert not tree.reach(sleeper.pid, was, os.getpid(), signal.SIGKILL)


@linux
@pytest.mark.usefixtures("system")
@pytest.mark.parametrize("other", [{"born": 1}, {"parent": 1}], ids=str)
def test_a_signal_never_reaches_a_stranger(sleeper: subprocess.Popen[bytes], other: dict[str, int]) -> None:
    """Who was given the id of what was seen was born later, or is the child of somebody else: it lives on."""
    now = tree.look(sleeper.pid)
    assert now is not None
    assert not tree.reach(sleeper.pid, now._replace(**other), 1, signal.SIGKILL)
    assert sleeper.poll() is None
    seen = tree.look(sleeper.pid)
    assert seen is not None
    assert not seen.dead


@linux
def test_an_adopted_child_is_no_stranger(sleeper: subprocess.Popen[bytes]) -> None:
    """Its own parent has ended since it was seen, and it is the ancestor's child by now."""
    now = tree.look(sleeper.pid)
    assert now is not None
    assert tree.reach(sleeper.pid, now._replace(parent=1), os.getpid(), signal.SIGKILL)
    assert sleeper.wait(patience.SECONDS) == -signal.SIGKILL


@linux
@pytest.mark.usefixtures("system")
def test_what_was_replaced_while_it_was_looked_at_is_left_alone(
    family: tuple[int, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The id of a process below us is a stranger's when the signal is sent: neither it nor its children are ours."""
    child, grandchild = family
    real = tree.look
    looks = []

    def looked(pid: int) -> tree.Seen | None:
        seen = real(pid)
        if pid != grandchild or seen is None:
            return seen
        looks.append(pid)
        return seen._replace(born=1) if len(looks) == 1 else seen

    monkeypatch.setattr(tree, "look", looked)
    assert tree.freeze(child) == {}
    assert len(looks) == 2
    assert b") T " not in Path(f"/proc/{grandchild}/stat").read_bytes()


def test_a_group_that_is_gone() -> None:
    """A process that ended by itself meanwhile is no error."""
    with subprocess.Popen([sys.executable, "-I", "-S", "-c", ""]) as child:
        pass
    tree.kill_group(child.pid)
