"""How far is a finding to be trusted, in a few words? Names what was decided elsewhere; decides nothing.

The grades are in the order in which a cautious reader should look at them: what holds first, then what nearly
does, then what was looked for and not found, then where there is no evidence at all.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from coordinator.model.finding import Agreement, Evidence, Finding
from coordinator.model.instruction import Ending
from coordinator.model.settings import Significance
from coordinator.model.verdict import Standing
from coordinator.report.view import best


class Grade(StrEnum):
    """What a direction's result amounts to."""

    HOLDS = "holds"
    HOLDS_ALONE = "holds_alone"
    HOLDS_UNCONFIRMED = "holds_unconfirmed"
    SHORT = "short"
    UNCONFIRMED = "unconfirmed"
    RESPLIT = "resplit"
    PLACEBO = "placebo"
    NOT_CONFIRMED = "not_confirmed"
    MIXED = "mixed"
    SCORED = "scored"
    BELOW_BAR = "below_bar"
    UNSETTLED = "unsettled"
    NOT_REPLICATED = "not_replicated"
    NULL = "null"
    NO_CLAIM = "no_claim"
    NO_EVIDENCE = "no_evidence"


@dataclass(frozen=True, slots=True)
class Wording:
    """How a grade is shown.

    Args:
        label: two to six words.
        mark: how it stands out without colour; one character.
        tone: `good`, `doubt`, `null` or `none`; for colours.
        meaning: one sentence for a reader who sees only this.
    """

    label: str
    mark: str
    tone: str
    meaning: str


WORDING: dict[Grade, Wording] = {
    Grade.HOLDS: Wording(
        "Holds",
        "●",
        "good",
        "Met every check that the settings ask for, and is significant after correction.",
    ),
    Grade.HOLDS_ALONE: Wording(
        "Holds alone, not after correction",
        "◐",
        "doubt",
        "Replicated and confirmed as asked, but with this many directions tried, it may be chance.",
    ),
    Grade.HOLDS_UNCONFIRMED: Wording(
        "Meets the settings, untested on fresh seeds",
        "◐",
        "doubt",
        "The settings ask for no confirmation, so no p-value and no correction stand behind it.",
    ),
    Grade.SHORT: Wording(
        "Confirmed, short of the bar",
        "◐",
        "doubt",
        "Confirmed on fresh seeds, but another requirement is not met.",
    ),
    Grade.UNCONFIRMED: Wording(
        "Replicated, not confirmed", "◔", "doubt", "Another experiment agrees; fresh seeds were never tried."
    ),
    Grade.RESPLIT: Wording(
        "Re-split, not confirmed",
        "◔",
        "doubt",
        "Every seed splits the same data set: no other sample was ever seen.",
    ),
    Grade.PLACEBO: Wording(
        "As strong with permuted labels",
        "○",
        "doubt",
        "The effect is there without anything to learn: it does not come from learning.",
    ),
    Grade.NOT_CONFIRMED: Wording(
        "Confirmation failed",
        "○",
        "doubt",
        "The effect did not hold up on fresh seeds.",
    ),
    Grade.MIXED: Wording(
        "Mixed replication",
        "◔",
        "doubt",
        "Attempts to repeat it by other means do not agree, or too few were made.",
    ),
    Grade.SCORED: Wording(
        "Scored, unreplicated",
        "◔",
        "doubt",
        "One experiment's word, chosen after looking: a lead, not a finding.",
    ),
    Grade.BELOW_BAR: Wording(
        "Below the bar, unreplicated",
        "◔",
        "doubt",
        "Its own worker did not score it high enough to replicate.",
    ),
    Grade.UNSETTLED: Wording("Unsettled", "◔", "doubt", "Some experiments met their prediction; the best one did not."),
    Grade.NOT_REPLICATED: Wording(
        "Failed to replicate",
        "○",
        "doubt",
        "Other experiments with the same claim disagree: do not rely on it.",
    ),
    Grade.NULL: Wording(
        "Null result", "○", "null", "Tested, and the predicted effect was not seen with the seeds used."
    ),
    Grade.NO_CLAIM: Wording(
        "Explored, nothing claimed",
        "□",
        "none",
        "No experiment tested a claim; there is nothing to trust or doubt.",
    ),
    Grade.NO_EVIDENCE: Wording(
        "No evidence", "□", "none", "No experiment holds as evidence: this says nothing about the question."
    ),
}
"""Every grade, most trustworthy first."""

BY_CODE: dict[tuple[str, ...], Grade] = {
    ("resplit_not_confirmed",): Grade.RESPLIT,
    ("placebo_survived",): Grade.PLACEBO,
}
"""By what alone speaks against a confirmation."""

ENDINGS: dict[Ending | None, str] = {
    Ending.FINALIZED: "finalized: the worker's part is done",
    Ending.EXHAUSTED: "exhausted: the budget is spent",
    Ending.ABANDONED: "abandoned: circling, idle, or the worker saw nothing more to do",
    Ending.LOST: "lost: nothing was heard of the worker any more",
    None: "still open: what stands here may change",
}
"""How a direction ended, for a reader."""


def grade(finding: Finding, bar: Significance) -> Grade:
    """Name what a direction ended with, from what was decided about it."""
    if finding.holds:
        return _of_holding(finding)
    usable = [shown for shown in finding.experiments if shown.standing == Standing.HOLDS]
    tested = [shown for shown in usable if shown.effect is not None]
    if not any(shown.met for shown in tested):
        return Grade.NULL if tested else Grade.NO_CLAIM if usable else Grade.NO_EVIDENCE
    chosen = best(finding)
    return _of_lead(finding, bar) if chosen in usable and _met(chosen) else Grade.UNSETTLED


def _met(chosen: Evidence | None) -> bool:
    return chosen is not None and chosen.met


def _of_holding(finding: Finding) -> Grade:
    if not finding.confirmations:
        return Grade.HOLDS_UNCONFIRMED
    return Grade.HOLDS_ALONE if finding.survives is False else Grade.HOLDS


def _of_lead(finding: Finding, bar: Significance) -> Grade:
    """Name how far an experiment got that met its claim and does not hold as a finding."""
    agreement = finding.replication.agreement
    if agreement is Agreement.FAILED:
        return Grade.NOT_REPLICATED
    if finding.confirmations and not finding.confirmations[-1].holds:
        return BY_CODE.get(finding.confirmations[-1].against, Grade.NOT_CONFIRMED)
    if agreement is Agreement.MIXED:
        return Grade.MIXED
    if agreement is Agreement.NONE and not finding.confirmations:
        return Grade.SCORED if (finding.score or 0) >= bar.score else Grade.BELOW_BAR
    return Grade.SHORT if finding.confirmations else Grade.UNCONFIRMED
