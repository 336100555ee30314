"""Is everything seen, nothing half-written acted on, and nobody kept waiting for somebody else's folder?"""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

import pytest
from engine.worlds import World

from coordinator.engine import folder, observe, reading
from coordinator.errors import MachineError
from coordinator.model.history import Memory
from coordinator.model.observation import Observation
from coordinator.model.report import WorkerState
from coordinator.store.read import Signature, names, signature

GOOD = "---\ndirection: alpha\nstate: waiting\nanswered: 1\n---\nhello\n"


def seen(world: World, memory: Memory | None = None) -> Observation:
    """Look, with the eyes that have looked before."""
    return world.observer.observe(world.clock(), memory or world.passing.memory)


@pytest.fixture
def told(world: World) -> World:
    """Give a world whose workers were told to begin."""
    world.settle()
    return world


@contextmanager
def failing(world: World, monkeypatch: pytest.MonkeyPatch, path: Path) -> Iterator[None]:
    """Let the machine fail at one path, and everything below it."""
    broken = world.workspace.relative(path)

    def look(root: Path, relative: str) -> object:
        if relative.startswith(broken):
            raise MachineError("cannot be read: Input/output error", path=relative)
        return signature(root, relative)

    with monkeypatch.context() as patch:
        for module in (observe, reading, folder):
            patch.setattr(module, "signature", look)
        yield


def test_nobody_there_is_seen_as_nobody(world: World) -> None:
    """Before the first pass there is no folder."""
    view = seen(world).workers["alpha"]
    assert (view.report, view.report_sha256, view.inbox_sha256, view.experiments) == (None, "", "", ())
    assert (view.last_sign, view.settled) == (None, True)


def test_a_report_is_seen(told: World) -> None:
    """With its digest and its time; the inbox by its digest."""
    path = told.report()
    os.utime(path, (told.clock().timestamp(),) * 2)
    view = seen(told).workers["alpha"]
    assert view.report is not None
    assert view.report.value is not None
    assert view.report.value.state is WorkerState.WAITING
    assert view.last_sign == told.clock()
    assert view.inbox_sha256 == told.passing.memory.histories["alpha"].last.sha256


def test_a_calm_folder_costs_two_stats(told: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing is listed while neither report nor ledger say anything new."""
    told.answer()
    told.settle()
    told.turn()
    told.turn()
    listed: list[str] = []

    def listing(root: Path, relative: str, cap: int = 0) -> object:
        listed.append(relative)
        return names(root, relative, cap)

    monkeypatch.setattr(folder, "names", listing)
    seen(told)
    assert listed == []
    told.report(state="working", answered=2)
    seen(told)
    assert listed != []


def test_signs_of_life_are_looked_for_when_their_lack_would_soon_count(told: World) -> None:
    """A worker that only writes code is alive, though its report is old; a time still to come says nothing."""
    told.report(state="working", answered=0)
    told.turn(seconds=10)
    told.turn(seconds=160)  # more than half of stall_minutes
    plan = told.worker().experiment("exp_001").plan
    plan.parent.mkdir(parents=True)
    plan.write_text("---\n")
    now = told.clock().timestamp()
    os.utime(plan, (now, now + 5))
    told.clock.jump(seconds=11)
    assert seen(told).workers["alpha"].last_sign.timestamp() == pytest.approx(now + 5, abs=0.001)
    os.utime(plan, (now, now + 10_000))
    told.clock.jump(seconds=300)
    assert seen(told).workers["alpha"].last_sign.timestamp() == pytest.approx(now + 5, abs=0.001)


def test_a_clock_that_is_set_back_does_not_stop_the_looking(told: World) -> None:
    """The next look is not put off until the old time is reached again."""
    told.report(state="working", answered=0)
    told.turn(seconds=400)
    told.clock.now -= timedelta(days=1)
    report = told.worker().report
    os.utime(report, (0, told.clock().timestamp() - 1))
    assert seen(told).workers["alpha"].last_sign is not None


def test_what_is_in_flight_is_read_every_time(told: World) -> None:
    """A request, and the record that grows, change nothing in the report or in the ledger."""
    paths = told.handed()
    told.report(state="working", answered=0)
    told.turn()
    told.turn()
    assert seen(told).workers["alpha"].experiments[0].queued
    paths.request.unlink()
    assert not seen(told).workers["alpha"].experiments[0].queued


def test_a_direction_that_ended_is_as_it_was_then(over: World) -> None:
    """What its worker writes later is nothing to the run; an end that the ledger learns of is."""
    over.settle()
    before = seen(over).workers["alpha"]
    shutil.rmtree(over.worker().experiments)
    over.worker().report.write_text("???")
    assert seen(over).workers["alpha"].experiments == before.experiments


def test_a_late_end_is_read(told: World) -> None:
    """A direction that ended while something was in flight is read again when the ledger learns of its end."""
    told.report(state="working", answered=0)
    told.settle()
    told.handed()
    underway = told.claimed()
    told.turn()
    assert seen(told).workers["alpha"].experiments[0].record is None
    told.turn(seconds=5 * 3600)
    assert told.passing.memory.histories["alpha"].ending is not None
    told.execute(underway)
    told.turn()
    record = seen(told).workers["alpha"].experiments[0].record
    assert record is not None
    assert record.executions[-1].finished


def test_a_folder_that_the_machine_does_not_give_keeps_nobody_else_waiting(
    told: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The others are seen; whoever needs all of them is told."""
    with failing(told, monkeypatch, told.worker("alpha").report):
        found, failed = told.observer.look(told.clock(), told.passing.memory)
        assert list(found.workers) == ["beta"]
        assert failed is not None
        with pytest.raises(MachineError, match="Input/output"):
            seen(told)
    assert list(seen(told).workers) == ["alpha", "beta"]


def test_the_order_of_listing_does_not_matter(told: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """The same folder, listed the other way round by the file system, is the same observation."""
    told.answer()
    told.settle()
    told.answer()
    before = told.fresh_observer().observe(told.clock(), told.passing.memory)
    scandir = os.scandir

    class Backwards:
        """A listing that begins at its end."""

        def __init__(self, where: object) -> None:
            with scandir(where) as entries:
                self.entries = list(entries)[::-1]

        def __enter__(self) -> Iterator[os.DirEntry[str]]:
            return iter(self.entries)

        def __exit__(self, *_: object) -> None:
            self.entries = []

    monkeypatch.setattr(os, "scandir", Backwards)
    assert told.fresh_observer().observe(told.clock(), told.passing.memory) == before


@pytest.mark.parametrize("cut", range(0, len(GOOD) - len("---\nhello\n"), 7))
def test_no_prefix_of_a_report_is_acted_on_before_it_rests(told: World, cut: int) -> None:
    """Half a report is waited for; when its writer goes on, the whole counts and nobody was told anything."""
    path = told.worker().report
    path.write_text(GOOD[:cut])
    told.present()
    assert not told.turn(seconds=0.2, closed=[told.workspace.relative(path)]).acted
    path.write_text(GOOD)
    told.settle()
    assert told.passing.memory.histories["alpha"].last.fact.action != "revise"
    assert told.passing.memory.histories["alpha"].first_report is not None


def empty(path: Path) -> None:
    """Leave an empty file."""
    path.write_text("")


def torn(path: Path) -> None:
    """End in the middle of the header."""
    path.write_text(GOOD[:20])


def bomb(path: Path) -> None:
    """Let aliases of aliases grow."""
    lines = ["a0: &a0 [x, x]"] + [f"a{n}: &a{n} [*a{n - 1}, *a{n - 1}]" for n in range(1, 40)]
    path.write_text("---\n" + "\n".join(lines) + "\n---\n")


def sparse(path: Path) -> None:
    """Put 1 TiB of nothing in its place."""
    with path.open("wb") as file:
        file.truncate(1 << 40)


HOSTILE: dict[str, tuple[Callable[[Path], object], str]] = {
    "empty": (empty, "header_missing"),
    "torn header": (torn, "header_unclosed"),
    "alias bomb": (bomb, "yaml_alias"),
    "1 TiB": (sparse, "too_large"),
    "FIFO": (os.mkfifo, "not_a_file"),
    "folder": (Path.mkdir, "not_a_file"),
    "link to elsewhere": (lambda path: path.symlink_to("/etc/hostname"), "link_refused"),
    "link to nowhere": (lambda path: path.symlink_to("nowhere"), "link_refused"),
    "not UTF-8": (lambda path: path.write_bytes(b"---\n\xff\n---\n"), "not_utf8"),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_bad_report_is_named_in_that_workers_inbox_alone(told: World, name: str) -> None:
    """And the other worker is answered in the same pass."""
    make, code = HOSTILE[name]
    before = told.worker("beta").inbox.read_bytes()
    make(told.worker().report)
    told.settle()
    assert f"{code}" in told.worker().inbox.read_text()
    assert told.told().action == "revise"
    assert told.worker("beta").inbox.read_bytes() == before
    told.report("beta")
    told.settle()
    assert told.told("beta").instruction == 2


@pytest.mark.parametrize("text", [GOOD.encode("utf-8-sig"), GOOD.replace("\n", "\r\n").encode()], ids=["BOM", "CRLF"])
def test_what_windows_editors_write_is_no_problem(told: World, text: bytes) -> None:
    """A byte order mark or CRLF is nobody's mistake."""
    told.worker().report.write_bytes(text)
    told.settle()
    assert told.told().action == "continue"


def test_a_signature_that_is_a_problem_is_no_sign_of_life(told: World) -> None:
    """A FIFO in the place of the report has no time."""
    os.mkfifo(told.worker().report)
    told.turn(seconds=200)
    told.turn(seconds=200)
    assert seen(told).workers["alpha"].last_sign is None
    assert not isinstance(signature(told.workspace.root, told.workspace.relative(told.worker().report)), Signature)
