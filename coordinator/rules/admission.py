"""May this experiment start? Asked by the executor under the ledger's lock, before the first process runs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from coordinator.model.direction import Direction
from coordinator.model.entry import Entry
from coordinator.model.experiment import Change, ExperimentPlan, Prediction
from coordinator.model.history import History
from coordinator.model.instruction import Action
from coordinator.model.observation import CodeFacts
from coordinator.model.problem import Parsed
from coordinator.model.record import Outcome, Phase
from coordinator.model.settings import Settings
from coordinator.rules import budget, samples
from coordinator.rules.history import in_force, remember
from coordinator.rules.tier import misdeclared


@dataclass(frozen=True, slots=True)
class Asked:
    """What the executor was asked to start, and everything that it knows.

    Args:
        now: UTC.
        settings: of the open run.
        direction: the question that the experiment belongs to.
        experiment: name of its folder.
        phase: exploring, or confirming on fresh seeds.
        entries: the ledger, whole, as read under its lock.
        plan: plan.md; None where there is none.
        plan_sha256: digest of its bytes; empty without one.
        offers_placebo: the target can train on permuted labels.
        code: facts about experiment.py and patches/; None without experiment.py.
    """

    now: datetime
    settings: Settings
    direction: Direction
    experiment: str
    phase: Phase
    entries: Sequence[Entry]
    plan: Parsed[ExperimentPlan] | None
    code: CodeFacts | None
    plan_sha256: str = ""
    offers_placebo: bool = False


@dataclass(frozen=True, slots=True)
class Admitted:
    """The experiment may start, like this.

    Args:
        attempt: of a confirmation: the first or second of its direction; else 1.
        count: number of seeds.
        start_index: k-th start of this experiment, from 1; of a confirmation: whose sealed copy to use.
        reserved_seconds: CPU seconds to set aside; as much GPU and wall time where these have a budget.
        time_limit_seconds: wall seconds of one process.
        plan_sha256, code_sha256: of a confirmation: what was sealed then; else None.
        placebo: number of further seeds with permuted labels.
    """

    attempt: int
    count: int
    start_index: int
    reserved_seconds: float
    time_limit_seconds: float
    plan_sha256: str | None = None
    code_sha256: str | None = None
    placebo: int = 0


@dataclass(frozen=True, slots=True)
class Refusal:
    """One reason why it may not start.

    Args:
        code: stable code, listed in protocol/formats.md.
        message: one sentence.
        hint: what would mend it.
    """

    code: str
    message: str
    hint: str


def admit(asked: Asked) -> Admitted | tuple[Refusal, ...]:
    """Decide whether an experiment may start, with every reason if it may not."""
    history = remember(asked.entries).histories.get(asked.direction.id, History())
    refusals = _closed(asked, history)
    refusals += _exploration(asked, history) if asked.phase is Phase.EXPLORE else _confirmation(asked, history)
    return tuple(refusals) or _admitted(asked, history)


def _admitted(asked: Asked, history: History) -> Admitted:
    """Fill in what an admitted experiment gets."""
    limit = asked.direction.budget_under(asked.settings).experiment_seconds
    bar = asked.direction.significance_under(asked.settings)
    starts = history.explorations(asked.experiment)
    if asked.phase is Phase.EXPLORE:
        count = bar.explore_seeds
        return Admitted(1, count, len(starts) + 1, count * limit, limit)
    sealed = starts[-1].fact
    placebo = bar.placebo_seeds if asked.offers_placebo and _could_be_learnt(sealed.prediction) else 0
    return Admitted(
        attempt=len(history.confirmations()) + 1,
        count=bar.confirm_seeds,
        start_index=len(starts),
        reserved_seconds=(bar.confirm_seeds + placebo) * limit,
        time_limit_seconds=limit,
        plan_sha256=sealed.plan_sha256,
        code_sha256=sealed.code_sha256,
        placebo=placebo,
    )


def _could_be_learnt(predicted: Prediction | None) -> bool:
    """Tell whether permuted labels should end what is claimed: that two things are equal, they need not."""
    return predicted is None or not predicted.claims or predicted.claims[0].change is not Change.EQUAL


def _closed(asked: Asked, history: History) -> list[Refusal]:
    """Refuse what belongs to no open direction, or finds no time left."""
    if history.ending is not None:
        ending = f"direction {asked.direction.id} has ended ({history.ending.ending})"
        return [Refusal("direction_ended", ending, "stop: nothing more can be run for it")]
    limits = asked.direction.budget_under(asked.settings)
    hint = "answer the instruction in your inbox; the direction will be closed"
    spent = budget.time_spent(limits, history, asked.now)
    if not spent:
        spent = budget.wall_reserved(limits, history, asked.now)
        hint = "wait until what runs has ended, then hand it over again"
    return [Refusal(reason.code, reason.message, hint) for reason in spent]


def _exploration(asked: Asked, history: History) -> list[Refusal]:
    """Refuse an ordinary experiment that is incomplete, dishonest about its tier, or over budget."""
    limits = asked.direction.budget_under(asked.settings)
    hint = "no further experiment can be run; answer the instruction in your inbox"
    gone = budget.experiments_gone(limits, history)
    refusals = [Refusal(reason.code, reason.message, hint) for reason in gone]
    if any(start.fact.experiment == asked.experiment for start in history.in_flight):
        refusals.append(Refusal("already_running", f"{asked.experiment} is running", "wait for its end"))
    return refusals + _documents(asked) + _repeated(asked, history) + _replicated_first(asked, history)


def _documents(asked: Asked) -> list[Refusal]:
    """Refuse without a readable plan and code, or with a tier that is not the actual or an allowed one."""
    refusals = []
    if asked.plan is None:
        refusals.append(Refusal("plan_missing", "there is no plan.md", "write the plan first: protocol/experiment.md"))
    elif asked.plan.value is None:
        refusals += [Refusal(found.code, str(found), found.hint) for found in asked.plan.problems]
    if asked.code is None:
        refusals.append(Refusal("code_missing", "there is no experiment.py", "write it: protocol/experiment.md"))
    if asked.plan is None or asked.plan.value is None or asked.code is None:
        return refusals
    tier = asked.plan.value.tier
    if tier > asked.settings.max_tier:
        message = f"tier {tier} is above the highest allowed here, {asked.settings.max_tier}"
        refusals.append(Refusal("tier_forbidden", message, "plan an experiment that changes less of the target"))
    if wrong := misdeclared(tier, asked.code):
        refusals.append(Refusal("tier_misdeclared", wrong, "let `tier` in plan.md and the files agree"))
    if wrong := samples.misdeclared(asked.plan.value.samples, asked.code):
        refusals.append(Refusal("samples_misdeclared", wrong, samples.HINT))
    return refusals


def _repeated(asked: Asked, history: History) -> list[Refusal]:
    """Refuse to spend budget on bytes that have already completed, unless the inbox asks for them again."""
    starts = history.explorations(asked.experiment)
    if not starts or asked.code is None or _asked_again(asked, history, starts[-1].n):
        return []
    end = starts[-1].end
    same = (starts[-1].fact.plan_sha256, starts[-1].fact.code_sha256) == (
        asked.plan_sha256,
        asked.code.sha256,
    )
    if same and end is not None and end.outcome is Outcome.COMPLETED:
        message = f"{asked.experiment} has completed with exactly this plan and code"
        return [Refusal("already_run", message, "summarise it, or plan another experiment in a new folder")]
    return []


def _asked_again(asked: Asked, history: History, started: int) -> bool:
    """Tell whether a rerun is asked for since the last start: its record is not what the executor wrote."""
    last = in_force(history)
    wanted = (Action.RERUN, asked.experiment)
    return last is not None and last.n > started and (last.fact.action, last.fact.about) == wanted


def _replicated_first(asked: Asked, history: History) -> list[Refusal]:
    """Refuse a replication of something that has not completed: it would be planned before its original."""
    original = asked.plan.value.replicates if asked.plan and asked.plan.value else None
    if original is None:
        return []
    ended = [start.end.outcome for start in history.explorations(original) if start.end]
    if Outcome.COMPLETED in ended:
        return []
    message = f"the plan replicates {original}, which has not completed"
    return [Refusal("replicates_unknown", message, "name an experiment that has run, or leave `replicates` out")]


def _confirmation(asked: Asked, history: History) -> list[Refusal]:
    """Refuse a confirmation that the inbox does not ask for, or that would be one too many."""
    last = in_force(history)
    if last is None or (last.fact.action, last.fact.about) != (Action.CONFIRM, asked.experiment):
        message = f"no instruction asks to confirm {asked.experiment}"
        return [Refusal("confirmation_not_asked", message, "confirm only when the inbox says `action: confirm`")]
    explored = history.explorations(asked.experiment)
    if not explored or explored[-1].n > last.n:
        message = f"{asked.experiment} is not the experiment any more that was to be confirmed"
        return [Refusal("confirmation_not_asked", message, "answer the instruction; it was run again since")]
    refusals = []
    if any(start.n > last.n for start in history.confirmations()):
        message = f"{asked.experiment} has been confirmed, or is being confirmed, on this instruction"
        refusals.append(Refusal("already_run", message, "answer the instruction"))
    gone = budget.confirmations_gone(history)
    return refusals + [Refusal(reason.code, reason.message, "answer the instruction") for reason in gone]
