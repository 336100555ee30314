"""What has happened in this run, so that nothing can make it unhappen?

Two files with the same lines. The *anchor*, in the state folder, is the authority: it is written and synced
first, and everything is read from it. `ledger.jsonl`, in the workspace, is its public copy. The daemon and
the executor append, one at a time, in turns; anybody may read without one.

A crash between the two writes leaves the copy behind by one batch, and a crash within a write leaves a torn
last line: the next turn mends both without a word. Any other difference is tampering: `audit` names it,
`restore` mends it, and appends go on in the anchor meanwhile, so that nobody stops a run by editing a file.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

from coordinator.errors import HeadMovedError, MachineError
from coordinator.model.entry import Entry, Fact
from coordinator.model.problem import Problem
from coordinator.store import audit
from coordinator.store.chain import Chain
from coordinator.store.folder import Folder
from coordinator.store.lines import LineFile
from coordinator.store.read import Signature, signature_of
from coordinator.store.sync import DISK, Sync
from coordinator.store.tree import make_folder
from coordinator.store.turn import Turn
from coordinator.store.write import BlockedError, told, write
from coordinator.text.ledger import line, seal

_OTHER = "something else is in its place"


class Held:
    """The ledger during one turn: nobody else appends until it ends."""

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger

    @property
    def entries(self) -> tuple[Entry, ...]:
        """Give all entries, those appended in this turn included."""
        return self._ledger._anchored.entries  # noqa: SLF001  # one class in two parts

    def append(self, facts: Sequence[Fact], at: datetime) -> tuple[Entry, ...]:
        """Append facts, synced in both files when this returns.

        Raises:
            MachineError: the disk refused.
        """
        return self._ledger._append(facts, at)  # noqa: SLF001  # one class in two parts


class Ledger:
    """The ledger of one run. For one thread; a process may have several.

    Args:
        path: ledger.jsonl, the public copy; its folder must be there.
        anchor: the authority, in the state folder.
        lock: the file of the turns, in the state folder.
        beneath: no component of `path` below this folder may be a link. None: such links are followed.
        sync: replaced by tests only.
    """

    def __init__(self, path: Path, anchor: Path, lock: Path, *, beneath: Path | None = None, sync: Sync = DISK) -> None:
        self.path = path
        self._shown = "/".join(path.parts[-3:])
        self._beneath = beneath
        self._sync = sync
        self._public = LineFile(path, beneath=beneath, sync=sync)
        self._anchor = LineFile(anchor, mode=0o600, sync=sync)
        self._anchored = Chain(self._anchor, anchor.name)
        self._chained = Chain(self._public, self._shown)
        self._turn = Turn(lock)
        self._in_step = False
        self._audited: tuple[Signature | None, Signature | None] | None = None
        self._found: tuple[Problem, ...] = ()
        self.lags = False
        """At the last audit the public copy lacked what a crash can have taken: no problem, but `mend` adds it."""

    def read(self) -> tuple[Entry, ...]:
        """Give all entries; with nothing new this costs one stat.

        Without an anchor (another machine) they come from the public copy, for which only its chain vouches.

        Raises:
            TamperingError: a line is not what was sealed, or does not follow on the one before.
            MachineError: the file cannot be read.
        """
        entries = self._anchored.whole()
        if entries or self._anchor.status() is not None:
            return entries
        return self._chained.whole()

    def head(self) -> tuple[int, str]:
        """Give number and digest of the last entry; 0 and 64 zeros if there is none.

        Raises:
            TamperingError: as `read`.
            MachineError: as `read`.
        """
        self.read()
        return self._anchored.head if self._anchored.entries else self._chained.head

    def append(self, facts: Sequence[Fact], at: datetime, expected: int | None = None) -> tuple[Entry, ...]:
        """Append facts as one batch, synced in both files when this returns.

        Args:
            facts: may be empty; then nothing happens.
            at: now, with a time zone.
            expected: the last number that the facts were decided on; None: whatever it is.

        Returns:
            The entries that they became.

        Raises:
            HeadMovedError: the ledger's last number is not the expected one; nothing was appended.
            TamperingError: the anchor is not what was sealed.
            MachineError: the disk refused, or there is a public ledger without an anchor.
            HeldError: another process keeps its turn for half a minute.
        """
        if not facts:
            return ()
        with self.locked() as held:
            number = self._anchored.head[0]
            if expected is not None and number != expected:
                message = f"decided on entry {expected}, but the last one is {number}"
                raise HeadMovedError(message, path=self._shown, hint="read again, decide again")
            return held.append(facts, at)

    @contextmanager
    def locked(self) -> Iterator[Held]:
        """Take a turn: read, decide and append without anybody else appending in between.

        Raises:
            TamperingError: the anchor is not what was sealed.
            MachineError: the disk refused, or there is a public ledger without an anchor.
            HeldError: another process keeps its turn for half a minute.
        """
        with self._turn:
            self._catch_up()
            yield Held(self)

    def mend(self) -> None:
        """Mend what a crash left: a torn last line, a public copy that is one batch behind.

        Every append does so first; this is for a start that appends nothing.

        Raises:
            TamperingError: the anchor is not what was sealed.
            MachineError: the disk refused, or there is a public ledger without an anchor.
        """
        with self.locked():
            pass

    def audit(self) -> tuple[Problem, ...]:
        """Compare the public copy with the anchor; with nothing new this costs two stats.

        Returns:
            `ledger_missing`, `ledger_edited`, `ledger_truncated`, `ledger_foreign_entry`, or `anchor_missing`
            where only the chain could be verified. What a crash explains is no problem.

        Raises:
            TamperingError: the anchor is not what was sealed.
            MachineError: the anchor cannot be read.
        """
        if self._audited is not None and self._look() == self._audited:
            return self._found
        with self._turn:
            looked = self._look()
            self.lags = False
            self._found = self._audit_chain() if looked[0] is None else self._compare()
            self._audited = looked
            return self._found

    def restore(self) -> Path | None:
        """Write the public copy anew from the anchor; what was in its place is kept beside it.

        Returns:
            Where the altered file was put; None if there was none, or nothing to restore.

        Raises:
            TamperingError: the anchor is not what was sealed.
            MachineError: the disk refused, or there is no anchor.
        """
        with self._turn:
            if self._anchor.status() is None:
                raise MachineError("there is no anchor to restore from", path=self._shown, hint="use adopt")
            self._anchored.whole()
            sealed, status = self._sealed(), self._public.status()
            if status is not None and self._public_bytes(status.st_size) == sealed:
                return None
            kept = None if status is None else self._put_aside()
            write(self.path, sealed, beneath=self._beneath, sync=self._sync)
            return kept

    def adopt(self) -> None:
        """Make a new anchor from a public ledger whose chain is whole: on another machine, after a loss.

        Raises:
            TamperingError: its chain is broken.
            MachineError: there is an anchor already, or the disk refused.
        """
        with self._turn:
            if self._anchor.status() is not None:
                raise MachineError("there is an anchor already", path=str(self._anchor.path), hint="use restore")
            self._chained.whole()
            whole = self._chained.size
            make_folder(self._anchor.path.parent, mode=0o700, sync=self._sync)
            write(self._anchor.path, self._public.read_from(0, whole), mode=0o600, sync=self._sync)
            self._public.cut(whole)
            self._in_step = True

    def close(self) -> None:
        """Close all descriptors; the next use opens them again."""
        for file in (self._public, self._anchor, self._turn):
            file.close()

    def _catch_up(self) -> None:
        """Read what others appended, and mend what a crash left. Within a turn."""
        self._anchored.whole()
        status = self._anchor.status()
        if status is None:
            self._refuse_unanchored()
        elif status.st_size > self._anchored.size:
            self._anchor.cut(self._anchored.size)
        self._in_step = self._bring_into_step()

    def _refuse_unanchored(self) -> None:
        status = self._public.status()
        if status is not None and status.st_size:
            hint = "adopt it, if this workspace comes from another machine"
            raise MachineError("this machine has no copy of this ledger", path=self._shown, hint=hint)

    def _bring_into_step(self) -> bool:
        """Tell whether the public copy has all that the anchor has, after adding what a crash explains."""
        status = self._public.status()
        size = 0 if status is None else status.st_size
        if self._in_step and size == self._anchored.size:
            return True
        public = b"" if status is None else self._public_bytes(size)
        sealed = self._sealed()
        sound = None if public is None else audit.sound_bytes(public, sealed, self._anchored.entries)
        if sound is None:
            return False
        if sound < size:
            self._public.cut(sound)
        return sound == len(sealed) or self._publish(sealed[sound:])

    def _publish(self, data: bytes) -> bool:
        """Add to the public copy, and tell whether that was possible: its folder may be gone, or a link."""
        try:
            self._public.append(data)
        except MachineError as error:
            if isinstance(error, BlockedError) or isinstance(error.__cause__, FileNotFoundError):
                return False
            raise
        return True

    def _append(self, facts: Sequence[Fact], at: datetime) -> tuple[Entry, ...]:
        """Append within a turn: the anchor first, then the public copy."""
        assert self._turn.held, "what was decided in a turn is appended in it"
        number, prev = self._anchored.head
        sealed: list[Entry] = []
        for fact in facts:
            entry = seal(number + 1, at, fact, prev)
            sealed.append(entry)
            number, prev = entry.n, entry.digest
        data = b"".join(line(entry) for entry in sealed)
        if data:
            self._anchor.append(data)
            self._anchored.extend(sealed, len(data))
            self._in_step = self._in_step and self._publish(data)
        return tuple(sealed)

    def _sealed(self) -> bytes:
        return self._anchor.read_from(0, self._anchored.size) if self._anchored.size else b""

    def _public_bytes(self, size: int) -> bytes | None:
        """Read the public copy, but not more than could matter; None if it is not a file."""
        try:
            return self._public.read_from(0, min(size, self._anchored.size + 1))
        except BlockedError:
            return None

    def _look(self) -> tuple[Signature | None, Signature | None]:
        """Give the signatures of anchor and public copy; None for what is not there."""
        anchor, public = self._anchor.status(), self._public.status()
        return (signature_of(anchor) if anchor else None, signature_of(public) if public else None)

    def _compare(self) -> tuple[Problem, ...]:
        self._anchored.whole()
        status, sealed = self._public.status(), self._sealed()
        public = b"" if status is None else self._public_bytes(status.st_size)
        if public is None:
            return (audit.missing(self._shown, _OTHER),)
        if audit.sound_bytes(public, sealed, self._anchored.entries) is not None:
            self.lags = public != sealed
            self._in_step = self._in_step and not self.lags
            return ()
        if status is None:
            return (audit.missing(self._shown),)
        return audit.differences(public, sealed, self._shown)

    def _audit_chain(self) -> tuple[Problem, ...]:
        try:
            there = self._chained.refresh()
        except BlockedError:
            return (audit.missing(self._shown, _OTHER),)
        return (*self._chained.problems, audit.unanchored(self._shown)) if there else ()

    def _put_aside(self) -> Path:
        """Rename whatever is in the place of the public copy, so that it can be looked at."""
        number = 1
        while (kept := self.path.with_name(f"ledger.tampered-{number}.jsonl")).is_symlink() or kept.exists():
            number += 1
        with told(self.path), Folder(self.path.parent, self._beneath) as folder:
            folder.replace(self.path.name, kept.name)
            self._sync.folder(folder.fd)
        return kept
