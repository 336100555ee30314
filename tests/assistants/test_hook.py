"""One entry for all hooks: what each client says, and what it is answered."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from coordinator.assistants import hook
from coordinator.assistants.sessions import Session


@pytest.fixture
def call(scene: object) -> object:
    """Give the function that has a client call its hook."""

    def calling(client: str, event: str, **said: object) -> hook.Reply:
        root = str(scene.workspace.root)
        where = {"workspace_roots": [root], "conversation_id": "s"} if client == "cursor" else {"cwd": root}
        facts = {"hook_event_name": event, "session_id": "s", **where, **said}
        made = hook.Event(client, facts, scene.state, {}, scene.waiting)
        return hook.reply(made, Path("elsewhere"))

    return calling


def told(reply: hook.Reply) -> dict[str, Any]:
    """Read an answer."""
    return json.loads(reply.out) if reply.out else {}


def decision(reply: hook.Reply) -> str:
    """Read what a client is told before a tool call."""
    said = told(reply)
    return said.get("permission") or said.get("hookSpecificOutput", {}).get("permissionDecision", "")


NEXT = "python -m coordinator next runs/20261123_143022-a --wait 5"


@pytest.mark.parametrize(
    ("client", "event", "session"),
    [
        ("claude", "PreToolUse", Session("claude", "s")),
        ("codex", "PreToolUse", Session("codex", "s")),
        ("cursor", "beforeShellExecution", Session("cursor", "s")),
    ],
)
def test_the_first_next_ties_a_session_to_its_worker(
    scene: object, call: object, client: str, event: str, session: Session
) -> None:
    """Only to one that has an inbox, and to no second one before the first is over."""
    said = {"command": NEXT} if client == "cursor" else {"tool_name": "Bash", "tool_input": {"command": NEXT}}
    worker, other = scene.worker("a"), scene.worker("b")
    call(client, event, **said)
    assert scene.notes.worker_of(session) is None
    scene.tell(worker, 1)
    scene.tell(other, 1)
    assert decision(call(client, event, **said)) == ("allow" if client == "cursor" else "")
    assert scene.notes.worker_of(session) == worker
    second = json.loads(json.dumps(said).replace("-a", "-b"))
    assert decision(call(client, event, **second)) == "deny"
    scene.tell(worker, 2, "stop")
    assert decision(call(client, event, **second)) != "deny"
    assert scene.notes.worker_of(session) == other


def test_subagents_are_told_apart(scene: object, call: object) -> None:
    """By the id of the agent; in Codex that is a thread like any other."""
    scene.tell(scene.worker("a"), 1)
    for client, session in (("claude", Session("claude", "s", "x")), ("codex", Session("codex", "x"))):
        call(client, "PreToolUse", agent_id="x", tool_name="Bash", tool_input={"command": NEXT})
        assert scene.notes.worker_of(session) == scene.worker("a")


@pytest.mark.parametrize(
    ("tool", "given"),
    [
        ("Bash", {"command": "python -c pass"}),
        ("Write", {"file_path": "{b}/status.md", "content": "x"}),
        ("Edit", {"file_path": "config/config.yaml"}),
        ("NotebookEdit", {"notebook_path": "{b}/x.ipynb"}),
        ("apply_patch", {"command": "*** Begin Patch\n*** Add File: {b}/status.md\n+x\n*** End Patch\n"}),
        ("apply_patch", {"command": "*** Begin Patch\n*** Add File: {a}/status.md\n*** Delete File: config/x\n"}),
    ],
)
def test_a_worker_is_held_to_its_folder(scene: object, call: object, tool: str, given: dict[str, str]) -> None:
    """By every client's own words."""
    own, other = scene.worker("a"), scene.worker("b")
    for client in ("claude", "codex", "cursor"):
        scene.notes.bind(Session(client, "s"), own)
        filled = {
            key: value.replace("{a}", f"runs/{own.folder.name}").replace("{b}", f"runs/{other.folder.name}")
            for key, value in given.items()
        }
        event = "preToolUse" if client == "cursor" else "PreToolUse"
        assert decision(call(client, event, tool_name=tool, tool_input=filled)) == "deny"


def test_what_is_allowed_gets_no_answer_but_in_cursor(scene: object, call: object) -> None:
    """The other clients' own rules decide; reading a path is no writing."""
    own = scene.worker("a")
    for client, event, answer in (("claude", "PreToolUse", ""), ("cursor", "preToolUse", "allow")):
        scene.notes.bind(Session(client, "s"), own)
        report = {"file_path": str(own.report)}
        assert decision(call(client, event, tool_name="Write", tool_input=report)) == answer
        assert decision(call(client, event, tool_name="Read", tool_input={"file_path": "config/x"})) == ""
    assert call("cursor", "postToolUse", tool_name="Read", tool_input={}).out == ""


@pytest.mark.parametrize(
    ("client", "event", "key"),
    [("claude", "Stop", "reason"), ("codex", "SubagentStop", "reason"), ("cursor", "stop", "followup_message")],
)
def test_a_worker_that_stops_gets_its_instruction(
    scene: object, call: object, client: str, event: str, key: str
) -> None:
    """In the words of its client; a session that is no worker's may stop."""
    worker = scene.worker("a")
    scene.tell(worker, 1)
    assert call(client, event).out == ""
    scene.notes.bind(Session(client, "s"), worker)
    with scene.daemon():
        assert "# Do continue" in told(call(client, event))[key]


def test_a_stop_is_let_through(scene: object, call: object) -> None:
    """With work going on in the background, where the user ended it, and without a coordinator."""
    worker = scene.worker("a")
    scene.tell(worker, 1)
    scene.report(worker, 1)
    scene.notes.bind(Session("claude", "s"), worker)
    scene.notes.bind(Session("cursor", "s"), worker)
    assert call("cursor", "stop", status="aborted").out == ""
    scene.notes.bind(Session("claude", "s"), worker)
    with scene.daemon():
        assert call("claude", "Stop", background_tasks=[{"id": "1", "status": "running"}]).out == ""
    assert call("claude", "Stop", background_tasks=[{"id": "1", "status": "completed"}]).out == ""


@pytest.mark.parametrize(("client", "event"), [("claude", "PostToolUse"), ("cursor", "postToolUse")])
def test_an_instruction_in_the_middle_of_a_turn_is_a_hint(scene: object, call: object, client: str, event: str) -> None:
    """Once."""
    worker = scene.worker("a")
    scene.tell(worker, 1, "report")
    assert call(client, event).out == ""
    scene.notes.bind(Session(client, "s"), worker)
    assert "# Do report" in call(client, event).out
    assert call(client, event).out == ""


def test_claude_is_told_which_files_to_watch(scene: object, call: object) -> None:
    """The inboxes of the newest run; its settings cannot know their names, and Codex voids an unknown key."""
    assert call("claude", "SessionStart").out == ""
    worker = scene.worker("a")
    scene.tell(worker, 1)
    scene.report(worker, 0)
    assert told(call("claude", "SessionStart"))["hookSpecificOutput"]["watchPaths"] == [str(worker.inbox)]
    assert call("codex", "SessionStart").out == ""


def test_an_idle_session_is_woken_by_its_own_inbox(scene: object, call: object) -> None:
    """After a moment in which a waiting `next` may take it; by exit code and stderr."""
    own, other = scene.worker("a"), scene.worker("b")
    for worker in (own, other):
        scene.tell(worker, 1)
    scene.notes.bind(Session("claude", "s"), own)
    assert call("claude", "FileChanged", file_path=str(other.inbox)) == hook.Reply()
    woken = call("claude", "FileChanged", file_path=str(own.inbox))
    assert (woken.code, woken.out) == (hook.WAKES, "")
    assert "# Do continue" in woken.err
    assert call("claude", "FileChanged", file_path=str(own.inbox)) == hook.Reply()
    scene.tell(own, 2)
    scene.after(1, lambda: scene.notes.claim(own, 2))
    assert call("claude", "FileChanged", file_path=str(own.inbox)) == hook.Reply()


def test_cursor_calls_the_entry_of_claude_in_vain(scene: object, call: object) -> None:
    """It loads the settings of Claude Code too, and would be answered twice."""
    worker = scene.worker("a")
    scene.tell(worker, 1)
    scene.notes.bind(Session("claude", "s"), worker)
    assert call("claude", "PostToolUse", cursor_version="2.0") == hook.Reply()


def test_elsewhere_nothing_is_answered(scene: object, call: object, tmp_path: Path) -> None:
    """Neither outside of a workspace nor to an event that is not ours."""
    assert call("claude", "Stop", cwd=str(tmp_path)) == hook.Reply()
    assert call("claude", "Notification") == hook.Reply()


def test_a_session_below_the_root_is_found(scene: object, call: object) -> None:
    """A client may have been started, or have gone, into a folder of the workspace."""
    worker = scene.worker("a")
    scene.tell(worker, 1)
    call("claude", "PreToolUse", cwd=str(worker.folder), tool_name="Bash", tool_input={"command": NEXT})
    assert scene.notes.worker_of(Session("claude", "s")) == worker
