"""Whole campaigns with real processes: to the end, and through kill -9 at any moment."""

from __future__ import annotations

import json
import random
import signal
import subprocess
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import patience
import pytest

from coordinator.experiments.execution import MAX_TAKES

WORKER = Path(__file__).parent / "steady_worker.py"
MOST_KILLS = MAX_TAKES
"""Of one campaign: what is interrupted more often before any process of it has ended is given up by rule, and a machine
may be too busy to get on between two kills. `scripts/kill_loop.py` kills more often."""
PATIENCE_SECONDS = 300.0
"""Until a campaign counts as one that has no end; some seconds on a free machine."""
ACTIONS = ["begin", "revise", "replicate", "continue", "confirm", "stop"]


def entries(run: Path) -> list[dict[str, object]]:
    """Read the public ledger."""
    return [json.loads(line) for line in (run / "ledger.jsonl").read_text().splitlines()]


def instructions(run: Path, direction: str) -> list[dict[str, object]]:
    """Give the instructions of one direction."""
    return [one for one in entries(run) if one["kind"] == "instruction" and one["direction"] == direction]


def check_outcome(commands: object) -> None:
    """What the ledger says is the same whatever happened on the way."""
    run = commands.run_folder()
    for direction, folder in (("first", commands.workers()[0]), ("second", commands.workers()[1])):
        given = instructions(run, direction)
        assert [one["instruction"] for one in given] == list(range(1, len(given) + 1))
        assert [one["action"] for one in given] == ACTIONS
        assert given[-1]["ending"] == "finalized"
        assert (folder / "inbox.md").read_text() == given[-1]["text"]
    verified = commands("verify")
    assert verified.returncode == 0, verified.stdout + verified.stderr
    assert (run / "findings.md").exists()


def test_two_workers_are_driven_from_begin_to_stop(commands: object, wait: Callable[..., object]) -> None:
    """Through a revision, a replication, an attempt to refute and a confirmation; then the daemon ends with 0."""
    daemon = commands.watch("--until-done")
    wait(lambda: len(commands.workers()) == 2)
    for folder in commands.workers():
        commands.start(str(WORKER), str(folder))
    assert daemon.wait(PATIENCE_SECONDS) == 0
    check_outcome(commands)


def killed_while_they_work(commands: object, seed: int, wait: Callable[..., object]) -> int:
    """Drive two workers while the daemon is killed again and again; give the number of kills."""
    moments = random.Random(seed)
    kills = 0
    daemon = commands.watch("--until-done")
    wait(lambda: len(commands.workers()) == 2)
    for folder in commands.workers():
        commands.start(str(WORKER), str(folder))
    while kills < MOST_KILLS:
        with suppress(subprocess.TimeoutExpired):
            assert daemon.wait(moments.uniform(0.05, 2.5)) == 0
            return kills
        daemon.send_signal(signal.SIGKILL)
        daemon.wait()
        kills += 1
        if ended(commands):
            return kills
        daemon = commands.watch("--until-done")
    assert daemon.wait(PATIENCE_SECONDS) == 0
    return kills


def ended(commands: object) -> bool:
    """Tell whether the run was over when the daemon was killed: then a new daemon would begin another."""
    return any(one["kind"] == "run_ended" for one in entries(commands.run_folder()))


@pytest.mark.parametrize("seed", [1, 2])
def test_kill_9_of_the_daemon_changes_nothing(commands: object, seed: int, wait: Callable[..., object]) -> None:
    """However often it is killed: no instruction lost, doubled or contradicted, and the same outcome."""
    assert killed_while_they_work(commands, seed, wait) > 0
    check_outcome(commands)


def test_a_second_daemon_is_turned_away(commands: object, wait: Callable[..., object]) -> None:
    """With exit code 3 and the name of the first."""
    first = commands.watch()
    wait(commands.workers)
    second = commands("watch", "--once")
    assert second.returncode == 3
    assert str(first.pid) in second.stderr


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_ends_the_daemon_cleanly(commands: object, number: int, wait: Callable[..., object]) -> None:
    """After its pass, with exit code 0, and its executor with it."""
    daemon = commands.watch()
    wait(commands.workers)
    wait(lambda: json.loads(commands("status", "--json").stdout)["executor"])
    daemon.send_signal(number)
    assert daemon.wait(patience.SECONDS) == 0
    status = json.loads(commands("status", "--json").stdout)
    assert not status["coordinator"]
    assert not status["executor"]
