"""Does the ledger keep what it acknowledged when processes are killed, disks fill up and the power goes?"""

import errno
import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from coordinator.errors import MachineError
from coordinator.model.entry import Entry, FirstReport
from coordinator.store.ledger import Ledger
from coordinator.store.sync import DISK, Sync

NOW = datetime(2026, 11, 23, 14, 30, 22, tzinfo=UTC)
RUN = Path("runs") / "20261123_143022"


def later(seconds: int) -> datetime:
    """Give a time of the run."""
    return NOW + timedelta(seconds=seconds)


def facts(*names: str) -> list[FirstReport]:
    """Make one fact a name."""
    return [FirstReport(direction=name) for name in names]


def said(entries: Sequence[Entry]) -> list[str]:
    """Give the names of the facts."""
    return [entry.fact.direction for entry in entries]


def ledger_on(root: Path, sync: Sync = DISK) -> Ledger:
    """Open the ledger of a tree, as another process would."""
    (root / "state").mkdir(parents=True, exist_ok=True)
    (root / RUN).mkdir(parents=True, exist_ok=True)
    state = root / "state"
    return Ledger(root / RUN / "ledger.jsonl", state / "anchor.jsonl", state / "ledger.lock", beneath=root, sync=sync)


def files(root: Path) -> tuple[bytes, bytes]:
    """Give the bytes of the anchor and of the public copy."""
    return (root / "state" / "anchor.jsonl").read_bytes(), (root / RUN / "ledger.jsonl").read_bytes()


@pytest.fixture
def ledger(tmp_path: Path) -> Ledger:
    """Make a ledger with three batches: a; b, c; d."""
    ledger = ledger_on(tmp_path)
    for second, names in enumerate(["a", "bc", "d"]):
        ledger.append(facts(*names), later(second))
    return ledger


@pytest.mark.parametrize("lost", ["whole batch", "half of it", "a torn line", "zeros"])
def test_a_crash_between_the_files_is_mended(ledger: Ledger, tmp_path: Path, lost: str) -> None:
    """Add to the public copy what a crash kept from it, without a word."""
    ledger.append(facts("e", "f"), later(9))
    whole, public = files(tmp_path)
    lines = public.splitlines(keepends=True)
    left = {
        "whole batch": b"".join(lines[:-2]),
        "half of it": b"".join(lines[:-1]),
        "a torn line": b"".join(lines[:-2]) + lines[-2][:30],
        "zeros": b"".join(lines[:-2]) + b"\0" * len(b"".join(lines[-2:])),
    }
    (tmp_path / RUN / "ledger.jsonl").write_bytes(left[lost])
    again = ledger_on(tmp_path)
    assert again.audit() == ()
    again.mend()
    assert files(tmp_path) == (whole, whole)
    assert said(again.append(facts("g"), later(10))) == ["g"]
    assert again.audit() == ()


@pytest.mark.parametrize("left", [b"", b"half", b"zeros"])
def test_a_copy_that_lags_is_known_and_mended_without_an_append(ledger: Ledger, tmp_path: Path, left: bytes) -> None:
    """Tell a public copy that a crash, or somebody, took the last batch from, and level it while nothing happens."""
    whole, public = files(tmp_path)
    last = public.splitlines(keepends=True)[-1]
    kept = {b"": b"", b"half": last[:30], b"zeros": b"\0" * len(last)}[left]
    (tmp_path / RUN / "ledger.jsonl").write_bytes(public.removesuffix(last) + kept)
    assert ledger.audit() == ()
    assert ledger.lags
    ledger.mend()
    assert files(tmp_path) == (whole, whole)
    assert ledger.audit() == ()
    assert not ledger.lags


def test_a_torn_line_of_the_anchor_is_cut(ledger: Ledger, tmp_path: Path) -> None:
    """Take back what was being written when a process died: nobody was told that it was there."""
    whole, _ = files(tmp_path)
    with (tmp_path / "state" / "anchor.jsonl").open("ab") as anchor:
        anchor.write(b'{"at": "torn')
    again = ledger_on(tmp_path)
    assert said(again.read()) == ["a", "b", "c", "d"]
    again.append(facts("e"), later(9))
    assert files(tmp_path)[0].startswith(whole + b'{"at":')
    assert said(ledger_on(tmp_path).read()) == ["a", "b", "c", "d", "e"]
    assert again.audit() == ()


class Failing(Sync):
    """A disk on which the n-th sync of a file fails."""

    def __init__(self, fail_at: int) -> None:
        self.left = fail_at

    def file(self, _: int) -> None:
        """Count, and fail."""
        self.left -= 1
        if self.left == 0:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


def test_a_full_disk_leaves_the_ledger_as_it_was(ledger: Ledger, tmp_path: Path) -> None:
    """Append nothing if the anchor cannot be synced, and everything later."""
    before = files(tmp_path)
    failing = ledger_on(tmp_path, Failing(1))
    with pytest.raises(MachineError, match="No space left"):
        failing.append(facts("e"), later(9))
    assert files(tmp_path) == before
    assert said(failing.append(facts("f"), later(10))) == ["f"]
    assert said(ledger.read()) == ["a", "b", "c", "d", "f"]


def test_a_public_copy_on_a_full_disk_is_mended_later(ledger: Ledger, tmp_path: Path) -> None:
    """Keep what the anchor has, say that the disk is full, and mend the copy with the next append."""
    failing = ledger_on(tmp_path, Failing(2))
    with pytest.raises(MachineError, match="No space left"):
        failing.append(facts("e"), later(9))
    assert said(failing.read())[-1] == "e"
    failing.append(facts("f"), later(10))
    assert files(tmp_path)[0] == files(tmp_path)[1]
    assert said(ledger.read()) == ["a", "b", "c", "d", "e", "f"]


@pytest.mark.parametrize("cut_at", range(1, 11))
@pytest.mark.parametrize("seed", [None, 0, 1, 2, 3])
def test_what_was_acknowledged_survives_a_power_cut(
    tmp_path: Path, disk_of: Callable[..., Any], cut_at: int, seed: int | None
) -> None:
    """Cut the power before each sync in turn: every acknowledged batch is there, whole, and goes on."""
    root = tmp_path / "disk"
    ledger_on(root)
    disk = disk_of(root, cut_at)
    ledger = ledger_on(root, disk)
    acknowledged: list[str] = []
    with suppress(disk.Cut):
        for second, names in enumerate(["a", "bc", "def", "gh"]):
            ledger.append(facts(*names), later(second))
            acknowledged += names
    chance = None if seed is None else random.Random(seed)  # replayed by its seed
    again = ledger_on(disk.after_the_cut(tmp_path / "after", chance))
    again.mend()
    found = said(again.read())
    assert found[: len(acknowledged)] == acknowledged
    assert again.audit() == ()
    again.append(facts("z"), later(99))
    assert said(again.read()) == [*found, "z"]
    assert again.audit() == ()


@pytest.mark.parametrize("left_out", ["file", "folder"])
def test_the_simulated_disk_has_teeth(
    tmp_path: Path, disk_of: Callable[..., Any], left_out: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Lose an acknowledged batch on this disk when either kind of sync is left out."""
    root = tmp_path / "disk"
    ledger_on(root)
    disk = disk_of(root)
    monkeypatch.setattr(disk, left_out, lambda _: None)
    ledger_on(root, disk).append(facts("a"), NOW)
    assert ledger_on(disk.after_the_cut(tmp_path / "after")).read() == ()


APPEND = """
import sys
from datetime import UTC, datetime
from pathlib import Path
from coordinator.model.entry import FirstReport
from coordinator.store.ledger import Ledger
root, name, count = Path(sys.argv[1]), sys.argv[2], int(sys.argv[3])
ledger = Ledger(
    root / "runs/20261123_143022/ledger.jsonl", root / "state/anchor.jsonl", root / "state/ledger.lock"
)
for number in range(count):
    facts = [FirstReport(direction=f"{name}{number}-{part}") for part in range(3)]
    print(ledger.append(facts, datetime.now(UTC))[-1].n, flush=True)
"""


def start(root: Path, name: str, count: int) -> subprocess.Popen[bytes]:
    """Start a process that appends batches of three and prints the last number of each."""
    command = [sys.executable, "-c", APPEND, str(root), name, str(count)]
    return subprocess.Popen(command, stdout=subprocess.PIPE)


def test_two_processes_append_to_one_chain(tmp_path: Path) -> None:
    """Number every entry once, keep each batch together, and lose none."""
    ledger = ledger_on(tmp_path)
    processes = [start(tmp_path, name, 25) for name in "ab"]
    seen = 0
    while any(process.poll() is None for process in processes):
        entries = ledger.read()  # without a turn, while they write
        assert len(entries) >= seen
        seen = len(entries)
    for process in processes:
        assert process.wait() == 0
        assert process.stdout is not None
        process.stdout.close()
    names = said(ledger.read())
    assert sorted(names) == sorted(f"{name}{n}-{p}" for name in "ab" for n in range(25) for p in range(3))
    assert all(names[at].endswith("-0") and names[at + 2].endswith("-2") for at in range(0, 150, 3))
    assert files(tmp_path)[0] == files(tmp_path)[1]


@pytest.mark.skipif(os.name == "nt", reason="no SIGKILL there")
def test_a_killed_process_loses_nothing_that_it_acknowledged(tmp_path: Path) -> None:
    """Kill the writer at some moment, again and again: the ledger goes on from what it said last."""
    ledger = ledger_on(tmp_path)
    for round_, after in enumerate((0.0, 0.004, 0.013)):
        process = start(tmp_path, f"r{round_}-", 10**6)
        assert process.stdout is not None
        process.stdout.readline()
        time.sleep(after)  # the moment of the kill is what is tried out
        process.send_signal(signal.SIGKILL)
        rest = process.stdout.read().split(b"\n")[:-1]
        process.wait()
        process.stdout.close()
        ledger.mend()
        assert ledger.audit() == ()
        assert len(ledger.read()) >= int(rest[-1]) if rest else True
    assert said(ledger.append(facts("last"), NOW)) == ["last"]
