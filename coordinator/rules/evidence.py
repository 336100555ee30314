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
from coordinator.model.experiment import Claim, ExperimentPlan, Section, Summary, Value
from coordinator.model.observation import CodeFacts
from coordinator.model.problem import Problem
from coordinator.model.verdict import Reason
from coordinator.rules import arithmetic, counterarguments, numbers, origin

Metrics = Mapping[str, float]
"""metrics.json of one seed, flattened."""

Runs = Sequence[Metrics | None]
"""What one run gave, seed by seed; None where the seed failed."""

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


def seeds_used(metrics: Sequence[Metrics], seeds: Sequence[int], code_path: str, *, uses_chance: bool) -> Checked:
    """Refuse the same numbers under every seed where chance is at work.

    A deterministic experiment, whose code mentions no source of randomness, may repeat itself.
    """
    if len(metrics) < 2 or not uses_chance:
        return Checked()
    ignored = origin.same_under_every_seed(metrics, seeds)
    message = f"{len(metrics)} seeds gave {'the same' if ignored else 'different'} numbers"
    reason = Reason("seed_ignored" if ignored else "seeds_differ", holds=not ignored, message=message)
    if not ignored:
        return Checked((reason,))
    hint = "take all randomness from AUTORESEARCH_SEED and run it again; that costs an experiment"
    return Checked((reason,), (Problem(code_path, 0, "seed_ignored", f"{message}, and chance is at work", hint),))


def measured(
    claims: Sequence[Claim], metrics: Sequence[Metrics], code: CodeFacts, code_path: str, others: Mapping[str, Runs]
) -> Checked:
    """Refuse numbers that were brought along instead of measured, and scores that cannot be.

    Args:
        claims: of the sealed plan.
        metrics: of every seed, as witnessed.
        code: facts about the code that gave them.
        code_path: for problems.
        others: by name, what earlier experiments of the direction gave.
    """
    result = Checked()
    found = origin.hard_coded(claims, metrics, code.literals)
    if found is not None:
        message = f"{found[0]} is {found[1]:g} under every seed, and that number stands in the code"
        hint = "measure it; if it is a setting, claim something that is measured"
        result += _refused("result_hardcoded", message, code_path, hint)
    for name, theirs in others.items():
        if origin.copied(metrics, theirs):
            message = f"under other seeds it gave the numbers of {name}, to the last digit"
            result += _refused("outputs_copied", message, code_path, "compute the outputs from AUTORESEARCH_SEED")
            break
    impossible = [said for seed in metrics for said in arithmetic.impossible(seed)]
    if impossible:
        hint = "mend how the scores are computed or named, in another experiment"
        result += _refused("scores_impossible", impossible[0], code_path, hint)
    return result


def _refused(code: str, message: str, path: str, hint: str) -> Checked:
    return Checked((Reason(code, holds=False, message=message),), (Problem(path, 0, code, message, hint),))


def actual(values: Mapping[str, Value], found: Mapping[str, float]) -> dict[str, float | None]:
    """Give what each declared value comes to in the outputs; None where it comes to nothing.

    Args:
        values: as declared: each a metric, or the ratio or the difference of two of those.
        found: means over seeds by metric.
    """
    direct = {name: found.get(value.metric) for name, value in values.items() if value.metric is not None}
    return {name: direct[name] if name in direct else _derived(value, direct) for name, value in values.items()}


def _derived(value: Value, direct: Mapping[str, float | None]) -> float | None:
    first, second = (direct.get(name) for name in value.ratio or value.difference or ("", ""))
    if first is None or second is None or (value.ratio and second == 0):
        return None
    exact = Decimal(str(first)), Decimal(str(second))
    return float(exact[0] / exact[1] if value.ratio else exact[0] - exact[1])


def source(value: Value) -> str:
    """Say where a declared value comes from."""
    if value.metric is not None:
        return value.metric
    return f"{value.ratio[0]} / {value.ratio[1]}" if value.ratio else " - ".join(value.difference or ())


def _values(argument: Argument) -> Checked:
    """Compare each declared value with what the sealed outputs say."""
    found = actual(argument.summary.values, means(argument.metrics))
    result = Checked()
    for name, value in argument.summary.values.items():
        line = argument.summary.lines.get(name, 0)
        result += _value(name, value, found[name], Problem(argument.path, line, "", ""))
    return result


def _value(name: str, value: Value, found: float | None, at: Problem) -> Checked:
    """Compare one declared value with what the outputs say; `at` carries path and line."""
    compared = {"declared": float(value.value), "witnessed": found}
    of = source(value)
    if found is not None and numbers.matches(value.value, found):
        return Checked((Reason("value_bound", holds=True, message=f"{name} is what {of} says", numbers=compared),))
    if found is None and value.metric is None:
        code = "value_unknown_part"
        message = f"values.{name}: {of} is not of two declared values that have a metric in the outputs"
        hint = "name two other values that each have a `metric:`; the second of a ratio is not 0"
    elif found is None:
        code, message = "value_unknown_metric", f"values.{name}: no seed-by-seed metric `{of}` in the outputs"
        hint = "name a dotted path that every seed's metrics.json has"
    else:
        code = "value_differs"
        message = f"values.{name}: {value.value} declared, {found:.6g} is what the means over seeds give for {of}"
        hint = "write the mean over the seeds of the sealed outputs, rounded"
    reason = Reason(code, holds=False, message=message, numbers=compared)
    return Checked((reason,), (Problem(at.path, at.line, code, message, hint),))


def _numbers(argument: Argument) -> Checked:
    """Look for every number of the prose among the declared values and the constants."""
    found = actual(argument.summary.values, means(argument.metrics))
    values = {name: value for name, value in found.items() if value is not None}
    known = constants(argument), frozenset({Decimal(len(argument.metrics))})
    result = Checked()
    for section in (argument.summary.key_findings, argument.summary.actionable_insight):
        result += _numbers_of(section, argument.path, values, known)
    if result.problems:
        return result
    bound = Reason("numbers_bound", holds=True, message="every number in the text is a declared value or a constant")
    return result + Checked((bound,))


def _numbers_of(
    section: Section, path: str, values: Mapping[str, float], known: tuple[frozenset[Decimal], frozenset[Decimal]]
) -> Checked:
    result = Checked()
    for cited in numbers.find(section.text):
        if numbers.bound(cited, values, *known):
            continue
        message = f"`{cited.text}` is none of the declared values and no constant of the direction or plan"
        hint = "declare it under `values:` with the metric that it comes from, or leave it out"
        reason = Reason("number_unbound", holds=False, message=message)
        problem = Problem(path, section.line + cited.line - 1, "number_unbound", message, hint)
        result += Checked((reason,), (problem,))
    return result


def constants(argument: Argument) -> frozenset[Decimal]:
    """Collect what may be cited without being measured: the numbers of direction and plan.

    Not alpha, nor how many seeds or experiments the settings ask for: each constant is a number that can be made up
    for free, and the report prints these by itself. How many seeds this experiment ran on may be cited as a count.
    """
    direction, plan = argument.direction, argument.plan
    texts = [direction.title, direction.question, direction.context]
    texts += [plan.hypothesis.text, plan.method.text, plan.refutation.text]
    declared = [claim.by for claim in plan.claims]
    declared += [claim.baseline for claim in plan.claims if isinstance(claim.baseline, Decimal)]
    return numbers.constants(texts, declared)


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
