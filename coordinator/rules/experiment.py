"""What is one experiment worth? A ladder of early returns, from folder to evidence."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from coordinator.model.direction import Direction
from coordinator.model.entry import VerdictGiven
from coordinator.model.experiment import Condition, ExperimentPlan, Prediction, Summary
from coordinator.model.finding import Effect
from coordinator.model.history import History, Start
from coordinator.model.instruction import Action
from coordinator.model.observation import CodeFacts, ExperimentView
from coordinator.model.problem import Problem
from coordinator.model.record import Execution, Outcome, Phase
from coordinator.model.settings import Significance
from coordinator.model.verdict import Reason, Standing, Verdict
from coordinator.rules import evidence, samples, significance, tier


@dataclass(frozen=True, slots=True)
class Setting:
    """What an experiment is judged in.

    Args:
        direction: its question.
        bar: what a finding of this direction must reach.
        revisions: times that one experiment is sent back before it is set aside.
        history: what the ledger remembers of the direction.
    """

    direction: Direction
    bar: Significance
    revisions: int
    history: History


@dataclass(frozen=True, slots=True)
class Run:
    """One exploration that has ended, as ledger and record have it: nothing that is deleted or edited changes it.

    Args:
        n: number of its start in the ledger.
        ended_n: number of its end.
        plan: what its sealed plan predicted; None where that is not known.
        metrics: by seed, None where the seed failed. None as a whole: the record was destroyed, in both places.
    """

    n: int
    ended_n: int
    plan: Prediction | None
    metrics: tuple[Mapping[str, float] | None, ...] | None

    @property
    def silent(self) -> bool:
        """Whether it is known to have given no number under any seed."""
        return self.metrics is not None and not any(self.metrics)

    @property
    def effect(self) -> Effect | None:
        """Give the effect of its primary claim; None without a claim or any number."""
        if self.plan is None or not self.plan.claims or not self.metrics:
            return None
        return significance.effect(self.plan.claims[0], self.metrics)


@dataclass(frozen=True, slots=True)
class Assessed:
    """One experiment and everything that was found out about it.

    Args:
        view: its folder.
        verdict: the ruling.
        start: its last exploration in the ledger; None if it never started.
        metrics: per seed of that exploration, None where the seed failed; empty without a witnessed end.
        effect: of the primary claim; None without a claim or metrics.
        met: the primary claim was met.
        runs: every exploration of it that has ended, oldest first.
        accepted: every verdict by which its evidence held, oldest first.
    """

    view: ExperimentView
    verdict: Verdict
    start: Start | None = None
    metrics: tuple[Mapping[str, float] | None, ...] = ()
    effect: Effect | None = None
    met: bool = False
    runs: tuple[Run, ...] = ()
    accepted: tuple[VerdictGiven, ...] = ()

    @property
    def name(self) -> str:
        """The folder's name."""
        return self.view.name

    @property
    def plan(self) -> Prediction | None:
        """What its last run predicted; before the first, what the plan says."""
        if self.runs:
            return self.runs[-1].plan
        return self.view.plan.value.prediction if self.view.plan and self.view.plan.value else None

    @property
    def code(self) -> CodeFacts | None:
        """Facts about the code of its last run; None where what is there now is not what ran."""
        sealed = self.start.fact.code_sha256 if self.start else None
        return self.view.code if self.view.code and self.view.code.sha256 == sealed else None

    @property
    def summary(self) -> Summary | None:
        """The summary, where it can be read."""
        return self.view.summary.value if self.view.summary else None

    @property
    def holds(self) -> bool:
        """Whether its evidence holds."""
        return self.verdict.standing is Standing.HOLDS

    @property
    def completed(self) -> bool:
        """Whether it is witnessed under every seed, on the bytes that are there now."""
        return self.verdict.standing in {Standing.HOLDS, Standing.SENT_BACK, Standing.SET_ASIDE}

    @property
    def needs_another_run(self) -> bool:
        """Whether no writing alone would mend it, because what is wrong is sealed."""
        sealed = {self.view.plan_path, self.view.code_path}
        return any(problem.path in sealed for problem in self.verdict.problems)


def assess(view: ExperimentView, setting: Setting, earlier: Sequence[Assessed]) -> Assessed:
    """Judge one experiment, given those of the same direction that started before it."""
    starts = setting.history.explorations(view.name)
    judged = _judged(view, starts, setting, earlier)
    runs = tuple(_run(view, start) for start in starts if start.ended_n is not None)
    accepted = setting.history.accepted.get(view.name, ())
    stamped = replace(
        judged.verdict,
        start=starts[-1].n if starts else None,
        summary_sha256=view.summary_sha256,
        refuted_if=_said(view),
    )
    return replace(judged, verdict=_with_kept_score(stamped, accepted), runs=runs, accepted=accepted)


def _judged(view: ExperimentView, starts: Sequence[Start], setting: Setting, earlier: Sequence[Assessed]) -> Assessed:
    """Rule on what is there now: the ladder."""
    if view.queued or any(start.end is None for start in starts):
        return _ruled(view, Standing.IN_FLIGHT, _reason("in_flight", "queued or running", holds=True))
    if not starts:
        return _unwitnessed(view, setting)
    start = starts[-1]
    if view.gone:
        return _deleted(view, start)
    if changed := changed_since_sealed(view, start):
        return _changed_since(view, start, changed, setting)
    execution = execution_of(view, start)
    assert execution is not None, "changed_since_sealed has looked"
    if execution.outcome is not Outcome.COMPLETED:
        return Assessed(view, _failed(view, execution), start, _by_seed(execution))
    metrics = tuple(process.metrics for process in execution.processes)
    return _completed(view, start, metrics, (setting, earlier))


def _said(view: ExperimentView) -> Condition | None:
    return view.summary.value.refuted_if if view.summary and view.summary.value else None


def _with_kept_score(verdict: Verdict, accepted: Sequence[VerdictGiven]) -> Verdict:
    """Keep the first score that counted for a run: what was decided on it is not decided again by another number."""
    first = next((given.score for given in accepted if given.start == verdict.start), None)
    if verdict.score is None or first is None or verdict.score == first:
        return verdict
    message = f"the self-score was {first:g} when the evidence was accepted, and that one is kept"
    kept = _reason("score_changed", message, score=verdict.score, accepted=first)
    reasons = (*verdict.reasons, kept)
    return replace(verdict, score=first, reasons=reasons)


def _by_seed(execution: Execution) -> tuple[Mapping[str, float] | None, ...]:
    return tuple(process.metrics or None for process in execution.processes)


def _run(view: ExperimentView, start: Start) -> Run:
    """Put together what is known of a run, from the ledger and from what it vouches for."""
    assert start.ended_n is not None, "only what has ended is known"
    execution, plan = execution_of(view, start), start.fact.prediction
    if plan is None and view.plan is not None and view.plan.value and view.plan_sha256 == start.fact.plan_sha256:
        plan = view.plan.value.prediction
    return Run(start.n, start.ended_n, plan, _by_seed(execution) if execution else None)


def execution_of(view: ExperimentView, start: Start) -> Execution | None:
    """Give the witnessed execution of a start, if the record still holds what the ledger sealed."""
    if start.end is None or view.execution_sha256.get(start.n) != start.end.execution_sha256:
        return None
    assert view.record is not None, "its digest was taken"
    return next(execution for execution in view.record.executions if execution.start == start.n)


def _reason(code: str, message: str, *, holds: bool = False, **numbers: float | str | None) -> Reason:
    return Reason(code, holds=holds, message=message, numbers=numbers)


def _ruled(view: ExperimentView, standing: Standing, *reasons: Reason, problems: Sequence[Problem] = ()) -> Assessed:
    return Assessed(view, Verdict(view.name, standing, reasons, tuple(problems)))


def _asked(setting: Setting, name: str, action: Action) -> int:
    """Count how often the worker was told to do this about this experiment."""
    given = setting.history.instructions
    return sum(1 for one in given if one.fact.action is action and one.fact.about == name)


def _unwitnessed(view: ExperimentView, setting: Setting) -> Assessed:
    """Ask for a run, until it was asked for too often."""
    reason = _reason("unwitnessed", "the executor has not run it")
    if _asked(setting, view.name, Action.RERUN) >= setting.revisions:
        return _ruled(view, Standing.SET_ASIDE_UNRUN, reason, _reason("set_aside", "asked for too often"))
    hint = "run it with the `run` command; numbers from other processes count for nothing"
    problem = Problem(view.path, 0, "unwitnessed", "there is no witnessed run of this experiment", hint)
    return _ruled(view, Standing.UNWITNESSED, reason, problems=(problem, *view.unreadable))


def changed_since_sealed(view: ExperimentView, start: Start) -> tuple[Problem, ...]:
    """Name every sealed file that is not what ran."""
    sealed, problems = start.fact, []
    if view.plan_sha256 != sealed.plan_sha256:
        message = "the plan was changed after the experiment started; what it predicted is sealed"
        hint = "put the sealed plan back (the run's folder has it under sealed/), or run the experiment again"
        problems.append(Problem(view.plan_path, 0, "plan_edited", message, hint))
    if view.code is None or view.code.sha256 != sealed.code_sha256:
        message = "experiment.py or patches/ is not the code that ran"
        hint = "put the sealed code back, or run the experiment again; that costs an experiment"
        problems.append(Problem(view.code_path, 0, "code_changed", message, hint))
    if execution_of(view, start) is None:
        message = "the record of this experiment is not what the executor wrote"
        hint = "run the experiment again; that costs an experiment"
        problems.append(Problem(view.path, 0, "record_edited", message, hint))
    return tuple(problems)


def _changed_since(view: ExperimentView, start: Start, changed: tuple[Problem, ...], setting: Setting) -> Assessed:
    """Ask for another run of what is not what ran, until it was asked for too often.

    What was witnessed of it stays: no edit makes a disagreement or a refutation unseen.
    """
    reasons = tuple(_reason(problem.code, problem.message) for problem in changed)
    standing = Standing.CHANGED
    if _asked(setting, view.name, Action.RERUN) >= setting.revisions:
        standing, changed = Standing.SET_ASIDE_UNRUN, ()
        reasons += (_reason("set_aside", "asked for too often"),)
    return _past(view, Verdict(view.name, standing, reasons, changed), start)


def _deleted(view: ExperimentView, start: Start) -> Assessed:
    """Say that it is gone: nothing of it can be held, and nothing of it is taken back."""
    message = "it was started and its folder is gone; it stays spent, and what it showed against a claim counts"
    return _past(view, Verdict(view.name, Standing.DELETED, (_reason("experiment_deleted", message),)), start)


def _past(view: ExperimentView, verdict: Verdict, start: Start) -> Assessed:
    """Give what ledger and record still say of a run whose files are not what they were."""
    run = _run(view, start)
    return Assessed(view, verdict, start, run.metrics or (), run.effect)


def _failed(view: ExperimentView, execution: Execution) -> Verdict:
    """Name what went wrong, by seed; it stays spent and is evidence of nothing."""
    wrong = [process for process in execution.processes if process.outcome is not Outcome.COMPLETED]
    reasons = tuple(
        _reason(str(process.outcome), f"seed {process.seed}: {process.detail or process.outcome}") for process in wrong
    )
    message = f"{len(wrong)} of {len(execution.seeds)} seeds did not complete"
    if execution.outcome is Outcome.TARGET_CHANGED:
        message = "the target was not the same afterwards, so nothing that was measured counts"
    overall = _reason(f"experiment_{execution.outcome}", message)
    return Verdict(view.name, Standing.FAILED, (overall, *reasons))


def _completed(
    view: ExperimentView,
    start: Start,
    metrics: tuple[Mapping[str, float], ...],
    place: tuple[Setting, Sequence[Assessed]],
) -> Assessed:
    """Judge what ran to its end under every seed."""
    setting, earlier = place
    assert view.plan is not None, "its digest is the sealed one"
    assert view.code is not None, "its digest is the sealed one"
    plan = view.plan.value
    effect = significance.effect(plan.claims[0], metrics) if plan and plan.claims else None
    met = effect is not None and significance.met(effect)
    checked = _checked(view, metrics, setting, earlier)
    witnessed = _reason("witnessed", f"ran under {len(metrics)} seeds before the executor's eyes", holds=True)
    reasons = (witnessed, *checked.reasons, *_claim_reasons(effect, met=met), *_score_reasons(view, setting))
    standing = Standing.SENT_BACK if checked.problems else Standing.HOLDS
    problems = checked.problems
    if problems and _asked(setting, view.name, Action.REVISE) >= setting.revisions:
        standing, problems = Standing.SET_ASIDE, ()
        reasons += (_reason("set_aside", f"sent back {setting.revisions} times"),)
    score = view.summary.value.score if view.summary and view.summary.value and standing is Standing.HOLDS else None
    return Assessed(view, Verdict(view.name, standing, reasons, problems, score), start, metrics, effect, met)


def _checked(
    view: ExperimentView,
    metrics: tuple[Mapping[str, float], ...],
    setting: Setting,
    earlier: Sequence[Assessed],
) -> evidence.Checked:
    """Collect everything that its worker can mend."""
    assert view.plan is not None
    assert view.code is not None
    seeds = setting.history.explorations(view.name)[-1].fact.seeds
    checked = evidence.seeds_used(metrics, seeds, view.code_path, uses_chance=view.code.uses_chance)
    claims = view.plan.value.claims if view.plan.value else ()
    others = {one.name: run.metrics for one in earlier for run in one.runs if run.metrics and one.name != view.name}
    checked += evidence.measured(claims, metrics, view.code, view.code_path, others)
    checked += _tier(view, view.plan.value, view.code) + _samples(view, view.plan.value, view.code)
    if view.summary is None:
        message = f"{view.name} ran and has no summary"
        problem = Problem(view.summary_path, 0, "summary_missing", message, "write it: protocol/experiment.md")
        return checked + evidence.Checked((_reason("summary_missing", message),), (problem,))
    if view.summary.value is None:
        reasons = tuple(_reason(problem.code, problem.message) for problem in view.summary.problems)
        return checked + evidence.Checked(reasons, view.summary.problems)
    if view.plan.value is None:  # sealed by an earlier release with other rules; its claims cannot be read
        return checked + evidence.Checked((), view.plan.problems)
    texts = [one.summary.counterarguments.text for one in earlier if one.summary and one.name != view.name]
    argument = evidence.Argument(
        view.summary.value, view.summary_path, view.plan.value, setting.direction, metrics, texts
    )
    return checked + evidence.check(argument)


def _tier(view: ExperimentView, plan: ExperimentPlan | None, code: CodeFacts) -> evidence.Checked:
    """Hold the declared tier against the actual one."""
    wrong = tier.misdeclared(plan.tier, code) if plan else None
    if wrong is None:
        return evidence.Checked()
    problem = Problem(view.plan_path, 0, "tier_misdeclared", wrong, "plan the same with the right tier, and run it")
    return evidence.Checked((_reason("tier_misdeclared", wrong),), (problem,))


def _samples(view: ExperimentView, plan: ExperimentPlan | None, code: CodeFacts) -> evidence.Checked:
    """Hold the declared samples against what the code seems to do."""
    wrong = samples.misdeclared(plan.samples, code) if plan else None
    if wrong is None:
        return evidence.Checked()
    problem = Problem(view.plan_path, 0, "samples_misdeclared", wrong, samples.HINT)
    return evidence.Checked((_reason("samples_misdeclared", wrong),), (problem,))


def _claim_reasons(effect: Effect | None, *, met: bool) -> tuple[Reason, ...]:
    """Say whether the primary claim was met under the exploring seeds."""
    if effect is None:
        return (_reason("no_claim", "exploratory: nothing was claimed, so it cannot become the finding"),)
    code = "claim_met" if met else "claim_not_met"
    message = f"claim {effect.claim.id}: {effect.claim.change} by at least {effect.claim.by}"
    if effect.claim.change == "equal":
        message = f"claim {effect.claim.id}: equal within {effect.claim.by}"
    return (_reason(code, message, holds=met, mean_effect=effect.mean, by=float(effect.claim.by)),)


def _score_reasons(view: ExperimentView, setting: Setting) -> tuple[Reason, ...]:
    """Compare the self-score with the bar."""
    if view.summary is None or view.summary.value is None:
        return ()
    score, bar = view.summary.value.score, setting.bar.score
    reached = score >= bar
    code = "score_reached" if reached else "score_below"
    return (_reason(code, f"self-score {score:g} of 10", holds=reached, score=score, threshold=bar),)


def placebo_metrics(view: ExperimentView, start: Start) -> tuple[Mapping[str, float] | None, ...]:
    """Give what a confirmation found with permuted labels, by seed; empty where that was not tried."""
    execution = execution_of(view, start)
    by_seed = {process.seed: process.metrics or None for process in execution.placebo} if execution else {}
    return tuple(by_seed.get(seed) for seed in start.fact.placebo)


def confirmed_metrics(view: ExperimentView, start: Start) -> tuple[Mapping[str, float] | None, ...]:
    """Give what a confirmation found by seed; None where a seed failed, or the record was edited."""
    assert start.fact.phase is Phase.CONFIRM
    execution = execution_of(view, start)
    if execution is None or execution.outcome is Outcome.TARGET_CHANGED:
        return (None,) * len(start.fact.seeds)
    by_seed = {process.seed: process.metrics or None for process in execution.processes}
    return tuple(by_seed.get(seed) for seed in start.fact.seeds)
