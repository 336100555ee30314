"""What does each file say? Read and parsed once per stat signature, however often it is asked for."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Generic, TypeVar

from coordinator.engine.rest import BAD_SECONDS, GOOD_SECONDS, Rest
from coordinator.model.problem import Parsed, Problem
from coordinator.store.read import Content, Signature, read, signature
from coordinator.text.canonical import sha256

T = TypeVar("T")

CAP = 1 << 20
"""Bytes of one file that a worker writes; a longer report or summary is nobody's reading."""
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def moment(found: Signature) -> datetime | None:
    """Give the time of a file's last change, UTC; None for one that is no date: its writer may set any."""
    try:
        return _EPOCH + timedelta(microseconds=found.mtime_ns // 1000)
    except OverflowError:
        return None


@dataclass(frozen=True, slots=True)
class Known(Generic[T]):
    """One file as it was last read.

    Args:
        signature: what it was like; None where it could not be read.
        parsed: its value or its problems.
        sha256: of its bytes, or of its problem where there are none.
        settled: it is whole and may be acted on.
        at_rest: it has been as it is for a while: a later change shows in its signature. A change right after
            this one may not, since file systems count time in steps of some milliseconds.
    """

    signature: Signature | None
    parsed: Parsed[T]
    sha256: str
    settled: bool
    at_rest: bool

    @property
    def changed_at(self) -> datetime | None:
        """When it was last written, UTC."""
        return moment(self.signature) if self.signature else None


class Reading:
    """Reads a workspace's files, remembering what did not change.

    Args:
        root: of the workspace.
        rest: tells whole files from half ones.
    """

    def __init__(self, root: Path, rest: Rest) -> None:
        self.root = root
        self.rest = rest
        self._known: dict[str, Known[Any]] = {}
        self._derived: dict[str, tuple[object, Any]] = {}

    def document(
        self, relative: str, parse: Callable[[bytes, str], Parsed[T]], wall: float, cap: int = CAP
    ) -> Known[T] | None:
        """Give what a document says; None if it is not there.

        Args:
            relative: path from the root.
            parse: from bytes and path to the value; the same one for the same path, always.
            wall: seconds since the epoch, of the pass.
            cap: bytes; a larger file is a problem.
        """
        seen = signature(self.root, relative)
        known: Known[T] | None = self._known.get(relative)
        if known is not None and known.at_rest and known.signature is not None and seen == known.signature:
            return known
        fresh = None if seen is None else self._read(relative, parse, wall, cap)
        if fresh is None:
            self._known.pop(relative, None)
            self.rest.forget(relative)
        else:
            self._known[relative] = fresh
        return fresh

    def derived(self, name: str, inputs: object, make: Callable[[], T]) -> T:
        """Give what follows from some inputs, made anew only when they are others than last time.

        Args:
            name: what it is, one for each use.
            inputs: everything that it follows from.
            make: makes it.
        """
        if name not in self._derived or self._derived[name][0] != inputs:
            self._derived[name] = (inputs, make())
        made: T = self._derived[name][1]
        return made

    def _read(self, relative: str, parse: Callable[[bytes, str], Parsed[T]], wall: float, cap: int) -> Known[T] | None:
        found = read(self.root, relative, cap)
        if found is None:
            return None
        if isinstance(found, Problem):
            digest = sha256(str(found).encode())
            return Known(None, Parsed(None, (found,)), digest, settled=True, at_rest=True)
        assert isinstance(found, Content)
        parsed = parse(found.data, relative)
        good = parsed.value is not None
        at_rest = self.rest.seconds(relative, found.signature, wall) >= (GOOD_SECONDS if good else BAD_SECONDS)
        settled = at_rest or self.rest.whole(relative, good=good)
        return Known(found.signature, parsed, sha256(found.data), settled, at_rest)
