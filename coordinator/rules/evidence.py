"""Does a summary say what the sealed outputs say, and does it argue against itself?

Everything here compares a worker's words with numbers that the executor witnessed. What fails and can be
mended by writing becomes a problem with file and line; the reasons keep what was compared.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from statistics import fmean

from coordinator.model.direction import Direction
from coordinator.model.experiment import ExperimentPlan, Section, Summary
from coordinator.model.problem import Problem
from coordinator.model.verdict import Reason
from coordinator.rules import counterarguments, numbers

Metrics = Mapping[str, float]
"""metrics.json of one seed, flattened."""

LARGE = 1e300
"""Below this the sum over any number of seeds fits into a double."""


@dataclass(frozen=True, slots=True)
class Checked:
    """What a check found.

    Args:
        reasons: everything compared.
        problems: what the worker can mend.
    """

    reasons: tuple[Reason, ...] = ()
    problems: tuple[Problem, ...] = ()

    def __add__(self, other: Checked) -> Checked:
        return Checked(self.reasons + other.reasons, self.problems + other.problems)


@dataclass(frozen=True, slots=True)
class Argument:
    """A summary beside everything that it must agree with.

    Args:
        summary: what the worker says.
        path: of summary.md, for problems.
        plan: what was predicted.
        direction: the question; its numbers are constants.
        metrics: of every seed, as witnessed.
        earlier: the counterarguments of the direction's earlier experiments.
    """

    summary: Summary
    path: str
    plan: ExperimentPlan
    direction: Direction
    metrics: Sequence[Metrics]
    earlier: Sequence[str]


def means(metrics: Sequence[Metrics]) -> dict[str, float]:
    """Give the mean over seeds of each metric that every seed reports."""
    if not metrics:
        return {}
    shared = set(metrics[0]).intersection(*metrics[1:])
    return {name: _mean([seed[name] for seed in metrics]) for name in sorted(shared)}


def _mean(values: Sequence[float]) -> float:
    """Give the mean, with more digits where the sum of doubles would not fit into one."""
    if max(map(abs, values)) < LARGE:
        return fmean(values)
    return float(sum(map(Decimal, values), Decimal()) / len(values))


def check(argument: Argument) -> Checked:
    """Hold a summary against the sealed outputs, and against itself."""
    return _values(argument) + _numbers(argument) + _counterarguments(argument)


def seeds_used(metrics: Sequence[Metrics], code_path: str, *, uses_chance: bool) -> Checked:
    """Refuse the same numbers under every seed where chance is at work.

    A deterministic experiment, whose code mentions no source of randomness, may repeat itself.
    """
    if len(metrics) < 2 or not uses_chance:
        return Checked()
    ignored = all(seed == metrics[0] for seed in metrics[1:])
    message = f"{len(metrics)} seeds gave {'the same' if ignored else 'different'} numbers"
    reason = Reason("seed_ignored" if ignored else "seeds_differ", holds=not ignored, message=message)
    if not ignored:
        return Checked((reason,))
    hint = "take all randomness from AUTORESEARCH_SEED and run it again; that costs an experiment"
    return Checked((reason,), (Problem(code_path, 0, "seed_ignored", f"{message}, and chance is at work", hint),))


def _values(argument: Argument) -> Checked:
    """Compare each declared value with the mean over seeds of the metric that it names."""
    found = means(argument.metrics)
    result = Checked()
    for name, value in argument.summary.values.items():
        line = argument.summary.lines.get(name, 0)
        result += _value(name, value.metric, value.value, found.get(value.metric), Problem(argument.path, line, "", ""))
    return result


def _value(name: str, metric: str, declared: Decimal, actual: float | None, at: Problem) -> Checked:
    """Compare one declared value with what the outputs say; `at` carries path and line."""
    compared = {"declared": float(declared), "witnessed": actual}
    if actual is not None and numbers.matches(declared, actual):
        return Checked((Reason("value_bound", holds=True, message=f"{name} is what {metric} says", numbers=compared),))
    if actual is None:
        code, message = (
            "value_unknown_metric",
            f"values.{name}: no seed-by-seed metric `{metric}` in the outputs",
        )
        hint = "name a dotted path that every seed's metrics.json has"
    else:
        code = "value_differs"
        message = f"values.{name}: {declared} declared, {actual:.6g} is the mean over seeds of {metric}"
        hint = "write the mean over the seeds of the sealed outputs, rounded"
    reason = Reason(code, holds=False, message=message, numbers=compared)
    return Checked((reason,), (Problem(at.path, at.line, code, message, hint),))


def _numbers(argument: Argument) -> Checked:
    """Look for every number of the prose among the declared values and the constants."""
    found = means(argument.metrics)
    values = {name: found[value.metric] for name, value in argument.summary.values.items() if value.metric in found}
    known = constants(argument)
    result = Checked()
    for section in (argument.summary.key_findings, argument.summary.actionable_insight):
        result += _numbers_of(section, argument.path, values, known)
    if result.problems:
        return result
    bound = Reason("numbers_bound", holds=True, message="every number in the text is a declared value or a constant")
    return result + Checked((bound,))


def _numbers_of(section: Section, path: str, values: Mapping[str, float], known: frozenset[Decimal]) -> Checked:
    result = Checked()
    for cited in numbers.find(section.text):
        if numbers.bound(cited, values, known):
            continue
        message = f"`{cited.text}` is none of the declared values and no constant of the direction or plan"
        hint = "declare it under `values:` with the metric that it comes from, or leave it out"
        reason = Reason("number_unbound", holds=False, message=message)
        problem = Problem(path, section.line + cited.line - 1, "number_unbound", message, hint)
        result += Checked((reason,), (problem,))
    return result


def constants(argument: Argument) -> frozenset[Decimal]:
    """Collect what may be cited without being measured: numbers of direction and plan, and the seed count."""
    direction, plan = argument.direction, argument.plan
    texts = [direction.title, direction.question, direction.context]
    texts += [plan.hypothesis.text, plan.method.text, plan.refutation.text]
    declared = [claim.by for claim in plan.claims]
    declared += [claim.baseline for claim in plan.claims if isinstance(claim.baseline, Decimal)]
    return numbers.constants(texts, [*declared, Decimal(len(argument.metrics))])


def _counterarguments(argument: Argument) -> Checked:
    """Ask whether the counterarguments are about this experiment, and could be tested."""
    plan, direction, summary = argument.plan, argument.direction, argument.summary
    reasons = counterarguments.judge(
        summary.counterarguments.text,
        metrics=tuple(means(argument.metrics)),
        settings=(direction.title, direction.question, plan.hypothesis.text, plan.method.text),
        finding=summary.key_findings.text,
        earlier=argument.earlier,
    )
    hint = "name a metric or setting of this experiment, how it could mislead, and what would test it"
    line = summary.counterarguments.line
    problems = tuple(
        Problem(argument.path, line, reason.code, reason.message, hint) for reason in reasons if not reason.holds
    )
    return Checked(tuple(reasons), problems)
