"""Scripts that play a model: plain functions that call tools and get their results, one thread a conversation."""

from __future__ import annotations

import queue
import re
import sys
import threading
from collections.abc import Callable
from pathlib import Path

from model_server import CLAUDE, Call, Failure, Heard, Text, Turn, exit_code

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "scripts"))  # programs, not a package

import demo_worker

PATIENCE = 300.0
"""Seconds that a script and its client wait for each other."""
RUNNING = re.compile(r"session ID:? (\d+)")


class Mind:
    """One conversation: what the script does becomes the model's turns, and what the client says its results.

    Args:
        root: of the workspace.
        client: whose tools are called.
        script: what is played; when it is over, every further turn ends at once.
    """

    def __init__(self, root: Path, client: str, script: Callable[[Mind], None]) -> None:
        self.root, self.client = root, client
        self.heard: list[Heard] = []
        self.is_over = False
        self._script = script
        self._to_script: queue.Queue[Heard] = queue.Queue()
        self._to_client: queue.Queue[Turn] = queue.Queue()
        self._thread = threading.Thread(target=self._play, daemon=True)

    def turn(self, heard: Heard) -> Turn:
        """Give the model's next turn."""
        self.heard.append(heard)
        if self.is_over:
            return [Text("There is nothing more to do.")]
        self._to_script.put(heard)
        if len(self.heard) == 1:
            self._thread.start()
        return self._to_client.get(timeout=PATIENCE)

    def _play(self) -> None:
        self._to_script.get(timeout=PATIENCE)
        LOCAL.mind = self
        try:
            self._script(self)
            last: Turn = [Text("The end.")]
        except (AssertionError, OSError, ValueError, KeyError, queue.Empty) as error:
            last = [Text(f"SCRIPT FAILED: {type(error).__name__}: {error}")]
        self.is_over = True
        self._to_client.put(last)

    def send(self, turn: Turn) -> Heard:
        """Take a turn, and give what is heard after it."""
        self._to_client.put(turn)
        return self._to_script.get(timeout=PATIENCE)

    def say(self, text: str) -> Heard:
        """End the turn, as models do."""
        return self.send([Text(text)])

    def fail(self, failure: Failure) -> Heard:
        """Have the service answer with an error."""
        return self.send(failure)

    def call(self, *calls: Call) -> list[str]:
        """Call tools, and give their results."""
        return self.send(list(calls)).results

    def shell(self, command: str) -> str:
        """Run a command with the client's shell tool, to its end."""
        if self.client == CLAUDE:
            return "\n".join(self.call(Call("Bash", {"command": command, "description": "work"})))
        result = "\n".join(self.call(Call("exec_command", {"cmd": command, "yield_time_ms": 30_000})))
        while found := RUNNING.search(result):
            waited = {"session_id": int(found[1]), "chars": "", "yield_time_ms": 30_000}
            result = "\n".join(self.call(Call("write_stdin", waited)))
        return result

    def read(self, path: str) -> str:
        """Read a file with the client's own means."""
        if self.client == CLAUDE:
            return "\n".join(self.call(Call("Read", {"file_path": str(self.root / path)})))
        return self.shell(f"cat {path}")

    def write(self, path: str, text: str) -> str:
        """Write a file with the client's own means."""
        if self.client == CLAUDE:
            present = self.root / path
            old = present.read_text() if present.is_file() else ""
            if old:
                self.read(path)
            if present.name == "summary.md":  # Write refuses this name to subagents: CLAUDE.md says how instead
                edit = {"file_path": str(present), "old_string": old, "new_string": text}
                return "\n".join(self.call(Call("Edit", edit)))
            return "\n".join(self.call(Call("Write", {"file_path": str(self.root / path), "content": text})))
        added = "".join(f"+{line}\n" for line in text.splitlines())
        patch = f"*** Begin Patch\n*** Add File: {path}\n{added}*** End Patch\n"
        return "\n".join(self.call(Call("apply_patch", patch, custom=True)))


LOCAL = threading.local()


def _write(path: Path, text: str) -> None:
    mind: Mind = LOCAL.mind
    said = mind.write(path.relative_to(mind.root).as_posix(), text)
    assert path.is_file(), f"{path.name} was not written: {said}"


demo_worker.write = _write


class ClientWorker(demo_worker.Worker):
    """The demo's worker, whose every act is a tool call of a client."""

    def coordinator(self, *arguments: str) -> int:
        """Call the coordinator by the shell tool."""
        return exit_code(LOCAL.mind.shell(f"python -m coordinator {' '.join(arguments)}"))


def folder_in(text: str) -> str:
    """Find the worker's folder that a prompt names; empty for none."""
    found = re.search(r"runs/\d{8}_\d{6}-[a-z0-9_-]+", text)
    return found[0] if found else ""


def work(mind: Mind, *, politely: bool = True) -> None:
    """Play one worker from `begin` to `stop`, wanting to stop after each step.

    Args:
        mind: the conversation.
        politely: end the turn after each instruction, so that only a hook keeps it going; else call `next`.
    """
    folder = folder_in(mind.heard[0].first)
    worker = ClientWorker(mind.root, Path(folder))
    mind.read("protocol/worker.md")
    mind.read("protocol/experiment.md")
    mind.shell(f"python -m coordinator next {folder}")
    for _ in range(40):
        inbox = worker.inbox()
        if inbox and inbox.instruction > worker.answered():
            worker.answer(inbox)
        if inbox and inbox.action == "stop":
            return
        if politely:
            mind.say("That is done. Shall I go on?")
        else:
            mind.shell(f"python -m coordinator next {folder} --wait 20")
    raise AssertionError("forty steps were not enough")


def begin(mind: Mind) -> None:
    """Play the session that the user talks to: one subagent per open direction, in parallel, then the end."""
    mind.read("program.md")
    mind.shell("python -m coordinator status")
    listed = mind.shell("ls runs")
    folders = sorted(set(re.findall(r"\d{8}_\d{6}-[a-z0-9_-]+", listed)))
    assert len(folders) == 3, f"three directions are open: {listed}"
    prompts = [f"Read program.md. Your worker folder is runs/{folder}. Work there until stop." for folder in folders]
    if mind.client == CLAUDE:
        common = {"subagent_type": "general-purpose", "run_in_background": False}
        mind.call(*(Call("Agent", {"description": "work", "prompt": prompt, **common}) for prompt in prompts))
        return
    spawned = mind.call(*(Call("multi_agent_v1/spawn_agent", {"message": prompt}) for prompt in prompts))
    waiting = [re.search(r'"agent_id":\s*"([^"]+)"', said)[1] for said in spawned]
    for _ in range(60):
        ended = "\n".join(mind.call(Call("multi_agent_v1/wait_agent", {"targets": waiting, "timeout_ms": 60_000})))
        waiting = [agent for agent in waiting if f'"{agent}":{{"completed"' not in ended.replace(" ", "")]
        if not waiting:
            return
    raise AssertionError(f"the subagents do not end: {ended}")
