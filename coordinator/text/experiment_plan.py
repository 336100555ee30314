"""What does an experiment predict before it runs? plan.md, and what makes a plan no plan."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal, InvalidOperation

from coordinator.model.experiment import Change, Claim, ExperimentPlan, Samples
from coordinator.model.problem import Parsed, Problem
from coordinator.text import header, sections, typed
from coordinator.text.belongs import belongs
from coordinator.text.print_yaml import flow_list, front_matter, scalar
from coordinator.text.strict_yaml import Tree

TITLES = {"hypothesis": "Hypothesis", "method": "Method", "refutation": "What Would Refute It"}
"""Name of the field -> title of its section."""


def parse(data: bytes, path: str, experiment: str) -> Parsed[ExperimentPlan]:
    """Read a plan.

    Args:
        data: the file.
        path: of the file, for problems.
        experiment: name of the folder, which `experiment:` must repeat.
    """
    document = header.read(data, path)
    if document.value is None:
        return Parsed(None, document.problems)
    tree = document.value.tree
    found, missing = sections.read(document.value, path, TITLES)
    plan = typed.build(ExperimentPlan, tree, path, found)
    problems = [*missing, *plan.problems, *belongs(tree, path, "experiment", experiment)]
    if plan.value is not None:
        problems += _senseless(plan.value, tree, path)
    if problems or plan.value is None:
        return Parsed(None, tuple(sorted(problems)))
    return plan


def _senseless(plan: ExperimentPlan, tree: Tree, path: str) -> Iterator[Problem]:
    """Find what is written correctly and predicts nothing."""
    if plan.replicates == plan.experiment:
        message = f"replicates: {plan.experiment} cannot replicate itself"
        hint = "name the experiment that this one repeats by other means, or leave the key out"
        yield Problem(path, tree.line(("replicates",)), "replicates_itself", message, hint)
    yield from _samples(plan, tree, path)
    first: dict[str, int] = {}
    for n, claim in enumerate(plan.claims):
        line = tree.line(("claims", n, "id"))
        if claim.id in first:
            message = f"claims[{n}].id: {claim.id!r} is given twice, first on line {first[claim.id]}"
            yield Problem(path, line, "duplicate_id", message, "give each claim an id of its own")
        first.setdefault(claim.id, line)
        yield from _empty_claim(n, claim, tree, path)


def _samples(plan: ExperimentPlan, tree: Tree, path: str) -> Iterator[Problem]:
    """Ask for the test fraction where it is needed, and only there."""
    if plan.samples is Samples.RESPLIT and plan.test_fraction is None:
        message = "test_fraction: this key is missing, since `samples` is `resplit`"
        hint = "add `test_fraction:` with the share of the data set that each split tests on"
        yield Problem(path, tree.line(("samples",)), "missing_key", message, hint)
    if plan.samples is Samples.FRESH and plan.test_fraction is not None:
        message = "test_fraction: only for `samples: resplit`, and the plan says that each seed gives fresh data"
        hint = "leave it out, or add `samples: resplit` if every seed splits the same data set"
        yield Problem(path, tree.line(("test_fraction",)), "bad_value", message, hint)


def _empty_claim(n: int, claim: Claim, tree: Tree, path: str) -> Iterator[Problem]:
    where = f"claims[{n}]"
    if claim.change is Change.EQUAL and claim.by == 0:
        message = f"{where}.by: expected a number above 0, since `change` is `equal`, got {str(claim.by)!r}"
        hint = "write the margin within which the two count as equal"
        yield Problem(path, tree.line(("claims", n, "by")), "bad_value", message, hint)
    if claim.baseline == claim.metric:
        message = f"{where}.baseline: {claim.metric!r} is compared with itself"
        hint = "name another metric, or a number"
        yield Problem(path, tree.line(("claims", n, "baseline")), "claim_against_itself", message, hint)
    if isinstance(claim.baseline, str) and _is_number(claim.baseline):
        message = f"{where}.baseline: expected a finite number or a path into metrics.json, got {claim.baseline!r}"
        hint = "write a number that an experiment could give"
        yield Problem(path, tree.line(("claims", n, "baseline")), "bad_value", message, hint)


def _is_number(text: str) -> bool:
    """Tell whether a text is a number, though none that a claim may use: `nan`, `inf`, `1e999`."""
    try:
        Decimal(text)
    except InvalidOperation:
        return False
    return True


def print_(plan: ExperimentPlan) -> bytes:
    """Print plan.md."""
    written = {"experiment": scalar(plan.experiment), "tier": scalar(plan.tier)}
    if plan.replicates is not None:
        written["replicates"] = scalar(plan.replicates)
    if plan.papers:
        written["papers"] = flow_list(plan.papers)
    claims = "".join(f"\n  - {_claim(claim)}" for claim in plan.claims)
    written["claims"] = claims or "[]"
    if plan.samples is not Samples.FRESH:
        written |= {"samples": scalar(plan.samples.value), "test_fraction": scalar(plan.test_fraction)}
    found = {name: getattr(plan, name) for name in TITLES}
    return (front_matter(written) + sections.print_(found, TITLES)).encode()


def _claim(claim: Claim) -> str:
    values = {"id": claim.id, "metric": claim.metric, "baseline": claim.baseline,
              "change": claim.change.value, "by": claim.by}  # fmt: skip
    return "\n    ".join(f"{key}: {scalar(value)}" for key, value in values.items())
