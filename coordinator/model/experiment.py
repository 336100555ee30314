"""What does an experiment predict (plan.md), and what does its worker say came out (summary.md)?"""

from __future__ import annotations

from decimal import Decimal
from enum import StrEnum
from typing import Annotated, Literal

from pydantic import Field

from coordinator.model.document import Document, ExperimentName, MetricPath, Name, Nullable

Number = Annotated[Decimal, Field(allow_inf_nan=False, max_digits=400, ge=Decimal("-1e300"), le=Decimal("1e300"))]
"""Decimal, so that the digits which were written are known: 0.30 says more than 0.3. It fits into a float."""


class Change(StrEnum):
    """Where a metric is claimed to lie relative to its baseline."""

    INCREASE = "increase"
    DECREASE = "decrease"
    EQUAL = "equal"
    """Within `by` of the baseline, on both sides."""


class Claim(Document):
    """One prediction, testable from metrics.json alone."""

    id: Name
    """The same id in a replication names the same claim."""
    metric: MetricPath
    """Dotted path into each seed's metrics.json."""
    baseline: Number | MetricPath = Field(union_mode="left_to_right")
    """Another path, or a number."""
    change: Change
    by: Annotated[Number, Field(ge=0)]
    """The smallest effect that matters, in the metric's unit; with `equal`, the margin."""


class Samples(StrEnum):
    """What another seed gives."""

    FRESH = "fresh"
    """Data of its own: the seeds are independent repetitions."""
    RESPLIT = "resplit"
    """Another split of one fixed data set: the seeds share most of their data."""


class Prediction(Document):
    """The part of a plan that everything is ruled on; the ledger has it since the experiment started."""

    replicates: ExperimentName | None = None
    """The experiment that this one repeats by other means."""
    claims: tuple[Claim, ...] = ()
    """The first is the primary one."""
    samples: Samples = Samples.FRESH
    """What another seed gives."""
    test_fraction: float | None = None
    """With `resplit`: share of the data set that each split tests on."""


class Section(Document):
    """One `## Heading` and its text."""

    text: str
    """Without the heading, stripped."""
    line: int
    """1-based line that the text begins on; without text, the line below the heading."""


class ExperimentPlan(Document):
    """plan.md: written before the experiment runs, sealed by the executor when it starts."""

    experiment: ExperimentName
    tier: int = Field(ge=1, le=3)
    """1 read-only, 2 monkey-patching in memory, 3 changed copies in patches/."""
    replicates: Annotated[ExperimentName | None, Nullable] = None
    """The experiment that this one repeats by other means."""
    claims: tuple[Claim, ...] = ()
    """The first is the primary one. None: exploratory, cannot become the finding."""
    samples: Samples = Samples.FRESH
    """What another seed gives: `fresh` data, or another split of one fixed data set (`resplit`)."""
    test_fraction: Annotated[float | None, Nullable] = Field(default=None, gt=0, lt=1)
    """With `resplit`: the share of the data set that each split tests on; what is left is trained on."""
    papers: tuple[Name, ...] = Field(default=(), max_length=50)
    """Ids of papers that it draws on."""
    hypothesis: Section
    method: Section
    refutation: Section
    """What Would Refute It."""

    @property
    def prediction(self) -> Prediction:
        """Give what everything is ruled on."""
        return Prediction(
            replicates=self.replicates, claims=self.claims, samples=self.samples, test_fraction=self.test_fraction
        )


Pair = Annotated[tuple[str, ...], Field(min_length=2, max_length=2)]


class Value(Document):
    """One number that the summary cites, and where it comes from: a metric, or two other values."""

    metric: MetricPath | None = None
    """Dotted path into each seed's metrics.json; the value is the mean over seeds."""
    ratio: Pair | None = None
    """Names of two values with a metric: the first divided by the second."""
    difference: Pair | None = None
    """Names of two values with a metric: the first less the second."""
    value: Number
    """At the precision written."""


Relation = Literal["<", "<=", ">", ">=", "==", "!="]


class Condition(Document):
    """A condition on one metric, written `ratio_20.f1_tuned < 0.2`."""

    metric: MetricPath
    relation: Relation
    bound: Number


class Summary(Document):
    """summary.md: what the worker says came out. Counts for nothing until the evidence holds."""

    experiment: ExperimentName
    score: float = Field(ge=1, le=10)
    values: dict[str, Value] = Field(default_factory=dict)
    """By a name of the worker's choice: every number that the text cites."""
    lines: dict[str, int] = Field(default_factory=dict)
    """Name in `values` -> 1-based line; filled in by the reader, not a key of the front matter."""
    refuted_if: Condition | None = None
    """Evaluated on every later experiment that reports the metric."""
    key_findings: Section
    counterarguments: Section
    score_reasoning: Section
    actionable_insight: Section
    next_directions: Section
