"""When is it worth looking? File events wake the loop; they are a hint, never the truth.

Only names that a pass would read wake it, and nothing is decided or read here. Few folders are watched, each
on its own: a recursive watch on many folders takes long and live-locks (docs/decisions/0008).
"""

from __future__ import annotations

import os
import queue
import stat
import threading
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

from watchdog.events import (
    FileClosedEvent,
    FileCreatedEvent,
    FileMovedEvent,
    FileSystemEvent,
    FileSystemEventHandler,
)
from watchdog.observers import Observer
from watchdog.observers.api import BaseObserver, ObservedWatch

from coordinator.store.layout import WAKING_NAMES

_NO_MORE = (OSError, RuntimeError)
"""The machine gives no more watches, or no more threads."""


class Wake:
    """What the watcher tells the loop: that something happened, and which files are whole.

    The bell is a queue and no event: an event's lock is not reentrant, and a signal handler which rings while
    the loop itself is at the bell would wait for the loop for ever.
    """

    def __init__(self) -> None:
        self._bell: queue.SimpleQueue[None] = queue.SimpleQueue()
        self._lock = threading.Lock()
        self._closed: set[str] = set()

    def ring(self) -> None:
        """Wake the loop; safe in a signal handler."""
        if self._bell.empty():
            self._bell.put(None)

    def note(self, closed: str | None) -> None:
        """Wake the loop; name a file that was seen closed or moved into place."""
        if closed is not None:
            with self._lock:
                self._closed.add(closed)
        self.ring()

    def wait(self, seconds: float) -> bool:
        """Wait until something happened, at most so long; tell whether it did."""
        try:
            self._bell.get(timeout=seconds)
        except queue.Empty:
            return False
        return True

    def take(self) -> frozenset[str]:
        """Give the files seen closed since the last call."""
        with self._lock:
            closed = frozenset(self._closed)
            self._closed.clear()
        return closed


class _Hint(FileSystemEventHandler):
    """Passes on that something happened; it must not raise, which would end the observer's thread unseen.

    A file moved here from a folder that is not watched arrives as created, and so does one time in a thousand any
    other that is moved into place. One that is only being made reads badly until it is whole.
    """

    def __init__(self, wake: Wake) -> None:
        self._wake = wake

    def on_any_event(self, event: FileSystemEvent) -> None:
        path = event.dest_path if isinstance(event, FileMovedEvent) else event.src_path
        name = path if isinstance(path, str) else path.decode(errors="replace")
        if Path(name).name in WAKING_NAMES:
            self._wake.note(name)


class Watcher:
    """Watches a few folders, and mends itself when the observer died or a folder was replaced.

    Args:
        wake: told of every event.
    """

    def __init__(self, wake: Wake) -> None:
        self._hint = _Hint(wake)
        self._observer: BaseObserver | None = None
        self._watches: dict[Path, tuple[int, ObservedWatch]] = {}

    def keep(self, folders: Iterable[Path]) -> bool:
        """Watch exactly these folders, as far as they exist; cheap when nothing changed.

        Returns:
            Whether something was set up or mended. False where there are no file events at all: the scan
            sees everything, only later.
        """
        if (self._observer is None or not self._observer.is_alive()) and not self._start():
            return False
        wanted = {folder: inode for folder in folders if (inode := _inode(folder)) is not None}
        stale = [folder for folder, (inode, _) in self._watches.items() if wanted.get(folder) != inode]
        for folder in stale:
            self._unwatch(folder)
        fresh = [folder for folder in wanted if folder not in self._watches]
        watched = [folder for folder in fresh if self._watch(folder, wanted[folder])]
        return bool(stale or watched)

    def stop(self) -> None:
        """End the observer's threads."""
        if self._observer is not None and self._observer.is_alive():
            self._observer.stop()
            self._observer.join(5)
        self._observer = None

    def _start(self) -> bool:
        self.stop()
        _without_move_delay()
        self._watches.clear()
        observer = Observer()
        observer.daemon = True
        try:
            observer.start()
        except _NO_MORE:
            return False
        self._observer = observer
        return True

    def _watch(self, folder: Path, inode: int) -> bool:
        assert self._observer is not None, "keep() has started it"
        kinds: list[type[FileSystemEvent]] = [FileMovedEvent, FileCreatedEvent, FileClosedEvent]
        try:
            watch = self._observer.schedule(self._hint, str(folder), recursive=False, event_filter=kinds)
        except _NO_MORE:  # or gone again
            return False
        self._watches[folder] = (inode, watch)
        return True

    def _unwatch(self, folder: Path) -> None:
        assert self._observer is not None, "keep() has started it"
        _, watch = self._watches.pop(folder)
        with suppress(KeyError):  # the observer has found out by itself that the folder is gone
            self._observer.unschedule(watch)


def _inode(folder: Path) -> int | None:
    """Give a folder's inode; None for a link, which would lead out of the workspace."""
    try:
        found = os.lstat(folder)
    except OSError:
        return None
    return found.st_ino if stat.S_ISDIR(found.st_mode) else None


def _without_move_delay() -> None:
    """Take away the half second for which a file moved out of sight holds every later event back (Linux)."""
    try:
        from watchdog.observers.inotify_move_event_grouper import InotifyMoveEventGrouper  # noqa: PLC0415
    except ImportError:  # not Linux: there is no such delay
        return
    InotifyMoveEventGrouper.delay = 0.0
