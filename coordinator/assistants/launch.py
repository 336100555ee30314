"""Are workers at work on every open direction? Starts headless clients, and keeps them going until the end.

Each client is a process group of its own, with its log in its worker's folder. A direction is open until its
inbox says `stop`. What is decided about restarts is in `restarts`, what limits say in `limits`; here is the
loop around them, which can be stopped and started again at any time.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import uuid
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

from coordinator.assistants import commands, instruction, limits
from coordinator.assistants.commands import Start
from coordinator.assistants.restarts import Restarts
from coordinator.assistants.sessions import Notes, Session
from coordinator.assistants.stop import sign_of_life
from coordinator.errors import CoordinatorError, UsageError
from coordinator.store.clients import WORKER, log_of
from coordinator.store.layout import WorkerPaths, Workspace

TAIL = 64 << 10
"""Bytes of a log in which a usage limit is looked for."""
PATIENCE = timedelta(seconds=60)
"""How long a client may take to end after its direction has; then it is told to."""
LONG_AGO = datetime.min.replace(tzinfo=UTC)
END_SECONDS = 10.0
"""How long it may take after that."""


@dataclass(frozen=True, slots=True)
class Outside:
    """What is asked of the machine.

    Args:
        programs: client -> path of its program, of those that may be used, the preferred first.
        environ: that the clients see.
        now: UTC.
        say: takes a line for the user.
    """

    programs: Mapping[str, str]
    environ: Mapping[str, str]
    now: Callable[[], datetime]
    say: Callable[[str], None]


@dataclass(slots=True)
class Post:
    """One direction, and the client that works on it.

    Args:
        worker: its folder.
        client: which client is, or was last, on it.
        process: None while none runs.
        started: when it was.
        sign: of the worker's folder when it was started.
        offset: of the log when it was started.
        restarts: when the next may start.
        sessions: by client, to be resumed.
        parked: by client, until when it is limited.
        closing: since when the direction is closed while the client runs.
    """

    worker: WorkerPaths
    client: str
    process: subprocess.Popen[bytes] | None = None
    started: datetime = LONG_AGO
    sign: int = 0
    offset: int = 0
    restarts: Restarts = field(default_factory=Restarts)
    sessions: dict[str, str] = field(default_factory=dict)
    parked: dict[str, datetime] = field(default_factory=dict)
    closing: datetime | None = None


class Launch:
    """Keeps one client on each open direction of the newest run.

    Args:
        notes: on sessions; names the workspace.
        outside: the machine.
        switch: whether another client goes on where one is limited.
    """

    def __init__(self, notes: Notes, outside: Outside, *, switch: bool) -> None:
        if not outside.programs:
            hint = "install Claude Code, Codex or Cursor's command line, and log in there"
            raise UsageError("no client is installed", hint=hint)
        self._notes = notes
        self._outside = outside
        self._switch = switch
        self._posts: dict[str, Post] = {}

    @property
    def _workspace(self) -> Workspace:
        return self._notes.workspace

    def commands(self) -> Iterator[tuple[WorkerPaths, list[str]]]:
        """Give the command for each open direction, and start nothing."""
        for worker in self._open():
            post = self._post(worker)
            yield worker, self._command(post)

    def beat(self) -> bool:
        """Look at every direction once; tell whether anything is left to be done.

        Raises:
            UsageError: there is no run with workers.
        """
        open_ones = {worker.folder.name: worker for worker in self._open()}
        for worker in open_ones.values():
            self._post(worker)
        for name, post in self._posts.items():
            self._look(post, is_open=name in open_ones)
        busy = any(post.process is not None for post in self._posts.values())
        return busy or any(not self._posts[name].restarts.given_up for name in open_ones)

    def stop(self) -> None:
        """End every client, and whatever it has started."""
        for post in self._posts.values():
            if post.process is not None:
                _end(post.process)
                post.process = None

    def _open(self) -> list[WorkerPaths]:
        """Give the workers of the newest run whose inbox does not say `stop`."""
        found = [worker for worker in self._workspace.newest_workers() if worker.inbox.exists()]
        if not found:
            hint = "start it first, and leave it running: `python -m coordinator watch`"
            raise UsageError("there is no run with an inbox", path=self._workspace.runs.name, hint=hint)
        told = [(worker, instruction.of(self._workspace, worker)) for worker in found]
        return [worker for worker, one in told if one is None or not one.is_stop]

    def _post(self, worker: WorkerPaths) -> Post:
        return self._posts.setdefault(worker.folder.name, Post(worker, next(iter(self._outside.programs))))

    def _look(self, post: Post, *, is_open: bool) -> None:
        now = self._outside.now()
        if post.process is None:
            if is_open and post.restarts.may_start(now):
                self._start(post, now)
            return
        code = post.process.poll()
        if code is not None:
            self._ended(post, now, code, is_open=is_open)
        elif not is_open:
            post.closing = post.closing or now
            if now - post.closing > PATIENCE:
                self._say(post, "its direction has ended: the client is told to end")
                _end(post.process)
                post.process = None

    def _command(self, post: Post) -> list[str]:
        known = post.sessions.get(post.client, "")
        fresh = str(uuid.uuid4()) if post.client == "claude" else ""
        all_workers = self._workspace.newest_workers()
        others = tuple(other for other in all_workers if other != post.worker)
        start = Start(post.client, post.worker, known or fresh, resume=bool(known), others=others)
        if fresh and not known:
            post.sessions[post.client] = fresh
        return commands.command(self._outside.programs[post.client], start, self._workspace)

    def _start(self, post: Post, now: datetime) -> None:
        command = self._command(post)
        log = _open_log(log_of(post.worker))
        try:
            post.offset = os.fstat(log).st_size
            post.process = subprocess.Popen(
                command,
                cwd=self._workspace.root,
                env={**self._outside.environ, WORKER: self._workspace.relative(post.worker.folder)},
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,  # so that the client ends with everything that it has started
            )
        finally:
            os.close(log)
        post.started, post.sign, post.closing = now, sign_of_life(post.worker), None
        if post.client == "claude":
            with suppress(CoordinatorError):  # only the hooks would miss it, and they note it themselves
                self._notes.bind(Session("claude", post.sessions["claude"]), post.worker)
        self._say(post, f"started {post.client}, process {post.process.pid}")

    def _ended(self, post: Post, now: datetime, code: int, *, is_open: bool) -> None:
        assert post.process is not None, "it has ended"
        _end(post.process)  # whatever the client left behind in its group
        post.process = None
        if not is_open:
            self._say(post, "the direction has ended, and the client with it")
            return
        self._remember_session(post)
        limit = limits.met(self._said(post), now)
        if limit is not None:
            self._limited(post, limit, now)
            return
        progressed = sign_of_life(post.worker) != post.sign
        if not progressed and code != 0:
            post.sessions.pop(post.client, None)  # a session that cannot be resumed must not be tried for ever
        post.restarts = post.restarts.ended(now, now - post.started, progressed=progressed)
        what = "given up" if post.restarts.given_up else "started again later"
        self._say(post, f"{post.client} {post.restarts.why} (exit code {code}): {what}; see {self._log_name(post)}")

    def _limited(self, post: Post, limit: limits.Limit, now: datetime) -> None:
        """Park the direction until the limit is lifted, or go on with another client."""
        post.parked[post.client] = limit.until
        self._say(post, f"{post.client} met its usage limit: {limit.said}")
        free = [one for one in self._outside.programs if post.parked.get(one, now) <= now]
        if self._switch and free:
            post.client = free[0]
            post.restarts = post.restarts.switched(now)
            self._say(post, f"{post.client} goes on")
            return
        if self._switch:
            post.client = min(post.parked, key=lambda one: post.parked[one])
        post.restarts = post.restarts.limited(limits.Limit(post.parked[post.client], limit.said, limit.known))
        self._say(post, f"parked: {post.restarts.why}")

    def _remember_session(self, post: Post) -> None:
        """Note the session that the worker's own calls were made from, to resume it."""
        session = self._notes.session_of(post.worker)
        if session is not None and session.client == post.client and not session.agent:
            post.sessions[post.client] = session.id

    def _said(self, post: Post) -> str:
        """Read the end of what the client printed since it was started."""
        with suppress(OSError), log_of(post.worker).open("rb") as log:
            size = log.seek(0, os.SEEK_END)
            log.seek(max(post.offset, size - TAIL))
            return log.read(TAIL).decode(errors="replace")
        return ""

    def _log_name(self, post: Post) -> str:
        return self._workspace.relative(log_of(post.worker))

    def _say(self, post: Post, text: str) -> None:
        self._outside.say(f"{self._outside.now():%H:%M:%S}Z {post.worker.direction}: {text}")


def environment(environ: Mapping[str, str]) -> dict[str, str]:
    """Give the environment of a client: `python` is the interpreter that we run in, and imports nothing from here."""
    own = str(Path(sys.executable).parent)
    return {**environ, "PATH": os.pathsep.join([own, environ.get("PATH", "")]), "PYTHONSAFEPATH": "1"}


def _open_log(path: Path) -> int:
    flags = os.O_WRONLY | os.O_APPEND | os.O_CREAT | getattr(os, "O_NOFOLLOW", 0)
    try:
        return os.open(path, flags, 0o644)
    except OSError as error:
        raise UsageError(f"the log cannot be written: {error.strerror}", path=str(path), hint="remove it") from error


def _end(process: subprocess.Popen[bytes]) -> None:
    """End a client with everything in its process group: politely, then not."""
    for number in (signal.SIGTERM, getattr(signal, "SIGKILL", signal.SIGTERM)):
        if not _signal_group(process, number):
            break
        with suppress(subprocess.TimeoutExpired):
            process.wait(END_SECONDS)
            if number == signal.SIGTERM and not _group_exists(process):
                return
    with suppress(subprocess.TimeoutExpired):
        process.wait(END_SECONDS)


def _signal_group(process: subprocess.Popen[bytes], number: int) -> bool:
    """Signal a process group; False if nobody is in it any more. Without groups, the process alone."""
    if sys.platform == "win32":
        process.terminate()
        return True
    try:
        os.killpg(process.pid, number)
    except (ProcessLookupError, PermissionError):
        return False
    return True


def _group_exists(process: subprocess.Popen[bytes]) -> bool:
    return sys.platform != "win32" and _signal_group(process, 0)
