"""Does the benchmark measure what it says, and is its loop by hand a fair opponent?"""

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import bench
import pytest

linux = pytest.mark.skipif(sys.platform != "linux", reason="inotify is Linux's")


@pytest.fixture
def folder(tmp_path: Path) -> Iterator[Path]:
    """Give a worker's folder in which the loop by hand, a real process, answers."""
    folder = tmp_path / "run-d0001"
    folder.mkdir()
    process = subprocess.Popen([sys.executable, bench.__file__, "--by-hand", str(folder)], stderr=subprocess.PIPE)
    bench.eventually((folder / "inbox.md").exists, process, "the loop by hand")
    yield folder
    process.kill()
    process.communicate()


@linux
def test_the_loop_by_hand_answers_every_report(folder: Path) -> None:
    """Count up by one with each answer, in both ledgers and the inbox, and leave no temporary file."""
    worker = bench.Worker(folder, bench.Inotify(folder))
    times = [worker.answer() for _ in range(5)]
    assert all(0 < milliseconds < bench.PATIENCE * 1000 for milliseconds in times)
    assert worker.instruction == 6
    for name in ("ledger.jsonl", "anchor.jsonl"):
        assert len((folder.parent / name).read_bytes().splitlines()) == 5
    assert sorted(path.name for path in folder.iterdir()) == ["inbox.md", "status.md"]


@linux
def test_a_missing_answer_is_no_time(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """End instead of printing a number when nobody answers."""
    monkeypatch.setattr(bench, "PATIENCE", 0.05)
    folder = tmp_path / "run-d0001"
    folder.mkdir()
    with pytest.raises(SystemExit, match="no answer within"):
        bench.Worker(folder, bench.Inotify(folder)).answer()


def test_a_server_that_does_not_start_says_why(monkeypatch: pytest.MonkeyPatch) -> None:
    """Show what it said, and its exit code."""
    with (
        subprocess.Popen([sys.executable, "-c", "raise SystemExit('no room')"], stderr=subprocess.PIPE) as process,
        pytest.raises(SystemExit, match=r"(?s)the server did not start \(exit code 1\).*no room"),
    ):
        bench.eventually(lambda: False, process, "the server")


@pytest.mark.parametrize(("share", "expected"), [(0.0, 1), (0.5, 51), (0.99, 100), (1.0, 100)])
def test_percentiles(share: float, expected: int) -> None:
    """Take a value that was measured, not one between two."""
    assert bench.percentile(range(100, 0, -1), share) == expected


def test_both_sides_and_their_ratio_are_printed(capsys: pytest.CaptureFixture[str]) -> None:
    """Print the median and the slowest hundredth of both, side by side."""
    bench.print_latencies([2.0] * 100, [1.0] * 100)
    _, median, slow = capsys.readouterr().out.splitlines()
    assert median.split() == ["p50", "2.00", "ms", "1.00", "ms", "2.00"]
    assert slow.split() == ["p99", "2.00", "ms", "1.00", "ms", "2.00"]


def test_everything_is_measured_in_one_run(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    """One measurement leaves nothing behind that the next one stumbles over."""
    monkeypatch.setattr(sys, "argv", ["bench.py", "--rounds", "2", "--seconds", "1"])
    monkeypatch.setattr(bench, "SIZES", (2, 3))
    assert bench.main() == 0
    shown = capsys.readouterr().out
    assert "2 workers" in shown
    assert "3 workers" in shown
    if sys.platform == "linux":
        assert "p99" in shown
        assert "warden, no guard" in shown
