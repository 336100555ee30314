"""A worker that wants to stop is kept going, and let go when there is nothing to wait for."""

from __future__ import annotations

from coordinator.assistants import stop


def test_an_open_instruction_is_handed_over_once(scene: object) -> None:
    """The first time whole, then as a reminder, and no more after some of them without any sign of life."""
    worker = scene.worker("a")
    scene.tell(worker, 2)
    with scene.daemon():
        first = stop.answer(scene.notes, worker, scene.waiting)
        assert "# Do continue" in first
        reminders = [stop.answer(scene.notes, worker, scene.waiting) for _ in range(stop.REMINDERS + 1)]
        assert all("not carried out yet" in one for one in reminders[:-1])
        assert reminders[-1] is None
        (worker.experiments / "plan").write_text("a sign of life")
        assert "not carried out yet" in stop.answer(scene.notes, worker, scene.waiting)


def test_it_waits_for_the_next_instruction(scene: object) -> None:
    """And hands it over as soon as it is there."""
    worker = scene.worker("a")
    scene.tell(worker, 2)
    scene.report(worker, 2)
    scene.after(40, lambda: scene.tell(worker, 3, "revise"))
    with scene.daemon():
        assert "instruction 3" in stop.answer(scene.notes, worker, scene.waiting)
    assert 40 <= scene.seconds < 41


def test_a_long_wait_is_gone_on_with(scene: object) -> None:
    """Before the client ends the hook, the worker is told to wait by itself."""
    worker = scene.worker("a")
    scene.tell(worker, 2)
    scene.report(worker, 2)
    with scene.daemon():
        said = stop.answer(scene.notes, worker, scene.waiting)
    assert "still at work" in said
    assert "--wait" in said
    assert scene.seconds >= stop.PATIENCE


def test_without_a_coordinator_it_ends(scene: object) -> None:
    """At once if it was gone before, soon if it goes meanwhile; a reminder would lead nowhere either."""
    worker = scene.worker("a")
    scene.tell(worker, 2)
    scene.report(worker, 2)
    assert stop.answer(scene.notes, worker, scene.waiting) is None
    assert scene.seconds == 0
    lock = scene.daemon()
    lock.acquire()
    scene.after(20, lock.release)
    assert stop.answer(scene.notes, worker, scene.waiting) is None
    assert scene.seconds < 20 + 2 * stop.PULSE
    scene.tell(worker, 3)
    assert scene.notes.claim(worker, 3)
    assert stop.answer(scene.notes, worker, scene.waiting) is None


def test_stop_is_told_once_and_then_it_ends(scene: object) -> None:
    """Also where the worker knows already."""
    worker, other = scene.worker("a"), scene.worker("b")
    scene.tell(worker, 4, "stop")
    with scene.daemon():
        assert "# Do stop" in stop.answer(scene.notes, worker, scene.waiting)
        assert stop.answer(scene.notes, worker, scene.waiting) is None
        scene.tell(other, 4, "stop")
        scene.report(other, 4)
        assert stop.answer(scene.notes, other, scene.waiting) is None


def test_a_hint_is_given_to_whoever_asks_first(scene: object) -> None:
    """Nothing before the first instruction, nothing for one that is answered."""
    worker = scene.worker("a")
    assert stop.hand_over(scene.notes, worker) is None
    scene.tell(worker, 1)
    assert "instruction 1" in stop.hand_over(scene.notes, worker)
    assert stop.hand_over(scene.notes, worker) is None
    scene.tell(worker, 2)
    scene.report(worker, 2)
    assert stop.hand_over(scene.notes, worker) is None
