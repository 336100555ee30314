"""Which bytes stand for a value? One form per value, so that equal values have equal digests.

Sorted keys, no spaces, UTF-8, shortest floats: close to RFC 8785, except that numbers are printed as Python
prints them (1.0 stays 1.0) and keys are sorted by code point. Nothing outside of this program reads a digest
without reading this page, so the standard's JavaScript number format would buy nothing.
"""

from __future__ import annotations

import hashlib
import json
from datetime import datetime
from decimal import Decimal

from pydantic import BaseModel


def dumps(obj: object) -> bytes:
    """Print a JSON value in its one canonical form, without a line break at the end.

    Args:
        obj: what a document's `model_dump()` consists of: dicts, lists, tuples, strings, finite numbers,
            booleans, None, times and decimals, nested at will. (Not `model_dump(mode="json")`, which turns
            keys that are not UTF-8, names of files, into others without a word.)

    Raises:
        ValueError: for NaN and infinities, which JSON does not have.
        TypeError: for anything else.
    """
    return _printed(obj, indent=None, separators=(",", ":"))


def dumps_indented(obj: object) -> bytes:
    """Print the same for people: two spaces a level, a line break at the end. Digests never use it."""
    return _printed(obj, indent=2, separators=(",", ": ")) + b"\n"


def sha256(data: bytes) -> str:
    """Give the SHA-256 of some bytes, 64 lower-case hex digits."""
    return hashlib.sha256(data).hexdigest()


def digest_of(document: BaseModel) -> str:
    """Give the SHA-256 of a document's canonical JSON, every field included, set or not."""
    return sha256(dumps(document.model_dump()))


def time(at: datetime) -> str:
    """Write a time as ISO 8601, with `Z` for UTC."""
    assert at.tzinfo is not None, "a time without its zone is no time"
    return at.isoformat().replace("+00:00", "Z")


def _printed(obj: object, *, indent: int | None, separators: tuple[str, str]) -> bytes:
    text = json.dumps(
        obj,
        sort_keys=True,
        indent=indent,
        separators=separators,
        ensure_ascii=False,
        allow_nan=False,
        default=_as_text,
    )
    # A lone surrogate (of a file name) has no bytes in UTF-8, but its JSON escape has.
    return text.encode("utf-8", "backslashreplace")


def _as_text(value: object) -> str:
    if isinstance(value, datetime):
        return time(value)
    if isinstance(value, Decimal):
        return str(value)
    raise TypeError(f"{type(value).__name__} has no canonical form")
