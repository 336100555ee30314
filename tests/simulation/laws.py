"""What holds after every round, whatever the workers did? The laws of the coordinator, checked on files and ledger."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from simulation.executor import FakeExecutor
from simulation.world import World, tree_of

from coordinator.model.entry import DirectionEnded, Entry, RunEnded, VerdictGiven
from coordinator.model.history import History
from coordinator.model.instruction import Ending
from coordinator.rules.budget import experiments_spent
from coordinator.rules.history import remember

BUDGET = 4
"""Experiments that each direction may start: world.CONFIG."""
SMALLEST_EFFECT = 0.05
"""What every plan of the simulation claims: specimens.plan."""


class Laws:
    """Holds a world to the laws, and remembers what it held last.

    Args:
        world: whose files and ledger are looked at.
        executor: knows what was really measured.
    """

    def __init__(self, world: World, executor: FakeExecutor) -> None:
        self._world = world
        self._executor = executor
        self._before: tuple[Entry, ...] = ()

    def hold(self) -> None:
        """Check every law."""
        self._nothing_is_left()
        entries = self._world.entries
        assert entries[: len(self._before)] == self._before, "what the ledger said it still says"
        self._before = entries
        self._files_say_what_the_ledger_says()
        numbers_have_no_gap(entries)
        for history in remember(entries).histories.values():
            instructions_count_up(history)
            budgets_never_rise(history)
        for direction in self._world.ids:
            ends_are_ends(entries, direction)
        for entry in entries:
            assert not isinstance(entry.fact, VerdictGiven) or entry.fact.reasons, "a verdict has a reason"
        self._findings_were_measured(entries)

    def hold_at_the_end(self) -> None:
        """Hold the end of the run to what the ledger says."""
        findings = self._world.workspace.run(self._world.opened.run.run).findings.read_text()
        assert "## Summary" in findings
        assert self._world.one_pass.memory.open == ()

    def _nothing_is_left(self) -> None:
        before = tree_of(self._world.root)
        again = self._world.look()
        assert not again.again, "a second pass waits for nothing"
        assert not again.acted, "a second pass decides nothing"
        assert not again.entries, "a second pass learns nothing"
        assert tree_of(self._world.root) == before, "a second pass changes no byte"
        assert {path.name for path in self._world.root.iterdir()} == {"workspace", "state", "outside"}
        assert {path.name for path in self._world.state.folder.iterdir()} <= {"runs", "frozen", "workspaces"}

    def _files_say_what_the_ledger_says(self) -> None:
        ledger = self._world.workspace.run(self._world.opened.run.run).ledger
        assert ledger.read_bytes() == self._world.anchor.read_bytes(), "the public ledger is what was written"
        for direction in self._world.ids:
            told = self._world.given(direction)[-1]
            assert self._world.worker(direction).inbox.read_bytes() == told.text.encode(), "an inbox is what was said"

    def _findings_were_measured(self, entries: Sequence[Entry]) -> None:
        for entry in entries:
            if isinstance(entry.fact, DirectionEnded) and entry.fact.ending is Ending.FINALIZED:
                measured = self._executor.measured[entry.fact.direction, entry.fact.experiment]
                assert min(measured) >= SMALLEST_EFFECT, f"{entry.fact.direction}: no lie becomes a finding"


def numbers_have_no_gap(entries: Sequence[Entry]) -> None:
    """Hold a ledger's numbers to counting up by one, and its run to one end."""
    assert [entry.n for entry in entries] == list(range(1, len(entries) + 1))
    assert sum(isinstance(entry.fact, RunEnded) for entry in entries) <= 1


def instructions_count_up(history: History) -> None:
    """Hold instructions to counting up by one, each answering no later one than there was."""
    given = [one.fact for one in history.instructions]
    assert [fact.instruction for fact in given] == list(range(1, len(given) + 1)), (
        "no instruction is lost or said twice"
    )
    assert all(fact.answering < fact.instruction for fact in given), "nothing is answered before it was said"
    requests = [start.fact.request for start in history.starts]
    assert len(set(requests)) == len(requests), "no request is carried out twice"


def budgets_never_rise(history: History) -> None:
    """Hold what is left of a budget to falling, and what is spent to the budget."""
    assert experiments_spent(history) <= BUDGET, "nothing raises a budget"
    for before, after in pairwise(one.fact.budget for one in history.instructions):
        assert after.experiments_left <= before.experiments_left
        assert (after.wall_minutes_left or 0) <= (before.wall_minutes_left or 0)


def ends_are_ends(entries: Sequence[Entry], direction: str) -> None:
    """Let nothing happen in a direction after its end but the end of what was running."""
    history = remember(entries).histories[direction]
    ends = [one.n for one in entries if isinstance(one.fact, DirectionEnded) and one.fact.direction == direction]
    assert len(ends) <= 1, "an end is an end"
    assert all(given.n < n for n in ends for given in history.instructions)
    assert all(start.n < n for n in ends for start in history.starts)
