"""What of the target, and of what the user named, is not as it was? Found by comparison, prevented by nobody here.

The means that every machine has. An execution during which something changed is void, whoever changed it. What
was changed and put back meanwhile shows in its times, which no writer can set: those are compared too, over
one process, and count for nothing beyond it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from coordinator.errors import MachineError
from coordinator.store.manifest import Manifest, ManifestEntry, differences, digest_of
from coordinator.store.read import Signature

NAMED_AT_MOST = 5
"""Changed files that a message names; more only say that there are more."""

REMEMBERED = 4
"""States of what is watched whose files are remembered, to name what changed; there is seldom more than one."""

NAMED = "protected "
"""Before the names of what is protected beside the target."""

Entries = Mapping[str, ManifestEntry]


class ChangedError(MachineError):
    """What is watched is not what it was when the run began."""


@dataclass(frozen=True, slots=True)
class Mark:
    """How everything was at one moment, times included."""

    entries: Entries
    times: Mapping[str, Signature]


class Watch:
    """Compares kind, mode, size, content and link target of everything in some folders.

    Args:
        target: the codebase under study.
        named: what is protected beside it: name to show -> file or folder.
        steady: those of them that their owner may write anew: their times count for nothing, and they are no
            part of the digest.
        spare_target: whether the target may be changed: `allow_research_target_writes`.
    """

    def __init__(
        self,
        target: Path,
        named: Mapping[str, Path] | None = None,
        *,
        steady: frozenset[str] = frozenset(),
        spare_target: bool = False,
    ) -> None:
        self._target = Manifest(target)
        self._named = {name: Manifest(path, lone=True) for name, path in (named or {}).items()}
        self._steady = steady
        self._spare_target = spare_target
        self._seen: dict[str, Entries] = {}

    @property
    def watches(self) -> bool:
        """Whether a change of anything would count."""
        return bool(self._named.keys() - self._steady) or not self._spare_target

    def look(self) -> str:
        """Give one digest of everything as it is now, the target always included.

        Raises:
            MachineError: the target cannot be read.
        """
        return self._digest(self.mark())

    def mark(self) -> Mark:
        """Note how everything is now.

        Raises:
            MachineError: the target cannot be read.
        """
        entries = dict(self._target.entries())
        times = dict(self._target.times)
        for name, manifest in self._named.items():
            for path, entry in _entries(manifest).items():
                entries[below_named(name, path)] = entry
                if name not in self._steady and path in manifest.times:
                    times[below_named(name, path)] = manifest.times[path]
        return Mark(entries, times)

    def _digest(self, mark: Mark) -> str:
        steady = {below_named(name) for name in self._steady}
        digest = digest_of({path: entry for path, entry in mark.entries.items() if path not in steady})
        self._seen.pop(digest, None)
        self._seen[digest] = mark.entries
        for oldest in list(self._seen)[:-REMEMBERED]:
            del self._seen[oldest]
        return digest

    def changed_since(self, digest: str, mark: Mark | None = None) -> tuple[str, ...]:
        """Name what is not as it was.

        Args:
            digest: what `look` gave then. After a restart the names of what changed since are not known any
                more, only that something did.
            mark: of a later moment; what has other times since then has changed, even if it was put back.
        """
        try:
            now = self.mark()
        except MachineError as error:  # an experiment that removed the target has changed it
            return (f"the target ({error.message})",)
        before, present = self._seen.get(digest), self._digest(now)
        changed: tuple[str, ...] = ()
        if before is not None:
            changed = self._of_concern(differences(before, now.entries))
        elif present != digest and not self._spare_target:
            changed = ("the target",)
        touched = self._of_concern(_touched(mark, now)) if mark else ()
        return changed if changed == ("the target",) else tuple(sorted({*changed, *touched}))

    def differences(self, before: Entries, now: Mark | None = None) -> tuple[str, ...]:
        """Name what is not as it was in these entries.

        Raises:
            MachineError: the target cannot be read.
        """
        return self._of_concern(differences(before, (now or self.mark()).entries))

    def _of_concern(self, paths: tuple[str, ...]) -> tuple[str, ...]:
        if not self._spare_target:
            return paths
        return tuple(path for path in paths if path.startswith(NAMED))


def below_named(name: str, path: str = "") -> str:
    """Give what a thing is called that is protected beside the target, apart from everything in the target."""
    return f"{NAMED}{name}" + (f"/{path}" if path not in {"", Path(name).name} else "")


def _entries(manifest: Manifest) -> Entries:
    """Look at what the user named; what is not there has nothing in it."""
    try:
        return manifest.entries()
    except MachineError:
        return {}


def _touched(before: Mark, now: Mark) -> tuple[str, ...]:
    """Name what has the same content and other times: its times were set, or it was changed and put back."""
    return tuple(sorted(path for path, times in now.times.items() if before.times.get(path, times) != times))


def said(changed: tuple[str, ...]) -> str:
    """Say in one line what changed."""
    more = len(changed) - NAMED_AT_MOST
    return "changed: " + ", ".join(changed[:NAMED_AT_MOST]) + (f" and {more} more" if more > 0 else "")
