"""Clients are started, started again, parked and ended: with small programs in their place."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

import patience
import pytest

from coordinator.assistants import launch
from coordinator.assistants.launch import Launch, Outside
from coordinator.assistants.sessions import Session
from coordinator.errors import UsageError
from coordinator.store.clients import log_of

NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)


@dataclass
class Launched:
    """A launcher whose clients are shell scripts, and whose clock a test turns."""

    scene: object
    folder: Path
    now: datetime = NOW
    said: list[str] = field(default_factory=list)
    made: Launch | None = None

    def client(self, name: str, script: str) -> None:
        """Write a client's program; what it was called with is noted beside it."""
        path = self.folder / name
        path.write_text(f'#!/bin/sh\nprintf \'%s\\n\' "$*" >> "{path}.calls"\n{script}\n')
        path.chmod(0o755)

    def start(self, *clients: str, switch: bool = False) -> Launch:
        """Make the launcher."""
        programs = {name: str(self.folder / name) for name in clients}
        outside = Outside(programs, dict(os.environ), lambda: self.now, self.said.append)
        self.made = Launch(self.scene.notes, outside, switch=switch)
        return self.made

    def until(self, condition: Callable[[], object]) -> None:
        """Beat until something is so; real processes have no fake clock."""
        deadline = time.monotonic() + patience.SECONDS
        while not condition():
            assert time.monotonic() < deadline, self.said
            self.made.beat()
            time.sleep(0.01)

    def hears(self, words: str) -> None:
        """Beat until something was said."""
        self.until(lambda: any(words in line for line in self.said))

    def calls(self, name: str) -> list[str]:
        """Give what a client was called with."""
        path = self.folder / f"{name}.calls"
        return path.read_text().splitlines() if path.exists() else []


def is_there(pid: int) -> bool:
    """Tell whether a process runs; an orphan that nobody has asked for its exit code does not any more."""
    try:
        os.kill(pid, 0)
        status = Path(f"/proc/{pid}/stat")
        return not status.exists() or status.read_text().rpartition(")")[2].split()[0] != "Z"
    except (ProcessLookupError, FileNotFoundError):
        return False


@pytest.fixture
def launched(scene: object, tmp_path: Path) -> Iterator[Launched]:
    """Give a launcher for one open direction."""
    if sys.platform == "win32":
        pytest.skip("the programs in the clients' place are shell scripts")
    (tmp_path / "bin").mkdir()
    scene.tell(scene.worker("a"), 1)
    made = Launched(scene, tmp_path / "bin")
    yield made
    if made.made is not None:
        made.made.stop()


def test_each_open_direction_gets_a_client(launched: Launched) -> None:
    """With its log in the worker's folder, and told whose it is; a closed direction gets none."""
    launched.scene.tell(launched.scene.worker("b"), 1, "stop")
    launched.client("claude", "echo at work in $AUTORESEARCH_WORKER; exec sleep 60")
    launched.start("claude").beat()
    launched.until(lambda: launched.calls("claude"))
    (call,) = launched.calls("claude")
    assert f"{launched.scene.worker('a').folder.name}" in call
    log = log_of(launched.scene.worker("a"))
    launched.until(lambda: f"at work in runs/{launched.scene.worker('a').folder.name}" in log.read_text())
    session = launched.scene.notes.session_of(launched.scene.worker("a"))
    assert session.client == "claude"
    assert f"--session-id {session.id}" in call


def test_a_client_that_ends_is_started_again_and_resumes(launched: Launched) -> None:
    """After a pause, with the same session."""
    launched.client("claude", "exit 0")
    launched.start("claude").beat()
    launched.hears("started again later")
    launched.made.beat()
    assert len(launched.calls("claude")) == 1
    launched.now += timedelta(seconds=10)
    launched.until(lambda: len(launched.calls("claude")) == 2)
    first, second = launched.calls("claude")
    session = first.split("--session-id ")[1].split()[0]
    assert f"--resume {session}" in second


def test_a_session_that_cannot_be_resumed_is_left(launched: Launched) -> None:
    """A client that fails at once gets a new one the next time."""
    launched.client("claude", "exit 1")
    launched.start("claude").beat()
    launched.hears("exit code 1")
    launched.now += timedelta(seconds=10)
    launched.until(lambda: len(launched.calls("claude")) == 2)
    assert all("--session-id" in call for call in launched.calls("claude"))


def test_codex_resumes_the_thread_that_called_next(launched: Launched) -> None:
    """Its own id is known from the worker's calls."""
    worker = launched.scene.worker("a")
    launched.client("codex", "exit 0")
    launched.start("codex").beat()
    launched.scene.notes.bind(Session("codex", "thread-7"), worker)
    launched.hears("started again later")
    launched.now += timedelta(seconds=10)
    launched.until(lambda: len(launched.calls("codex")) == 2)
    assert " resume thread-7 " in launched.calls("codex")[1]


def test_a_burst_of_ends_opens_the_breaker(launched: Launched) -> None:
    """And in the end the direction is given up, which ends `launch`."""
    launched.client("claude", "exit 3")
    launched.start("claude").beat()
    for _ in range(12):
        launched.now += timedelta(hours=1)
        before = len(launched.said)
        launched.until(lambda before=before: len(launched.said) > before or not launched.made.beat())
        if not launched.made.beat():
            break
    launched.hears("given up")
    assert not launched.made.beat()
    assert any("left alone for a while" in line for line in launched.said)


def test_a_usage_limit_parks_the_direction(launched: Launched) -> None:
    """Until the reset that the client named; then its session goes on."""
    launched.client("claude", 'echo "You\'ve hit your limit · resets 3pm (UTC)"; exit 1')
    launched.start("claude", "codex").beat()
    launched.hears("parked: usage limit until 2026-11-23 15:00 UTC")
    launched.now += timedelta(hours=3)
    launched.made.beat()
    assert len(launched.calls("claude")) == 1
    launched.client("claude", "exec sleep 60")
    launched.now += timedelta(minutes=1)
    launched.until(lambda: len(launched.calls("claude")) == 2)
    assert "--resume" in launched.calls("claude")[1]
    assert launched.calls("codex") == []


def test_another_client_goes_on_if_the_config_allows(launched: Launched) -> None:
    """Until that one is limited too; then whichever is free first."""
    launched.client("claude", 'echo "You\'ve hit your limit · resets 3pm (UTC)"; exit 1')
    launched.client("codex", 'echo "ERROR: You\'ve hit your usage limit. Try again in 1 hour."; exit 1')
    launched.start("claude", "codex", switch=True).beat()
    launched.hears("codex goes on")
    launched.hears("parked: usage limit until 2026-11-23 13:00 UTC")
    launched.client("codex", "exec sleep 60")
    launched.now += timedelta(minutes=61)
    launched.until(lambda: len(launched.calls("codex")) == 2)
    assert len(launched.calls("claude")) == 1


def test_a_client_ends_with_its_direction(launched: Launched) -> None:
    """It is given a moment, then told to, with whatever it has started; then `launch` is over."""
    pid = launched.folder / "pid"
    launched.client("claude", f"sleep 60 & echo $! > {pid}; wait")
    launched.start("claude").beat()
    launched.until(lambda: pid.exists() and pid.read_text().strip())
    launched.scene.tell(launched.scene.worker("a"), 2, "stop")
    assert launched.made.beat()
    launched.now += launch.PATIENCE + timedelta(seconds=1)
    launched.hears("told to end")
    assert not launched.made.beat()
    launched.until(lambda: not is_there(int(pid.read_text())))


def test_a_client_that_ends_by_itself_after_stop_is_done(launched: Launched) -> None:
    """The ordinary end."""
    launched.client("claude", "exec sleep 0.2")
    launched.start("claude").beat()
    launched.scene.tell(launched.scene.worker("a"), 2, "stop")
    launched.hears("and the client with it")
    assert not launched.made.beat()


def test_a_link_in_place_of_the_log_is_refused(launched: Launched, tmp_path: Path) -> None:
    """A worker must not have us write elsewhere."""
    (tmp_path / "elsewhere").write_text("")
    log_of(launched.scene.worker("a")).symlink_to(tmp_path / "elsewhere")
    launched.client("claude", "exit 0")
    with pytest.raises(UsageError):
        launched.start("claude").beat()


def test_a_dry_run_starts_nothing(launched: Launched) -> None:
    """It gives the commands."""
    launched.client("codex", "exit 0")
    ((worker, command),) = launched.start("codex").commands()
    assert worker == launched.scene.worker("a")
    assert command[1] == "exec"
    assert launched.calls("codex") == []


def test_without_clients_or_inboxes_it_says_so(launched: Launched) -> None:
    """With what would mend it."""
    with pytest.raises(UsageError, match="no client is installed"):
        launched.start()
    launched.scene.worker("a").inbox.unlink()
    with pytest.raises(UsageError, match="no run with an inbox"):
        launched.start("claude").beat()


def test_clients_find_our_interpreter_first() -> None:
    """`python` in their shells is the one that has the coordinator, and imports nothing from where it is started."""
    made = launch.environment({"PATH": "before", "HOME": "h"})
    assert made["PATH"].split(os.pathsep) == [str(Path(sys.executable).parent), "before"]
    assert (made["PYTHONSAFEPATH"], made["HOME"]) == ("1", "h")
