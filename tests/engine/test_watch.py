"""Do file events wake the loop, and does it go on without them?"""

from __future__ import annotations

import errno
import os
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import patience
import pytest
from watchdog.events import FileClosedEvent, FileMovedEvent
from watchdog.observers.api import BaseObserver

from coordinator.engine import watch
from coordinator.engine.watch import Wake, Watcher


@pytest.fixture
def wake() -> Wake:
    """Give a bell that nobody rang."""
    return Wake()


@pytest.fixture
def watcher(wake: Wake) -> Iterator[Watcher]:
    """Give a watcher that is stopped with the test."""
    made = Watcher(wake)
    yield made
    made.stop()


def closed(wake: Wake) -> frozenset[str]:
    """Wait until a file was seen closed, and give all that were."""
    return patience.until(wake.take)


def test_the_bell_rings_once_however_often_it_is_rung(wake: Wake) -> None:
    """Nothing happened: the wait is over in vain; files are named once."""
    assert not wake.wait(0)
    for _ in range(3):
        wake.ring()
    wake.note("a")
    wake.note(None)
    assert wake.wait(0)
    assert not wake.wait(0)
    assert (wake.take(), wake.take()) == ({"a"}, frozenset())


def test_only_names_that_a_pass_reads_wake(wake: Wake) -> None:
    """A report or the ledger, by the name that it has in the end, as text or bytes."""
    hint = watch._Hint(wake)
    hint.on_any_event(FileClosedEvent("w/inbox.md"))
    hint.on_any_event(FileMovedEvent("w/status.md", "w/old.md"))
    assert not wake.wait(0)
    hint.on_any_event(FileMovedEvent("w/.status.md.tmp", "w/status.md"))
    hint.on_any_event(FileClosedEvent(b"r/ledger.jsonl"))
    hint.on_any_event(FileClosedEvent(b"\xff/status.md"))
    assert wake.wait(0)
    assert wake.take() == {"w/status.md", "r/ledger.jsonl", "\ufffd/status.md"}


def test_a_report_wakes_however_it_is_written(wake: Wake, watcher: Watcher, tmp_path: Path) -> None:
    """In place, or moved into place; and nothing is set up again while nothing changed."""
    assert watcher.keep([tmp_path])
    assert not watcher.keep([tmp_path])
    report = tmp_path / "status.md"
    report.write_text("in place")
    assert closed(wake) == {str(report)}
    (tmp_path / "new").write_text("moved")
    (tmp_path / "new").replace(report)
    assert str(report) in closed(wake)


def test_a_folder_that_was_replaced_is_watched_again(wake: Wake, watcher: Watcher, tmp_path: Path) -> None:
    """Another inode of the same name; one that is gone, or a link, is not watched."""
    folder = tmp_path / "w"
    folder.mkdir()
    assert watcher.keep([folder])
    folder.rename(tmp_path / "old")
    assert watcher.keep([folder])
    folder.symlink_to(tmp_path / "old")
    assert not watcher.keep([folder])
    folder.unlink()
    folder.mkdir()
    assert watcher.keep([folder])
    (folder / "status.md").write_text("")
    assert str(folder / "status.md") in closed(wake)


def test_an_observer_that_died_is_started_again(wake: Wake, watcher: Watcher, tmp_path: Path) -> None:
    """Its thread can end without a word."""
    watcher.keep([tmp_path])
    watcher._observer.stop()
    watcher._observer.join(patience.SECONDS)
    assert watcher.keep([tmp_path])
    (tmp_path / "status.md").write_text("")
    assert closed(wake)


@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EMFILE])
def test_without_watches_nothing_is_told_and_nothing_breaks(
    watcher: Watcher, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, number: int
) -> None:
    """The machine gives no more: the scan sees everything; as soon as it gives one, it is used."""

    def refuse(*_: object, **__: object) -> None:
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr(BaseObserver, "schedule", refuse)
    assert not watcher.keep([tmp_path])
    assert not watcher.keep([tmp_path])
    monkeypatch.undo()
    assert watcher.keep([tmp_path])


def test_without_threads_there_are_no_events(watcher: Watcher, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """As above, one step earlier."""

    def refuse(_: object) -> None:
        raise RuntimeError("can't start new thread")

    monkeypatch.setattr(BaseObserver, "start", refuse)
    assert not watcher.keep([tmp_path])
    monkeypatch.undo()
    assert watcher.keep([tmp_path])


def test_a_folder_that_the_observer_lost_is_let_go(watcher: Watcher, tmp_path: Path) -> None:
    """It found out by itself that the folder is gone."""
    watcher.keep([tmp_path])
    watcher._observer.unschedule_all()
    assert watcher.keep([])
    assert not watcher.keep([])


def test_stopping_leaves_no_thread(wake: Wake, tmp_path: Path) -> None:
    """Also when it was never started."""
    before = threading.active_count()
    watcher = Watcher(wake)
    watcher.stop()
    watcher.keep([tmp_path])
    assert threading.active_count() > before
    watcher.stop()
    assert threading.active_count() == before


def test_elsewhere_than_on_linux_there_is_no_delay_to_take_away(monkeypatch: pytest.MonkeyPatch) -> None:
    """The module is not there; simulated, not tried on those systems."""
    name = "watchdog.observers.inotify_move_event_grouper"
    monkeypatch.setitem(sys.modules, name, None)
    watch._without_move_delay()
