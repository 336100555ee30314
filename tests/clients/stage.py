"""Play one scene with a real client in a network of its own: `unshare -rn python stage.py SCENE.json`.

The scene's file says which client, which scene, where the workspace and the empty home are; the outcome is
written beside it. Only loopback exists in here, so that whatever is not the scripted model cannot be reached.
"""

from __future__ import annotations

import contextlib
import fcntl
import json
import os
import pty
import signal
import socket
import struct
import subprocess
import sys
import threading
import time
import traceback
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

from attempts import FORBIDDEN, PERMITTED, Attempt, planted, snapshot
from minds import Mind, begin, folder_in, work
from model_server import CLAUDE, CODEX, Failure, Heard, Text, Transcript, Turn, server

IFF_UP, SIOCGIFFLAGS, SIOCSIFFLAGS = 1, 0x8913, 0x8914
LONGEST = 600.0
"""Seconds that a client may take for its part of a scene; where nothing else runs, the longest part takes 170."""
KEY = "sk-ant-scripted-0000000000000000000000"


def loopback_up() -> None:
    """Switch the loopback interface on; a fresh network has it switched off."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        asked = struct.pack("16sH14x", b"lo", 0)
        flags = struct.unpack("16sH14x", fcntl.ioctl(probe, SIOCGIFFLAGS, asked))[1]
        fcntl.ioctl(probe, SIOCSIFFLAGS, struct.pack("16sH14x", b"lo", flags | IFF_UP))


@dataclass
class Stage:
    """One scene's processes and conversations."""

    client: str
    program: str
    root: Path
    home: Path
    script: Callable[[Stage, Mind], None]
    transcript: Transcript = field(default_factory=Transcript)
    minds: dict[str, Mind] = field(default_factory=dict)
    lock: threading.Lock = field(default_factory=threading.Lock)
    port: int = 0

    def model(self, heard: Heard) -> Turn:
        """Give the turn of the conversation that a request belongs to."""
        if not heard.first:
            return [Text("ok")]
        name = folder_in(heard.first) or "main"
        with self.lock:
            if name not in self.minds:
                self.minds[name] = Mind(self.root, self.client, partial(self.script, self))
            mind = self.minds[name]
        return mind.turn(heard)

    @property
    def environ(self) -> dict[str, str]:
        """An empty home, the scripted model, and the interpreter of these tests first."""
        kept = {"LANG": "C.UTF-8", "TERM": "dumb", "USER": "nobody"}
        path = [str(Path(sys.executable).parent), str(Path(self.program).parent), "/usr/local/bin", "/usr/bin", "/bin"]
        return kept | {
            "PATH": os.pathsep.join(path),
            "HOME": str(self.home),
            "XDG_STATE_HOME": str(self.home / "state"),
            "CODEX_HOME": str(self.home / ".codex"),
            "TMPDIR": str(self.home / "temporary"),
            "ANTHROPIC_BASE_URL": f"http://127.0.0.1:{self.port}",
            "ANTHROPIC_API_KEY": KEY,
            "CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC": "1",
            "DISABLE_AUTOUPDATER": "1",
            "CLAUDE_CODE_MAX_RETRIES": "0",
        }

    def settle_in(self) -> None:
        """Make the home of somebody who has logged in and trusts this workspace."""
        (self.home / "temporary").mkdir(parents=True, exist_ok=True)
        trusted = {str(self.root): {"hasTrustDialogAccepted": True}}
        (self.home / ".claude.json").write_text(json.dumps({"hasCompletedOnboarding": True, "projects": trusted}))
        (self.home / ".codex").mkdir(exist_ok=True)
        (self.home / ".codex" / "config.toml").write_text(
            'model = "gpt-5.5"\nmodel_provider = "scripted"\n[model_providers.scripted]\nname = "scripted"\n'
            f'base_url = "http://127.0.0.1:{self.port}/v1"\nwire_api = "responses"\nrequest_max_retries = 0\n'
            f'stream_max_retries = 0\n[projects."{self.root}"]\ntrust_level = "trusted"\n'
        )

    @contextlib.contextmanager
    def serving(self) -> Iterator[None]:
        """Serve the model."""
        serves = server(self.model, self.transcript)
        self.port = serves.server_address[1]
        threading.Thread(target=serves.serve_forever, daemon=True).start()
        self.settle_in()
        try:
            yield
        finally:
            serves.shutdown()

    @contextlib.contextmanager
    def started(self, *command: str) -> Iterator[subprocess.Popen[bytes]]:
        """Start a process, and end it with everything it has started."""
        own = command[0] == sys.executable
        log = self.home / (f"coordinator-{command[3]}.log" if own else f"{self.client}.log")
        with log.open("ab") as output:
            process = subprocess.Popen(
                command,
                cwd=self.root,
                env=self.environ,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                start_new_session=True,
            )
        try:
            yield process
        finally:
            for number in (signal.SIGTERM, signal.SIGKILL):
                with contextlib.suppress(ProcessLookupError, PermissionError):
                    os.killpg(process.pid, number)
                with contextlib.suppress(subprocess.TimeoutExpired):
                    process.wait(20)

    def coordinator(self, *words: str) -> contextlib.AbstractContextManager[subprocess.Popen[bytes]]:
        """Start a command of the coordinator."""
        return self.started(sys.executable, "-m", "coordinator", *words)

    def session(self, prompt: str) -> list[str]:
        """Give the command that a user would start; its folder and, in Codex, its hooks are trusted."""
        if self.client == CLAUDE:
            return [self.program, "-p", prompt, "--output-format", "stream-json", "--verbose"]
        return [self.program, "exec", "--dangerously-bypass-hook-trust", prompt]

    @contextlib.contextmanager
    def in_terminal(self, prompt: str) -> Iterator[None]:
        """Start the client as a user does, in a terminal of its own."""
        said = json.loads((self.home / ".claude.json").read_text())
        said["customApiKeyResponses"] = {"approved": [KEY[-20:]], "rejected": []}
        (self.home / ".claude.json").write_text(json.dumps(said))
        pid, terminal = pty.fork()
        if pid == 0:
            os.chdir(self.root)
            os.execve(self.program, [self.program, prompt], {**self.environ, "TERM": "xterm-256color"})  # noqa: S606  # no shell
        threading.Thread(target=_drained, args=(terminal,), daemon=True).start()
        try:
            yield
        finally:
            os.kill(pid, signal.SIGKILL)
            os.waitpid(pid, 0)

    def inboxes(self) -> list[Path]:
        """Give the workers' folders, once they are all there."""
        return sorted(path.parent for path in (self.root / "runs").glob("*/inbox.md"))


def _drained(terminal: int) -> None:
    """Read what is drawn, so that the client can go on drawing."""
    with contextlib.suppress(OSError):  # the terminal is gone
        while os.read(terminal, 65_536):
            continue


def until(condition: Callable[[], object], seconds: float = 120) -> object:
    """Wait for something."""
    deadline = time.monotonic() + seconds
    while not (found := condition()):
        if time.monotonic() > deadline:
            raise AssertionError("it did not come to be so in time")
        time.sleep(0.1)
    return found


def campaign(stage: Stage) -> dict[str, Any]:
    """Have a session read program.md and three subagents drive their directions to the end."""
    with stage.coordinator("watch", "--until-done") as daemon:
        until(lambda: len(stage.inboxes()) == 3)
        with stage.started(*stage.session("Read program.md and begin.")) as client:
            code = client.wait(LONGEST)
        ended = daemon.wait(120)
    return {"client": code, "daemon": ended}


def drive(_stage: Stage, mind: Mind) -> None:
    """Play the session that was told to begin, and each of the workers that it starts."""
    (work if folder_in(mind.heard[0].first) else begin)(mind)


def attempts(stage: Stage) -> dict[str, Any]:
    """Try everything that is forbidden, and everything that is not, in a session that is tied to a worker."""
    with stage.coordinator("watch"):
        until(lambda: len(stage.inboxes()) == 3)
        with stage.started(*stage.session(f"Your worker folder is {_own(stage)}.")) as client:
            client.wait(LONGEST)
    return {"tried": TRIED}


TRIED: list[dict[str, Any]] = []


def _own(stage: Stage) -> str:
    return stage.inboxes()[0].relative_to(stage.root).as_posix()


def try_everything(stage: Stage, mind: Mind) -> None:
    """Play the worker that tries; the first call ties the session to its folder."""
    own = _own(stage)
    other = stage.inboxes()[1].relative_to(stage.root).as_posix()
    mind.shell(f"python -m coordinator next {own}")
    planted(stage.root, own)
    before = snapshot(stage.root, own)
    for kind, listed in (("forbidden", FORBIDDEN), ("permitted", PERMITTED)):
        for attempt in listed:
            filled = attempt.filled(own, other, (stage.root / "runs").glob("*/run.yaml").__next__().parent.name)
            result = _try(mind, filled)
            now = snapshot(stage.root, own)
            TRIED.append({"kind": kind, "what": filled.what, "said": result[:400], "changed": sorted(before ^ now)})
            before = now


def _try(mind: Mind, attempt: Attempt) -> str:
    return mind.write(attempt.path, "mine\n") if attempt.path else mind.shell(attempt.command)


def launch(stage: Stage) -> dict[str, Any]:
    """Have `launch` keep a worker going whose model stops for good, and another that meets its usage limit."""
    with stage.coordinator("watch", "--until-done") as daemon:
        until(lambda: len(stage.inboxes()) == 1)
        with stage.coordinator("assistants", "launch", "--client", stage.client) as launched:
            code = launched.wait(LONGEST)
        ended = daemon.wait(120)
    log = (stage.home / "coordinator-assistants.log").read_text()
    return {"launch": code, "daemon": ended, "said": log}


def stubborn(stage: Stage, mind: Mind) -> None:
    """Meet a usage limit at once; started again, stop for good until let go; started again, do the work."""
    folder = folder_in(mind.heard[0].first)
    mind.fail(limit(stage.client))
    mind.shell(f"python -m coordinator next {folder}")
    for _ in range(40):
        heard = mind.say("I think that is enough for today.")
        if any("You were started again" in text for text in heard.texts):
            break
    work(mind, politely=mind.client == CLAUDE)  # Codex skips hooks that nobody has trusted


def limit(client: str) -> Failure:
    """Give what a service answers when a subscription's limit is met; it is lifted in a few seconds."""
    reset = int((datetime.now(UTC) + timedelta(seconds=5)).timestamp())
    if client == CODEX:
        error = {"type": "usage_limit_reached", "message": "limit", "plan_type": "plus", "resets_at": reset}
        return Failure(429, {"error": error})
    headers = {"anthropic-ratelimit-unified-status": "rejected", "anthropic-ratelimit-unified-reset": str(reset)}
    error = {"type": "rate_limit_error", "message": f"Claude AI usage limit reached|{reset}"}
    return Failure(429, {"type": "error", "error": error}, headers)


def idle(stage: Stage) -> dict[str, Any]:
    """Have a session in a terminal fall idle, and change its inbox: its hook on the file wakes it."""
    with stage.coordinator("watch", "--once") as daemon:
        daemon.wait(120)
    inbox = stage.inboxes()[0] / "inbox.md"
    with stage.in_terminal(f"Your worker folder is {_own(stage)}."):
        until(lambda: any(IDLE in str(line.get("turn")) for line in stage.transcript.lines))
        time.sleep(SETTLING_SECONDS)
        fresh = inbox.with_name(".inbox.fresh")
        fresh.write_text(inbox.read_text().replace("instruction: 1", "instruction: 2"))
        fresh.rename(inbox)
        before = len(stage.transcript.lines)
        until(lambda: len(stage.transcript.lines) > before)
        time.sleep(SETTLING_SECONDS)
    return {"woken": [line["texts"] for line in stage.transcript.lines[before:]]}


IDLE = "Waiting for the user."
SETTLING_SECONDS = 5.0
"""For what a client does after a turn, and for a second wake that must not come."""


def fall_idle(_stage: Stage, mind: Mind) -> None:
    """Play a worker that calls `next` once and then waits; without a coordinator its stop hook lets it."""
    mind.shell(f"python -m coordinator next {folder_in(mind.heard[0].first)}")
    mind.say(IDLE)


SCENES = {
    "campaign": (campaign, drive),
    "attempts": (attempts, try_everything),
    "launch": (launch, stubborn),
    "idle": (idle, fall_idle),
}
"""What happens in a scene, and what the model says in it."""


def main() -> None:
    """Play the scene that a file describes, and write down what came of it."""
    path = Path(sys.argv[1])
    scene = json.loads(path.read_text())
    loopback_up()
    act, script = SCENES[scene["scene"]]
    stage = Stage(scene["client"], scene["program"], Path(scene["root"]), Path(scene["home"]), script)
    outcome: dict[str, Any] = {}
    try:
        with stage.serving():
            outcome = act(stage)
    except (AssertionError, OSError, subprocess.SubprocessError):
        outcome["failed"] = traceback.format_exc()
    outcome |= {"transcript": stage.transcript.lines, "problems": stage.transcript.problems}
    path.with_name("outcome.json").write_text(json.dumps(outcome, default=str))


if __name__ == "__main__":
    main()
