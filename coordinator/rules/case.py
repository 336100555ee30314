"""What does the ladder ask of one direction? All of it, put together once a pass."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from coordinator.model.entry import VerdictGiven
from coordinator.model.history import Given, History
from coordinator.model.instruction import Action
from coordinator.model.observation import WorkerView
from coordinator.model.problem import Problem
from coordinator.model.report import Report, WorkerState
from coordinator.model.settings import Budget, Settings, Significance
from coordinator.model.verdict import Standing
from coordinator.rules import budget, novelty
from coordinator.rules.candidate import Candidate, candidates
from coordinator.rules.experiment import Assessed, Setting, assess
from coordinator.rules.history import asks_for_report
from coordinator.rules.ruling import news

NUDGES = 3
"""Nudges without an answer before a direction is closed as lost."""
UNREADABLE_REPORTS = 30
"""Different unreadable reports in a row before a direction is given up: each costs a worker nothing but patience."""
IDLE_ANSWERS = 3
"""Instructions answered in a row without starting an experiment before a direction is given up."""
TARGET_CHANGED = "target_changed"
"""Code of what is not as it was when the run began, in problems and reasons."""
BOUNDED = {Action.REPORT, Action.REVISE, Action.RERUN}
"""Instructions that are no idle answers: how often they are given has a bound of its own."""


@dataclass(frozen=True, slots=True)
class Case:
    """One direction, with everything derived from what was observed.

    Args:
        now: UTC.
        view: the worker's folder.
        history: the ledger's memory of the direction.
        settings: of the run.
        experiments: all of them, judged, in the order in which they started; those that never did come last.
        candidates: those that could become the finding, the one that has come furthest first.
        altered: what of the target, and of what else is protected, is not as it was when the run began.
    """

    now: datetime
    view: WorkerView
    history: History
    settings: Settings
    experiments: tuple[Assessed, ...]
    candidates: tuple[Candidate, ...]
    altered: tuple[Problem, ...] = ()

    @property
    def told_of_altered(self) -> bool:
        """Whether the last instruction asked to put back what was altered."""
        return self.history.last is not None and TARGET_CHANGED in self.history.last.fact.reasons

    @property
    def budget(self) -> Budget:
        """What governs this direction."""
        return self.view.direction.budget_under(self.settings)

    @property
    def bar(self) -> Significance:
        """What a finding of this direction must reach."""
        return self.view.direction.significance_under(self.settings)

    @property
    def report(self) -> Report | None:
        """What the worker says of itself, where it can be read."""
        return self.view.report.value if self.view.report else None

    @property
    def candidate(self) -> Candidate | None:
        """The candidate that is being pursued."""
        return next((one for one in self.candidates if one.alive), None)

    @property
    def witnessed(self) -> int:
        """How many experiments ran to their end under every seed."""
        return sum(1 for one in self.experiments if one.completed)

    @property
    def news(self) -> tuple[VerdictGiven, ...]:
        """Verdicts that the ledger does not have yet."""
        return news(self.view.direction.id, (one.verdict for one in self.experiments), self.history)

    @property
    def experiments_left(self) -> int:
        """How many more may be started."""
        return budget.left(self.budget, self.history, self.now).experiments_left

    @property
    def done(self) -> bool:
        """Whether the worker believes that there is nothing more to find."""
        return self.report is not None and self.report.state is WorkerState.DONE

    @property
    def answered(self) -> bool:
        """Whether the instruction in force is answered.

        A worker that was asked for a report while it worked may answer the instruction before that, or
        answer the call itself with `state: working` and stay on what it is on. Bytes that were there before
        the instruction that they claim to answer are no answer.
        """
        if self.report is None:
            return False
        said = self.report.answered
        given = next((one.fact for one in self.history.instructions if one.fact.instruction == said), None)
        if given is None or given.report_sha256 == self.view.report_sha256:
            return False
        if asks_for_report(given) and self.report.state is WorkerState.WORKING:
            return False
        pending = [one.fact for one in self.history.instructions if one.fact.instruction > said]
        return all(asks_for_report(fact) for fact in pending)

    @property
    def flawed(self) -> Assessed | None:
        """The newest experiment whose worker can mend it with what is left."""
        sent_back = [one for one in self.experiments if one.verdict.standing is Standing.SENT_BACK]
        mendable = [one for one in sent_back if self.experiments_left or not one.needs_another_run]
        return mendable[-1] if mendable else None

    @property
    def unwitnessed(self) -> Assessed | None:
        """The first experiment that must be run, or run again."""
        open_ones = {Standing.UNWITNESSED, Standing.CHANGED}
        return next((one for one in self.experiments if one.verdict.standing in open_ones), None)

    @property
    def idle_answers(self) -> int:
        """How many instructions asked for an experiment since one last started or ended."""
        return sum(1 for one in self._since_progress() if one.fact.action not in BOUNDED)

    @property
    def reruns(self) -> int:
        """How often a run was asked for since an experiment last started or ended, of whichever folder."""
        return sum(1 for one in self._since_progress() if one.fact.action is Action.RERUN)

    @property
    def reports_sent_back(self) -> int:
        """How often in a row the report was sent back, with no work asked for or done in between."""
        count = 0
        for given in reversed(self._since_progress()):
            if not asks_for_report(given.fact):
                break
            count += given.fact.action is Action.REVISE
        return count

    def _since_progress(self) -> list[Given]:
        return [one for one in self.history.instructions if one.n > self.history.progress_n]

    @property
    def circling(self) -> int:
        """Length of the row of near-identical experiments at the end; replications are meant to be alike."""
        codes = [
            one.view.code.shingles
            for one in self.experiments
            if one.start is not None and one.view.code and not (one.plan and one.plan.replicates)
        ]
        return novelty.circling(codes)

    @property
    def silent_minutes(self) -> float:
        """Minutes since anything was heard of the worker, or said to it."""
        last = self.history.last
        said = [last.at] if last and last.at <= self.now else []
        return (self.now - max([*said, *self._signs()], default=self.now)) / timedelta(minutes=1)

    def _signs(self) -> list[datetime]:
        """Give when something was heard of the worker; a file dated in the future is no sign of life."""
        signs = [self.view.last_sign]
        for start in self.history.starts:
            signs += [start.at, start.ended_at]
        return [sign for sign in signs if sign is not None and sign <= self.now]

    @property
    def nudges(self) -> int:
        """How many nudges in a row were the last instructions, with no sign of life since."""
        count = 0
        for given in reversed(self.history.instructions):
            if given.fact.action is not Action.REPORT:
                break
            if any(sign > given.at for sign in self._signs()):
                break
            count += 1
        return count

    def report_problems(self) -> tuple[Problem, ...]:
        """Give what is wrong with the report, unless the inbox is about exactly these bytes already."""
        if self.view.report is None or self.view.report_sha256 == self._told():
            return ()
        if self.report is None:
            return self.view.report.problems
        highest = self.history.last.fact.instruction if self.history.last else 0
        if self.report.answered <= highest:
            return ()
        message = f"answered: {self.report.answered}, and the last instruction is {highest}"
        return (Problem(self.view.report_path, 0, "answered_unknown", message, f"set `answered: {highest}` or lower"),)

    def _told(self) -> str | None:
        """Give the digest of the report that the last instruction before any nudges reacted to."""
        given = (one.fact for one in reversed(self.history.instructions))
        return next((fact.report_sha256 for fact in given if fact.action is not Action.REPORT), None)


class Judgements:
    """Remembers how each direction's experiments were judged, until its folder or the ledger says something new.

    What is observed is immutable and shared between passes, so that the same objects mean the same judgement.
    """

    def __init__(self) -> None:
        self._known: dict[str, tuple[tuple[object, ...], tuple[Assessed, ...], tuple[Candidate, ...]]] = {}

    def of(
        self, view: WorkerView, history: History, settings: Settings
    ) -> tuple[tuple[Assessed, ...], tuple[Candidate, ...]]:
        """Give a direction's experiments, judged, and its candidates."""
        rests_on = (view.direction, view.experiments, history, settings)
        known = self._known.get(view.direction.id)
        if known is None or any(one is not other for one, other in zip(known[0], rests_on, strict=True)):
            known = self._known[view.direction.id] = (rests_on, *_judged(view, history, settings))
        return known[1:]


def put_together(
    now: datetime, view: WorkerView, history: History, settings: Settings, judgements: Judgements | None = None
) -> Case:
    """Judge every experiment of a direction and find its candidates."""
    return Case(now, view, history, settings, *(judgements or Judgements()).of(view, history, settings))


def _judged(
    view: WorkerView, history: History, settings: Settings
) -> tuple[tuple[Assessed, ...], tuple[Candidate, ...]]:
    bar = view.direction.significance_under(settings)
    setting = Setting(view.direction, bar, settings.attention.revisions, history)
    judged: list[Assessed] = []
    for experiment in sorted(view.experiments, key=lambda one: _order(one.name, history)):
        judged.append(assess(experiment, setting, judged))  # each is judged beside the earlier ones
    return tuple(judged), candidates(judged, history, bar)


def _order(name: str, history: History) -> tuple[float, str]:
    """Order by the last start; what never started comes last, by name."""
    starts = history.explorations(name)
    return (starts[-1].n if starts else float("inf"), name)
