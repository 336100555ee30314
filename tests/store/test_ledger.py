"""Does what was appended stay appended, whoever crashes, cheats or competes?"""

import os
import shutil
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from coordinator.errors import HeadMovedError, MachineError, TamperingError
from coordinator.model.entry import Entry, FirstReport
from coordinator.store.ledger import Ledger
from coordinator.store.sync import DISK, Sync
from coordinator.store.write import BlockedError
from coordinator.text.ledger import FIRST_PREV

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


def test_entries_are_read_as_they_were_appended(tmp_path: Path) -> None:
    """Number, chain and keep what is appended, in both files alike, readable by everybody."""
    ledger = ledger_on(tmp_path)
    assert (ledger.read(), ledger.head()) == ((), (0, FIRST_PREV))
    first = ledger.append(facts("a", "b"), NOW)
    second = ledger.append(facts("c"), later(1), expected=2)
    assert [(entry.n, entry.at) for entry in (*first, *second)] == [(1, NOW), (2, NOW), (3, later(1))]
    assert second[0].prev == first[1].digest
    assert ledger.read() == (*first, *second) == ledger_on(tmp_path).read()
    assert ledger.head() == (3, second[0].digest)
    anchor, public = files(tmp_path)
    assert anchor == public
    assert ledger.audit() == ()


def test_nothing_is_appended_as_nothing(ledger: Ledger, tmp_path: Path) -> None:
    """Take an empty batch without touching a file."""
    before = files(tmp_path)
    assert ledger.append([], NOW, expected=99) == ()
    with ledger.locked() as held:
        assert held.append([], NOW) == ()
    assert files(tmp_path) == before


def test_a_head_that_moved_stops_the_append(ledger: Ledger, tmp_path: Path) -> None:
    """Append nothing that was decided on another ledger than this."""
    known = ledger.head()[0]
    ledger_on(tmp_path).append(facts("e"), later(9))
    with pytest.raises(HeadMovedError, match="decided on entry 4, but the last one is 5"):
        ledger.append(facts("f"), later(9), expected=known)
    assert said(ledger.read()) == ["a", "b", "c", "d", "e"]


def test_a_turn_reads_decides_and_appends(ledger: Ledger, tmp_path: Path) -> None:
    """Show in a turn what others appended before, and what was appended in it."""
    ledger_on(tmp_path).append(facts("e"), later(9))
    with ledger.locked() as held:
        assert said(held.entries) == ["a", "b", "c", "d", "e"]
        held.append(facts("f"), later(10))
        held.append(facts("g"), later(11))
        assert said(held.entries)[-2:] == ["f", "g"]
    assert said(ledger_on(tmp_path).read())[-2:] == ["f", "g"]
    with pytest.raises(AssertionError):
        held.append(facts("h"), later(12))


def test_reading_nothing_new_costs_one_stat(ledger: Ledger, monkeypatch: pytest.MonkeyPatch) -> None:
    """Look once at the anchor, and at nothing else; an audit looks at two files."""
    first = ledger.read()
    ledger.audit()
    looks: list[str] = []
    real = os.lstat

    def lstat(path: os.PathLike[str]) -> os.stat_result:
        looks.append(Path(path).name)
        return real(path)

    monkeypatch.setattr(os, "lstat", lstat)
    monkeypatch.setattr(os, "open", lambda *_, **__: pytest.fail("nothing is to be opened"))
    monkeypatch.setattr(os, "read", lambda *_: pytest.fail("nothing is to be read"))
    assert ledger.read() is first
    assert looks == ["anchor.jsonl"]
    looks.clear()
    assert ledger.audit() == ()
    assert looks == ["anchor.jsonl", "ledger.jsonl"]


def test_a_batch_is_one_write_and_one_sync_a_file(ledger: Ledger, monkeypatch: pytest.MonkeyPatch) -> None:
    """Pay for a batch what one entry costs, and the anchor first."""
    calls: list[tuple[str, int]] = []
    real = os.write
    monkeypatch.setattr(os, "write", lambda fd, data: calls.append(("write", fd)) or real(fd, data))
    monkeypatch.setattr(os, "fsync", lambda fd: calls.append(("sync", fd)))
    ledger.append(facts(*(f"d{number}" for number in range(50))), later(9))
    anchor, public = ledger._anchor._opened, ledger._public._opened
    assert calls == [("write", anchor), ("sync", anchor), ("write", public), ("sync", public)]


TAMPERING: dict[str, tuple[Callable[[Path], object], list[str]]] = {
    "edited": (lambda path: path.write_bytes(path.read_bytes().replace(b'"b"', b'"x"')), ["ledger_edited"]),
    "truncated": (
        lambda path: path.write_bytes(path.read_bytes().split(b"\n")[0] + b"\n"),
        ["ledger_truncated"],
    ),
    "emptied": (lambda path: path.write_bytes(b""), ["ledger_truncated"]),
    "removed": (Path.unlink, ["ledger_missing"]),
    "extended": (
        lambda path: path.write_bytes(path.read_bytes() + b"more\n" * 99),
        ["ledger_foreign_entry"],
    ),
    "a link": (
        lambda path: path.rename(path.with_name("x")).parent and path.symlink_to("x"),
        ["ledger_missing"],
    ),
    "a folder": (lambda path: path.unlink() or path.mkdir(), ["ledger_missing"]),
    "a FIFO": (lambda path: path.unlink() or os.mkfifo(path), ["ledger_missing"]),
}


@pytest.mark.parametrize("name", TAMPERING)
def test_tampering_is_named_survived_and_mended(ledger: Ledger, tmp_path: Path, name: str) -> None:
    """Name what was done, go on in the anchor meanwhile, and restore the copy beside what was altered."""
    path = tmp_path / RUN / "ledger.jsonl"
    tamper, codes = TAMPERING[name]
    tamper(path)
    altered = path.read_bytes() if path.is_file() and not path.is_symlink() else None
    assert [problem.code for problem in ledger.audit()] == codes
    assert [problem.code for problem in ledger.audit()] == codes
    assert said(ledger.append(facts("e"), later(9))) == ["e"]
    assert ledger.audit()
    kept = ledger.restore()
    if name == "removed":
        assert kept is None
    else:
        assert kept == tmp_path / RUN / "ledger.tampered-1.jsonl"
        assert altered is None or kept.read_bytes().startswith(altered)
    anchor, public = files(tmp_path)
    assert anchor == public
    assert ledger.audit() == ()
    assert ledger.restore() is None
    ledger.append(facts("f"), later(10))
    assert said(ledger_on(tmp_path).read()) == ["a", "b", "c", "d", "e", "f"]
    assert files(tmp_path)[0] == files(tmp_path)[1]


def test_every_altered_file_is_kept(ledger: Ledger, tmp_path: Path) -> None:
    """Overwrite no evidence with later evidence."""
    path = tmp_path / RUN / "ledger.jsonl"
    kept = []
    for number in (1, 2):
        path.write_text(f"altered {number}\n")
        kept.append(ledger.restore())
    assert [each.read_text() for each in kept if each] == ["altered 1\n", "altered 2\n"]


def test_a_rewritten_ledger_is_noticed(ledger: Ledger, tmp_path: Path) -> None:
    """Notice a whole new chain, which is perfect in itself."""
    other = tmp_path / "other"
    ledger_on(other).append(facts("x", "y", "z"), NOW)
    shutil.copy(other / RUN / "ledger.jsonl", tmp_path / RUN / "ledger.jsonl")
    assert ledger.audit()[0].code == "ledger_edited"
    assert said(ledger.read()) == ["a", "b", "c", "d"]


@pytest.mark.parametrize("how", ["removed", "a link"])
def test_a_run_folder_that_is_gone_stops_nothing(ledger: Ledger, tmp_path: Path, how: str) -> None:
    """Go on in the anchor, and write nothing through a link that took the folder's place."""
    (tmp_path / "elsewhere").mkdir()
    shutil.copy(tmp_path / RUN / "ledger.jsonl", tmp_path / "elsewhere" / "ledger.jsonl")
    before = (tmp_path / "elsewhere" / "ledger.jsonl").read_bytes()
    shutil.rmtree(tmp_path / RUN)
    if how == "a link":
        (tmp_path / RUN).symlink_to(tmp_path / "elsewhere")
    assert said(ledger.append(facts("e"), later(9))) == ["e"]
    assert said(ledger.append(facts("f"), later(10))) == ["f"]
    assert said(ledger.read())[-2:] == ["e", "f"]
    assert (tmp_path / "elsewhere" / "ledger.jsonl").read_bytes() == before
    assert [problem.code for problem in ledger.audit()] == ["ledger_missing"]
    with pytest.raises((MachineError, BlockedError)):
        ledger.restore()


def test_an_edited_anchor_stops_everything(ledger: Ledger, tmp_path: Path) -> None:
    """Refuse to go on from a memory that was changed."""
    path = tmp_path / "state" / "anchor.jsonl"
    path.write_bytes(path.read_bytes().replace(b'"b"', b'"x"'))
    for call in (
        ledger.read,
        ledger.audit,
        ledger.mend,
        ledger.restore,
        lambda: ledger.append(facts("e"), NOW),
    ):
        with pytest.raises(TamperingError, match="line 2"):
            call()


def test_on_another_machine_the_chain_vouches(ledger: Ledger, tmp_path: Path) -> None:
    """Read without an anchor, say so, refuse to append, and adopt the ledger when told to."""
    shutil.rmtree(tmp_path / "state")
    moved = ledger_on(tmp_path)
    assert said(moved.read()) == ["a", "b", "c", "d"]
    assert moved.head()[0] == 4
    assert [problem.code for problem in moved.audit()] == ["anchor_missing"]
    for call in (moved.mend, moved.restore, lambda: moved.append(facts("e"), NOW)):
        with pytest.raises(MachineError, match="adopt"):
            call()
    moved.adopt()
    assert moved.audit() == ()
    moved.append(facts("e"), later(9))
    assert said(ledger_on(tmp_path).read()) == ["a", "b", "c", "d", "e"]
    if os.name == "posix":
        assert (tmp_path / "state" / "anchor.jsonl").stat().st_mode & 0o777 == 0o600
    with pytest.raises(MachineError, match="an anchor already"):
        moved.adopt()


def test_a_torn_end_is_not_adopted(ledger: Ledger, tmp_path: Path) -> None:
    """Adopt whole lines, and cut what a crash left behind them."""
    shutil.rmtree(tmp_path / "state")
    with (tmp_path / RUN / "ledger.jsonl").open("ab") as public:
        public.write(b'{"torn')
    moved = ledger_on(tmp_path)
    moved.adopt()
    assert files(tmp_path)[0] == files(tmp_path)[1]
    assert said(moved.read()) == ["a", "b", "c", "d"]


def test_a_broken_chain_is_not_adopted(ledger: Ledger, tmp_path: Path) -> None:
    """Refuse a ledger that was edited, and one that is not there."""
    path = tmp_path / RUN / "ledger.jsonl"
    shutil.rmtree(tmp_path / "state")
    path.write_bytes(path.read_bytes().replace(b'"b"', b'"x"'))
    moved = ledger_on(tmp_path)
    assert [problem.code for problem in moved.audit()] == ["ledger_edited", "anchor_missing"]
    for call in (moved.adopt, moved.read):
        with pytest.raises(TamperingError):
            call()
    path.unlink()
    assert moved.audit() == ()
    with pytest.raises(MachineError):
        moved.adopt()
    path.mkdir()
    assert [problem.code for problem in moved.audit()] == ["ledger_missing"]


def test_closing_is_not_the_end(ledger: Ledger) -> None:
    """Open again what was closed."""
    ledger.close()
    ledger.append(facts("e"), later(9))
    assert said(ledger.read())[-1] == "e"
