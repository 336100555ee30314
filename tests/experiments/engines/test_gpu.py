"""How long is a GPU held, as far as `nvidia-smi` says? With a simulated one, and a clock of our own."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from pathlib import Path

import patience
import pytest

from coordinator.experiments.engines import gpu
from coordinator.experiments.engines.gpu import Gpus

pytestmark = pytest.mark.skipif(os.name != "posix", reason="the simulated program is a shell script")

Make = Callable[[str], Gpus]


class Clock:
    """A clock that moves when it is told to."""

    now = 100.0

    def __call__(self) -> float:
        """Give the time."""
        return self.now


@pytest.fixture
def clock() -> Clock:
    """Give a clock."""
    return Clock()


@pytest.fixture
def make(tmp_path: Path, clock: Clock) -> Make:
    """Give what makes a program that says something, and the one that asks it."""

    def made(script: str) -> Gpus:
        program = tmp_path / "nvidia-smi"
        program.write_text(f"#!/bin/sh\n{script}\n")
        program.chmod(0o755)
        return Gpus(str(program), clock)

    return made


def answered(gpus: Gpus, clock: Clock, tree: frozenset[int]) -> None:
    """Ask, and take the answer when it is there."""
    clock.now = gpus.due
    gpus.tick(tree)
    child = gpus.pid
    assert child
    os.waitpid(child, 0)
    while gpus.pid == child:
        clock.now = max(clock.now, gpus.due)
        gpus.tick(tree)


def test_nothing_is_asked_at_first(make: Make, clock: Clock) -> None:
    """A process that ends at once costs no question."""
    gpus = make("exit 1")
    gpus.tick(frozenset({1}))
    assert (gpus.pid, gpus.seconds) == (0, 0.0)
    gpus.close()


def test_time_is_charged_for_each_process_on_each_gpu(make: Make, clock: Clock, tmp_path: Path) -> None:
    """Of the tree only; between two answers by the larger one, and until the end."""
    gpus = make(f'test "$1 $2" = "{" ".join(gpu.QUESTION)}" && cat {tmp_path}/says')
    (tmp_path / "says").write_text("7, GPU-a\n7, GPU-b\n8, GPU-a\n9, GPU-a\n")
    answered(gpus, clock, frozenset({7, 8}))
    first = clock.now - 100
    assert gpus.seconds == pytest.approx(3 * first)
    (tmp_path / "says").write_text("")
    before = clock.now
    answered(gpus, clock, frozenset({7, 8}))
    assert gpus.seconds == pytest.approx(3 * first + 3 * (clock.now - before))
    clock.now += 5
    gpus.close()
    assert gpus.seconds == pytest.approx(3 * (clock.now - 5 - 100))
    assert len(gpus.asked) == 2


@pytest.mark.parametrize("said", ["NVIDIA-SMI has failed because it could not talk to the driver", "x, GPU-a", "7"])
def test_what_is_no_answer(make: Make, clock: Clock, said: str) -> None:
    """Then nothing is known from then on, and nothing is asked any more."""
    gpus = make(f"echo '{said}'")
    answered(gpus, clock, frozenset({7}))
    assert gpus.seconds is None
    clock.now += 100
    gpus.tick(frozenset({7}))
    assert gpus.pid == 0
    gpus.close()


def test_a_program_that_is_not_there(tmp_path: Path, clock: Clock) -> None:
    """It is as good as one that does not answer."""
    gpus = Gpus(str(tmp_path / "none"), clock)
    clock.now = gpus.due
    gpus.tick(frozenset())
    assert gpus.seconds is None


def test_a_program_that_does_not_answer_is_ended(make: Make, clock: Clock) -> None:
    """A driver that hangs hangs nobody else; a question that is still open in the end is given up too."""
    gpus = make("exec sleep 60")
    clock.now = gpus.due
    gpus.tick(frozenset())
    child = gpus.pid
    clock.now += gpu.PATIENCE_SECONDS + 1
    gpus.tick(frozenset())
    assert gpus.seconds is None
    assert ended(child)
    gpus = make("exec sleep 60")
    clock.now = gpus.due
    gpus.tick(frozenset())
    child = gpus.pid
    gpus.close()
    assert ended(child)


def ended(child: int) -> bool:
    """Wait until a child has ended."""
    deadline = time.monotonic() + patience.SECONDS
    while os.waitpid(child, os.WNOHANG) == (0, 0):
        if time.monotonic() > deadline:
            return False
        time.sleep(0.01)
    return True
