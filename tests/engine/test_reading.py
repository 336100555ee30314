"""Is each file read once per change, and acted on only when it is whole?"""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from fakes import Clock

from coordinator.engine.reading import Known, Reading, moment
from coordinator.engine.rest import BAD_SECONDS, GOOD_SECONDS, Rest
from coordinator.model.problem import Parsed, Problem
from coordinator.store.read import Signature
from coordinator.text.canonical import sha256


class Bench:
    """One file, a reading and a clock."""

    def __init__(self, root: Path) -> None:
        self.path = root / "a.md"
        self.clock = Clock()
        self.reading = Reading(root, Rest(self.clock.monotonic))
        self.parsed: list[bytes] = []

    def parse(self, data: bytes, path: str) -> Parsed[str]:
        """Read well whatever begins with `good`."""
        self.parsed.append(data)
        if data.startswith(b"good"):
            return Parsed(data.decode())
        return Parsed(None, (Problem(path, 1, "bad", "is bad"),))

    def fresh(self, cap: int = 100) -> Known[str] | None:
        """Look, as if the file was written this very moment."""
        return self.reading.document("a.md", self.parse, 0.0, cap)


@pytest.fixture
def bench(tmp_path: Path) -> Bench:
    """Give a bench without a file."""
    return Bench(tmp_path)


def test_what_is_not_there_says_nothing(bench: Bench) -> None:
    """Before it is written, and after it was removed."""
    assert bench.fresh() is None
    bench.path.write_text("good")
    assert bench.fresh()
    bench.path.unlink()
    assert bench.fresh() is None


def test_what_did_not_change_is_read_once(bench: Bench) -> None:
    """As soon as it has rested; until then a change may not show in its signature."""
    bench.path.write_text("good")
    for _ in range(3):
        bench.fresh()
    assert len(bench.parsed) == 3
    bench.clock.jump(seconds=GOOD_SECONDS)
    known = bench.fresh()
    assert known is not None
    assert (known.at_rest, known.settled, known.parsed.value) == (True, True, "good")
    assert known.sha256 == sha256(b"good")
    assert bench.fresh() is known
    assert len(bench.parsed) == 4


@pytest.mark.parametrize(("text", "seconds"), [("good", GOOD_SECONDS), ("half", BAD_SECONDS)])
def test_a_file_must_rest_before_it_is_acted_on(bench: Bench, text: str, seconds: float) -> None:
    """One that reads badly for longer: half a file reads badly."""
    bench.path.write_text(text)
    known = bench.fresh()
    assert known is not None
    assert not known.settled
    bench.clock.jump(seconds=seconds - 0.01)
    known = bench.fresh()
    assert known is not None
    assert not known.settled
    bench.clock.jump(seconds=0.02)
    known = bench.fresh()
    assert known is not None
    assert known.settled


def test_one_seen_closed_is_acted_on_at_once_and_read_again(bench: Bench) -> None:
    """It may have been written again since."""
    bench.path.write_text("good")
    bench.reading.rest.closed(["a.md"])
    known = bench.fresh()
    assert known is not None
    assert (known.settled, known.at_rest) == (True, False)
    bench.path.write_text("good too")
    known = bench.fresh()
    assert known is not None
    assert known.parsed.value == "good too"


def test_what_cannot_be_read_is_a_problem_at_once(bench: Bench) -> None:
    """It has no signature, and is looked at again every time."""
    bench.path.mkdir()
    known = bench.fresh()
    assert known is not None
    assert (known.signature, known.changed_at, known.settled) == (None, None, True)
    assert [problem.code for problem in known.parsed.problems] == ["not_a_file"]
    bench.path.rmdir()
    bench.path.write_text("good" * 100)
    too_large = bench.fresh()
    assert too_large is not None
    assert too_large.sha256 != known.sha256
    assert [problem.code for problem in too_large.parsed.problems] == ["too_large"]


def test_a_file_that_goes_between_two_looks_is_not_there(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    """It had a signature, and was removed before it was opened."""
    bench.path.write_text("good")
    signature = Signature(1, 4, 1, 1)
    monkeypatch.setattr("coordinator.engine.reading.signature", lambda *_: signature)
    bench.path.unlink()
    assert bench.fresh() is None


def test_what_follows_is_made_once_for_the_same_inputs(bench: Bench) -> None:
    """Each name has a use of its own."""
    made: list[int] = []

    def make() -> int:
        made.append(1)
        return len(made)

    assert [bench.reading.derived("a", 1, make) for _ in range(3)] == [1, 1, 1]
    assert bench.reading.derived("b", 1, make) == 2
    assert bench.reading.derived("a", 2, make) == 3


def test_a_time_that_is_no_date_is_none(bench: Bench) -> None:
    """A writer may set any."""
    assert moment(Signature(1 << 62, 0, 0)) is not None
    assert moment(Signature(1 << 80, 0, 0)) is None
    bench.path.write_text("good")
    os.utime(bench.path, (0, 1000))
    known = bench.fresh()
    assert known is not None
    assert known.changed_at is not None
    assert known.changed_at.timestamp() == 1000
