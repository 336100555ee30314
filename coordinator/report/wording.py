"""How are numbers and rulings put into words?

Never rounder than their interval allows, and never on the wrong side of a bar.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

from coordinator.model.experiment import Change, Claim
from coordinator.model.finding import Agreement, Confirmation, Effect, Evidence, Finding, Replication, Test
from coordinator.model.settings import Significance
from coordinator.model.verdict import Standing
from coordinator.report.prose import one_line

AGAINST: dict[tuple[str, ...], str] = {
    ("resplit_not_confirmed",): "resplit: ",
    ("placebo_survived",): "as strong with permuted labels: ",
    ("outputs_copied",): "numbers of another run: ",
}
"""By the last code against a confirmation: what is said before "not confirmed"."""

ABSENT = "-"
"""Stands in a cell where there is no number."""

_SMALLEST_P = 0.0001


def counted(number: int, noun: str, plural: str = "") -> str:
    """Give `1 seed`, `3 seeds`; `plural` where an s is not enough."""
    return f"{number} {noun if number == 1 else plural or noun + 's'}"


def number(value: float, *, sign: bool = False) -> str:
    """Give a number that has no interval, with three significant digits."""
    return _tidy(f"{value:{'+' if sign else ''}.3g}")


def _tidy(text: str) -> str:
    """Write no negative or positive zero."""
    return text.lstrip("+-") if float(text) == 0 else text


def spread(mean: float, low: float, high: float) -> tuple[str, str, str]:
    """Give a mean and the two ends of its range, all with the digits that the range allows.

    One digit of the half-width, two where it begins with 1; at least two decimals for numbers around 1; and
    more as long as an end that is not zero would be shown as zero.
    """
    half = (high - low) / 2
    if not math.isfinite(half) or max(abs(low), abs(mean), abs(high)) >= 1e6:
        return number(mean, sign=True), number(low), number(high)
    places = _places(half) if half > 0 else _places(abs(mean))
    while places < 9 and any(end != 0 and round(end, places) == 0 for end in (low, high)):
        places += 1
    if places > 6:
        return number(mean, sign=True), number(low), number(high)
    return _tidy(f"{mean:+.{places}f}"), _tidy(f"{low:.{places}f}"), _tidy(f"{high:.{places}f}")


def _places(width: float) -> int:
    if width == 0:
        return 2
    digits, _, exponent = f"{width:e}".partition("e")  # a power of ten would be zero for the smallest floats
    places = -int(exponent) + (1 if digits.startswith("1") else 0)
    return max(places, 2 if width < 1 else 0)


def p_value(p: float, alpha: float) -> str:
    """Give `p = 0.0002`, with enough digits that it lies on its own side of alpha."""
    if p < _SMALLEST_P:
        return f"p < {_SMALLEST_P:.4f}"
    places = 4 if p < 0.001 else 3 if p < 0.1 else 2
    while places < 9 and (float(f"{p:.{places}f}") <= alpha) != (p <= alpha):
        places += 1
    return f"p = {p:.{places}f}"


def interval(test: Test) -> str:
    """Give `+0.30, 95 % CI 0.27 to 0.33`, or the mean and why it has no interval."""
    if test.low is None or test.high is None:
        return f"{number(test.mean, sign=True)}, no interval"
    mean, low, high = spread(test.mean, test.low, test.high)
    return f"{mean}, 95 % CI {low} to {high}"


def signed(effect: Effect) -> tuple[float | None, ...]:
    """Give the differences signed as the metric: metric minus baseline."""
    turn = -1.0 if effect.claim.change is Change.DECREASE else 1.0
    return tuple(None if difference is None else turn * difference for difference in effect.differences)


def seeds(effect: Effect | None) -> str:
    """Give an effect under the exploring seeds: mean, range over seeds, and how many seeds have it."""
    if effect is None:
        return "no claim"
    values = [value for value in signed(effect) if value is not None]
    asked = len(effect.differences)
    if effect.mean is None or not values:
        return f"not measured ({counted(asked, 'seed')} without the metric)"
    mean = -effect.mean if effect.claim.change is Change.DECREASE else effect.mean
    shown, low, high = spread(mean, min(values), max(values))
    over = counted(asked, "seed") if len(values) == asked else f"{len(values)} of {counted(asked, 'seed')}"
    return f"{shown} ({low} to {high} over {over})" if len(values) > 1 else f"{shown} ({over})"


def claimed(claim: Claim) -> str:
    """Give a claim as a sentence: what was predicted, in the metric's unit."""
    metric, baseline = one_line(claim.metric, 80), one_line(str(claim.baseline), 80)
    if claim.change is Change.EQUAL:
        return f"{metric} lies within {claim.by} of {baseline}"
    side = "above" if claim.change is Change.INCREASE else "below"
    return f"{metric} lies {side} {baseline} by at least {claim.by}"


def self_score(finding: Finding) -> str:
    """Give `8/10`, or say that no score counts."""
    return "none" if finding.score is None else f"{finding.score:g}/10"


def replicated(replication: Replication, required: int) -> str:
    """Give a cell: how many attempts agreed, of how many."""
    agreed, tried = len(replication.agreed), len(replication.agreed) + len(replication.disagreed)
    if not tried:
        return "not asked for" if required == 0 else "not tried"
    words = {Agreement.HOLDS: "yes", Agreement.FAILED: "no", Agreement.MIXED: "mixed", Agreement.NONE: "no"}
    too_few = replication.agreement is Agreement.MIXED and not replication.disagreed
    of = f"{agreed} of {tried}"
    return f"too few, {of}; {required} required" if too_few else f"{words[replication.agreement]}, {of}"


def confirmed(confirmations: Sequence[Confirmation], asked: int) -> str:
    """Give a cell: whether the last confirmation holds, and which attempt it was."""
    if not confirmations:
        return "not asked for" if asked == 0 else "not tried"
    last = confirmations[-1]
    attempt = f", attempt {last.attempt}" if last.attempt > 1 else ""
    return f"{'yes' if last.holds else 'no'}{attempt}"


def corrected(finding: Finding, family: int, alpha: float) -> str:
    """Give a cell: what is left after Holm's correction."""
    if finding.adjusted_p is None:
        return ABSENT
    word = "yes" if finding.survives else "no"
    return f"{word}, {p_value(finding.adjusted_p, alpha)} over {family}"


STEPS = (("witnessed", "witnessed"), ("numbers_bound", "bound"), ("argued_against", "argued against"))
"""Code of a reason that holds -> what it is called on the trust line."""


def trust_line(finding: Finding, evidence: Evidence | None) -> str:
    """Give the line that says which rules of evidence a result has passed, and which not, in their order.

    Args:
        finding: of one direction.
        evidence: the experiment that it rests on, or its best one; None without one.
    """
    passed = {reason.code for reason in evidence.reasons if reason.holds} if evidence else set()
    all_three = evidence is not None and evidence.standing == Standing.HOLDS
    steps = [(said, all_three or code in passed) for code, said in STEPS]
    steps.append(("replicated", finding.replication.agreement is Agreement.HOLDS and bool(finding.replication.agreed)))
    steps.append(("confirmed", bool(finding.confirmations) and finding.confirmations[-1].holds))
    steps.append(("corrected", finding.survives is True))
    return " · ".join(said if holds else f"not {said}" for said, holds in steps)


def score_line(finding: Finding, bar: Significance, family: int) -> str:
    """Give the line that says how far a finding got: score, replication, confirmation, correction.

    Args:
        finding: of one direction.
        bar: what governed it.
        family: directions that Holm corrected over.
    """
    parts = [f"Score: {self_score(finding)}"]
    if finding.experiment is not None:
        parts.append(f"{finding.experiment} {_replication_words(finding.replication, bar.replications)}")
        parts.append(_confirmation_words(finding, bar, family))
    return " · ".join(parts)


def _replication_words(replication: Replication, required: int) -> str:
    agreed, disagreed = ", ".join(replication.agreed), ", ".join(replication.disagreed)
    tried = len(replication.agreed) + len(replication.disagreed)
    if not tried:
        return "not replicated, none was asked for" if required == 0 else "not replicated, no attempt"
    of = f"{len(replication.agreed)} of {tried}"
    if replication.agreement is Agreement.HOLDS:
        return f"replicated by {agreed}" + (f" ({of} attempts; {disagreed} disagreed)" if disagreed else "")
    if replication.agreement is Agreement.MIXED and not disagreed:
        return f"replicated by {agreed} only, {required} required"
    verdict = "replication mixed" if replication.agreement is Agreement.MIXED else "failed to replicate"
    who = "; ".join(f"{names} {word}" for names, word in ((agreed, "agreed"), (disagreed, "disagreed")) if names)
    return f"{verdict}, {of} ({who})"


def _confirmation_words(finding: Finding, bar: Significance, family: int) -> str:
    if not finding.confirmations:
        return "not confirmed, " + ("none was asked for" if bar.confirm_seeds == 0 else "no attempt")
    last = finding.confirmations[-1]
    verdict = "confirmed" if last.holds else f"{AGAINST.get(last.against[-1:], '')}not confirmed"
    attempt = f", attempt {last.attempt} of {len(finding.confirmations)}" if last.attempt > 1 else ""
    missing = f", {last.test.missing} of them failed" if last.test.missing else ""
    fresh = counted(last.test.n, "fresh seed")
    numbers = f"{interval(last.test)}, {_p_words(finding, last, bar.alpha, family)}"
    placebo = (
        f"; {counted(last.placebo.n, 'placebo seed')} gave {number(last.placebo.mean, sign=True)}"
        if last.placebo
        else ""
    )
    return f"{verdict} on {fresh}{attempt}{missing} ({numbers}{placebo})"


def _p_words(finding: Finding, last: Confirmation, alpha: float, family: int) -> str:
    alone = p_value(last.test.p if finding.p is None else finding.p, alpha)
    if finding.adjusted_p is None:
        return f"{alone}, uncorrected"
    after = f"{p_value(finding.adjusted_p, alpha)}, Holm over {family}"
    return f"{alone} alone; {after}" if last.holds and finding.survives is False else after
