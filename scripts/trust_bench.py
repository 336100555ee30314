"""How often is the coordinator fooled, and how often would simpler rules be? Plays campaigns and counts.

    python3 scripts/trust_bench.py            all of it: some minutes on two cores
    python3 scripts/trust_bench.py --quick    the small version that a test runs
    python3 scripts/trust_bench.py --write    all of it, and the tables into docs/reliability.md

Real scikit-learn experiments are measured once into a pool (trust/pool.py). Scripted workers then play campaigns on
real workspaces through the real coordinator and executor, with the pool in the place of processes (trust/world.py):
optimists where there is no effect, honest workers where there is one, and one planted defect at a time
(trust/catalogue.py) beside its clean twin. docs/decisions/0014-trust-benchmark.md says what this shows and what not.
"""

from __future__ import annotations

import argparse
import json
import multiprocessing
import os
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import environment

if TYPE_CHECKING:
    from trust.campaign import Played, Stage, Task
    from trust.pool import Pool
    from trust.tally import Tally

DOCUMENT = environment.ROOT / "docs" / "reliability.md"
BEGIN, END = "<!-- trust: begin (made by scripts/trust_bench.py --write; do not edit) -->", "<!-- trust: end -->"
MEMORY = Path("/dev/shm")  # noqa: S108  # Linux's folder in memory, where there is one
PROCESSES = 2


@dataclass(frozen=True)
class Sizes:
    """How much is played.

    Args:
        rows: seeds that each study is measured under.
        null: campaigns without any effect.
        power: campaigns in which about half of the questions have one.
        defects: of each class, over its kinds; known misses have as many each as a kind.
        twins: clean campaigns of each class.
        hard: of each hard negative.
    """

    rows: int
    null: int
    power: int
    defects: int
    twins: int
    hard: int


FULL = Sizes(rows=500, null=300, power=40, defects=24, twins=14, hard=15)
QUICK = Sizes(rows=100, null=16, power=6, defects=2, twins=1, hard=2)

_STAGE: Stage | None = None
_HELD = ExitStack()
"""What a process leaves out for speed, until it ends."""


def tasks(sizes: Sizes, seed: int) -> Iterator[Task]:
    """List every campaign, the same for the same sizes and seed."""
    from trust.campaign import Task
    from trust.catalogue import KINDS
    from trust.negatives import NEGATIVES
    from trust.tally import places

    def some(group: str, kind: int, count: int) -> Iterator[Task]:
        yield from (Task(group, kind, f"{seed}/{group}/{kind}/{number}") for number in range(count))

    yield from some("null", 0, sizes.null)
    yield from some("power", 0, sizes.power)
    for must, missed in places().values():
        for group, count in (("defect", sizes.defects), ("twin", sizes.twins)):
            for place, kind in enumerate(must):
                yield from some(group, kind, max(1, count // len(must) + (place < count % len(must))))
            for kind in missed if group == "defect" else ():
                yield from some(group, kind, max(1, count // 2))
    for kind in range(len(NEGATIVES)):
        yield from some("hard", kind, sizes.hard)
    assert KINDS, "there is a catalogue"


def prepare(measured: Pool, folder: Path | None) -> None:
    """Make a process ready to play campaigns."""
    global _STAGE  # noqa: PLW0603  # one a process, as multiprocessing has it
    from trust.campaign import Stage
    from trust.world import hurried

    if folder is not None:
        os.environ["TMPDIR"] = str(folder)  # where experiments have their temporary folders, too
    _HELD.enter_context(hurried())
    _STAGE = Stage(measured, folder)


def play(task: Task) -> Played:
    """Play one campaign in a process that is ready."""
    assert _STAGE is not None, "prepared"
    return _STAGE(task)


def measure(sizes: Sizes, seed: int) -> tuple[Pool, Tally]:
    """Fill the pool, play everything, and count."""
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
    from trust import pool
    from trust.tally import Tally

    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    folder = MEMORY if MEMORY.is_dir() and os.access(MEMORY, os.W_OK) else None
    context = multiprocessing.get_context("spawn")
    with Progress(*columns, console=Console(stderr=True)) as bar:
        with context.Pool(PROCESSES) as processes:
            shown = bar.add_task("measuring the studies", total=pool.size(sizes.rows))
            measured = pool.fill(sizes.rows, processes, lambda count: bar.advance(shown, count))
        planned = list(tasks(sizes, seed))
        shown = bar.add_task("playing campaigns", total=len(planned))
        played = []
        with context.Pool(PROCESSES, prepare, (measured, folder)) as processes:
            for one in processes.imap(play, planned, chunksize=4):
                played.append(one)
                bar.advance(shown)
    return measured, Tally(tuple(played))


def provenance(measured: Pool, sizes: Sizes, seed: int) -> Iterator[str]:
    """Say what the tables were made by, without a date: the same command gives the same tables."""
    from importlib.metadata import version

    from trust import pool

    effects = ", ".join(f"{name} {measured.standardized(name):.2f}" for name in pool.names("true_"))
    yield f"`python3 scripts/trust_bench.py --seed {seed}`: {sizes.null} null campaigns of 3 to 10 questions,"
    yield f"{sizes.power} with effects; a pool of {sizes.rows} seeds a study (scikit-learn {version('scikit-learn')},"
    yield f"digest `{measured.digest[:16]}`). Standardized effects of the studies with one: {effects}."


def renewed(document: str, block: list[str]) -> str:
    """Give the document with this block between its marks."""
    before, rest = document.split(BEGIN)
    after = rest.split(END)[1]
    return "\n".join([f"{before}{BEGIN}", "", *block, "", f"{END}{after}"])


def main() -> int:
    """Measure, print, and write if asked to."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seed", type=int, default=1, help="decides everything (default: 1)")
    parser.add_argument("--quick", action="store_true", help="the small version: about a minute")
    parser.add_argument("--write", action="store_true", help="put the tables into docs/reliability.md")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write every campaign's outcome there")
    asked = parser.parse_args()
    sizes = QUICK if asked.quick else FULL
    began = time.monotonic()
    measured, tally = measure(sizes, asked.seed)
    from trust.tables import lines

    block = [*provenance(measured, sizes, asked.seed), "", *lines(tally)]
    print("\n".join(block))
    print(f"\n{len(tally.played)} campaigns in {time.monotonic() - began:.0f} s", file=sys.stderr)
    if asked.json:
        asked.json.write_text(json.dumps([asdict(one) for one in tally.played], default=sorted))
    if asked.write:
        DOCUMENT.write_text(renewed(DOCUMENT.read_text(encoding="utf-8"), block), encoding="utf-8")
    return 0


if __name__ == "__main__":
    for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
        os.environ.setdefault(name, "1")
    environment.enter()
    sys.exit(main())
