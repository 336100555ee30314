"""What is a worker told with an instruction: about which experiment, for which reasons, with which numbers?

Only codes, ids, validated numbers and the worker's own paths: no free text of anybody reaches an inbox.
"""

from __future__ import annotations

from coordinator.model.finding import Agreement
from coordinator.model.plan import Briefing
from coordinator.model.problem import Problem
from coordinator.model.report import WorkerState
from coordinator.model.verdict import Standing
from coordinator.rules import budget
from coordinator.rules.candidate import Candidate, shortfall
from coordinator.rules.case import Case
from coordinator.rules.experiment import Assessed
from coordinator.rules.lifecycle import Situation

ABOUT_CANDIDATE = {
    Situation.FINALIZED,
    Situation.TOO_FEW,
    Situation.CONFIRMATIONS_SPENT,
    Situation.UNCONFIRMED,
    Situation.UNREPLICATED,
}
"""Situations that are about the experiment that may become the finding."""


def about(case: Case, found: Situation) -> str | None:
    """Name the experiment that an instruction is about."""
    one = _subject(case, found)
    return one.name if one else None


def _subject(case: Case, found: Situation) -> Assessed | None:
    if found is Situation.FLAWED:
        return case.flawed
    if found is Situation.UNWITNESSED:
        return case.unwitnessed
    if found in ABOUT_CANDIDATE and case.candidate:
        return case.candidate.experiment
    return None


def reasons_for(case: Case, found: Situation) -> tuple[str, ...]:
    """Give the stable codes that say why an instruction is given, without repeats."""
    codes: list[str] = []
    match found:
        case Situation.FRESH:
            codes = ["new_direction"]
        case Situation.REPORT_UNREADABLE:
            codes = [problem.code for problem in case.report_problems()]
        case Situation.ALTERED:
            codes = [problem.code for problem in case.altered]
        case Situation.STILL_UNREADABLE:
            codes = [*(problem.code for problem in case.report_problems()), "no_progress"]
        case Situation.FLAWED | Situation.UNWITNESSED:
            subject = _subject(case, found)
            codes = [problem.code for problem in subject.verdict.problems] if subject else []
        case Situation.TIME_SPENT:
            codes = [reason.code for reason in budget.time_spent(case.budget, case.history, case.now)]
        case Situation.SILENT:
            codes = ["silent"]
        case Situation.LOST:
            codes = ["silent", "nudged_in_vain"]
        case _:
            codes = _standing_codes(case, found)
    return tuple(dict.fromkeys(codes))


def _standing_codes(case: Case, found: Situation) -> list[str]:
    """Give the reasons of an instruction that follows from where the evidence stands."""
    own = {
        Situation.SUPERSEDED: ["superseded"],
        Situation.IDLE: ["no_progress"],
        Situation.GIVEN_UP: ["done_said"],
        Situation.TOO_FEW: ["too_few_experiments"],
        Situation.CONFIRMATIONS_SPENT: ["confirmations_spent"],
        Situation.STILL_CIRCLING: ["circling", "approach_not_changed"],
        Situation.CIRCLING: ["circling"],
        Situation.EXPERIMENTS_SPENT: ["experiments_spent"],
        Situation.EXPLORING: _exploring_codes(case),
    }
    return own.get(found, []) + _evidence_codes(case)


def _evidence_codes(case: Case) -> list[str]:
    """Say how far the candidate has come, or why there is none."""
    if case.candidate:
        return _candidate_codes(case.candidate, case)
    codes = [code for one in case.candidates for code in one.reasons]
    holding = [one for one in case.experiments if one.holds]
    if not holding:
        return [*codes, "no_evidence_yet"]
    reaching = [one for one in holding if (one.verdict.score or 0.0) >= case.bar.score]
    if not reaching:
        return [*codes, "score_below"]
    if codes:
        return codes
    return ["claim_not_met" if any(one.effect for one in reaching) else "no_claim"]


def _candidate_codes(candidate: Candidate, case: Case) -> list[str]:
    codes = ["score_reached", "evidence_holds"]
    codes.append(
        {
            Agreement.HOLDS: "replicated",
            Agreement.MIXED: "replication_mixed",
            Agreement.NONE: "not_replicated",
            Agreement.FAILED: "replication_failed",
        }[candidate.replication.agreement]
    )
    if not candidate.replicated:
        return codes + _failed_attempts(candidate, case)
    if case.bar.confirm_seeds:
        codes.append("confirmed" if candidate.confirmed else "not_confirmed")
    return codes


def _failed_attempts(candidate: Candidate, case: Case) -> list[str]:
    """Say why experiments that call themselves replications of the candidate are none."""
    original = candidate.experiment
    named = [one for one in case.experiments if one.plan and one.plan.replicates == original.name]
    short = [shortfall(one, original) for one in named if any(one.metrics)]
    return [reason.code for reason in short if reason]


def _exploring_codes(case: Case) -> list[str]:
    """Give what the worker said of itself that `continue` reacts to."""
    if case.done:
        return ["done_too_early"]
    if case.report and case.report.state is WorkerState.BLOCKED:
        return ["worker_blocked"]
    return []


def brief(case: Case, found: Situation) -> Briefing:
    """Collect the numbers and problems that an instruction's text is made from."""
    return Briefing(
        worker=case.view.path,
        problems=_problems(case, found),
        facts=_facts(case, found),
        experiments=tuple((one.name, one.verdict.standing.value, one.verdict.score) for one in case.experiments),
    )


def _problems(case: Case, found: Situation) -> tuple[Problem, ...]:
    if found is Situation.REPORT_UNREADABLE:
        return case.report_problems()
    if found is Situation.ALTERED:
        return case.altered
    if found in {Situation.FLAWED, Situation.UNWITNESSED}:
        subject = _subject(case, found)
        return subject.verdict.problems if subject else ()
    return ()


def _facts(case: Case, found: Situation) -> dict[str, float | int | str | None]:
    """Give every number that a template may use; without a number its sentence is left out."""
    bar, subject = case.bar, _subject(case, found)
    facts: dict[str, float | int | str | None] = {
        "title": case.view.direction.title,
        "threshold": bar.score,
        "min_experiments": bar.min_experiments,
        "witnessed": case.witnessed,
        "explore_seeds": bar.explore_seeds,
        "confirm_seeds": bar.confirm_seeds,
        "alpha": bar.alpha,
        "experiments_left": case.experiments_left,
        "next_experiment": _next_name(case),
    }
    if found is Situation.FRESH and case.view.papers:
        facts["papers"] = ", ".join(case.view.papers)
    if found in {Situation.SILENT, Situation.LOST}:
        facts["silent_minutes"] = int(case.silent_minutes)
    if best := _best(case):
        facts |= {"best_experiment": best.name, "best_score": best.verdict.score}
    if subject and subject.verdict.standing is Standing.HOLDS:
        facts |= _claim_facts(subject)
    if found is Situation.CIRCLING:
        facts["attempts"] = case.circling
    if found is Situation.UNCONFIRMED:
        facts["attempts"] = len(case.history.confirmations())
    if found in ABOUT_CANDIDATE and case.candidate:
        facts["agreed"] = len(case.candidate.replication.agreed)
        facts["disagreed"] = len(case.candidate.replication.disagreed)
    return facts


def _claim_facts(one: Assessed) -> dict[str, float | int | str | None]:
    assert one.effect is not None, "a candidate has met its claim"
    claim = one.effect.claim
    return {
        "score": one.verdict.score,
        "claim": claim.id,
        "metric": claim.metric,
        "baseline": str(claim.baseline),
        "change": claim.change.value,
        "by": float(claim.by),
        "mean_effect": one.effect.mean,
    }


def _best(case: Case) -> Assessed | None:
    scored = [one for one in case.experiments if one.verdict.score is not None]
    return max(scored, key=lambda one: one.verdict.score or 0.0, default=None)


def _next_name(case: Case) -> str:
    """Suggest the name of the next experiment folder."""
    used = [int(one.name.removeprefix("exp_")) for one in case.experiments]
    used += [int(start.fact.experiment.removeprefix("exp_")) for start in case.history.starts]
    return f"exp_{max(used, default=0) + 1:03d}"
