"""Which laws hold in every story, however a worker behaves? Random stories, told by a state machine."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from statistics import fmean

from fakes import EFFECT, Story, code, gains, plan, section
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule
from stories import UNREADABLE, argued, begun

from coordinator.model.entry import DirectionEnded, TamperingSeen, VerdictGiven
from coordinator.model.experiment import Summary, Value
from coordinator.model.instruction import Action, Ending, Instruction
from coordinator.model.plan import Plan, Step
from coordinator.model.problem import Parsed
from coordinator.model.record import Phase
from coordinator.model.report import WorkerState
from coordinator.rules.admission import Admitted, Asked, admit
from coordinator.rules.case import IDLE_ANSWERS
from coordinator.rules.reconcile import reconcile

NAMES = st.sampled_from([f"exp_{number:03d}" for number in range(1, 6)])
GOOD = st.sampled_from([EFFECT, (0.29, 0.31, 0.3), (0.3, 0.29, 0.31)]).map(gains)
EFFECTS = st.sampled_from([EFFECT, (0.3, 0.3, 0.3), (0.01, -0.01, 0.0), (-0.3, -0.29, -0.31)])
BAD = st.just([None, None, None]) | EFFECTS.map(lambda them: [*gains(them)[:2], None])
FINITE = st.floats(allow_nan=False, allow_infinity=False)
WILD = st.lists(st.fixed_dictionaries({"f1_default": FINITE, "f1_tuned": FINITE}), min_size=3, max_size=3)
METRICS = GOOD | GOOD | GOOD | EFFECTS.map(gains) | BAD | WILD
CODES = st.sampled_from([code(word, word * 2, word * 3) for word in ("one", "two", "three")])
SETTINGS = st.fixed_dictionaries(
    {
        "budget": st.fixed_dictionaries(
            {"experiments": st.integers(1, 6), "wall_minutes": st.sampled_from([60, 480, None])}
        ),
        "significance": st.fixed_dictionaries(
            {
                "min_experiments": st.integers(1, 3),
                "replications": st.integers(0, 2),
                "confirm_seeds": st.sampled_from([0, 9]),
            }
        ),
        "attention": st.fixed_dictionaries({"revisions": st.integers(1, 3)}),
    }
)
COSTLY = {Action.BEGIN, Action.CONTINUE, Action.RERUN, Action.REPLICATE, Action.CHANGE_APPROACH}
"""What cannot be done without an experiment that is left."""


def replace_found(said: Summary) -> Summary:
    """Leave every number out of the prose."""
    return said.model_copy(update={"key_findings": section("The tuned threshold differs.")})


class Life(RuleBasedStateMachine):
    """The life of one direction whose worker does anything, looked at whenever it pleases chance."""

    def __init__(self) -> None:
        super().__init__()
        self.story = Story()
        self.left = 10**6
        self.minutes = 10**6
        self.ended: Ending | None = None

    @initialize(chosen=SETTINGS, them=st.lists(GOOD, max_size=5))
    def choose(self, chosen: dict[str, object], them: list[list[object]]) -> None:
        """Begin, under settings of the user's choice, and with some work done well."""
        self.story = Story(**chosen)
        self.look()
        for metrics in them:
            self.obey(metrics, 8)

    @rule(metrics=METRICS, score=st.sampled_from([5, 8, 8]))
    def obey(self, metrics: list[object], score: int) -> None:
        """Do what the inbox says, answer, and be seen."""
        last = self._history.last
        action, about = last.fact.action, last.fact.about
        fresh = f"exp_{len(self._history.explorations()) + 1:03d}"
        if action is Action.CONFIRM:
            self.confirm(about, metrics)
        elif action is Action.REVISE and about:
            self.summarise(about, score, "good")
        elif action in COSTLY:
            name = about if action is Action.RERUN else fresh
            by = code(name, "by", "other", "means")
            self.run(name, by, about if action is Action.REPLICATE else None, claims=True)
            self.finish(metrics)
            self.summarise(name, score, "good")
        self.report_and_look(WorkerState.WAITING, 0)

    @rule(them=st.lists(METRICS, min_size=2, max_size=6))
    def obey_for_long(self, them: list[list[object]]) -> None:
        """Do so several times in a row, which is how a direction gets far."""
        for metrics in them:
            self.obey(metrics, 8)

    @rule(name=NAMES, by=CODES, original=st.none() | NAMES, claims=st.booleans())
    def run(self, name: str, by: object, original: str | None, claims: bool) -> None:
        """Run an experiment, if the executor lets it."""
        fields = {} if claims else {"claims": ()}
        planned = plan(name, replicates=None if original == name else original, **fields)
        sha = f"{len(self.story.entries):064x}"
        if isinstance(self._asks(name, Phase.EXPLORE, planned=Parsed(planned), sha=sha, by=by), Admitted):
            self.story.ran(name, planned=planned, by=by, says=None, unfinished=True)

    @rule(metrics=METRICS)
    def finish(self, metrics: list[object]) -> None:
        """End what runs, one way or the other."""
        for start in self._history.in_flight:
            seeds = len(start.fact.seeds)
            if start.fact.experiment in self.story.views:
                self.story.finished(start.fact.experiment, [*metrics, *metrics, *metrics][:seeds])

    @rule(name=NAMES, metrics=METRICS)
    def confirm(self, name: str, metrics: list[object]) -> None:
        """Run on fresh seeds, if the executor lets it."""
        view = self.story.views.get(name)
        if view and view.code and isinstance(self._asks(name, Phase.CONFIRM), Admitted):
            start = self._history.explorations(name)[-1].fact
            self.story.changed(name, plan_sha256=start.plan_sha256, code=replace(view.code, sha256=start.code_sha256))
            self.story.confirmed(name, [*metrics, *metrics, *metrics], len(self._history.confirmations()) + 1)

    @rule(name=NAMES, score=st.sampled_from([5, 8]), kind=st.sampled_from(["good", "unbound", "unreadable", "none"]))
    def summarise(self, name: str, score: int, kind: str) -> None:
        """Write a summary, well or badly."""
        said = {
            "good": Parsed(self._bound(name, score)),
            "unbound": Parsed(argued(name, score=score, values={})),
            "unreadable": UNREADABLE,
            "none": None,
        }
        self._change(name, summary=said[kind])

    @rule(name=NAMES, by=CODES)
    def edit_code(self, name: str, by: object) -> None:
        """Change the code, or put it back."""
        self._change(name, code=by)

    @rule(name=NAMES, sha=st.sampled_from(["e" * 64, "f" * 64]))
    def edit_plan(self, name: str, sha: str) -> None:
        """Change the plan."""
        self._change(name, plan_sha256=sha)

    @rule(name=NAMES)
    def edit_record(self, name: str) -> None:
        """Change the record."""
        self._change(name, execution_sha256={})

    @rule(name=NAMES)
    def delete(self, name: str) -> None:
        """Throw a folder away that nothing runs in."""
        if all(start.fact.experiment != name for start in self._history.in_flight):
            self.story.views.pop(name, None)
            self.story.executions.pop(name, None)

    @rule(name=NAMES, queued=st.booleans())
    def write(self, name: str, queued: bool) -> None:
        """Make a folder, and hand it over or not."""
        if name not in self.story.views and not self._history.explorations(name):
            self.story.wrote(name)
        self._change(name, queued=queued)

    @rule(state=st.sampled_from(WorkerState), behind=st.sampled_from([-1, 0, 0, 0, 0, 1, 2]))
    def report(self, state: WorkerState, behind: int) -> None:
        """Report, most often that the last instruction is answered."""
        last = self._history.last
        self.story.says(state, max(0, (last.fact.instruction if last else 0) - behind))

    @rule(state=st.sampled_from(WorkerState), behind=st.sampled_from([0, 0, 0, 1]))
    def report_and_look(self, state: WorkerState, behind: int) -> None:
        """Report, and be seen at once."""
        self.report(state, behind)
        self.look()

    @rule(sha=st.sampled_from(["scrawl 1", "scrawl 2", "scrawl 3"]))
    def scrawl(self, sha: str) -> None:
        """Report what cannot be read."""
        self.story.scrawls(sha)
        self.look()

    @rule(minutes=st.sampled_from([1, 21, 21, 200, -30]))
    def wait(self, minutes: int) -> None:
        """Let time pass, or set the clock back."""
        if minutes < 0:
            self.minutes = 10**6  # what the clock says is spent is not spent any more
        self.story.clock.jump(minutes=minutes)

    @rule(times=st.integers(1, 4))
    def fall_silent(self, times: int) -> None:
        """Do nothing, for as long as it takes to be asked several times."""
        for _ in range(times):
            self.story.clock.jump(minutes=21)
            self.look()

    @rule(times=st.integers(1, 4), state=st.sampled_from([WorkerState.WAITING, WorkerState.DONE]))
    def circle(self, times: int, state: WorkerState) -> None:
        """Run the same thing again and again, whatever the inbox says."""
        for _ in range(times):
            name = f"exp_{len(self._history.explorations()) + 1:03d}"
            self.run(name, code("the", "same"), None, claims=True)
            self.finish(gains(EFFECT))
            self.summarise(name, 5, "good")
            self.report_and_look(state, 0)

    @rule(settled=st.booleans())
    def settle(self, settled: bool) -> None:
        """Be in the middle of writing, or at rest."""
        self.story.settled = settled

    @rule()
    def look(self) -> None:
        """Make a pass, and hold the plan and what follows from it to the laws."""
        decided = self.story.decide()
        self._same_in_any_order(decided)
        self._says_what_it_may(decided)
        self._ends_once(decided)
        self.story.apply(decided)
        again = self.story.decide()
        assert (again.acts, again.restore) == ((), ()), "a second pass is empty"

    @invariant()
    def nothing_runs_over_budget(self) -> None:
        """No more experiments start than the budget has, and no more than two confirmations."""
        limits = self.story.direction.budget_under(self.story.settings)
        assert len(self._history.explorations()) <= limits.experiments
        assert len(self._history.confirmations()) <= 2

    @invariant()
    def nothing_goes_on_forever(self) -> None:
        """Between two experiments a worker is told only so many things, and of no experiment too often."""
        given = self._history.instructions
        revisions = self.story.settings.attention.revisions
        since = [one.fact for one in given if one.n > self._history.progress_n]
        work = [one for one in since if one.action not in {Action.REPORT, Action.REVISE, Action.RERUN, Action.STOP}]
        assert len(work) <= IDLE_ANSWERS
        assert sum(one.action is Action.RERUN for one in since) <= revisions
        told = [(one.fact.action, one.fact.about) for one in given if one.fact.action is Action.REVISE]
        assert all(told.count(one) <= revisions for one in told if one[1])

    @property
    def _history(self) -> object:
        return self.story.memory.histories[self.story.direction.id]

    def _bound(self, name: str, score: int) -> object:
        """Write a summary whose one number is what came out."""
        view = self.story.views.get(name)
        last = view.record.executions[0:] if view and view.record else ()
        seen = [one.metrics["f1_tuned"] for run in last[-1:] for one in run.processes if one.metrics]
        values = {}
        if seen and max(map(abs, seen)) < 1e290:
            values = {"f1_tuned": Value(metric="f1_tuned", value=Decimal(str(fmean(seen))))}
        return replace_found(argued(name, score=score, values=values))

    def _change(self, name: str, **fields: object) -> None:
        if name in self.story.views:
            self.story.changed(name, **fields)

    def _asks(self, name: str, phase: Phase, *, planned: object = None, sha: str = "", by: object = None) -> object:
        story = self.story
        asked = Asked(story.clock.now, story.settings, story.direction, name, phase, story.entries, planned, by, sha)
        return admit(asked)

    def _same_in_any_order(self, decided: Plan) -> None:
        """The order in which folders are listed does not matter."""
        seen = self.story.observation()
        view = self.story.view()
        turned = replace(view, experiments=tuple(reversed(view.experiments)))
        assert reconcile(replace(seen, workers={self.story.direction.id: turned})) == decided

    def _says_what_it_may(self, decided: Plan) -> None:
        """At most one instruction, the next number, with reasons, never with more budget than before."""
        given = [act.instruction for act in decided.acts if isinstance(act, Step)]
        assert len(given) <= 1
        assert all(act.reasons for act in decided.acts if isinstance(act, VerdictGiven))
        for instruction in given:
            last = self._history.last
            assert instruction.instruction == (last.fact.instruction + 1 if last else 1)
            assert instruction.reasons
            assert instruction.budget.experiments_left <= self.left
            self.left = instruction.budget.experiments_left
            minutes = instruction.budget.wall_minutes_left
            assert minutes is None or minutes <= self.minutes
            self.minutes = self.minutes if minutes is None else minutes
            self._can_be_done(instruction)

    def _can_be_done(self, instruction: Instruction) -> None:
        """Nobody is asked for what the executor would refuse, nor for what there is no budget for."""
        if instruction.action in COSTLY:
            assert instruction.budget.experiments_left
        if instruction.action is Action.CONFIRM:
            assert len(self._history.confirmations()) < 2
            assert self._history.explorations(instruction.about)
        if instruction.action is Action.STOP:
            contradiction = {"not_replicated", "not_confirmed", "replication_failed", "score_below"}
            assert instruction.ending is not Ending.FINALIZED or not contradiction & set(instruction.reasons)

    def _ends_once(self, decided: Plan) -> None:
        """A stop ends the direction, nothing else does, and nothing follows."""
        stops = [act.instruction.ending for act in decided.acts if isinstance(act, Step) and act.instruction.ending]
        assert [act.ending for act in decided.acts if isinstance(act, DirectionEnded)] == stops
        assert self._history.ending is None or self._history.ending.ending is self.ended
        if self.ended:
            assert all(isinstance(act, TamperingSeen) for act in decided.acts)
        self.ended = self.ended or next(iter(stops), None)


Life.TestCase.settings = settings(deadline=None, max_examples=60, stateful_step_count=40)
TestLife = Life.TestCase


def test_nobody_has_answered_what_was_never_said() -> None:
    """Note with an instruction no higher answer than there were instructions, whatever the report claims."""
    decided = begun().says(answered=1_000_000).decide()
    assert [act.answering for act in decided.acts if isinstance(act, Step)] == [1]
