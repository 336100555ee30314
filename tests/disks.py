"""What survives when the power goes? A simulated disk over real files that knows what was synced."""

from __future__ import annotations

import os
import random
from pathlib import Path

from coordinator.store.sync import Sync


class PowerCut(BaseException):  # it is not an error that anybody may catch
    """The machine stops at this instruction."""


class Disk(Sync):
    """A simulated disk over real files: it knows what was synced, and forgets the rest without power.

    Args:
        root: the tree that is on it; what is there now is taken as synced.
        cut_at: the power goes before this sync, counted from 1; None: never.
    """

    Cut = PowerCut

    def __init__(self, root: Path, cut_at: int | None = None) -> None:
        self.root = root
        self.cut_at = cut_at
        self.syncs: list[str] = []
        self._kept: dict[int, int] = {}  # an inode that is kept open is not used again for another file
        self._content: dict[int, bytes] = {}
        self._names: dict[int, dict[str, int]] = {}
        for path in (root, *root.rglob("*")):
            self._settle(path)

    def file(self, opened: int) -> None:
        """Remember the file's bytes."""
        self._tick("file")
        inode = os.fstat(opened).st_ino
        self._settle(next(path for path in self.root.rglob("*") if path.stat().st_ino == inode))

    def folder(self, opened: int) -> None:
        """Remember the folder's entries."""
        self._tick("folder")
        inode = os.fstat(opened).st_ino
        self._settle(next(p for p in (self.root, *self.root.rglob("*")) if p.stat().st_ino == inode))

    def keep(self, path: Path) -> None:
        """Take a file of somebody else's, and its name in the folders above, as synced; nothing else of those."""
        self._settle(path)
        while path != self.root:
            names = self._names.setdefault(path.parent.stat().st_ino, {})
            names[path.name] = path.stat().st_ino
            path = path.parent

    def after_the_cut(self, into: Path, chance: random.Random | None = None) -> Path:
        """Build the tree that is found when the power is back.

        Args:
            into: a new folder.
            chance: decides what of the unsynced happened to reach the disk; None: nothing did.
        """
        self._rebuild(self.root, into, chance)
        return into

    def close(self) -> None:
        """Let go of the inodes."""
        while self._kept:
            os.close(self._kept.popitem()[1])

    def _tick(self, what: str) -> None:
        if self.cut_at is not None and len(self.syncs) + 1 >= self.cut_at:
            raise PowerCut
        self.syncs.append(what)

    def _settle(self, path: Path) -> None:
        inode = path.stat().st_ino
        if inode not in self._kept:
            self._kept[inode] = os.open(path, os.O_RDONLY)
        if path.is_dir():
            self._names[inode] = {child.name: child.stat().st_ino for child in path.iterdir()}
        else:
            self._content[inode] = path.read_bytes()

    def _rebuild(self, source: Path, into: Path, chance: random.Random | None) -> None:
        into.mkdir()
        now = {child.name: child for child in source.iterdir()}
        synced = self._names.get(source.stat().st_ino, {})
        for name in sorted(now.keys() | synced.keys()):
            there = now.get(name)
            inode = there.stat().st_ino if there else None
            if inode != synced.get(name) and not (chance and chance.random() < 0.5):
                inode = synced.get(name)
            if inode is None:
                continue
            if there is not None and there.is_dir():
                self._rebuild(there, into / name, chance)
            else:
                current = there.read_bytes() if there and there.stat().st_ino == inode else None
                (into / name).write_bytes(self._survives(inode, current, chance))
                if there is not None:
                    os.utime(into / name, ns=(there.stat().st_atime_ns, there.stat().st_mtime_ns))

    def _survives(self, inode: int, current: bytes | None, chance: random.Random | None) -> bytes:
        synced = self._content.get(inode, b"")
        if current is None or chance is None or not current.startswith(synced):
            return synced
        grown = chance.randint(len(synced), len(current))
        zeros = chance.choice([0, len(current) - grown])  # some file systems know the size before the bytes
        return current[:grown] + b"\0" * zeros
