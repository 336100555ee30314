"""What does the ledger remember, whether it is read at once or bit by bit?"""

from __future__ import annotations

from dataclasses import replace

import pytest
from fakes import DIRECTION, EFFECT, Story, gains
from stories import begun, proven, scored

from coordinator.model.entry import Entry, FirstReport, InstructionGiven, RunEnded, TamperingSeen
from coordinator.model.history import History, Memory
from coordinator.model.instruction import Action, BudgetLeft, Ending
from coordinator.rules.history import asks_for_report, in_force, remember


def told_whole() -> Story:
    """Tell of a run in which everything that the ledger knows happens."""
    story = proven(begun().says()).told(Action.REPORT).judged().ended(Ending.FINALIZED).ended(Ending.LOST)
    story.note(TamperingSeen(path="runs/r/run.yaml", code="frozen_edited", detail="x"))
    story.note(TamperingSeen(path="runs/r-d", code="experiment_deleted", detail="y", direction=DIRECTION.id))
    story.note(RunEnded(findings_sha256="0" * 64))
    return story


def history(story: Story) -> History:
    """Give what is remembered of a story's direction."""
    return story.memory.histories[DIRECTION.id]


def test_an_empty_ledger_is_remembered_as_nothing() -> None:
    """No run, no directions."""
    assert remember([]) == Memory()


def test_read_bit_by_bit_or_at_once() -> None:
    """Wherever the ledger is cut, the rest continues; entries that were seen are passed over."""
    entries = told_whole().entries
    whole = remember(entries)
    for cut in range(len(entries) + 1):
        assert remember(entries[cut:], remember(entries[:cut])) == whole
        assert remember(entries, remember(entries[:cut])) == whole


def test_the_run_is_remembered() -> None:
    """When it began and ended, what was tampered with, and how far the ledger was read."""
    story = told_whole()
    memory = story.memory
    assert (memory.started, memory.ended) == (story.entries[0].at, story.entries[-1].at)
    assert [seen.code for seen in memory.tampering] == ["frozen_edited", "experiment_deleted"]
    assert (memory.head, memory.open) == (len(story.entries), ())


def test_the_first_report_and_the_first_ending_count() -> None:
    """A terminal state stays terminal, whatever is appended."""
    story = told_whole()
    reported = history(story).first_report
    story.note(FirstReport(direction=DIRECTION.id))
    story.ended(Ending.ABANDONED)
    assert history(story).first_report == reported
    assert history(story).ending.ending is Ending.FINALIZED


def test_a_start_is_closed_by_its_own_end() -> None:
    """With number and time; the others stay in flight, and a second end changes nothing."""
    story = begun().ran("exp_001", unfinished=True).ran("exp_002", unfinished=True, minutes=3)
    story.finished("exp_002", gains(EFFECT))
    ended = story.entries[-1]
    first, second = history(story).starts
    assert (first.end, first.ended_n, first.ended_at) == (None, None, None)
    assert (second.end, second.ended_n, second.ended_at) == (ended.fact, ended.n, ended.at)
    story.note(ended.fact)
    assert history(story).starts == (first, second)


def test_what_belongs_to_no_direction_of_the_run_is_left_out() -> None:
    """An entry of another direction changes no history."""
    story = scored(begun())
    before = story.memory.histories
    story.note(FirstReport(direction="somebody_else"))
    assert story.memory.histories == before


def test_progress_is_a_start_or_an_end() -> None:
    """Words are none: neither instructions nor verdicts, which a worker can change as often as it likes."""
    story = begun().says()
    assert history(story).progress_n == 0
    ended = len(scored(story).entries)
    assert history(story.judged()).progress_n == ended
    assert history(story).verdicts.keys() == {"exp_001"}


def instruction(action: Action, about: str | None) -> InstructionGiven:
    """Make an instruction."""
    left = BudgetLeft(experiments_left=1)
    return InstructionGiven(
        direction=DIRECTION.id, instruction=1, action=action, about=about, budget=left, text=str(action)
    )


@pytest.mark.parametrize("action", Action)
@pytest.mark.parametrize("about", [None, "exp_001"])
def test_what_asks_for_a_report_only(action: Action, about: str | None) -> None:
    """A nudge, and a report that is sent back; a revision of an experiment asks for work."""
    expected = action is Action.REPORT or (action is Action.REVISE and about is None)
    assert asks_for_report(instruction(action, about)) is expected


@pytest.mark.parametrize(
    ("told", "expected"),
    [
        ([], None),
        ([(Action.BEGIN, None)], Action.BEGIN),
        ([(Action.BEGIN, None), (Action.REPORT, None)], Action.BEGIN),
        ([(Action.CONFIRM, "exp_001"), (Action.REVISE, None), (Action.REPORT, None)], Action.CONFIRM),
        ([(Action.CONFIRM, "exp_001"), (Action.REVISE, "exp_001")], Action.REVISE),
        ([(Action.REPORT, None)], None),
    ],
)
def test_a_nudge_calls_nothing_off(told: list[tuple[Action, str | None]], expected: Action | None) -> None:
    """The last instruction that asks for work stays in force."""
    story = Story()
    for action, about in told:
        story.told(action, about)
    found = in_force(history(story))
    assert (found.fact.action if found else None) is expected


def test_an_instruction_is_remembered_with_the_digest_of_its_text() -> None:
    """That is what the inbox must hold."""
    story = begun()
    given = history(story).last
    assert isinstance(story.entries[given.n - 1], Entry)
    assert given == replace(given, at=story.entries[given.n - 1].at)
    assert given.sha256 == story.view().inbox_sha256
