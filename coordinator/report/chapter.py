"""What does the report say of one direction? Everything in words, and none of it escaped yet.

Both templates, Markdown and HTML, print the same chapters; each escapes in its own way.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from coordinator.model.entry import TamperingSeen
from coordinator.model.experiment import Change
from coordinator.model.finding import Confirmation, Evidence, Finding
from coordinator.model.verdict import Standing
from coordinator.report import wording
from coordinator.report.advice import most_sensitive
from coordinator.report.prose import one_line
from coordinator.report.trust import ENDINGS, WORDING, Grade, Wording, grade
from coordinator.report.view import RunView, best

STANDINGS: dict[str, str] = {
    Standing.UNWITNESSED: "never witnessed",
    Standing.CHANGED: "code changed after it ran",
    Standing.IN_FLIGHT: "did not end",
    Standing.FAILED: "did not complete",
    Standing.SENT_BACK: "sent back, not mended",
    Standing.SET_ASIDE: "set aside",
    Standing.SET_ASIDE_UNRUN: "set aside, never run as asked",
    Standing.DELETED: "deleted after it ran",
    Standing.HOLDS: "evidence holds",
}
"""Standings for a reader."""


@dataclass(frozen=True, slots=True)
class ExperimentRow:
    """One experiment, whether it made it or not.

    Args:
        name: of its folder.
        link: to its folder, relative to findings.md; may be empty.
        standing, score, effect, met, detectable: cells.
        why: what kept it from being the finding, or what it is to the finding.
    """

    name: str
    link: str
    standing: str
    score: str
    effect: str
    met: str
    detectable: str
    why: str


@dataclass(frozen=True, slots=True)
class ConfirmationRow:
    """One confirmation: cells."""

    attempt: int
    seeds: str
    test: str
    effect: str
    p: str
    holds: str


@dataclass(frozen=True, slots=True)
class Chapter:
    """One direction of the report.

    Args:
        direction: id.
        title: as a question.
        question: in full, the user's words.
        grade, wording: what it amounts to; tampering makes the wording a doubtful one.
        ending: how it ended, in words.
        effect, replicated, confirmed, corrected, score, spent: cells of the summary.
        score_line: how far it got, on one line.
        trust: which rules of evidence it passed, and which not, on one line.
        claim: the primary claim in words; empty without one.
        others: the claims beside the primary one, with what the exploring seeds showed.
        null: what was not seen, and how small it could be; empty unless it is a null result.
        attempts: how many tries it took.
        reasons: codes that say why it did not get further.
        key_finding, actionable_insight, counterarguments: the worker's words, or empty.
        source: whose words they are, and how far they are established.
        experiments, confirmations: every one of them.
        tampering: what was seen in this direction.
        plots: file name and description of each.
        papers: ids of papers that its plans draw on.
    """

    direction: str
    title: str
    question: str
    grade: Grade
    wording: Wording
    ending: str
    effect: str
    replicated: str
    confirmed: str
    corrected: str
    score: str
    spent: str
    score_line: str
    trust: str
    claim: str
    others: tuple[str, ...]
    null: str
    attempts: str
    reasons: tuple[str, ...]
    key_finding: str
    actionable_insight: str
    counterarguments: str
    source: str
    experiments: tuple[ExperimentRow, ...]
    confirmations: tuple[ConfirmationRow, ...]
    tampering: tuple[TamperingSeen, ...]
    plots: tuple[tuple[str, str], ...]
    papers: tuple[str, ...]


def chapter(finding: Finding, view: RunView, plots: tuple[tuple[str, str], ...]) -> Chapter:
    """Put one direction into words.

    Args:
        finding: what it ended with.
        view: its run.
        plots: file name and description of each plot of this direction.
    """
    bar, family = view.bar(finding.direction), len(view.findings)
    reached, chosen = grade(finding, bar), best(finding)
    worded = _worded(WORDING[reached], suspect=view.suspect(finding.direction))
    return Chapter(
        direction=finding.direction,
        title=as_question(finding.title),
        question=finding.question,
        grade=reached,
        wording=worded,
        ending=ENDINGS[finding.ending],
        effect=_effect(finding, chosen),
        replicated=wording.replicated(finding.replication, bar.replications),
        confirmed=wording.confirmed(finding.confirmations, bar.confirm_seeds),
        corrected=wording.corrected(finding, family, bar.alpha),
        score=wording.self_score(finding),
        spent=f"{finding.spent} of {view.budget(finding.direction).experiments}",
        score_line=wording.score_line(finding, bar, family),
        trust=wording.trust_line(finding, chosen),
        claim=wording.claimed(chosen.effect.claim) if chosen and chosen.effect else "",
        others=_others(chosen),
        null=_null(finding) if reached is Grade.NULL else "",
        attempts=_attempts(finding, view),
        reasons=finding.reasons,
        key_finding=finding.key_finding,
        actionable_insight=finding.actionable_insight,
        counterarguments=finding.counterarguments,
        source=_source(finding, worded.tone),
        experiments=tuple(_row(shown, finding, view) for shown in finding.experiments),
        confirmations=tuple(_confirmation(tried, bar.alpha) for tried in finding.confirmations),
        tampering=view.tampered(finding.direction),
        plots=plots,
        papers=view.papers.get(finding.direction, ()),
    )


def as_question(title: str) -> str:
    """Give a title as a question: one line that ends with a question mark."""
    line = one_line(title)
    return line if line.endswith("?") else f"{line.rstrip('.!:; ')}?"


def _worded(wording: Wording, *, suspect: bool) -> Wording:
    """Give the words of a grade; what tampering may have touched is called good no longer."""
    if not suspect:
        return wording
    doubted = replace(wording, label=f"{wording.label}; tampering seen")
    return replace(doubted, mark="◐", tone="doubt") if wording.tone == "good" else doubted


def _source(finding: Finding, tone: str) -> str:
    """Say whose words the key finding is, before a reader takes them for more."""
    checked = "" if tone == "good" else "a claim, not established; "
    of = f"{finding.experiment}'s" if finding.experiment else "its"
    return f"{checked}the words of {of} worker; numbers checked, reasons not"


def _effect(finding: Finding, chosen: Evidence | None) -> str:
    if finding.confirmations:
        return f"{wording.interval(finding.confirmations[-1].test)} (fresh seeds)"
    if chosen is None or chosen.effect is None:
        return wording.ABSENT
    return f"{wording.seeds(chosen.effect)}, exploring"


def _others(chosen: Evidence | None) -> tuple[str, ...]:
    if chosen is None:
        return ()
    return tuple(f"{wording.claimed(other.claim)}: {wording.seeds(other)}" for other in chosen.others)


def _null(finding: Finding) -> str:
    """Say what was not seen, and the smallest effect that would have been."""
    chosen = most_sensitive(finding)
    if chosen is None or chosen.detectable is None:
        return "No prediction was met. What effect the seeds used would have shown cannot be computed."
    used = wording.counted(len(chosen.effect.differences) if chosen.effect else 0, "seed")
    if chosen.detectable == 0:
        power = f"The {used} of {chosen.experiment} all gave the same difference: no chance was at work in it."
    else:
        smallest = wording.number(chosen.detectable)
        power = (
            f"The {used} of {chosen.experiment} would have shown an effect of {smallest} or more"
            " with 80 % power; a smaller one may be there unseen."
        )
    return f"No prediction was met. {power}{_against(chosen)}"


def _against(chosen: Evidence) -> str:
    if chosen.effect is None:
        return ""
    if chosen.effect.claim.change is Change.EQUAL:
        return " That equality was not shown does not show a difference."
    turned = chosen.effect.differences
    opposite = all(difference is not None and difference < 0 for difference in turned)
    return " Every seed went against the prediction: the opposite may be worth a claim of its own." if opposite else ""


def _attempts(finding: Finding, view: RunView) -> str:
    """Say how many tries stand behind the result: the more, the likelier that one looks good by luck."""
    tested = [shown for shown in finding.experiments if shown.effect is not None]
    met = sum(shown.met for shown in tested)
    agreed, disagreed = len(finding.replication.agreed), len(finding.replication.disagreed)
    allowed = view.budget(finding.direction).experiments
    replications = wording.counted(agreed + disagreed, "attempt") + " to replicate"
    if agreed + disagreed:
        replications += f" ({agreed} agreed, {disagreed} disagreed)"
    return (
        f"{_best_of(finding, len(tested))}{finding.spent} of {wording.counted(allowed, 'experiment')} spent;"
        f" {met} of {len(tested)} tested claims met; {replications};"
        f" {wording.counted(len(finding.confirmations), 'confirmation')}."
    )


def _best_of(finding: Finding, tested: int) -> str:
    return (
        f"The best of {wording.counted(tested, 'attempt')} with a claim. " if finding.experiment and tested > 1 else ""
    )


def _row(shown: Evidence, finding: Finding, view: RunView) -> ExperimentRow:
    return ExperimentRow(
        name=shown.experiment,
        link=view.link(finding.direction, shown.experiment),
        standing=STANDINGS.get(shown.standing, shown.standing),
        score=wording.ABSENT if shown.score is None else f"{shown.score:g}",
        effect=wording.seeds(shown.effect),
        met=wording.ABSENT if shown.effect is None else "yes" if shown.met else "no",
        detectable=wording.ABSENT if shown.detectable is None else wording.number(shown.detectable),
        why="; ".join(_why(shown, finding)) or wording.ABSENT,
    )


def _why(shown: Evidence, finding: Finding) -> list[str]:
    """Say what an experiment is to the finding, and everything that spoke against it."""
    said = []
    if shown.experiment == finding.experiment:
        said.append("the finding rests on it" if finding.holds else "the best of its direction")
    if shown.experiment in finding.replication.agreed:
        said.append(f"agrees with {finding.experiment}")
    elif shown.experiment in finding.replication.disagreed:
        said.append(f"disagrees with {finding.experiment}")
    elif shown.replicates:
        said.append(f"meant to repeat {shown.replicates}")
    said += [one_line(reason.message or reason.code, 160) for reason in shown.reasons if not reason.holds]
    return said


def _confirmation(tried: Confirmation, alpha: float) -> ConfirmationRow:
    missing = f", {tried.test.missing} failed" if tried.test.missing else ""
    return ConfirmationRow(
        attempt=tried.attempt,
        seeds=f"{tried.test.n}{missing}",
        test=tried.test.name,
        effect=wording.interval(tried.test),
        p=wording.p_value(tried.test.p, alpha),
        holds="yes" if tried.holds else "no",
    )
