"""What does each study measure under each seed? Found out once, by running it, and looked up by every campaign.

A study is a file in studies/: whole code of an experiment, as a worker would hand it in, and an importable
module with `measure(seed)`. It is run here, in this process, once per seed of the pool; a campaign's process of
an experiment under a seed is a look into the row `seed % rows`. So every number of every campaign was measured
by real scikit-learn models, and no campaign waits for one.

The arms of a null study differ by nothing but chance, and the last bit of the seed decides which of them is called
treated: over a pool of whole pairs its effect is zero, not nearly zero.
"""

from __future__ import annotations

import hashlib
import importlib
import json
import os
import statistics
import sys
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from multiprocessing.pool import Pool as Processes
from pathlib import Path
from typing import Any
from unittest import mock

from coordinator.experiments.target import PLACEBO

HERE = Path(__file__).resolve().parent
STUDIES = HERE / "studies"
TARGET = HERE / "target"

CHUNK = 25
"""Seeds measured at a time by one process: the progress bar moves as often."""
FEWER = 5
"""By how much the studies that nothing is counted over, and the placebos, have fewer seeds."""

Row = Mapping[str, Any]
"""metrics.json of one seed."""


@dataclass(frozen=True)
class Pool:
    """Every study's metrics under every seed of the pool.

    Args:
        rows: name of the study -> one row a seed, from seed 0.
    """

    rows: Mapping[str, tuple[Row, ...]]

    @property
    def digest(self) -> str:
        """Give the digest of every number in it: equal ones give equal campaigns."""
        text = json.dumps({study: self.rows[study] for study in sorted(self.rows)})
        return hashlib.sha256(text.encode()).hexdigest()

    def row(self, study: str, seed: int, *, placebo: bool = False) -> bytes:
        """Give metrics.json of a study under a seed; as a placebo, on permuted labels."""
        rows = self.rows[_name(study, placebo=placebo)]
        return json.dumps(rows[seed % len(rows)]).encode()

    def standardized(self, study: str) -> float:
        """Give the effect of a study on accuracy, in standard deviations of its paired differences."""
        found = [row["treated"]["accuracy"] - row["control"]["accuracy"] for row in self.rows[study]]
        return float(statistics.fmean(found) / statistics.stdev(found))


def names(beginning: str = "") -> tuple[str, ...]:
    """Give the studies whose names begin so."""
    return tuple(sorted(path.stem for path in STUDIES.glob(f"{beginning}*.py")))


def code(study: str) -> str:
    """Give a study as a worker hands it in."""
    return (STUDIES / f"{study}.py").read_text(encoding="utf-8")


def measured(study: str, seeds: range, *, placebo: bool = False) -> tuple[str, list[Row]]:
    """Run a study under some seeds, in this process; as a placebo, on permuted labels."""
    for folder in (STUDIES, TARGET):
        if str(folder) not in sys.path:
            sys.path.insert(0, str(folder))
    measure = importlib.import_module(study).measure
    found = []
    for seed in seeds:
        with mock.patch.dict(os.environ, {PLACEBO: str(seed)} if placebo else {}):
            found.append(measure(seed))
    return _name(study, placebo=placebo), found


def fill(rows: int, processes: Processes, advance: Callable[[int], object]) -> Pool:
    """Run every study under seeds from 0 on.

    Args:
        rows: of each study that findings are counted over; even, so that the arms of the null studies come in
            whole pairs. The others, and the placebos, have fewer.
        processes: that do it.
        advance: is told how many seeds were measured.
    """
    assert rows % 2 == 0, "pairs are whole"
    found: dict[str, list[Row]] = {}
    for name, measurements in processes.imap(_task, list(_tasks(rows))):
        found.setdefault(name, []).extend(measurements)
        advance(len(measurements))
    return Pool({name: tuple(measurements) for name, measurements in found.items()})


def size(rows: int) -> int:
    """Give how many seeds are measured over all studies."""
    return sum(len(task.args[1]) for task in _tasks(rows))


def _rows(study: str, rows: int, *, placebo: bool) -> int:
    if placebo or not study.startswith(("null_", "true_")):
        return max(2, rows // FEWER)
    return rows


def _name(study: str, *, placebo: bool) -> str:
    return f"{study} placebo" if placebo else study


def _tasks(rows: int) -> Iterator[partial[tuple[str, list[Row]]]]:
    for study in names():
        for placebo in (False, True):
            last = _rows(study, rows, placebo=placebo)
            for start in range(0, last, CHUNK):
                yield partial(measured, study, range(start, min(start + CHUNK, last)), placebo=placebo)


def _task(task: partial[tuple[str, list[Row]]]) -> tuple[str, list[Row]]:
    return task()
