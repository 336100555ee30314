"""Which one status does a file get, from how its reading went?"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from coordinator.model.paper import PaperStatus
from coordinator.papers.magic import Look
from coordinator.papers.reader import Limits, Reading

LETTERS = 20
"""Fewer letters than this on all pages together are nothing."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of one file.

    Args:
        status: the only one that it gets.
        detail: what to do, or what is missing.
        of: the paper that it is a copy of.
        facts: what was extracted, the fields of `extraction.Extracted`.
    """

    status: PaperStatus
    detail: str = ""
    of: str | None = None
    facts: Mapping[str, Any] = field(default_factory=dict)


def outcome_of(reading: Reading, look: Look, limits: Limits) -> Outcome:
    """Give the status of a file that was handed to a child."""
    found = reading.result
    if found is None:
        return _unread(reading)
    if not found["read"] and found["pages"] > limits.pages:
        return Outcome(PaperStatus.TOO_BIG, f"{found['pages']} pages, at most {limits.pages}: split it", facts=found)
    if found["letters"] < LETTERS:
        return _without_letters(found, reading)
    missing = _missing(found, look)
    return Outcome(PaperStatus.PARTIAL if missing else PaperStatus.OK, missing, facts=found)


def _unread(reading: Reading) -> Outcome:
    match reading.failed:
        case "locked":
            return Outcome(PaperStatus.ENCRYPTED, "it asks for a password: save a copy without one")
        case "memory" | "time":
            return Outcome(PaperStatus.TOO_BIG, f"{reading.detail}: split it, or print it to a new PDF")
        case _:
            return Outcome(PaperStatus.CORRUPT, f"no reader can open it ({reading.detail}): download it again")


def _without_letters(found: Mapping[str, Any], reading: Reading) -> Outcome:
    if found["scanned"]:
        return Outcome(PaperStatus.NEEDS_OCR, facts=found)
    reasons = {reason for _, reason in reading.lost}
    if reasons & {"memory", "time"}:
        return Outcome(PaperStatus.TOO_BIG, "its pages need more memory or time than allowed: print it to a new PDF")
    if found["failed"]:
        return Outcome(PaperStatus.CORRUPT, "none of its pages can be read: download it again")
    return Outcome(PaperStatus.EMPTY, "there is no text on its pages, and no picture of one")


def _missing(found: Mapping[str, Any], look: Look) -> str:
    """Say what is not in the text of a file that was read."""
    parts = []
    if found["failed"]:
        parts.append(f"pages that cannot be read: {_pages(found['failed'])}")
    if found["scanned"]:
        parts.append(f"pages that are pictures: {_pages(found['scanned'])}")
    if look.cut:
        parts.append("the end of the file is missing: download it again")
    return "; ".join(parts)


def _pages(numbers: list[int]) -> str:
    shown = ", ".join(str(number) for number in numbers[:10])
    return f"{shown} and {len(numbers) - 10} more" if len(numbers) > 10 else shown
