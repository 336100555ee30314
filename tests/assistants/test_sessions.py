"""Notes on sessions, and the right to hand an instruction over."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest

from coordinator.assistants.sessions import Session, of_environment

ONE, TWO = Session("claude", "one"), Session("claude", "one", "agent")


def test_a_session_is_tied_to_its_worker(scene: object) -> None:
    """Until another takes the worker over; a subagent is a session of its own."""
    worker, notes = scene.worker("a"), scene.notes
    assert notes.worker_of(ONE) is None
    assert notes.session_of(worker) is None
    notes.bind(ONE, worker)
    assert notes.worker_of(ONE) == worker
    assert notes.worker_of(TWO) is None
    notes.bind(TWO, worker)
    assert notes.session_of(worker) == TWO
    assert notes.worker_of(ONE) is None


def test_an_instruction_is_claimed_once(scene: object) -> None:
    """However many ask at the same time."""
    worker = scene.worker("a")
    with ThreadPoolExecutor(8) as pool:
        claimed = list(pool.map(lambda _: scene.notes.claim(worker, 3), range(40)))
    assert sum(claimed) == 1
    assert scene.notes.claim(worker, 4)
    assert scene.notes.claim(scene.worker("b"), 3)


def test_reminders_are_counted_until_something_happens(scene: object) -> None:
    """A sign of life, or another instruction, begins the count anew."""
    worker, notes = scene.worker("a"), scene.notes
    assert [notes.remind(worker, 1, sign) for sign in (5, 5, 5, 6, 6)] == [1, 2, 3, 1, 2]
    assert notes.remind(worker, 2, 6) == 1


@pytest.mark.parametrize("data", [b"{", b"[]", b'{"worker": "elsewhere"}', b'{"client": "claude"}', b"\xff"])
def test_an_unreadable_note_says_nothing(scene: object, data: bytes) -> None:
    """Whatever is in it."""
    worker, notes = scene.worker("a"), scene.notes
    notes.bind(ONE, worker)
    for path in scene.state.folder.rglob("*.json"):
        path.write_bytes(data)
    assert notes.worker_of(ONE) is None
    assert notes.session_of(worker) is None


def test_codex_says_which_thread_calls() -> None:
    """Claude Code does not say which of its subagents does, so that its hook has to."""
    assert of_environment({"CODEX_THREAD_ID": "t"}) == Session("codex", "t")
    assert of_environment({"CLAUDE_CODE_SESSION_ID": "s"}) is None
