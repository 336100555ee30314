"""What does one line of the ledger say, and is it what was sealed?

A line is an envelope (n, at, prev, digest) and one fact, all at top level. The digest is taken over the
line's own values, not over the document that they make: a version that knows more keys still verifies old
lines. Whether the lines follow on each other is the store's to check; here each is looked at alone.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Annotated, Any

from pydantic import AfterValidator, AwareDatetime, Field, TypeAdapter

from coordinator.model.document import Document, Sha256
from coordinator.model.entry import Entry, Fact
from coordinator.model.problem import Parsed, Problem
from coordinator.text import canonical, strict_json

FIRST_PREV = "0" * 64
"""What the first entry gives as the digest of the one before."""
MAX_BYTES = 4 << 20
"""Of one line; the longest are instructions and verdicts with many reasons."""


def _in_utc(at: datetime) -> datetime:
    """Refuse other zones than the one that is written; converting could leave the range of years."""
    if at.utcoffset() != timedelta(0):
        raise ValueError("not UTC")
    return at.replace(tzinfo=UTC)


class Envelope(Document):
    """What every line has around its fact."""

    n: int = Field(ge=1)
    """Position, from 1."""
    at: Annotated[AwareDatetime, AfterValidator(_in_utc)]
    """When it was appended, UTC."""
    prev: Sha256
    """Digest of the line before; 64 zeros in the first."""
    digest: Sha256
    """SHA-256 of this line without this key, as canonical JSON."""


_ENVELOPE = TypeAdapter(Envelope)
_FACT: TypeAdapter[Fact] = TypeAdapter(Fact)


def seal(n: int, at: datetime, fact: Fact, prev: str) -> Entry:
    """Make the n-th entry.

    Args:
        n: position, from 1.
        at: now, with a time zone.
        fact: what it says.
        prev: digest of the entry before; FIRST_PREV for the first.
    """
    assert n >= 1, "entries count from 1"
    assert at.tzinfo is not None, "a time without its zone is no time"
    at = at.astimezone(UTC)
    return Entry(n, at, fact, prev, _digest(_values(n, at, fact, prev)))


def line(entry: Entry) -> bytes:
    r"""Print an entry as its line of the ledger, `\n` included.

    For entries fresh from `seal`. What was read is copied by its bytes, never printed again: a later version
    of a fact may have more keys than the line had.
    """
    values = _values(entry.n, entry.at, entry.fact, entry.prev)
    return canonical.dumps({**values, "digest": entry.digest}) + b"\n"


def parse_line(data: bytes, path: str, line: int) -> Parsed[Entry]:
    r"""Read one line, with or without its `\n`, and verify its digest.

    Returns:
        The entry, or problems: `ledger_edited` where bytes or digest are not what was sealed, else what keeps
        the line from being an entry.
    """
    loaded = strict_json.load(data, path, MAX_BYTES)
    if loaded.value is None:
        return Parsed(None, tuple(replace(problem, line=line) for problem in loaded.problems))
    values = loaded.value
    envelope = strict_json.build(
        _ENVELOPE, {key: values[key] for key in Envelope.model_fields if key in values}, path, line
    )
    facts = {key: value for key, value in values.items() if key not in Envelope.model_fields}
    fact = strict_json.build(_FACT, facts, path, line)
    if envelope.value is None or fact.value is None:
        return Parsed(None, envelope.problems + fact.problems)
    edited = _edited(values, data)
    if edited:
        hint = "`python -m coordinator verify` compares it with the copy outside of the workspace"
        return Parsed(None, (Problem(path, line, "ledger_edited", edited, hint),))
    sealed = envelope.value
    return Parsed(Entry(sealed.n, sealed.at, fact.value, sealed.prev, sealed.digest))


def _edited(values: dict[str, Any], data: bytes) -> str:
    """Say how a line differs from what was sealed; nothing if it does not."""
    if _digest({key: value for key, value in values.items() if key != "digest"}) != values["digest"]:
        return "the digest does not belong to what the line says"
    if canonical.dumps(values) != data.removesuffix(b"\n"):
        return "the line says the same in other bytes than were written"
    return ""


def _values(n: int, at: datetime, fact: Fact, prev: str) -> dict[str, object]:
    facts = fact.model_dump()
    assert not facts.keys() & Envelope.model_fields.keys(), "a fact leaves the envelope's keys alone"
    return {"n": n, "at": at, **facts, "prev": prev}


def _digest(values: dict[str, Any]) -> str:
    return canonical.sha256(canonical.dumps(values))
