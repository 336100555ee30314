"""Are entries read once, in order, and only as far as they are whole?"""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from coordinator.errors import TamperingError
from coordinator.model.entry import FirstReport
from coordinator.store.chain import Chain
from coordinator.store.lines import LineFile
from coordinator.text.ledger import FIRST_PREV, line, seal

NOW = datetime(2026, 11, 23, 14, 30, 22, tzinfo=UTC)


def lines(count: int) -> list[bytes]:
    """Make lines that follow on each other."""
    found, prev = [], FIRST_PREV
    for number in range(1, count + 1):
        entry = seal(number, NOW, FirstReport(direction=f"d{number}"), prev)
        found.append(line(entry))
        prev = entry.digest
    return found


LINES = lines(6)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Give the path of a file of lines that is not there yet."""
    return tmp_path / "lines"


@pytest.fixture
def chain(path: Path) -> Chain:
    """Give the chain of that file."""
    return Chain(LineFile(path), "lines")


def test_an_absent_file_has_no_entries(path: Path, chain: Chain) -> None:
    """Begin at zero, and again when the file is gone."""
    assert chain.refresh() is False
    assert (chain.entries, chain.head) == ((), (0, FIRST_PREV))
    path.write_bytes(LINES[0])
    assert chain.refresh() is True
    assert chain.head[0] == 1
    path.unlink()
    assert chain.whole() == ()


def test_new_lines_are_read_alone(path: Path, chain: Chain, monkeypatch: pytest.MonkeyPatch) -> None:
    """Read a file that grew from where it ended, and one that did not change not at all."""
    path.write_bytes(LINES[0] + LINES[1])
    first = chain.whole()
    offsets: list[int] = []
    real = LineFile.read_from

    def reading(file: LineFile, offset: int, cap: int | None = None) -> bytes:
        offsets.append(offset)
        return real(file, offset, cap)

    monkeypatch.setattr(LineFile, "read_from", reading)
    assert chain.whole() is first
    with path.open("ab") as file:
        file.write(LINES[2])
    assert [entry.n for entry in chain.whole()] == [1, 2, 3]
    assert offsets == [len(LINES[0] + LINES[1])]
    assert chain.entries[:2] == first


@pytest.mark.parametrize("size", range(0, len(LINES[0]) + len(LINES[1]) + 1, 7))
def test_every_prefix_gives_its_whole_lines(path: Path, chain: Chain, size: int) -> None:
    """Take a torn last line as not there, and read on when it is whole."""
    data = LINES[0] + LINES[1]
    path.write_bytes(data[:size])
    assert len(chain.whole()) == data[:size].count(b"\n")
    path.write_bytes(data)
    assert len(chain.whole()) == 2
    assert chain.size == len(data)


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (LINES[0] + LINES[2], "does not follow on entry 1"),
        (LINES[1], "does not follow on entry 0"),
        (LINES[0] + LINES[0], "does not follow on entry 1"),
        (LINES[0].replace(b"d1", b"d2"), "line 1: the digest"),
        (LINES[0] + b"nonsense\n", "line 2"),
        (LINES[0] + b"\n" + LINES[1], "line 2"),
    ],
)
def test_what_was_not_sealed_is_tampering(path: Path, chain: Chain, data: bytes, expected: str) -> None:
    """Stop at the first line that is not the next entry, each time anew, until it is mended."""
    path.write_bytes(data)
    for _ in range(2):
        with pytest.raises(TamperingError, match=expected) as caught:
            chain.whole()
        assert caught.value.path == str(path)
        assert caught.value.hint
    path.write_bytes(b"".join(LINES))
    assert len(chain.whole()) == 6


def test_zeros_are_torn_not_tampered(path: Path, chain: Chain) -> None:
    """Take a line that a power cut left as zeros as not there."""
    path.write_bytes(LINES[0] + b"\0" * 50 + LINES[2][-20:])
    assert len(chain.whole()) == 1
    assert chain.size == len(LINES[0])


def test_lines_that_were_taken_back_are_forgotten(path: Path, chain: Chain) -> None:
    """Read anew where a batch was read before its sync failed, and another took its place."""
    path.write_bytes(LINES[0] + LINES[1])
    chain.whole()
    other = seal(2, NOW, FirstReport(direction="other"), chain.entries[0].digest)
    longer = seal(3, NOW, FirstReport(direction="longer"), other.digest)
    with path.open("r+b") as file:
        file.truncate(len(LINES[0]))
        file.seek(0, 2)
        file.write(line(other) + line(longer))
    assert [entry.fact.direction for entry in chain.whole()] == ["d1", "other", "longer"]


def test_a_shorter_file_is_read_anew(path: Path, chain: Chain) -> None:
    """Believe the file, not the memory of it."""
    path.write_bytes(b"".join(LINES))
    chain.whole()
    path.write_bytes(LINES[0])
    assert [entry.n for entry in chain.whole()] == [1]
