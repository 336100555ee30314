"""What becomes of a request? A start in the ledger, a refusal with every reason, or nothing.

The order is the promise: the sealed copy is written before the start is in the ledger, the start before the
request is removed, and the request removed before the first process runs. A crash between any two of them
repeats or completes the step, and spends nothing twice: the ledger knows the request's id.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from coordinator.errors import MachineError
from coordinator.experiments import answered, requests, seal, seeds, target
from coordinator.experiments.guard.watch import ChangedError
from coordinator.experiments.open_run import OpenRun
from coordinator.experiments.order import Order
from coordinator.experiments.requests import Handed
from coordinator.experiments.seal import Sealed
from coordinator.model.direction import Direction
from coordinator.model.entry import Entry, ExperimentStarted
from coordinator.model.experiment import Prediction
from coordinator.model.history import History
from coordinator.model.problem import Problem
from coordinator.model.record import Phase, Request
from coordinator.rules.admission import Admitted, Asked, Refusal, admit
from coordinator.rules.history import remember
from coordinator.store.ledger import Held
from coordinator.store.read import names
from coordinator.store.write import BlockedError
from coordinator.text import experiment_plan
from coordinator.text.code import code_facts

USERS = "only the user can mend this: report `state: blocked` and say so"


@dataclass(frozen=True, slots=True)
class Claim:
    """One request, read.

    Args:
        run: the run that it belongs to.
        direction: the question that it belongs to.
        handed: where it lies.
        request: what it says.
        sealed: plan and code as they are now; of a confirmation nothing, since it runs what was sealed then.
    """

    run: OpenRun
    direction: Direction
    handed: Handed
    request: Request
    sealed: Sealed

    @property
    def wanted(self) -> answered.Wanted:
        """What is asked for, as far as another start could answer it."""
        plan, code = self.sealed.plan_sha256, self.sealed.code_sha256
        return answered.Wanted(self.request.experiment, self.request.phase, plan, code)


def claim(run: OpenRun, handed: Handed, ready: Callable[[], str], now: datetime) -> Order | None:
    """Carry a request as far as the ledger.

    Args:
        run: the open run.
        handed: the request.
        ready: gives the digest of the target, or raises MachineError where no experiment could run.
        now: UTC.

    Returns:
        What is to be executed, or None if the request is done with: refused, answered, or not a request. None
        too while the run's folder is not in its place: nobody is refused for that, the request waits.

    Raises:
        MachineError: the disk refused.
    """
    if not run.is_in_place:
        return None
    order = None if handed.request is None else _settle(run, handed, handed.request, ready, now)
    requests.drop(run.workspace, handed.paths)
    return order


def _settle(run: OpenRun, handed: Handed, request: Request, ready: Callable[[], str], now: datetime) -> Order | None:
    """Start or refuse, unless that was done before the last crash."""
    direction = run.direction(handed.paths.direction)
    known = any(_started_by(entry, request.id) for entry in run.ledger.read())
    if direction is None or known or requests.refusal(run.workspace, run.paths, request.id):
        return None
    sealed, problems = _read(run, handed, request.phase)
    settled: Order | Sequence[Refusal]
    settled = [Refusal(found.code, str(found), found.hint) for found in problems]
    if not problems and request.files_sha256 not in {"", sealed.files_sha256}:
        message = f"plan or code of {request.experiment} were changed after `run` had handed them over"
        settled = [
            Refusal("changed_since_run", message, "if you changed them, run it again; if not, look at them first")
        ]
    elif not problems:
        settled = _decide(Claim(run, direction, handed, request, sealed), ready, now)
    if isinstance(settled, Order):
        return settled
    if settled:
        requests.refuse(run.workspace, run.paths, request, settled)
    return None


def _started_by(entry: Entry, request_id: str) -> bool:
    return isinstance(entry.fact, ExperimentStarted) and entry.fact.request == request_id


def _read(run: OpenRun, handed: Handed, phase: Phase) -> tuple[Sealed, tuple[Problem, ...]]:
    """Read what would be sealed, and find what stands in the place of the outputs before budget is spent."""
    workspace, paths = run.workspace, handed.paths
    folder = paths.outputs if phase is Phase.EXPLORE else paths.confirmation
    listed = names(workspace.root, workspace.relative(folder))
    blocked = (listed,) if isinstance(listed, Problem) else ()
    if phase is Phase.CONFIRM:
        return Sealed(None), blocked
    parsed = seal.read_sealed(workspace.root, workspace.relative(paths.folder))
    return parsed.value or Sealed(None), (*parsed.problems, *blocked)


def _decide(asked: Claim, ready: Callable[[], str], now: datetime) -> Order | Sequence[Refusal]:
    """Look at everything that admission needs, then decide and append in one turn of the ledger.

    Returns:
        What is to be executed, or why not; no reasons where another start answers the request.
    """
    try:
        studied = ready()
    except ChangedError as error:
        return [Refusal("target_changed", error.message, error.hint or USERS)]
    except MachineError as error:
        return [Refusal("not_ready", str(error), USERS)]
    question = _question(asked, now)  # hashing and parsing are done before the turn: the daemon may be waiting
    with asked.run.ledger.locked() as held:
        history = remember(held.entries).histories.get(asked.direction.id, History())
        if answered.answer(history, asked.wanted) is not None:
            return []
        admitted = admit(replace(question, entries=held.entries))
        if not isinstance(admitted, Admitted):
            return admitted
        return _start(asked, admitted, studied, held, now)


def _question(asked: Claim, now: datetime) -> Asked:
    """Put the question to admission, but for the ledger."""
    sealed, paths = asked.sealed, asked.handed.paths
    path = asked.run.workspace.relative(paths.plan)
    plan = None if sealed.plan is None else experiment_plan.parse(sealed.plan, path, paths.experiment)
    importable = target.modules(asked.run.target)
    return Asked(
        now=now,
        settings=asked.run.frozen.settings,
        direction=asked.direction,
        experiment=paths.experiment,
        phase=asked.request.phase,
        entries=(),
        plan=plan,
        code=code_facts(sealed.files, importable) if sealed.has_code else None,
        plan_sha256=sealed.plan_sha256,
        offers_placebo=asked.request.phase is Phase.CONFIRM and target.offers_placebo(asked.run.target),
    )


def _start(asked: Claim, admitted: Admitted, studied: str, held: Held, now: datetime) -> Order | Sequence[Refusal]:
    """Put the sealed copy in place and the start into the ledger."""
    paths, run = asked.handed.paths, asked.run
    copy = run.paths.sealed(paths.direction, paths.experiment, admitted.start_index)
    try:
        sealed = _sealed_copy(asked, admitted)
    except BlockedError as error:
        return [Refusal("seal_blocked", str(error), USERS)]
    if sealed is None:
        message = f"neither the sealed copy of {paths.experiment} nor its folder is what ran"
        return [Refusal("seal_broken", message, "put plan, code and patches back as they ran, then ask again")]
    chosen = _seeds(asked, admitted, sealed, held.entries)
    start = ExperimentStarted(
        direction=paths.direction,
        experiment=paths.experiment,
        phase=asked.request.phase,
        attempt=admitted.attempt,
        request=asked.request.id,
        seeds=chosen[: admitted.count],
        placebo=chosen[admitted.count :],
        plan_sha256=sealed.plan_sha256,
        code_sha256=sealed.code_sha256,
        target_sha256=studied,
        reserved_seconds=admitted.reserved_seconds,
        prediction=_prediction(asked, sealed) if asked.request.phase is Phase.EXPLORE else None,
    )
    entry = held.append([start], now)[0]
    return Order(run, entry.n, start, copy)


def _prediction(asked: Claim, sealed: Sealed) -> Prediction | None:
    """Give what the sealed plan predicts, for the ledger."""
    plan = experiment_plan.parse(sealed.plan or b"", asked.handed.paths.plan.name, asked.handed.paths.experiment)
    return plan.value.prediction if plan.value else None


def _sealed_copy(asked: Claim, admitted: Admitted) -> Sealed | None:
    """Write the sealed copy, or find that of the exploration that is confirmed; None if what ran is nowhere.

    A copy that somebody changed or removed is written again from the worker's folder, if that still has what ran:
    only the digests in the ledger say what that was.
    """
    root, paths = asked.run.workspace.root, asked.handed.paths
    copy = asked.run.paths.sealed(paths.direction, paths.experiment, admitted.start_index)
    if asked.request.phase is Phase.EXPLORE:
        seal.write_copy(root, copy, asked.sealed)
        return asked.sealed
    for folder in (copy, paths.folder):
        found = seal.read_sealed(root, asked.run.workspace.relative(folder)).value
        if found and (found.plan_sha256, found.code_sha256) == (admitted.plan_sha256, admitted.code_sha256):
            if folder != copy:
                seal.write_copy(root, copy, found)
            return found
    return None


def _seeds(asked: Claim, admitted: Admitted, sealed: Sealed, entries: Sequence[Entry]) -> tuple[int, ...]:
    """Choose the seeds, those of a placebo last; a confirmation's are others than any that the direction has seen."""
    confirming = asked.request.phase is Phase.CONFIRM
    draw = seeds.Draw(
        direction=asked.direction.id,
        experiment=asked.request.experiment,
        phase=asked.request.phase,
        index=admitted.attempt if confirming else admitted.start_index,
        plan_sha256=sealed.plan_sha256,
        code_sha256=sealed.code_sha256,
    )
    starts = [entry.fact for entry in entries if isinstance(entry.fact, ExperimentStarted)]
    used = {
        seed for start in starts if start.direction == asked.direction.id for seed in (*start.seeds, *start.placebo)
    }
    return seeds.derive(
        asked.run.secret, draw, admitted.count + admitted.placebo, frozenset(used) if confirming else frozenset()
    )
