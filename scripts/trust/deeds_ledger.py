"""How can a ledger be changed? Edited, dated back, truncated, rewritten with its chain made whole."""

from __future__ import annotations

from pathlib import Path

from coordinator.store.layout import ExperimentPaths
from coordinator.text import ledger
from trust.deeds_files import AfterFirst

LEFT_OUT = 3
"""The entry that a rewritten ledger lacks."""


class EditsLedger(AfterFirst):
    """Changes how an experiment ended, in the public ledger."""

    def act(self, paths: ExperimentPaths) -> None:
        """Write other lines."""
        file: Path = self.world.workspace.run(paths.run).ledger
        file.write_bytes(b"".join(self.changed(file.read_bytes().splitlines(keepends=True))))

    def changed(self, lines: list[bytes]) -> list[bytes]:
        """Make other lines of these."""
        return [line.replace(b'"outcome":"completed"', b'"outcome":"timed_out"') for line in lines]


class DatesLedgerBack(EditsLedger):
    """Sets the time of every entry back by an hour."""

    def changed(self, lines: list[bytes]) -> list[bytes]:
        """Set them back."""
        return [line.replace(b"2000-01-01T12:", b"2000-01-01T11:") for line in lines]


class TruncatesLedger(EditsLedger):
    """Takes the last entries away."""

    def changed(self, lines: list[bytes]) -> list[bytes]:
        """Take two away."""
        return lines[:-2]


class RewritesLedger(EditsLedger):
    """Leaves an entry out and makes the chain whole again."""

    def changed(self, lines: list[bytes]) -> list[bytes]:
        """Seal everything that is left anew."""
        entries = [ledger.parse_line(line, "ledger.jsonl", n).value for n, line in enumerate(lines, start=1)]
        kept = [entry for entry in entries if entry is not None and entry.n != LEFT_OUT]
        written, prev = [], "0" * 64
        for n, entry in enumerate(kept, start=1):
            sealed = ledger.seal(n, entry.at, entry.fact, prev)
            written.append(ledger.line(sealed))
            prev = sealed.digest
        return written
