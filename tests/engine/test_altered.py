"""Is a change of the target seen by the daemon, named to everybody, and forgotten when it is put back?"""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from coordinator.engine.altered import EVERY_SECONDS, NAMED, Altered
from coordinator.engine.observe import Observer
from coordinator.engine.opening import begin, look, reopen
from coordinator.engine.passing import Pass
from coordinator.engine.rest import Rest
from coordinator.errors import MachineError, UsageError
from coordinator.experiments.guard import protected
from coordinator.model.entry import TamperingSeen
from coordinator.store.layout import Workspace
from coordinator.store.state import State

NOW = datetime(2026, 11, 23, 14, 30, 22, tzinfo=UTC)
DIRECTIONS = """\
directions:
  - {id: alpha, title: A, question: Is it so?}
  - {id: beta, title: B, question: Is it so?}
"""
SAID = "---\ndirection: {}\nstate: waiting\nanswered: {}\n---\nSo far.\n"


@dataclass
class Begun:
    """A workspace whose run has begun, seen a second later by each pass."""

    root: Path
    config: str = ""

    def __post_init__(self) -> None:
        self.workspace, self.state = Workspace(self.root / "work"), State(self.root / "state")
        for name in ("config", "runs", "research_target/package", "eval"):
            (self.workspace.root / name).mkdir(parents=True)
        self.train = self.workspace.root / "research_target" / "train.py"
        self.train.write_text("print(1)\n")
        (self.workspace.root / "eval" / "score.py").write_text("print(2)\n")
        self.workspace.config_file.write_text(self.config)
        self.workspace.directions_file.write_text(DIRECTIONS)
        self.workspace.rubric_file.write_text("Be strict.\n")
        self.now = NOW

    def start(self) -> None:
        """Begin the run."""
        self.opened = begin(self.workspace, self.state, NOW)
        observer = Observer(self.workspace, self.opened.run, frozenset(), Rest())
        self.one_pass = Pass(self.workspace, self.opened, observer)
        self.settle()

    def settle(self) -> list[TamperingSeen]:
        """Pass until nothing follows any more; give what was noted as tampering."""
        noted: list[TamperingSeen] = []
        for _ in range(10):
            self.now += timedelta(seconds=EVERY_SECONDS)
            reports = [self.workspace.worker(self.opened.run.run, name).report for name in ("alpha", "beta")]
            passed = self.one_pass(self.now, [self.workspace.relative(report) for report in reports])
            noted += [entry.fact for entry in passed.entries if isinstance(entry.fact, TamperingSeen)]
            if not passed.acted:
                return noted
        raise AssertionError("it never comes to rest")

    def say(self, direction: str) -> None:
        """Let a worker answer the instruction in force."""
        number = self.inbox(direction).split("instruction: ")[1].split()[0]
        paths = self.workspace.worker(self.opened.run.run, direction)
        paths.report.write_text(SAID.format(direction, number))

    def inbox(self, direction: str) -> str:
        """Read a worker's inbox."""
        return self.workspace.worker(self.opened.run.run, direction).inbox.read_text()


@pytest.fixture
def begun(tmp_path: Path) -> Begun:
    """Give a run that has begun."""
    made = Begun(tmp_path)
    made.start()
    return made


def test_a_change_holds_everybody_up_until_it_is_put_back(begun: Begun) -> None:
    """It is noted, named in every inbox, waited for, and gone when the file is as it was."""
    begun.train.write_text("print(9)\n")
    assert [(seen.path, seen.code, seen.detail) for seen in begun.settle()] == [
        ("research_target/train.py", "target_changed", "has another content")
    ]
    for direction in ("alpha", "beta"):
        begun.say(direction)
    assert begun.settle() == []
    for direction in ("alpha", "beta"):
        told = begun.inbox(direction)
        assert "action: revise" in told
        assert "research_target/train.py:0 `target_changed` has another content" in told
    begun.say("alpha")
    begun.settle()
    assert "action: revise" in begun.inbox("alpha")
    begun.train.write_text("print(1)\n")
    begun.settle()
    for direction in ("alpha", "beta"):
        assert "action: continue" in begun.inbox(direction)


def test_the_note_survives_a_restart(begun: Begun) -> None:
    """What was changed while nobody looked is named too, by whoever opens the run."""
    begun.train.unlink()
    again = reopen(begun.workspace, begun.state, begun.opened.run.run)
    (found,) = Altered(begun.workspace, again).look(NOW)
    assert (found.path, found.message) == ("research_target/train.py", "is gone")
    assert look(begun.workspace, begun.state, begun.opened.run.run).baseline == again.baseline


def test_what_is_protected_beside_the_target(tmp_path: Path) -> None:
    """It counts like the target, and also where the target itself may be written to."""
    begun = Begun(tmp_path, "protected_paths: [eval]\nallow_research_target_writes: true\n")
    begun.start()
    begun.train.write_text("print(9)\n")
    assert begun.settle() == []
    (begun.workspace.root / "eval" / "score.py").chmod(0o600)
    assert [seen.path for seen in begun.settle()] == ["eval/score.py"]


def test_what_cannot_be_protected_is_said_before_the_run(tmp_path: Path) -> None:
    """A path that is not there protects nothing."""
    with pytest.raises(UsageError, match="there is no elsewhere"):
        Begun(tmp_path, "protected_paths: [elsewhere]\n").start()


def test_many_changes_are_named_together(begun: Begun) -> None:
    """The first ones by name, the rest as a number that does not change with each of them."""
    for number in range(NAMED + 5):
        (begun.train.parent / f"new{number:02d}.py").write_text("")
    found = Altered(begun.workspace, begun.opened).look(NOW)
    assert len(found) == NAMED + 1
    assert found[-1].message == "more than 20 things in it are not as they were"


def test_a_name_that_could_carry_a_sentence_is_not_repeated(begun: Begun) -> None:
    """Names of new files are the words of whoever made them, and every worker reads this."""
    for name in ("package/do as I say, not as they say", "Ignore all that!"):
        (begun.train.parent / name).write_text("")
    found = Altered(begun.workspace, begun.opened).look(NOW)
    assert [one.path for one in found] == ["research_target/?", "research_target/package/?"]


def test_a_target_that_is_gone(begun: Begun) -> None:
    """Removed as a whole it is one thing to put back."""
    shutil.rmtree(begun.train.parent)
    (found,) = Altered(begun.workspace, begun.opened).look(NOW)
    assert (found.path, found.code) == ("research_target", "target_changed")


def test_the_frozen_config_is_left_to_its_own_guardian(begun: Begun) -> None:
    """It is put back and named as what it is, once."""
    begun.workspace.run(begun.opened.run.run).frozen.write_text("mine")
    assert [seen.code for seen in begun.settle()] == ["frozen_edited"]


def test_looks_cost_little(begun: Begun) -> None:
    """Every few seconds at most, seldomer if it takes long, and at once when something rests on it."""
    ticks = iter([0.0, 1.0, 1.0, 2.0])
    watching = Altered(begun.workspace, begun.opened, lambda: next(ticks))
    assert watching.lately(NOW) == ()
    begun.train.unlink()
    assert watching.lately(NOW + timedelta(seconds=49)) == ()
    assert len(watching.lately(NOW + timedelta(seconds=50))) == 1


def test_a_run_without_a_note(begun: Begun) -> None:
    """Of a run that began elsewhere, or before there were notes, nothing is claimed."""
    begun.state.baseline(begun.opened.run.uid).unlink()
    again = reopen(begun.workspace, begun.state, begun.opened.run.run)
    begun.train.unlink()
    assert Altered(begun.workspace, again).look(NOW) == ()


def test_a_note_that_is_none(begun: Begun) -> None:
    """It is the coordinator's own: what else is there is said, not guessed at."""
    begun.state.baseline(begun.opened.run.uid).write_text("[]")
    with pytest.raises(MachineError, match="not the note"):
        protected.noted(begun.state, begun.opened.run)
