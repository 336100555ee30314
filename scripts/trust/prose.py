"""What do the scripted workers write? Plans, summaries and reports, as text with their own numbers in it.

The words come from the small stock below, so the benchmark says how the rules about numbers and evidence do, not
how the rules about prose fare with anybody's prose: tests/documents and rules/lexicon.py are about that.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from trust.pool import Row

ARMS = ("treated", "control")
METRICS = ("accuracy", "f1", "precision", "recall")

ARGUMENTS = (
    (
        "The gap in {metric} may be an artefact of the small training sample, because few cases decide where the"
        " boundary lies. Doubling the sample size would show whether the gap shrinks."
    ),
    (
        "{metric} could be confounded with class balance: an uneven draw flatters one arm. Stratifying the draw and"
        " measuring again would separate the two."
    ),
    (
        "One generator is a limitation of the data; heavier tails than these might reverse {metric}. Running the"
        " comparison on skewed features would tell."
    ),
    (
        "The learner's hyperparameters were never tuned, so {metric} might reflect regularisation rather than labels."
        " Sweeping the penalty with both arms alike would settle it."
    ),
    (
        "Both arms share test cases, hence their errors are correlated and {metric} looks steadier than it is. Drawing"
        " separate test cases for each arm would expose that."
    ),
    (
        "A ceiling in {metric} might hide how much is lost, since easy cases dominate the average. Restricting the"
        " evaluation to cases near the boundary would reveal it."
    ),
    (
        "Perhaps {metric} moves because the errors were injected at random, while real annotators err on hard cases."
        " Injecting errors near the boundary only would test that."
    ),
    (
        "An off-by-one in the indices could leak neighbours into the evaluation and inflate {metric}. Shuffling the"
        " test labels should bring it down to one half."
    ),
    (
        "The three uninformative features may drive {metric} through overfitting instead of the labels. Removing them"
        " and refitting both arms would distinguish these explanations."
    ),
    (
        "Rounding of tied scores may favour the first class, which would shift {metric} by accident. Breaking ties at"
        " random and repeating the run would show how much."
    ),
    (
        "Convergence was not checked: an optimiser that stops early could depress {metric} in one arm alone. Raising"
        " the iteration limit tenfold would rule this out."
    ),
    (
        "It is the prevalence of the second class that {metric} depends on, and only one prevalence was used. Varying"
        " it from a tenth to a half would map the dependence."
    ),
    (
        "Errors of the held-out set are unknown here; were its own labels noisy, {metric} would be biased downwards."
        " Corrupting the held-out labels on purpose would measure that bias."
    ),
)
"""Each about the experiment's own metric, with a mechanism and a test; no two alike."""

GENERIC = (
    "The results may not generalise. More research is needed before firm conclusions can be drawn from this.",
    "There may be confounding factors. Further work should investigate the robustness of these results.",
    "As always, the sample could be larger and the setting broader. Future studies should look into it.",
)
"""Stock phrases that would stand under any experiment."""


@dataclass(frozen=True)
class Claim:
    """What a plan claims: one metric of the treated arm against the same of the control arm.

    Args:
        metric: its name below each arm.
        change: `increase` or `decrease`.
        by: the smallest effect that matters.
    """

    metric: str = "accuracy"
    change: str = "increase"
    by: str = "0.02"

    @property
    def path(self) -> str:
        """The claimed metric."""
        return f"{ARMS[0]}.{self.metric}"

    @property
    def baseline(self) -> str:
        """What it is held against."""
        return f"{ARMS[1]}.{self.metric}"

    def effect(self, means: Mapping[str, float]) -> float:
        """Give the mean effect, positive where it agrees with the claim."""
        turned = -1 if self.change == "decrease" else 1
        return turned * (means[self.path] - means[self.baseline])


def flat(row: Row) -> dict[str, float]:
    """Flatten a row to dotted paths."""
    found: dict[str, float] = {}
    for name, value in row.items():
        found |= (
            {f"{name}.{inner}": deep for inner, deep in flat(value).items()}
            if isinstance(value, dict)
            else {name: float(value)}
        )
    return found


def plan(
    experiment: str, claim: Claim | None, *, replicates: str | None = None, tier: int = 1, more: Sequence[str] = ()
) -> str:
    """Write plan.md; `more` are lines of its front matter."""
    lines = [f"experiment: {experiment}", f"tier: {tier}", *more]
    lines += [f"replicates: {replicates}"] if replicates else []
    if claim:
        lines += ["claims:", "  - id: treated_differs", f"    metric: {claim.path}", f"    baseline: {claim.baseline}"]
        lines += [f"    change: {claim.change}", f"    by: {claim.by}"]
    return (
        "\n".join(["---", *lines, "---"])
        + "\n## Hypothesis\n\nThe treated arm differs from the control arm, because it is taught otherwise.\n"
        "\n## Method\n\nTeach both arms on the same footing, call the same held-out cases, compare the scores.\n"
        "\n## What Would Refute It\n\nNo difference of the arms, or one the other way round.\n"
    )


@dataclass(frozen=True)
class Told:
    """What a summary says.

    Args:
        experiment: name.
        score: self-score.
        values: name -> path and number as written, everything that the text cites.
        found: Key Findings.
        argument: Counterarguments; empty leaves the section without text.
        refuted_if: the condition; empty for none.
    """

    experiment: str
    score: int
    values: Mapping[str, tuple[str, str]]
    found: str
    argument: str
    refuted_if: str = ""


def summary(told: Told) -> str:
    """Write summary.md."""
    values = "".join(f"\n  {name}: {{metric: {path}, value: {number}}}" for name, (path, number) in told.values.items())
    lines = [f"experiment: {told.experiment}", f"score: {told.score}", f"values:{values or ' {}'}"]
    lines += [f"refuted_if: {told.refuted_if}"] if told.refuted_if else []
    return (
        "\n".join(["---", *lines, "---"])
        + f"\n## Key Findings\n\n{told.found}\n\n## Counterarguments\n\n{told.argument}\n"
        "\n## Score Reasoning\n\nIt answers the question as far as the outputs go.\n"
        "\n## Actionable Insight\n\nDecide by the scores of held-out cases.\n"
        "\n## Next Directions\n\nOther learners, other errors.\n"
    )


def found_text(claim: Claim, means: Mapping[str, float]) -> str:
    """Say in one sentence what came out, in numbers with three decimals."""
    return (
        f"The treated arm reaches {claim.metric} {means[claim.path]:.3f}, the control arm {means[claim.baseline]:.3f}."
    )


def values_of(claim: Claim, means: Mapping[str, float]) -> dict[str, tuple[str, str]]:
    """Declare the two numbers that `found_text` cites."""
    return {arm: (path, f"{means[path]:.4f}") for arm, path in zip(ARMS, (claim.path, claim.baseline), strict=True)}


def report(direction: str, answered: int, state: str = "waiting") -> str:
    """Write status.md."""
    return f"---\ndirection: {direction}\nstate: {state}\nanswered: {answered}\n---\nOn it.\n"
