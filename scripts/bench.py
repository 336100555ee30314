"""How fast is a report answered, beside the least that the disk allows? What does one pass cost, and the guard?

    python3 scripts/bench.py                      everything, with a quiet machine for a minute or two
    python3 scripts/bench.py --rounds 1000        more rounds, for a p99 that means something
    python3 scripts/bench.py --folder /mnt/data   on another disk than that of the temporary folder

Latency: from the new `status.md` to the new `inbox.md` in its place, seen through the same inotify watch.
The real `python -m coordinator watch` answers in one folder; in another one a loop written by hand for
nothing but this race: raw inotify, a regular expression, and the same syncs (two appends, the inbox, its
folder). Both run all the time and are asked in turn, so that the disk's moods hit both. The worker has one
experiment that it never runs, so every report is answered by `rerun`, and patience with that is set to be
endless: without it, answering without any work is stopped soon. `--write` says how reports come about:
`replace` by a temporary file beside them and a rename, `outside` by one in another folder, `in-place` by
opening, writing and closing.

Cost of a pass: in this process, with nothing new and with one new report, beside two stats a worker.
Idle: the share of one core that the daemon and its executor use with nothing to do, beside a loop that only looks.

Cost of the guard: an experiment that sleeps for 50 ms and writes one file, as a bare subprocess, under a warden
without any guard, and under each means that this machine has; all in turn, and the median of each. The share of
preparing (what may be read, the temporary folder, the comparison of the target) is within it.
"""

import argparse
import ctypes
import json
import os
import re
import select
import statistics
import struct
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

import bench_guard
import bench_idle
import environment

DIRECTION = """\
  - {{id: d{n:04d}, title: How fast is answer {n}?, question: Is report {n} answered within 10 ms?}}
"""
REPORT = "---\ndirection: {direction}\nstate: working\nanswered: {n}\n---\nA report of the benchmark.\n"
CONFIG = "attention: {stall_minutes: 100000, revisions: 1000000}\nbudget: {wall_minutes: null}\n"
WAYS = ("replace", "outside", "in-place")
PATIENCE = 30.0
"""Seconds until an answer counts as never given."""
WARM_UP = 10
"""Rounds before the clock counts."""
SIZES = (10, 100, 1000)
"""Numbers of workers, for the cost of a pass."""
REPEATS = 7
"""Passes of each kind; the median counts."""
MOVED_TO, CLOSE_WRITE = 0x80, 0x08
NUMBER = re.compile(rb"^(?:answered|instruction): (\d+)", re.MULTILINE)


class Inotify:
    """One raw inotify descriptor (Linux), with a watch on one folder."""

    def __init__(self, folder: Path) -> None:
        libc = ctypes.CDLL(None, use_errno=True)
        self.descriptor: int = libc.inotify_init1(os.O_CLOEXEC)
        if libc.inotify_add_watch(self.descriptor, os.fsencode(folder), MOVED_TO | CLOSE_WRITE) < 0:
            raise OSError(ctypes.get_errno(), "inotify_add_watch", str(folder))

    def names(self, seconds: float | None = None) -> set[bytes]:
        """Wait for events and give the names of what was closed or moved into place."""
        if not select.select([self.descriptor], [], [], seconds)[0]:
            return set()
        data, found = os.read(self.descriptor, 1 << 16), set()
        while data:
            length = struct.unpack_from("iIII", data)[3]
            found.add(data[16 : 16 + length].rstrip(b"\0"))
            data = data[16 + length :]
        return found


@dataclass(frozen=True)
class Worker:
    """A worker's folder, the watch on it, and how its report is written: one of WAYS."""

    folder: Path
    watch: Inotify
    way: str = "replace"

    @property
    def instruction(self) -> int:
        """Number of the instruction in the inbox; 0 without one."""
        inbox = self.folder / "inbox.md"
        found = NUMBER.search(inbox.read_bytes()) if inbox.exists() else None
        return int(found.group(1)) if found else 0

    def answer(self) -> float:
        """Answer the instruction in force and give the milliseconds until the next one is there."""
        before = self.instruction
        direction = self.folder.name.partition("-")[2]
        text = REPORT.format(direction=direction, n=before)
        report = self.folder / "status.md"
        places = {"replace": self.folder / ".status.md.new", "outside": self.folder.with_suffix(".new")}
        fresh = places.get(self.way)
        if fresh is not None:
            fresh.write_text(text, encoding="utf-8")
        began = time.perf_counter()
        if fresh is not None:
            fresh.replace(report)
        else:
            report.write_text(text, encoding="utf-8")
        while time.perf_counter() - began < PATIENCE:
            if b"inbox.md" in self.watch.names(PATIENCE):
                ended = time.perf_counter()
                if self.instruction > before:
                    return (ended - began) * 1000
        sys.exit(f"{self.folder}: no answer within {PATIENCE:g} s")


def append_synced(path: Path, line: bytes) -> None:
    """Append a line and sync it."""
    descriptor = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
    os.write(descriptor, line)
    os.fsync(descriptor)
    os.close(descriptor)


def write_synced(path: Path, data: bytes) -> None:
    """Replace a file: temporary file, sync, rename, sync of the folder."""
    fresh = path.with_name(f".{path.name}.new")
    with fresh.open("wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    fresh.rename(path)
    folder = os.open(path.parent, os.O_RDONLY)
    os.fsync(folder)
    os.close(folder)


def answer_by_hand(folder: Path) -> None:
    """Answer every report in a folder with the least that keeps the promises about the disk, for ever."""
    watch = Inotify(folder)
    write_synced(folder / "inbox.md", b"---\ninstruction: 1\n---\n")
    while True:
        if b"status.md" in watch.names():
            found = NUMBER.search((folder / "status.md").read_bytes())
            number = int(found.group(1)) + 1 if found else 1
            line = json.dumps({"n": number, "kind": "instruction", "text": "x" * 1500}).encode() + b"\n"
            append_synced(folder.parent / "anchor.jsonl", line)
            append_synced(folder.parent / "ledger.jsonl", line)
            write_synced(folder / "inbox.md", b"---\ninstruction: %d\n---\n" % number + b"x" * 1500)


def make_workspace(root: Path, workers: int) -> None:
    """Make a workspace with as many directions as workers."""
    for name in ("config", "runs", "research_target"):
        (root / name).mkdir(parents=True)
    (root / "config" / "config.yaml").write_text(CONFIG)
    directions = "".join(DIRECTION.format(n=n) for n in range(1, workers + 1))
    (root / "config" / "directions.yaml").write_text("directions:\n" + directions)
    (root / "config" / "scoring_rubric.md").write_text("# Rubric\n\nAny score.\n")


def eventually(found: Callable[[], bool], process: subprocess.Popen[bytes], what: str) -> None:
    """Wait until something is there; end with what the process said if it ends first."""
    deadline = time.monotonic() + PATIENCE
    while not found():
        if process.poll() is not None or time.monotonic() > deadline:
            said = process.stderr.read().decode() if process.stderr and process.poll() is not None else ""
            sys.exit(f"{what} did not start (exit code {process.poll()})\n{said}")
        time.sleep(0.05)


def latencies(scratch: Path, rounds: int, way: str) -> tuple[list[float], list[float]]:
    """Ask the coordinator and the loop by hand in turn; give the milliseconds of each."""
    root, by_hand = scratch / "latency", scratch / "by_hand" / "run-d0001"
    make_workspace(root, 1)
    by_hand.mkdir(parents=True)
    environ = {**os.environ, "XDG_STATE_HOME": str(scratch / "state"), "LOCALAPPDATA": str(scratch / "state")}
    commands = (
        [sys.executable, "-m", "coordinator", "watch", "--root", str(root)],
        [sys.executable, __file__, "--by-hand", str(by_hand)],
    )
    processes = [
        subprocess.Popen(command, env=environ, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
        for command in commands
    ]
    try:
        eventually(lambda: bool(list(root.glob("runs/*-d0001/inbox.md"))), processes[0], "coordinator watch")
        eventually((by_hand / "inbox.md").exists, processes[1], "the loop by hand")
        folders = (next(root.glob("runs/*-d0001")), by_hand)
        unwitnessed = folders[0] / "experiments" / "exp_001"
        unwitnessed.mkdir(parents=True)
        (unwitnessed / "experiment.py").write_text("print(1)\n")
        return _in_turn([Worker(folder, Inotify(folder), way) for folder in folders], rounds)
    finally:
        for process in processes:
            process.terminate()
        for process in processes:
            process.communicate(timeout=PATIENCE)


def print_idle(scratch: Path, seconds: float) -> None:
    """Start a coordinator with three silent workers, and print what it uses while nothing happens."""
    root = scratch / "idle"
    make_workspace(root, 3)
    environ = {**os.environ, "XDG_STATE_HOME": str(scratch / "idle_state")}
    command = [sys.executable, "-m", "coordinator", "watch", "--root", str(root)]
    with subprocess.Popen(command, env=environ, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE) as process:
        try:
            eventually(lambda: len(list(root.glob("runs/*-d*/inbox.md"))) == 3, process, "coordinator watch")
            reports = [inbox.with_name("status.md") for inbox in root.glob("runs/*-d*/inbox.md")]
            show(f"idle: {seconds:g} s")
            used = bench_idle.idle(process.pid, reports, seconds)
        finally:
            process.terminate()
            process.wait(PATIENCE)
    show("")
    print(f"{'idle, share of one core':24}{'daemon':>14}{'executor':>14}{'a loop that looks':>18}")
    print(f"{f'over {seconds:g} s':24}{used.daemon:12.2f} %{used.executor:12.2f} %{used.loop:16.2f} %")


def _in_turn(workers: Sequence[Worker], rounds: int) -> tuple[list[float], list[float]]:
    taken: tuple[list[float], list[float]] = ([], [])
    for number in range(-WARM_UP, rounds):
        show(f"latency: round {max(number + 1, 0)} of {rounds}")
        for worker, times in zip(workers, taken, strict=True):
            milliseconds = worker.answer()
            if number >= 0:
                times.append(milliseconds)
    return taken


def pass_costs(scratch: Path, workers: int) -> tuple[float, float, float]:
    """Give milliseconds of: two stats a worker, a pass with nothing new, a pass with one new report.

    Knows the engine from inside.
    """
    from coordinator.engine.observe import Observer
    from coordinator.engine.opening import begin
    from coordinator.engine.passing import Pass
    from coordinator.engine.rest import Rest
    from coordinator.store.layout import Workspace
    from coordinator.store.state import State

    root = scratch / f"pass_{workers}"
    make_workspace(root, workers)
    workspace = Workspace(root)
    opened = begin(workspace, State(scratch / f"state_{workers}"), datetime.now(UTC))
    one_pass = Pass(workspace, opened, Observer(workspace, opened.run, frozenset(), Rest()))
    folders = [workspace.worker(opened.run.run, one.id).folder for one in opened.run.directions]
    for _ in range(3):  # gives every worker its first instruction, then finds nothing to do
        one_pass(datetime.now(UTC))
    quiet = [timed(lambda: one_pass(datetime.now(UTC))) for _ in range(REPEATS)]
    busy = []
    for number in range(REPEATS):
        folder = folders[number % len(folders)]
        report = folder / "status.md"
        report.write_text(REPORT.format(direction=folder.name.partition("-")[2], n=1) + f"{number}\n")
        seen = [workspace.relative(report)]
        busy.append(timed(partial(one_pass, datetime.now(UTC), seen)))
        one_pass(datetime.now(UTC))
    stats = [timed(lambda: _stat(folders)) for _ in range(REPEATS)]
    return statistics.median(stats), statistics.median(quiet), statistics.median(busy)


def _stat(folders: Sequence[Path]) -> None:
    for folder in folders:
        for name in ("status.md", "inbox.md"):
            if (folder / name).exists():
                (folder / name).stat()


def timed(action: Callable[[], object]) -> float:
    """Give the milliseconds that an action takes."""
    began = time.perf_counter()
    action()
    return (time.perf_counter() - began) * 1000


def show(progress: str) -> None:
    """Show how far it is, on a terminal."""
    if sys.stderr.isatty():
        print(f"\r\033[K{progress}", end="", file=sys.stderr, flush=True)


def percentile(times: Sequence[float], share: float) -> float:
    """Give the smallest of these values that at least this share of them does not exceed."""
    return sorted(times)[min(len(times) - 1, int(share * len(times)))]


def print_latencies(ours: Sequence[float], by_hand: Sequence[float]) -> None:
    """Print both side by side, and how they compare."""
    print(f"{'report to inbox':24}{'coordinator':>14}{'by hand':>14}{'ratio':>8}")
    for name, share in (("p50", 0.5), ("p99", 0.99)):
        mine, theirs = percentile(ours, share), percentile(by_hand, share)
        print(f"{name:24}{mine:11.2f} ms{theirs:11.2f} ms{mine / theirs:8.2f}")


def main() -> int:
    """Measure what was asked for."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=300, metavar="N", help="reports of each side (default: 300)")
    parser.add_argument("--folder", type=Path, metavar="DIR", help="measure on the disk of this folder")
    parser.add_argument("--write", choices=WAYS, default="replace", help="how reports are written")
    parser.add_argument("--only", choices=["latency", "pass", "guard", "idle"], help="one of the measurements")
    parser.add_argument("--seconds", type=float, default=30, help="how long to watch an idle daemon (default: 30)")
    parser.add_argument("--by-hand", type=Path, help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.by_hand:
        answer_by_hand(asked.by_hand)
    with tempfile.TemporaryDirectory(prefix="bench-", dir=asked.folder) as name:
        scratch = Path(name).resolve()
        if asked.only in {None, "latency"} and sys.platform == "linux":
            ours, by_hand = latencies(scratch, asked.rounds, asked.write)
            show("")
            print_latencies(ours, by_hand)
        if asked.only in {None, "guard"} and os.name == "posix":
            show("guard")
            guarded = scratch / "guard"
            guarded.mkdir()
            taken = bench_guard.costs(guarded, min(asked.rounds, bench_guard.ROUNDS))
            show("")
            print("\n".join(bench_guard.table(taken)))
        if asked.only in {None, "pass"}:
            print(f"{'one pass':24}{'nothing new':>14}{'one report':>14}{'two stats each':>18}")
            for workers in SIZES:
                show(f"pass: {workers} workers")
                stats, quiet, busy = pass_costs(scratch, workers)
                show("")
                print(f"{f'{workers:,} workers':24}{quiet:11.2f} ms{busy:11.2f} ms{stats:15.2f} ms", flush=True)
        if asked.only in {None, "idle"} and sys.platform == "linux":
            print_idle(scratch, asked.seconds)
    return 0


if __name__ == "__main__":
    if "--by-hand" not in sys.argv:  # started by one that is in there already
        environment.enter()
    sys.exit(main())
