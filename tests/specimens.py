"""What do a direction, a plan, a summary, metrics and code look like when nothing is wrong with them?"""

from __future__ import annotations

import zlib
from collections.abc import Mapping, Sequence
from decimal import Decimal

from coordinator.model.direction import Direction
from coordinator.model.experiment import Change, Claim, Condition, ExperimentPlan, Section, Summary, Value
from coordinator.model.observation import CodeFacts

DIRECTION = Direction(
    id="threshold_tuning",
    title="Does a tuned threshold beat the default?",
    question="Is F1 higher by 0.05 at ratio 20?",
    context="Two Gaussians at ratios 1 and 20.",
)
GOOD_ARGUMENT = (
    "The gain in f1_tuned could be an artefact of the validation split, because both thresholds are chosen on the same"
    " draw; repeating it with a fresh split of another size would show whether f1_tuned still leads."
)
EFFECT = (0.31, 0.29, 0.30)


def section(text: str, line: int = 10) -> Section:
    """Make a section that begins on a line."""
    return Section(text=text, line=line)


def plan(name: str, *, claims: Sequence[Claim] | None = None, **changes: object) -> ExperimentPlan:
    """Make a plan that claims a gain of the tuned over the default threshold."""
    claim = Claim(
        id="tuned_beats_default", metric="f1_tuned", baseline="f1_default", change=Change.INCREASE, by=Decimal("0.05")
    )
    return ExperimentPlan(
        experiment=name,
        tier=1,
        claims=tuple([claim] if claims is None else claims),
        hypothesis=section("A tuned threshold wins."),
        method=section("Choose it on a validation split of 2000 cases."),
        refutation=section("A gain below 0.05."),
        **changes,
    )


def summary(
    name: str,
    *,
    score: float = 8,
    argument: str = GOOD_ARGUMENT,
    found: str = "With a tuned threshold F1 is 0.32.",
    values: Mapping[str, Value] | None = None,
    refuted_if: Condition | None = None,
) -> Summary:
    """Make a summary whose evidence holds for the metrics that `Story.ran` gives by default."""
    declared = {"f1_tuned": Value(metric="f1_tuned", value=Decimal("0.32"))} if values is None else values
    return Summary(
        experiment=name,
        score=score,
        values=dict(declared),
        lines=dict.fromkeys(declared, 5),
        refuted_if=refuted_if,
        key_findings=section(found, 20),
        counterarguments=section(argument, 30),
        score_reasoning=section("The gain is large.", 40),
        actionable_insight=section("Tune the threshold.", 50),
        next_directions=section("Other ratios.", 60),
    )


def gains(effects: Sequence[float], base: float = 0.02) -> tuple[dict[str, float], ...]:
    """Give the metrics of one seed for each gain of the tuned threshold."""
    return tuple({"f1_default": base, "f1_tuned": base + effect} for effect in effects)


def code(*words: str, chance: bool = True, patches: bool = False, patching: bool = False) -> CodeFacts:
    """Make facts about code that consists of these words; the same words, the same code."""
    shingles = frozenset(zlib.crc32(word.encode()) for word in words) or frozenset({1})
    return CodeFacts(
        f"{zlib.crc32(repr((words, chance, patches, patching)).encode()):064x}", shingles, patches, patching, chance
    )
