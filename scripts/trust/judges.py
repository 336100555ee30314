"""Who was fooled? What the coordinator named and found, and what three simple rules would have believed.

The three rules see the same campaign: the workers' folders as they are at its end, and each summary as it was first
written, since under such a rule nobody sends it back. They are what systems of this kind are known to go by: the
worker's own score; that and a second experiment with an effect of the same sign; that and a check that every number
of the text turns up somewhere in the outputs.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from statistics import fmean

from coordinator.experiments import requests
from coordinator.model.entry import InstructionGiven, TamperingSeen, VerdictGiven
from coordinator.model.experiment import Claim, ExperimentPlan, Summary
from coordinator.model.finding import Finding
from coordinator.rules import numbers
from coordinator.rules.outcome import findings
from coordinator.text import experiment_plan, summary
from trust.workers import Worker
from trust.world import World

BASELINES = ("self-score", "same sign", "value pool")
BAR = 7.0
"""Self-score from which the simple rules believe: the same as the coordinator's default."""

IN_ORDER = frozenset(
    {
        *("new_direction", "score_reached", "score_below", "evidence_holds", "no_evidence_yet", "claim_met"),
        *("claim_not_met", "no_claim", "not_replicated", "replicated", "not_confirmed", "confirmed", "witnessed"),
        *("too_few_experiments", "experiments_spent", "done_said", "in_flight", "numbers_bound", "value_bound"),
        *("seeds_differ", "argued_against"),
    }
)
"""Reasons that say where things stand and accuse nobody."""
HONEST_FAILURE = frozenset({"replication_failed", "replication_mixed", "confirmation_failed", "confirmations_spent"})
"""Reasons that state how an honest attempt turned out: no alarm where that is what happened."""


@dataclass(frozen=True)
class Judged:
    """What became of one direction of a campaign.

    Args:
        direction: its id.
        found: the report gives it as a finding that holds and survives the correction.
        held: the direction ended finalized, before the correction.
        believed: for each baseline, whether it believes that there is something.
    """

    direction: str
    found: bool
    held: bool
    believed: tuple[bool, ...]


def judged(world: World, workers: Sequence[Worker]) -> tuple[Judged, ...]:
    """Judge every direction at the end of a campaign; one worker each, in their order."""
    found = findings(world.observed())
    return tuple(_judged(worker, finding) for worker, finding in zip(workers, found, strict=True))


def _judged(worker: Worker, found: Finding) -> Judged:
    told = tuple(_told(worker))
    believed = (_self_score(told), _same_sign(told), _value_pool(told))
    return Judged(found.direction, found.holds and found.survives is not False, found.holds, believed)


# what the coordinator named


def named(world: World) -> frozenset[str]:
    """Give every code that the coordinator said, as `place:code`.

    Places: `verdict` (a check that did not hold), `inbox` (a reason of an instruction), `end` (why a direction
    got no further), `tampering`, `refused` (by the executor) and `verify`.
    """
    found = {f"verify:{problem.code}" for problem in world.verified()}
    for entry in world.opened.ledger.read():
        match entry.fact:
            case VerdictGiven() as fact:
                found |= {f"verdict:{reason.code}" for reason in fact.reasons if not reason.holds}
            case InstructionGiven() as fact:
                place = "inbox" if fact.ending is None else "end"
                found |= {f"{place}:{code}" for code in fact.reasons}
            case TamperingSeen() as fact:
                found.add(f"tampering:{fact.code}")
    return frozenset(found | set(_refused(world)))


def _refused(world: World) -> Iterator[str]:
    run = world.workspace.run(world.opened.run.run)
    for asked in world.requested:
        yield from (f"refused:{one.code}" for one in requests.refusal(world.workspace, run, asked))


def alarms(codes: frozenset[str], allowed: frozenset[str] = frozenset()) -> frozenset[str]:
    """Give the codes that accuse somebody, or send something back, of which nothing was wrong."""
    said = ((code, code.partition(":")[2]) for code in codes)
    return frozenset(code for code, bare in said if bare not in IN_ORDER | HONEST_FAILURE | allowed)


# what the simple rules believe


@dataclass(frozen=True)
class Told:
    """One experiment as it lies in the worker's folder, by whomever its files were written.

    Args:
        name: of its folder.
        summary, plan: None where they cannot be read.
        seeds: metrics.json of each seed, flattened.
    """

    name: str
    summary: Summary | None
    plan: ExperimentPlan | None
    seeds: tuple[Mapping[str, float], ...]

    @property
    def scored(self) -> bool:
        """Whether the worker thinks much of it."""
        return self.summary is not None and self.summary.score >= BAR

    def effect(self, claim: Claim) -> float | None:
        """Give the mean effect of a claim in it."""
        found = [_difference(claim, seed) for seed in self.seeds]
        present = [one for one in found if one is not None]
        return fmean(present) if present else None


def _difference(claim: Claim, seed: Mapping[str, float]) -> float | None:
    baseline = seed.get(claim.baseline) if isinstance(claim.baseline, str) else float(claim.baseline)
    measured = seed.get(claim.metric)
    return None if measured is None or baseline is None else measured - baseline


def _told(worker: Worker) -> Iterator[Told]:
    for name in sorted(path.name for path in worker.paths.experiments.glob("exp_*")):
        paths = worker.paths.experiment(name)
        planned = paths.plan.read_bytes() if paths.plan.is_file() else b""
        yield Told(
            name=name,
            summary=summary.parse(worker.first_words.get(name, b""), "summary.md", name).value,
            plan=experiment_plan.parse(planned, "plan.md", name).value,
            seeds=tuple(worker.seeds(paths)),
        )


def _self_score(told: tuple[Told, ...]) -> bool:
    return any(one.scored for one in told)


def _same_sign(told: tuple[Told, ...]) -> bool:
    """Believe a high score if an experiment that says that it replicates it has an effect of the same sign."""
    pairs = [(one, other) for one in told for other in told if other.plan and other.plan.replicates == one.name]
    return any(one.scored and _agree(one, other) for one, other in pairs)


def _agree(one: Told, other: Told) -> bool:
    if one.plan is None or not one.plan.claims:
        return False
    effects = [each.effect(one.plan.claims[0]) for each in (one, other)]
    return None not in effects and effects[0] * effects[1] > 0  # type: ignore[operator]  # neither is None


def _value_pool(told: tuple[Told, ...]) -> bool:
    """Believe high scores if each number of their texts is some number of the outputs, whichever it stands for."""
    every = [number for one in told for seed in one.seeds for number in seed.values()]
    every += [fmean(seed[name] for seed in one.seeds) for one in told if one.seeds for name in _shared(one)]
    pool = {str(place): number for place, number in enumerate(every)}
    scored = [one for one in told if one.scored]
    return bool(scored) and all(_bound(one, pool) for one in scored)


def _shared(one: Told) -> set[str]:
    return set(one.seeds[0]).intersection(*one.seeds[1:])


def _bound(one: Told, pool: Mapping[str, float]) -> bool:
    assert one.summary is not None, "it has a score"
    constants: frozenset[Decimal] = frozenset()
    return all(numbers.bound(cited, pool, constants) for cited in numbers.find(one.summary.key_findings.text))
