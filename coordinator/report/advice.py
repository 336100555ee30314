"""What should be done next, across all directions? One piece of advice a direction, most pressing first.

Act on what holds, check what nearly does, repair what gave no evidence, widen what was not seen; among equals
the higher score first. The numbers are estimates and say so.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

from coordinator.model.finding import Evidence, Finding
from coordinator.model.verdict import Standing
from coordinator.report.trust import Grade, grade
from coordinator.report.view import RunView
from coordinator.report.wording import counted, number

SEEDS_CAP = 1000
"""More seeds than this are called out of reach rather than counted."""

_PRIORITY = (
    Grade.HOLDS,
    Grade.HOLDS_ALONE,
    Grade.HOLDS_UNCONFIRMED,
    Grade.UNCONFIRMED,
    Grade.SHORT,
    Grade.MIXED,
    Grade.SCORED,
    Grade.UNSETTLED,
    Grade.RESPLIT,
    Grade.PLACEBO,
    Grade.NOT_CONFIRMED,
    Grade.BELOW_BAR,
    Grade.NO_EVIDENCE,
    Grade.NO_CLAIM,
    Grade.NULL,
    Grade.NOT_REPLICATED,
)


@dataclass(frozen=True, slots=True)
class Advice:
    """One next step.

    Args:
        direction: id.
        title: of the direction.
        what: one or two sentences of ours.
        suggestions: Next Directions of its worker, unchecked; empty if there are none.
    """

    direction: str
    title: str
    what: str
    suggestions: str


_WHAT: dict[Grade, str] = {
    Grade.HOLDS: "Act on it: try the insight where it matters, after reading the counterarguments.",
    Grade.HOLDS_ALONE: "Run it by itself with more confirm_seeds: as one of {family}, it may be luck.",
    Grade.HOLDS_UNCONFIRMED: "Set confirm_seeds to at least 10 and run it again before relying on it.",
    Grade.UNCONFIRMED: "Run it again with budget enough for a confirmation; only fresh seeds are missing.",
    Grade.SHORT: "Run it again with budget enough for what is missing: {missing}.",
    Grade.RESPLIT: "Ask it again on data that no seed has seen: splits of one data set confirm nothing.",
    Grade.PLACEBO: "Look for a leak: with permuted labels there was nothing to learn, and the effect stayed.",
    Grade.MIXED: "Find out what differs between the attempts that agree and those that do not, then repeat.",
    Grade.SCORED: "Replicate {experiment} by other means first; until then it is one experiment's word.",
    Grade.UNSETTLED: "Sharpen the claim: say before the next run which metric decides, and by how much.",
    Grade.NOT_CONFIRMED: "Do not build on it. If it matters, repeat with more explore_seeds.",
    Grade.BELOW_BAR: "Only if it matters: its own worker found it too weak to replicate.",
    Grade.NO_EVIDENCE: "Repair the set-up first: find out why nothing counted, then run it again.",
    Grade.NO_CLAIM: "Ask a question whose answer is a metric and a margin, so that an experiment can fail.",
    Grade.NOT_REPLICATED: "Set it aside, or ask why the first experiment showed what the others did not.",
    Grade.NULL: "Take it as not seen, not as absent.{power}",
}


def advise(view: RunView) -> tuple[Advice, ...]:
    """Give one next step for each direction, most pressing first."""

    def rank(finding: Finding) -> tuple[int, float]:
        reached = grade(finding, view.bar(finding.direction))
        return _PRIORITY.index(reached), -(finding.score or 0)

    return tuple(_advice(finding, view) for finding in sorted(view.findings, key=rank))


def _advice(finding: Finding, view: RunView) -> Advice:
    reached = grade(finding, view.bar(finding.direction))
    what = _WHAT[reached].format(
        family=counted(len(view.findings), "direction"),
        experiment=finding.experiment,
        missing=", ".join(finding.reasons) or "see its verdicts",
        power=_power(finding),
    )
    if finding.holds and view.suspect(finding.direction):
        what = f"Settle the tampering first (see below). {what}"
    if finding.ending is None:
        what = f"Still open: wait for its end. As it stands: {what}"
    return Advice(finding.direction, finding.title, what, finding.next_directions)


def _power(finding: Finding) -> str:
    """Say how many seeds would show the effect that was claimed to matter; empty where that is unknown."""
    chosen = most_sensitive(finding)
    if chosen is None or chosen.detectable is None or chosen.effect is None:
        return ""
    used, smallest = len(chosen.effect.differences), float(chosen.effect.claim.by)
    if not 0 < smallest < math.inf:
        return ""
    if chosen.detectable <= smallest:
        return f" {counted(used, 'seed')} would have shown {smallest:g}: consider `done: true`."
    needed = used * min(chosen.detectable / smallest, SEEDS_CAP) ** 2
    if needed > SEEDS_CAP:
        return f" To see {smallest:g}, more than {SEEDS_CAP} seeds would be needed: find a less noisy metric."
    return (
        f" To see {smallest:g}, set explore_seeds to about {math.ceil(needed)} (an estimate:"
        f" {counted(used, 'seed')} would have shown {number(chosen.detectable)})."
    )


def most_sensitive(finding: Finding) -> Evidence | None:
    """Give the experiment by which a null result is stated.

    The best one of its direction if it can say what it would have shown, else the sharpest of those that can.
    """
    able = {
        shown.experiment: shown.detectable
        for shown in finding.experiments
        if shown.detectable is not None and shown.standing == Standing.HOLDS
    }
    sharpest = (
        finding.experiment if finding.experiment in able else min(able, key=lambda name: able[name], default=None)
    )
    return next((shown for shown in finding.experiments if shown.experiment == sharpest), None)
