"""At which step does the coordinator die? Every write, sync, rename and append is a step; one is never finished.

`Steps` counts what is done to the disk and ends the process at one of them, as kill -9 would: nothing after it
happens, what was being written is cut in half, and all state in memory is gone. A power cut takes the bytes that
were not synced as well.
"""

from __future__ import annotations

import os
import random
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from types import ModuleType
from typing import Any

from disks import Disk
from simulation.executor import FakeExecutor
from simulation.workers import Honest
from simulation.world import World, dice_loaded, tree_of, without_pictures, without_syncs

from coordinator.store.sync import DISK

NAMES = ("write", "replace", "unlink", "rmdir", "mkdir", "link", "ftruncate")
"""Of `os`: everything that changes the disk. Syncs are counted where the store asks for them."""
ROUNDS = 40
CONFIG = """\
budget: {experiments: 3, wall_minutes: 100}
significance: {min_experiments: 2, explore_seeds: 2, confirm_seeds: 3}
"""


class Killed(BaseException):  # it is not an error that anybody may catch
    """The process ends at this instruction."""


def half(data: bytes) -> bytes:
    """Keep the first half of what was being written."""
    return data[: len(data) // 2]


def lines(count: int, data: bytes) -> bytes:
    """Keep so many whole lines of what was being written."""
    return b"".join(data.splitlines(keepends=True)[:count])


class Steps:
    """Counts durable steps and dies at one of them.

    Args:
        die_at: number of the step that is not finished, from 1; None: live on.
        kept: what is left of a write that is not finished.
    """

    def __init__(self, die_at: int | None = None, kept: Callable[[bytes], bytes] = half) -> None:
        self.die_at = die_at
        self._kept = kept
        self.done: list[str] = []
        self.batches: list[tuple[int, int]] = []
        """Of each step that appends more than one entry to a ledger, its number and how many they are."""
        self.dead = False

    def step(self, name: str, torn: Callable[[], object] | None = None) -> None:
        """Count a step; die at the one that was chosen, and at whatever a dying process still tries."""
        if self.dead:
            raise Killed
        self.done.append(name)
        if self.die_at == len(self.done):
            self.dead = True
            if torn is not None:
                torn()
            raise Killed

    @contextmanager
    def counted(self) -> Iterator[None]:
        """Count what is done to the disk meanwhile."""
        genuine = {name: getattr(os, name) for name in NAMES}
        for name, act in genuine.items():
            setattr(os, name, partial(self._act, name, act))
        file, folder = DISK.file, DISK.folder
        DISK.file = partial(self._sync, "sync", file)  # type: ignore[method-assign]
        DISK.folder = partial(self._sync, "sync folder", folder)  # type: ignore[method-assign]
        try:
            yield
        finally:
            DISK.file, DISK.folder = file, folder  # type: ignore[method-assign]
            restore(os, genuine)

    def _act(self, name: str, act: Callable[..., Any], *args: Any, **options: Any) -> Any:  # noqa: ANN401  # os has many
        if name != "write":
            self.step(name)
        else:
            data = bytes(args[1])
            self.step(name, lambda: act(args[0], self._kept(data)))
            if data.startswith(b'{"') and (entries := data.count(b"\n")) > 1:
                self.batches.append((len(self.done), entries))
        return act(*args, **options)

    def _sync(self, name: str, act: Callable[[int], None], opened: int) -> None:
        self.step(name)
        act(opened)


def restore(module: ModuleType, genuine: dict[str, Any]) -> None:
    """Put functions back."""
    for name, act in genuine.items():
        setattr(module, name, act)


@dataclass
class End:
    """What a campaign ended with: everything that must not depend on when somebody died.

    Args:
        facts: of the ledger, without times, numbers and digests.
        inboxes: what each inbox.md says.
        findings: bytes of findings.md.
        ledger: bytes of the ledger.
    """

    facts: list[object]
    inboxes: list[str]
    findings: bytes
    ledger: bytes


@dataclass
class Campaign:
    """A compact campaign: one honest worker from its question to a confirmed finding.

    All happens at fixed times: a step of the coordinator or the executor that is interrupted is done again at the
    same one.

    Args:
        root: an empty folder.
        steps: counts, and ends the process once.
        power: a power cut takes what was not synced; the dice decide how much of it. None: only the process dies.
    """

    root: Path
    steps: Steps = field(default_factory=Steps)
    power: random.Random | None = None

    def play(self) -> End:
        """Play it to the end of the run."""
        with dice_loaded(), without_pictures():
            self._prepare()
            self._surely(self._start)
            worker = Honest(self.world, "alpha", 0.3)
            for _ in range(ROUNDS):
                worker.act()
                self._keep_what_workers_wrote()
                self._surely(self._execute)
                self._surely(self._look)
                if self.world.one_pass.memory.ended is not None:
                    return self._end()
                self.world.clock.jump(seconds=30)
        message = "the campaign never ended"
        raise AssertionError(message)

    def _prepare(self) -> None:
        self.world = World(self.root / "disk", config=CONFIG)
        self.world.state.folder.mkdir()
        self._executor: FakeExecutor | None = None
        self._disk = Disk(self.world.root) if self.power else None

    def _surely(self, act: Callable[[], None]) -> None:
        """Do something; if the process dies in it, start again from what is on the disk and do it again."""
        try:
            with self._powered(), self.steps.counted():
                act()
        except Killed:
            self._executor = None
            if self._disk is not None:
                self._lose_what_was_not_synced()
            self.world.start()
            act()

    @contextmanager
    def _powered(self) -> Iterator[None]:
        """Let the simulated disk know what is synced; nobody waits for the real one."""
        if self._disk is None:
            with without_syncs():
                yield
            return
        DISK.file, DISK.folder = self._disk.file, self._disk.folder  # type: ignore[method-assign]
        try:
            yield
        finally:
            del DISK.file, DISK.folder

    def _start(self) -> None:
        self.world.start()

    def _execute(self) -> None:
        if self._executor is None:
            self._executor = FakeExecutor(self.world)
        self._executor.step()

    def _look(self) -> None:
        self.world.look([self.world.workspace.relative(self.world.worker().report)])

    def _keep_what_workers_wrote(self) -> None:
        """Take what the worker wrote as synced: what it loses in a power cut is not what this is about."""
        if self._disk is not None:
            folder = self.world.worker().folder
            written = [path for path in folder.rglob("*") if path.is_file()] if folder.is_dir() else []
            for path in written:
                self._disk.keep(path)

    def _lose_what_was_not_synced(self) -> None:
        assert self._disk is not None
        after = self._disk.after_the_cut(self.root / "after", self.power)
        self._disk.close()
        self.world.root.rename(self.root / "before")
        after.rename(self.world.root)
        self._disk = None  # a second cut would need another disk

    def _end(self) -> End:
        entries = self.world.entries
        findings = self.world.workspace.run(self.world.opened.run.run).findings.read_bytes()
        inboxes = [self.world.worker(name).inbox.read_text() for name in self.world.ids]
        return End([entry.fact for entry in entries], inboxes, findings, self.world.anchor.read_bytes())


def rest(campaign: Campaign) -> None:
    """Look once more at an ended campaign: nothing is left to do, and both ledgers say the same."""
    before = tree_of(campaign.world.root)
    again = campaign.world.look()
    assert not again.acted
    assert tree_of(campaign.world.root) == before
    ledger = campaign.world.workspace.run(campaign.world.opened.run.run).ledger
    assert ledger.read_bytes() == campaign.world.anchor.read_bytes()
