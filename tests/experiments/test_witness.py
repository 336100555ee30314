"""Is one process recorded as it was? What the whole execution makes of it is seen in test_underway."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest
from experiments.worlds import NOW

from coordinator.experiments import outputs
from coordinator.experiments.engines import Ended, Limits
from coordinator.experiments.witness import DETAIL_CHARACTERS, Taken, not_started, witness, worst
from coordinator.model.record import Outcome
from coordinator.store.layout import Workspace
from coordinator.text import canonical

LIMITS = Limits(memory_mb=100, outputs_mb=5, cpu_seconds=9)


def over(limit: str, code: int = -9) -> Ended:
    """A process that met a limit."""
    return Ended(code, timed_out=False, wall_seconds=2, limit=limit)


FINE = Ended(0, timed_out=False, wall_seconds=1.5, cpu_seconds=1.0, peak_memory_mb=20.0)


@pytest.fixture
def taken(tmp_path: Path) -> Taken:
    """Give a process that has written metrics, beside other things."""
    folder = tmp_path / "outputs" / "seed_5"
    folder.mkdir(parents=True)
    (folder / "metrics.json").write_text(json.dumps({"a": {"b": 1}}))
    (folder / "model.bin").write_bytes(b"m")
    return Taken(5, folder, NOW, LIMITS)


def test_completed(taken: Taken, tmp_path: Path) -> None:
    """Metrics flattened, every output with its digest, and what it cost."""
    record = witness(Workspace(tmp_path), taken, FINE, ())
    assert (record.seed, record.outcome, record.detail) == (5, Outcome.COMPLETED, "")
    assert record.metrics == {"a.b": 1.0}
    assert set(record.outputs) == {"metrics.json", "model.bin"}
    assert record.outputs["model.bin"] == canonical.sha256(b"m")
    assert (record.wall_seconds, record.cpu_seconds, record.peak_memory_mb, record.exit_code) == (1.5, 1.0, 20.0, 0)


@pytest.mark.parametrize(
    ("ended", "outcome", "detail"),
    [
        (Ended(-9, timed_out=True, wall_seconds=3.04, limit="time"), Outcome.TIMED_OUT, "killed after 3.0 s"),
        (over("memory"), Outcome.MEMORY_LIMIT, "killed after 2.0 s: it and what it started held more than 100 MiB"),
        (over("outputs"), Outcome.OUTPUTS_LIMIT, "its outputs are more than 5 MiB, or 20000 files"),
        (over("processes"), Outcome.PROCESS_LIMIT, "more than 512 processes, or 4096 threads"),
        (over("compute"), Outcome.COMPUTE_LIMIT, "more than 9 s of CPU time, its share of compute_minutes"),
        (over("gpu"), Outcome.COMPUTE_LIMIT, "more than any limit of GPU time, its share of gpu_minutes"),
        (over("outputs", code=0), Outcome.OUTPUTS_LIMIT, "ended after 2.0 s: its outputs"),
        (Ended(None, timed_out=False, wall_seconds=0, detail="it could not be started"), Outcome.FAILED, "started"),
        (Ended(0, timed_out=False, wall_seconds=0, detail="2 of its processes"), Outcome.FAILED, "2 of its"),
        (Ended(-11, timed_out=False, wall_seconds=0), Outcome.FAILED, "killed by signal 11"),
        (Ended(2, timed_out=False, wall_seconds=0), Outcome.FAILED, "exit code 2"),
    ],
)
def test_not_completed(taken: Taken, tmp_path: Path, ended: Ended, outcome: Outcome, detail: str) -> None:
    """Whatever it has written, numbers of a process that did not end well are none; its outputs are sealed."""
    record = witness(Workspace(tmp_path), taken, ended, ())
    assert (record.outcome, record.metrics) == (outcome, {})
    assert detail in record.detail
    assert "model.bin" in record.outputs


@pytest.mark.parametrize(
    ("words", "limits", "outcome"),
    [
        ("MemoryError", LIMITS, Outcome.MEMORY_LIMIT),
        ("numpy._core._exceptions._ArrayMemoryError: Unable to allocate 9 GiB", LIMITS, Outcome.MEMORY_LIMIT),
        ("OSError: [Errno 27] File too large", LIMITS, Outcome.OUTPUTS_LIMIT),
        ("MemoryError", Limits(outputs_mb=5), Outcome.FAILED),
        ("OSError: [Errno 27] File too large", Limits(memory_mb=5), Outcome.FAILED),
        ("ValueError", LIMITS, Outcome.FAILED),
    ],
)
def test_a_request_that_the_kernel_refused(
    taken: Taken, tmp_path: Path, words: str, limits: Limits, outcome: Outcome
) -> None:
    """A process that failed for a limit of ours says so in its last words; without that limit it just failed."""
    outputs.printed(taken.folder, "stderr").write_text(words)
    ended = Ended(1, timed_out=False, wall_seconds=0)
    record = witness(Workspace(tmp_path), replace(taken, limits=limits), ended, ())
    assert (record.outcome, record.detail) == (outcome, f"exit code 1: {words}")


def test_its_last_words(taken: Taken, tmp_path: Path) -> None:
    """The last line of stderr is quoted, in one line, printable, and not long."""
    outputs.printed(taken.folder, "stderr").write_bytes(b"first\nValueError: \x1b[31m" + b"x" * 1000 + b"\xff\n\n  \n")
    record = witness(Workspace(tmp_path), taken, Ended(1, timed_out=False, wall_seconds=0), ())
    assert record.detail.startswith("exit code 1: ValueError:  [31mxxx")
    assert len(record.detail) == DETAIL_CHARACTERS
    assert record.detail.isprintable()


def test_a_changed_target_is_worse_than_anything(taken: Taken, tmp_path: Path) -> None:
    """It voids the whole execution, so it is what is said."""
    ended = Ended(-9, timed_out=True, wall_seconds=3, limit="time")
    record = witness(Workspace(tmp_path), taken, ended, ("train.py",))
    assert (record.outcome, record.detail) == (Outcome.TARGET_CHANGED, "changed: train.py")


def test_outputs_that_cannot_be_sealed(taken: Taken, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without digests nothing vouches for the numbers."""
    monkeypatch.setattr(outputs, "MAX_FILES", 1)
    record = witness(Workspace(tmp_path), taken, FINE, ())
    assert (record.outcome, record.outputs, record.metrics) == (Outcome.FAILED, {}, {})
    assert "cannot be sealed" in record.detail


def test_not_started(taken: Taken) -> None:
    """It counts as failed, took no time and has no exit code."""
    record = not_started(taken, "the disk\nis gone")
    assert (record.outcome, record.exit_code, record.wall_seconds) == (Outcome.FAILED, None, 0.0)
    assert record.detail == "the disk is gone"


def test_worst() -> None:
    """What voids everything is worse than what spoils one seed; order does not matter."""
    assert worst([Outcome.COMPLETED, Outcome.NO_METRICS, Outcome.COMPLETED]) is Outcome.NO_METRICS
    assert worst([Outcome.TIMED_OUT, Outcome.FAILED]) is Outcome.TIMED_OUT
    assert worst(list(Outcome)) is Outcome.TARGET_CHANGED
    assert worst([Outcome.COMPLETED]) is Outcome.COMPLETED
