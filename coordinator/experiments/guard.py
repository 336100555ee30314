"""What holds an experiment to its place? At present that the target is compared before and after.

A guard does not prevent, it notices: an execution during which the target changed is void. A sandbox that
prevents would be another guard with another name, and the name goes into every record and into the report.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Protocol

from coordinator.errors import MachineError
from coordinator.store.manifest import Manifest, ManifestEntry, differences, digest_of

NAMED_AT_MOST = 5
"""Changed files that a message names; more only say that there are more."""

REMEMBERED = 4
"""States of the target whose files are remembered, to name what changed; a target has seldom more than
one."""


class Guard(Protocol):
    """Watches over the target."""

    @property
    def name(self) -> str:
        """The word that records carry."""

    def look(self) -> str:
        """Give the digest of the target as it is now.

        Raises:
            MachineError: it cannot be read.
        """

    def changed_since(self, digest: str) -> tuple[str, ...]:
        """Name what is not as it was when `look` gave this digest; empty if nothing changed."""


class ManifestGuard:
    """Compares type, size, mode and content of every file of the target.

    Args:
        target: its folder.
    """

    name = "manifest"

    def __init__(self, target: Path) -> None:
        self._manifest = Manifest(target)
        self._seen: dict[str, Mapping[str, ManifestEntry]] = {}

    def look(self) -> str:
        """Give the digest of the target as it is now."""
        entries = self._manifest.entries()
        digest = digest_of(entries)
        self._seen.pop(digest, None)
        self._seen[digest] = entries
        for oldest in list(self._seen)[:-REMEMBERED]:
            del self._seen[oldest]
        return digest

    def changed_since(self, digest: str) -> tuple[str, ...]:
        """Name what is not as it was.

        After a restart the names of what changed are not known any more, only that something did.
        """
        try:
            now = self.look()
        except MachineError as error:  # an experiment that removed the target has changed it
            return (f"the target ({error.message})",)
        if now == digest:
            return ()
        before = self._seen.get(digest)
        return ("the target",) if before is None else differences(before, self._seen[now])


class NoGuard:
    """Lets an experiment write to the target: `allow_research_target_writes`.

    Args:
        target: its folder; its digest goes into the record all the same.
    """

    name = "none"

    def __init__(self, target: Path) -> None:
        self._manifest = Manifest(target)

    def look(self) -> str:
        """Give the digest of the target as it is now."""
        return self._manifest.digest()

    def changed_since(self, digest: str) -> tuple[str, ...]:  # noqa: ARG002  # the contract's parameter
        """Name nothing: changes are allowed."""
        return ()


def guard_of(target: Path, *, writes_allowed: bool) -> Guard:
    """Give the strongest guard that this machine has."""
    return NoGuard(target) if writes_allowed else ManifestGuard(target)


def said(changed: tuple[str, ...]) -> str:
    """Say in one line what changed."""
    more = len(changed) - NAMED_AT_MOST
    return "changed: " + ", ".join(changed[:NAMED_AT_MOST]) + (f" and {more} more" if more > 0 else "")
