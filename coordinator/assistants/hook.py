"""What does a client's hook answer? One entry for all clients and events: what happened in, what to do about it out.

Claude Code and Codex speak the same JSON, Cursor its own. What is printed is for the client, so that nothing
else may be; an event that is not ours gets no answer. Cursor reads Claude Code's settings too and would call
both entries: the one for Claude Code keeps silent there.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from coordinator.assistants import gate, instruction, stop
from coordinator.assistants.gate import LEFT_TO_THE_CLIENT, Ruling
from coordinator.assistants.sessions import Notes, Session
from coordinator.assistants.stop import Waiting
from coordinator.errors import CoordinatorError
from coordinator.store.layout import WorkerPaths, Workspace
from coordinator.store.state import State

GRACE = 2.0
"""Seconds that a wake leaves to a `next` that is waiting for the same instruction."""
RUNNING = frozenset({"running", "pending", "in_progress"})
WAKES = 2
"""Exit code with which Claude Code hands what stands on stderr to the model."""


@dataclass(frozen=True, slots=True)
class Reply:
    """What the hook's process gives back."""

    out: str = ""
    err: str = ""
    code: int = 0


@dataclass(frozen=True, slots=True)
class Event:
    """One call of a hook.

    Args:
        client: whose entry was called.
        said: what it said on stdin.
        state: where notes are kept.
        environ: of the hook's process.
        waiting: the clock.
    """

    client: str
    said: Mapping[str, Any]
    state: State
    environ: Mapping[str, str]
    waiting: Waiting = field(default_factory=Waiting)

    @property
    def name(self) -> str:
        """Give the event's name, the same for all clients."""
        name = str(self.said.get("hook_event_name", ""))
        return _CURSOR_NAMES.get(name, name)

    @property
    def session(self) -> Session:
        """Give who called."""
        if self.client == "cursor":
            return Session("cursor", self._text("conversation_id"))
        if self.client == "codex":  # a subagent is a thread like any other there
            return Session("codex", self._text("agent_id") or self._text("session_id"))
        return Session(self.client, self._text("session_id"), self._text("agent_id"))

    @property
    def where(self) -> Path:
        """Give the folder that the session works in."""
        roots = self.said.get("workspace_roots")
        first = roots[0] if isinstance(roots, list) and roots else ""
        return Path(self._text("cwd") or str(first) or self.environ.get("CLAUDE_PROJECT_DIR", "."))

    @property
    def tool_input(self) -> Mapping[str, Any]:
        """Give what the tool was, or is to be, called with."""
        given = self.said.get("tool_input")
        return given if isinstance(given, dict) else {"command": self.said.get("command", "")}

    @property
    def is_somebody_elses(self) -> bool:
        """Tell whether Cursor calls the entry of Claude Code."""
        return self.client != "cursor" and "cursor_version" in self.said

    def _text(self, key: str) -> str:
        return str(self.said.get(key) or "")


_CURSOR_NAMES = {
    "stop": "Stop",
    "preToolUse": "PreToolUse",
    "postToolUse": "PostToolUse",
    "beforeShellExecution": "PreToolUse",
}


def reply(event: Event, root: Path) -> Reply:
    """Answer one event.

    Args:
        event: what happened.
        root: of the workspace, if the event does not lie in one.
    """
    workspace = _workspace(event, root)
    answer = _ANSWERS.get(event.name)
    if workspace is None or answer is None or event.is_somebody_elses:
        return Reply()
    return answer(event, Notes(event.state, workspace))


def _workspace(event: Event, root: Path) -> Workspace | None:
    """Find the workspace that the session works in: its folder, or one above."""
    where = event.where
    project = event.environ.get("CLAUDE_PROJECT_DIR", "")
    for folder in (*([Path(project)] if project else []), where, *where.parents, root):
        workspace = Workspace(folder)
        if workspace.runs.is_dir() and workspace.directions_file.is_file():
            return workspace
    return None


def _worker(event: Event, notes: Notes) -> WorkerPaths | None:
    return notes.worker_of(event.session)


def _before_tool(event: Event, notes: Notes) -> Reply:
    """Tie the session to its worker, and forbid what is not its to do."""
    worker = _worker(event, notes)
    command = event.tool_input.get("command")
    ruling = LEFT_TO_THE_CLIENT
    if isinstance(command, str) and not gate.patched(command):
        ruling = _tie(event, notes, command) or gate.of_command(command, _worker(event, notes))
    for path in _written(event):
        ruling = gate.of_write(path, event.where, notes.workspace, worker)
        if ruling.allowed is False:
            break
    return _ruled(event, ruling)


def _written(event: Event) -> list[str]:
    given = event.tool_input
    paths = [given[key] for key in ("file_path", "notebook_path", "path") if isinstance(given.get(key), str)]
    reading = str(event.said.get("tool_name", "")) in {"Read", "Glob", "Grep", "LS", "view_image"}
    patch = given.get("command")
    return [] if reading else [*paths, *(gate.patched(patch) if isinstance(patch, str) else [])]


def _tie(event: Event, notes: Notes, command: str) -> Ruling | None:
    """Note whom the session works for, when it first calls `next` or `run`; forbid a second one meanwhile."""
    named = gate.called_for(command, notes.workspace)
    if named is None:
        return None
    try:
        worker = notes.workspace.worker_at(notes.workspace.root / named)
        present = _worker(event, notes)
        if not worker.inbox.is_file() or worker == present:
            return None
        told = instruction.of(notes.workspace, present) if present else None
        if present is not None and told is not None and not told.is_stop:
            why = f"this session works for {notes.workspace.relative(present.folder)} until that is told to stop"
            return Ruling(allowed=False, why=why)
        notes.bind(event.session, worker)
    except CoordinatorError:
        return None
    return None


def _ruled(event: Event, ruling: Ruling) -> Reply:
    if event.client == "cursor":
        if ruling.allowed is None:
            return Reply()
        said = {"permission": "allow" if ruling.allowed else "deny"}
        more = {"user_message": ruling.why, "agent_message": ruling.why} if ruling.why else {}
        return Reply(json.dumps({**said, **more}))
    if ruling.allowed is not False:
        return Reply()
    return _specific("PreToolUse", {"permissionDecision": "deny", "permissionDecisionReason": ruling.why})


def _after_tool(event: Event, notes: Notes) -> Reply:
    """Hand over an instruction that came in the middle of a turn."""
    worker = _worker(event, notes)
    text = stop.hand_over(notes, worker) if worker else None
    if text is None:
        return Reply()
    if event.client == "cursor":
        return Reply(json.dumps({"additional_context": text}))
    return _specific("PostToolUse", {"additionalContext": text})


def _stopping(event: Event, notes: Notes) -> Reply:
    """Keep a worker going, unless there is nothing to wait for."""
    worker = _worker(event, notes)
    if worker is None or _has_work_in_the_background(event):
        return Reply()
    if event.said.get("status", "completed") not in {"completed", "success", None}:  # the user ended it
        return Reply()
    text = stop.answer(notes, worker, event.waiting)
    if text is None:
        return Reply()
    if event.client == "cursor":
        return Reply(json.dumps({"followup_message": text}))
    return Reply(json.dumps({"decision": "block", "reason": text}))


def _has_work_in_the_background(event: Event) -> bool:
    tasks = event.said.get("background_tasks")
    return isinstance(tasks, list) and any(isinstance(task, dict) and task.get("status") in RUNNING for task in tasks)


def _started(event: Event, notes: Notes) -> Reply:
    """Have Claude Code watch the inboxes, whose names its settings cannot know."""
    if event.client != "claude":
        return Reply()
    paths = [str(worker.inbox) for worker in notes.workspace.newest_workers() if worker.inbox.exists()]
    return _specific("SessionStart", {"watchPaths": paths}) if paths else Reply()


def _file_changed(event: Event, notes: Notes) -> Reply:
    """Wake a session that is idle, if its own inbox changed."""
    worker = _worker(event, notes)
    changed = str(event.said.get("file_path", ""))
    if worker is None or Path(changed) != worker.inbox:
        return Reply()
    event.waiting.sleep(GRACE)
    text = stop.hand_over(notes, worker)
    return Reply(err=text, code=WAKES) if text else Reply()


def _specific(name: str, said: dict[str, Any]) -> Reply:
    return Reply(json.dumps({"hookSpecificOutput": {"hookEventName": name, **said}}))


_ANSWERS: dict[str, Callable[[Event, Notes], Reply]] = {
    "SessionStart": _started,
    "PreToolUse": _before_tool,
    "PostToolUse": _after_tool,
    "Stop": _stopping,
    "SubagentStop": _stopping,
    "FileChanged": _file_changed,
}
