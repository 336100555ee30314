"""Is a crash told from tampering, and tampering named for what it is?"""

from datetime import UTC, datetime, timedelta

import pytest

from coordinator.model.entry import Entry, FirstReport
from coordinator.store.audit import differences, missing, sound_bytes, unanchored
from coordinator.text.ledger import FIRST_PREV, line, seal

NOW = datetime(2026, 11, 23, 14, 30, 22, tzinfo=UTC)
BATCHES = (0, 1, 1, 2, 2, 2)
"""The batch of each entry."""


def chain() -> tuple[list[Entry], list[bytes]]:
    """Make six entries in three batches, and their lines."""
    entries: list[Entry] = []
    prev = FIRST_PREV
    for number, batch in enumerate(BATCHES, 1):
        at = NOW + timedelta(seconds=batch)
        entries.append(seal(number, at, FirstReport(direction=f"d{number}"), prev))
        prev = entries[-1].digest
    return entries, [line(entry) for entry in entries]


ENTRIES, LINES = chain()
SEALED = b"".join(LINES)
BEFORE_LAST = b"".join(LINES[:3])


def test_a_crash_explains_a_missing_last_batch_and_no_more() -> None:
    """Explain every prefix that holds all batches but the last, and none that lacks more."""
    for size in range(len(SEALED) + 1):
        found = sound_bytes(SEALED[:size], SEALED, ENTRIES)
        assert found == (size if size >= len(BEFORE_LAST) else None)


def test_a_power_cut_explains_zeros_in_the_last_batch() -> None:
    """Explain a file that has its full size and not yet its bytes."""
    zeros = BEFORE_LAST + LINES[3][:10] + b"\0" * (len(SEALED) - len(BEFORE_LAST) - 10)
    assert sound_bytes(zeros, SEALED, ENTRIES) == len(BEFORE_LAST) + 10
    assert sound_bytes(zeros + b"\0", SEALED, ENTRIES) is None
    assert sound_bytes(b"\0" * len(SEALED), SEALED, ENTRIES) is None


def test_an_empty_ledger_is_sound() -> None:
    """Find nothing wrong where nothing was written."""
    assert sound_bytes(b"", b"", ()) == 0


EDITED = LINES[2].replace(b"d3", b"d9")


@pytest.mark.parametrize(
    ("public", "expected"),
    [
        (b"".join([*LINES[:2], EDITED, *LINES[3:]]), [("ledger_edited", 3)]),
        (b"".join([*LINES[:2], *LINES[3:]]), [("ledger_edited", 3), ("ledger_truncated", 5)]),
        (b"".join([LINES[0], LINES[0], *LINES[1:]]), [("ledger_edited", 2), ("ledger_foreign_entry", 7)]),
        (b"".join(LINES[:2]), [("ledger_truncated", 2)]),
        (b"".join(LINES[:2]) + LINES[2][:20], [("ledger_truncated", 2)]),
        (SEALED[:-1], [("ledger_truncated", 5)]),
        (b"", [("ledger_truncated", 0)]),
        (SEALED + LINES[0], [("ledger_foreign_entry", 7)]),
        (SEALED + b"torn", [("ledger_foreign_entry", 7)]),
        (SEALED + b"\n", [("ledger_foreign_entry", 7)]),
        (SEALED, []),
    ],
)
def test_tampering_is_named(public: bytes, expected: list[tuple[str, int]]) -> None:
    """Say what was done, and at which line."""
    found = differences(public, SEALED, "runs/x/ledger.jsonl")
    assert [(problem.code, problem.line) for problem in found] == expected
    assert all(problem.hint and problem.path == "runs/x/ledger.jsonl" for problem in found)


def test_any_other_byte_is_a_difference() -> None:
    """Find something wrong wherever a byte is changed or taken away."""
    for place in range(0, len(SEALED), 37):
        flipped = SEALED[:place] + bytes([SEALED[place] ^ 1]) + SEALED[place + 1 :]
        assert differences(flipped, SEALED, "x")
        assert differences(SEALED[:place] + SEALED[place + 1 :], SEALED, "x")


def test_what_is_not_there_is_named() -> None:
    """Name a missing ledger, and a missing copy of it."""
    assert missing("x").code == "ledger_missing"
    assert unanchored("x").code == "anchor_missing"
