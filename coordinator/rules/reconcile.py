"""What follows from what was observed? A flat ladder per direction, and the plan of the whole pass.

`reconcile` is pure, total and idempotent: the same observation gives the same plan; after the plan is carried
out the next observation gives an empty one, and after a crash that left only its beginning, the rest. A new rule
is a rung in `lifecycle.RUNGS`, a line in `situation` and, if the worker should be told something new, a line in
`reasons_for`.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from coordinator.model.entry import DirectionEnded, FirstReport
from coordinator.model.history import History
from coordinator.model.instruction import Action, Ending, Instruction
from coordinator.model.observation import Observation, WorkerView
from coordinator.model.plan import Act, Plan, Step
from coordinator.rules import budget
from coordinator.rules.briefing import about, brief, reasons_for
from coordinator.rules.candidate import proven
from coordinator.rules.case import IDLE_ANSWERS, NUDGES, UNREADABLE_REPORTS, Case, Judgements, put_together
from coordinator.rules.history import in_force
from coordinator.rules.lifecycle import RUNGS, Situation
from coordinator.rules.tampering import tampering

LAST_WORDS = timedelta(minutes=1)
"""How long half-written files are waited for when time is spent: nobody stays in the run by writing on."""


def reconcile(observed: Observation, judgements: Judgements | None = None) -> Plan:
    """Decide everything that follows from one observation.

    Args:
        observed: what was seen.
        judgements: remembers what was judged in earlier passes over the same run; it changes nothing but the time
            that this takes.
    """
    acts: list[Act] = list(tampering(observed))
    ended = 0
    for direction, view in observed.workers.items():
        history = observed.memory.histories[direction]
        mine = _of_direction(observed, view, history, judgements)
        acts += mine
        ended += history.ending is not None or any(isinstance(act, DirectionEnded) for act in mine)
    finished = ended == len(observed.memory.histories)
    return Plan(tuple(acts), _restore(observed), compile=finished and observed.memory.ended is None)


def _restore(observed: Observation) -> tuple[str, ...]:
    """Name the inboxes that are not what the ledger says: lost in a crash, or edited by somebody."""
    histories = observed.memory.histories
    return tuple(
        direction
        for direction, view in observed.workers.items()
        if (last := histories[direction].last) and last.sha256 != view.inbox_sha256
    )


def _of_direction(
    observed: Observation, view: WorkerView, history: History, judgements: Judgements | None
) -> tuple[Act, ...]:
    """Decide for one direction."""
    if history.ending is not None:
        return ()
    case = put_together(observed.now, view, history, observed.settings, judgements)
    case = replace(case, altered=observed.altered)
    if history.last is not None and (told := history.last.fact.ending) is not None:
        return (_ended(case, told),)  # the ledger was cut off between the instruction and this
    acts: list[Act] = []
    if case.report is not None and history.first_report is None:
        acts.append(FirstReport(direction=view.direction.id))
    found = Situation.SUPERSEDED if observed.closing else situation(case, sharing=len(observed.memory.histories))
    rung = RUNGS[found]
    if rung.action is None:
        return tuple(acts)
    acts += case.news
    acts.append(_step(case, found))
    if rung.ending is not None:
        acts.append(_ended(case, rung.ending))
    return tuple(acts)


def _ended(case: Case, ending: Ending) -> DirectionEnded:
    """Note that a direction ends, and what its finding rests on."""
    candidate = case.candidate.experiment.name if case.candidate else None
    return DirectionEnded(direction=case.view.direction.id, ending=ending, experiment=candidate)


def situation(case: Case, *, sharing: int = 1) -> Situation:
    """Find where a direction stands: the first rung that fits.

    Args:
        case: the direction.
        sharing: directions whose experiments the executor runs.
    """
    if case.history.last is None:
        return Situation.FRESH
    if not case.view.settled and not budget.time_spent(case.budget, case.history, case.now - LAST_WORDS):
        return Situation.WRITING
    if case.report_problems() and not _time_spent(case):
        return _unreadable(case)
    if _in_flight(case, sharing):
        return Situation.IN_FLIGHT
    if case.answered and case.altered and not _time_spent(case):
        return Situation.HELD if case.told_of_altered else Situation.ALTERED
    return _answered(case) if case.answered else _unanswered(case)


def _time_spent(case: Case) -> bool:
    return bool(budget.time_spent(case.budget, case.history, case.now))


def _in_flight(case: Case, sharing: int = 1) -> bool:
    """Tell whether an experiment is to be waited for.

    When time is spent, what is queued never starts, and what is overdue has no executor any more.
    """
    if not _time_spent(case):
        return bool(case.history.in_flight) or any(one.queued for one in case.view.experiments)
    return bool(case.history.in_flight) and not budget.overdue(case.history, case.now, sharing)


def _unreadable(case: Case) -> Situation:
    """Send a report back, until that was done too often."""
    if case.reports_sent_back < UNREADABLE_REPORTS:
        return Situation.REPORT_UNREADABLE
    return Situation.IN_FLIGHT if _in_flight(case) else _last_look(case, Situation.STILL_UNREADABLE)


def _last_look(case: Case, ending: Situation) -> Situation:
    """Let no proven finding end as something else, only because nobody answers for it any more."""
    return Situation.FINALIZED if _holds(case) else ending


def _unanswered(case: Case) -> Situation:
    """Find where a direction stands whose worker has not answered yet."""
    if _time_spent(case):
        return _last_look(case, Situation.TIME_SPENT)
    if case.silent_minutes < case.settings.attention.stall_minutes:
        return Situation.WORKING
    return _last_look(case, Situation.LOST) if case.nudges >= NUDGES else Situation.SILENT


def _answered(case: Case) -> Situation:
    """Find where a direction stands whose worker waits for the next instruction."""
    if _holds(case):
        return Situation.FINALIZED
    if _time_spent(case):
        return Situation.TIME_SPENT
    if case.flawed:
        return Situation.FLAWED
    if case.unwitnessed and case.experiments_left and case.reruns < case.settings.attention.revisions:
        return Situation.UNWITNESSED
    if case.idle_answers >= IDLE_ANSWERS:
        return Situation.IDLE
    return _pursuing(case) if case.candidate else _exploring(case)


def _pursuing(case: Case) -> Situation:
    """Find the next step of a candidate: replicate, try to refute, confirm."""
    candidate = case.candidate
    assert candidate is not None, "the ladder has looked"
    if candidate.replicated and case.witnessed >= case.bar.min_experiments:
        if budget.confirmations_gone(case.history):
            return Situation.CONFIRMATIONS_SPENT
        wanted = Situation.UNCONFIRMED
    elif not case.experiments_left:
        return Situation.EXPERIMENTS_SPENT
    else:
        wanted = Situation.TOO_FEW if candidate.replicated else Situation.UNREPLICATED
    if case.done and _asked_already(case, RUNGS[wanted].action) and case.witnessed >= case.bar.min_experiments:
        return Situation.GIVEN_UP
    return wanted


def _exploring(case: Case) -> Situation:
    """Find the next step of a direction without a candidate."""
    if case.done and case.witnessed >= case.bar.min_experiments:
        return Situation.GIVEN_UP
    circling = case.circling >= case.settings.attention.circling
    if circling and _started_since_change(case):
        return Situation.STILL_CIRCLING
    if not case.experiments_left:
        return Situation.EXPERIMENTS_SPENT
    return Situation.CIRCLING if circling and not _changes(case) else Situation.EXPLORING


def _holds(case: Case) -> bool:
    """Tell whether the candidate has come all the way, on enough experiments."""
    candidate = case.candidate
    enough = case.witnessed >= case.bar.min_experiments
    return candidate is not None and proven(candidate, case.bar) and enough


def _asked_already(case: Case, action: Action | None) -> bool:
    """Tell whether the instruction just answered was this one, so that asking again would change nothing."""
    last = in_force(case.history)
    return last is not None and last.fact.action is action and last.n > case.history.progress_n


def _changes(case: Case) -> tuple[int, ...]:
    return tuple(given.n for given in case.history.instructions if given.fact.action is Action.CHANGE_APPROACH)


def _started_since_change(case: Case) -> bool:
    """Tell whether an experiment was started after a change of approach was ordered."""
    ordered = _changes(case)
    return bool(ordered) and any(start.n > ordered[-1] for start in case.history.explorations())


def _step(case: Case, found: Situation) -> Step:
    """Make the instruction that a situation calls for."""
    rung = RUNGS[found]
    assert rung.action is not None, "a situation without an action gives no instruction"
    last = case.history.last
    instruction = Instruction(
        direction=case.view.direction.id,
        instruction=last.fact.instruction + 1 if last else 1,
        action=rung.action,
        about=about(case, found),
        reasons=reasons_for(case, found),
        budget=budget.left(case.budget, case.history, case.now),
        ending=rung.ending,
    )
    said = case.report.answered if case.report else 0
    answered = min(said, instruction.instruction - 1)  # nobody has answered what was never said
    return Step(instruction, brief(case, found), answered, case.view.report_sha256)
