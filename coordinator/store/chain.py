"""What do the lines of a ledger file say, up to now? Entries that follow on each other, read bit by bit.

What was read stays read: a look at a file that did not change costs one stat, and at one that grew only the
new lines. A file that changed in any other way is read anew.
"""

from __future__ import annotations

from collections.abc import Sequence

from coordinator.errors import TamperingError
from coordinator.model.entry import Entry
from coordinator.model.problem import Problem
from coordinator.store.lines import LineFile
from coordinator.store.read import Signature, signature_of
from coordinator.text.ledger import FIRST_PREV, parse_line


class Chain:
    """The entries of one file, as far as they are whole.

    Args:
        file: the lines.
        shown: its path, as problems give it.
    """

    def __init__(self, file: LineFile, shown: str) -> None:
        self._file = file
        self._shown = shown
        self._seen: Signature | None = None
        self._forget()

    def _forget(self) -> None:
        self._entries: list[Entry] = []
        self._all: tuple[Entry, ...] | None = ()
        self.size = 0
        """Bytes of the whole lines; what the file has beyond is torn."""
        self.problems: tuple[Problem, ...] = ()
        """What keeps the line after the last entry from being one, if it is not torn."""

    @property
    def entries(self) -> tuple[Entry, ...]:
        """Give all entries that were read."""
        if self._all is None:
            self._all = tuple(self._entries)
        return self._all

    @property
    def head(self) -> tuple[int, str]:
        """Give number and digest of the last entry; 0 and 64 zeros if there is none."""
        return (self._entries[-1].n, self._entries[-1].digest) if self._entries else (0, FIRST_PREV)

    def refresh(self) -> bool:
        """Read what is new.

        Returns:
            Whether there is such a file.

        Raises:
            MachineError: it cannot be read.
        """
        status = self._file.status()
        if status is None:
            self._seen = None
            self._forget()
            return False
        signature = signature_of(status)
        if signature != self._seen:
            self._take_in(signature)
        return True

    def whole(self) -> tuple[Entry, ...]:
        """Read what is new and give all entries.

        Raises:
            TamperingError: a line is not what was sealed, or does not follow on the one before.
            MachineError: the file cannot be read.
        """
        self.refresh()
        if self.problems:
            first = self.problems[0]
            hint = first.hint or "restore the file from a backup"
            raise TamperingError(f"line {first.line}: {first.message}", path=str(self._file.path), hint=hint)
        return self.entries

    def extend(self, entries: Sequence[Entry], size: int) -> None:
        """Take in what was just appended to the file, without reading it back."""
        self._entries.extend(entries)
        self._all = None
        self.size += size
        status = self._file.status()
        self._seen = None if status is None or status.st_size != self.size else signature_of(status)

    def _take_in(self, now: Signature) -> None:
        before = self._seen
        grew = before is not None and before.inode == now.inode and before.size < now.size
        if not grew or self.problems:
            self._forget()
        known = self.size
        self._read_on()
        if self.problems and known:
            # What was read last time may have been taken back since: a sync failed after its write.
            self._forget()
            self._read_on()
        self._seen = now  # last, so that what could not be read is tried again

    def _read_on(self) -> None:
        data = self._file.read_from(self.size)
        for line in data.split(b"\n")[:-1]:  # what follows the last line break is torn
            if not self._follow(line + b"\n"):
                return

    def _follow(self, line: bytes) -> bool:
        """Add the entry of one line, or remember why it is none."""
        number, prev = self.head
        parsed = parse_line(line, self._shown, number + 1)
        entry = parsed.value
        if entry is None:
            # Some file systems fill what a power cut took with zeros: torn, like a line without its end.
            self.problems = () if b"\0" in line else parsed.problems
            return False
        if (entry.n, entry.prev) != (number + 1, prev):
            message = f"entry {entry.n} does not follow on entry {number}"
            self.problems = (Problem(self._shown, number + 1, "ledger_edited", message, ""),)
            return False
        self._entries.append(entry)
        self._all = None
        self.size += len(line)
        return True
