"""Is a file whole, or is its writer still at it?

Seen closed or moved into place, or unchanged for a while. A file that reads badly must rest for longer than
one that reads well before it is held against its writer: half a file reads badly.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable

from coordinator.store.read import Signature

GOOD_SECONDS = 0.25
"""How long a file that reads well must be unchanged; longer than a writer pauses between two chunks."""
BAD_SECONDS = 1.5
"""The same for a file with problems."""


class Rest:
    """Remembers since when each file has been as it is.

    Args:
        monotonic: seconds from a clock that is never set back.
    """

    def __init__(self, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._monotonic = monotonic
        self._since: dict[str, tuple[Signature, float]] = {}
        self._closed: frozenset[str] = frozenset()

    def closed(self, paths: Iterable[str]) -> None:
        """Note files that were seen closed or moved into place since the last pass; older news is over."""
        self._closed = frozenset(paths)

    def whole(self, path: str, *, good: bool) -> bool:
        """Tell whether a file that `seconds` was asked about just now may be acted on.

        One that was seen closed may be, if it reads well: whoever has begun to write again leaves half a
        file, which reads badly or says the same.
        """
        return good and path in self._closed

    def seconds(self, path: str, signature: Signature, wall: float) -> float:
        """Tell for how long a file has been as it is.

        The times in its signature are believed only at first sight, so that a start does not wait for files
        that were written long ago. A writer may set the time of change back, but not that of the inode.

        Args:
            path: relative to the workspace.
            signature: as it was read.
            wall: seconds since the epoch, of the pass.
        """
        now = self._monotonic()
        known, since = self._since.get(path, (None, now))
        if known != signature:
            newest = max(signature.mtime_ns, signature.ctime_ns) / 1e9
            since = now if known is not None else now - max(0.0, wall - newest)
            self._since[path] = (signature, since)
        return now - since

    def forget(self, path: str) -> None:
        """Forget a file that is gone."""
        self._since.pop(path, None)
