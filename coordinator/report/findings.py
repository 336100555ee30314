"""What was found? The report of a run: findings.md, findings.html and the plots, from one RunView.

The same view gives the same bytes: no clock, no locale, no listing order. Whatever a worker wrote is quoted
and escaped (coordinator.report.prose), so that it cannot pass for what was witnessed.
"""

from __future__ import annotations

import base64
import json
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from jinja2 import Environment, PackageLoader, StrictUndefined, select_autoescape

from coordinator.model.finding import Finding
from coordinator.report import prose
from coordinator.report.advice import Advice, advise
from coordinator.report.chapter import Chapter, chapter
from coordinator.report.guards import held, kept
from coordinator.report.plots import Plot, draw
from coordinator.report.trust import WORDING, Grade, grade
from coordinator.report.view import RunView
from coordinator.report.wording import counted
from coordinator.store.layout import FINDINGS_NAME, HTML_NAME

ALWAYS_UNCHECKED = (
    "Self-scores are the workers' own opinion; they open the way to a replication and prove nothing.",
    "Of the workers' words only the numbers were checked against the outputs; reasons and causes were not.",
    "Counterarguments were checked for form (specific, with a mechanism and a test), not for truth.",
    "Whether a metric measures what its name says, or an experiment answers its question, was not checked.",
)
"""What no run checks."""


@dataclass(frozen=True, slots=True)
class Report:
    """What both templates print.

    Args:
        view: the run.
        chapters: one a direction, most trustworthy first.
        headline: the whole run in a few sentences.
        advice: what to do next, most pressing first.
        guards: name and meaning of each guard in force.
        limits: what held experiments to their limits, in words.
        unchecked: what was not checked, here and always.
        header: the run's facts, as JSON scalars and lists, which are YAML too.
    """

    view: RunView
    chapters: tuple[Chapter, ...]
    headline: tuple[str, ...]
    advice: tuple[Advice, ...]
    guards: tuple[tuple[str, str], ...]
    limits: tuple[str, ...]
    unchecked: tuple[str, ...]
    header: Mapping[str, str]


def compile_findings(view: RunView) -> dict[str, bytes]:
    """Give every file of the report: `findings.md`, `findings.html` and the plots, by name."""
    ranked = sorted(view.findings, key=lambda finding: _rank(finding, view))
    drawn = {finding.direction: draw(finding, view) for finding in ranked}
    report = _report(view, ranked, drawn)
    plots = [plot for of_direction in drawn.values() for plot in of_direction]
    embedded = {plot.name: "data:image/png;base64," + base64.b64encode(plot.png).decode() for plot in plots}
    markdown = _markdown().get_template("findings.md.j2").render(report=report)
    html = _html().get_template("findings.html.j2").render(report=report, embedded=embedded)
    texts = {FINDINGS_NAME: markdown.encode(), HTML_NAME: html.encode()}
    return texts | {plot.name: plot.png for plot in plots}


def _rank(finding: Finding, view: RunView) -> tuple[int, float]:
    return list(Grade).index(grade(finding, view.bar(finding.direction))), -(finding.score or 0)


def _report(view: RunView, ranked: list[Finding], drawn: Mapping[str, tuple[Plot, ...]]) -> Report:
    chapters = tuple(
        chapter(finding, view, tuple((plot.name, plot.alt) for plot in drawn[finding.direction])) for finding in ranked
    )
    return Report(
        view=view,
        chapters=chapters,
        headline=_headline(view, chapters),
        advice=advise(view),
        guards=tuple((name, kept(view.kept.get(name, ()))) for name in view.guards),
        limits=tuple(held(means) for means in view.limits),
        unchecked=(*view.unchecked, *ALWAYS_UNCHECKED),
        header=_header(view, chapters),
    )


def _headline(view: RunView, chapters: tuple[Chapter, ...]) -> tuple[str, ...]:
    """Say in a few sentences how much of the run is worth believing."""
    tones = Counter(WORDING[told.grade].tone for told in chapters)
    held = sum(told.grade is Grade.HOLDS for told in chapters)
    alone = sum(told.grade is Grade.HOLDS_ALONE for told in chapters)
    leads, nulls = counted(tones["doubt"] - alone, "lead"), counted(tones["null"], "null result")
    spent = sum(finding.spent for finding in view.findings)
    said = [
        f"Of {counted(len(chapters), 'direction')}, {held} ended in a finding that holds after correction"
        + (f"; {alone} more {'holds' if alone == 1 else 'hold'} alone, but not after it." if alone else "."),
        f"Besides: {leads} short of that, {nulls}, {tones['none']} without evidence.",
        f"It took {counted(spent, 'experiment')}.",
    ]
    still_open = sum(finding.ending is None for finding in view.findings)
    if still_open:
        said.append(f"This is an interim report: {counted(still_open, 'direction')} still open, counted with p = 1.")
    return tuple(said)


def _header(view: RunView, chapters: tuple[Chapter, ...]) -> dict[str, str]:
    """Give the front matter; every value is JSON, so that nothing in it can end or forge a line."""
    grades = Counter(told.grade for told in chapters)
    facts: dict[str, object] = {
        "run": view.run,
        "started": instant(view.started),
        "ended": instant(view.ended) if view.ended else None,
        "directions": len(view.findings),
        "hold": grades[Grade.HOLDS],
        "hold_alone": grades[Grade.HOLDS_ALONE],
        "nulls": grades[Grade.NULL],
        "experiments": sum(finding.spent for finding in view.findings),
        "alpha": view.settings.significance.alpha,
        "correction": "holm",
        "guards": list(view.guards),
        "tampering": len(view.tampering),
        **view.facts,
    }
    return {name: json.dumps(value) for name, value in facts.items()}


def instant(at: datetime) -> str:
    """Give a time in UTC, to the second."""
    return at.strftime("%Y-%m-%dT%H:%M:%SZ")


def _markdown() -> Environment:
    """Give the environment of the Markdown template, where `finalize` escapes whatever is not Markdown."""
    environment = _environment()
    environment.finalize = prose.finalize
    environment.filters |= {"quote": prose.quote, "raw": prose.Markdown}
    return environment


def _html() -> Environment:
    """Give the environment of the HTML template, where autoescape does."""
    environment = _environment()
    environment.filters |= {"cut": prose.cut, "line": prose.one_line}
    return environment


def _environment() -> Environment:
    environment = Environment(
        loader=PackageLoader("coordinator.report"),
        autoescape=select_autoescape(enabled_extensions=("html.j2",), default=False),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    environment.globals["counted"] = counted
    return environment
