"""What can be said of a paper without judgement? Its own sentences, sorted by the words in them, as a draft.

A draft is a help for the assistant that distils the paper, and marked as one: nobody has read it. All of it is
taken from the text word by word, so that it passes the same checks.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from coordinator.model.experiment import Section
from coordinator.model.paper import Condensed, Overview, Paper, TierState
from coordinator.papers import markdown
from coordinator.papers.budgets import condensed_tokens
from coordinator.papers.tokens import tokens

NOTHING = "Nothing found by the program."
UNREAD = "not read by anybody yet"
_CARD = 150
"""Tokens of one section of an overview."""
_SENTENCE = re.compile(r"(?<=[.!?])\s+(?=[A-ZÄÖÜ\"“(])")
_METHOD = re.compile(
    r"\bwe (?:propose|present|introduce|develop|describe|use|study|show|train|apply)|this (?:paper|work|"
    r"article)|is proposed|wird .* vorgestellt",
    re.IGNORECASE,
)
_RESULT = re.compile(
    r"\d.*(?:%|outperform|achiev|improv|accura|reduc|increas|better|higher|lower|faster|error|score)|"
    r"(?:outperform|achiev|improv).*\d",
    re.IGNORECASE,
)
_LIMIT = re.compile(
    r"\blimitation|\bhowever\b|future work|\bfail|\bdid not\b|\bdoes not\b|\bcannot\b|drawback|shortcoming|"
    r"unstable|\bonly\b.*\bdata",
    re.IGNORECASE,
)
_HYPER = re.compile(
    r"learning rate|batch size|epochs?\b|dropout|optimi[sz]er|weight decay|random seeds?|hidden (?:units|size|"
    r"layers)|temperature|threshold of|hyper-?parameter|momentum|iterations|folds?\b|trained (?:on|for|with)",
    re.IGNORECASE,
)
_SETUP = re.compile(
    r"data ?sets?\b|corpus|benchmark|baselines?|we evaluate|experimental setup|test set|training set|samples|"
    r"participants",
    re.IGNORECASE,
)
_EQUATION = re.compile(r"[=≤≥∑∏∫≈∈]")
_METHOD_HEADING = re.compile(
    r"method|approach|model|algorithm|framework|proposed|architecture|implementation|construction",
    re.IGNORECASE,
)


@dataclass
class _Said:
    """A paper's paragraphs, each with the heading above it."""

    paragraphs: list[tuple[str, str]]
    tables: list[str]
    captions: list[str]

    def sentences(self) -> Iterator[str]:
        """Give every sentence of the running text."""
        for _, text in self.paragraphs:
            yield from (each.strip() for each in _SENTENCE.split(text) if 30 < len(each) < 600)

    def under(self, pattern: re.Pattern[str]) -> Iterator[str]:
        """Give the paragraphs below headings that fit."""
        return (text for heading, text in self.paragraphs if pattern.search(heading))


def overview(paper: Paper, text: str) -> Overview:
    """Make a draft of an overview."""
    said = _said(text)
    abstract = [each.strip() for each in _SENTENCE.split(paper.abstract) if each.strip()] or list(said.sentences())[:12]
    method = [each for each in abstract if _METHOD.search(each)]
    results = [each for each in abstract if _RESULT.search(each)] or [
        each for each in said.sentences() if _RESULT.search(each)
    ]
    limits = [each for each in said.sentences() if _LIMIT.search(each)]
    return Overview(
        id=paper.id,
        title=paper.title or paper.source,
        authors=paper.authors[:40],
        venue=paper.venue,
        year=paper.year,
        useful_for=UNREAD,
        status=TierState.DRAFT,
        sha256=paper.sha256,
        problem=_section(" ".join(_fitting(abstract, _CARD))),
        method=_section(" ".join(_fitting(method, _CARD))),
        key_results=_section(" ".join(_fitting(results, _CARD))),
        limitations=_section(" ".join(_fitting(limits, _CARD))),
    )


def condensed(paper: Paper, text: str) -> Condensed:
    """Make a draft of a condensed text."""
    said = _said(text)
    share = condensed_tokens(paper.pages) // 8
    every = list(said.sentences())
    method = list(said.under(_METHOD_HEADING)) or [each for each in every if _METHOD.search(each)]
    results = [*_fitting(said.tables, 2 * share), *_fitting([each for each in every if _RESULT.search(each)], share)]
    equations = [each for each in every if len(_EQUATION.findall(each)) > 1 and len(each) < 300]
    return Condensed(
        id=paper.id,
        status=TierState.DRAFT,
        sha256=paper.sha256,
        setup=_lines(_fitting([each for each in every if _SETUP.search(each)], share)),
        method=_lines(_fitting(method, share)),
        equations=_lines(_fitting(equations, share // 2)),
        hyperparameters=_lines(_fitting([each for each in every if _HYPER.search(each)], share)),
        results=_lines(results),
        failure_notes=_lines(_fitting([each for each in every if _LIMIT.search(each)], share // 2)),
    )


def _said(text: str) -> _Said:
    """Part a text that was written down into paragraphs, tables and captions; references are left out."""
    heading, found = "", _Said([], [], [])
    for part in re.split(r"\n{2,}", markdown.MARK.sub("", text)):
        part = part.strip()  # noqa: PLW2901  # the same, without its edges
        if part.startswith("#"):
            heading = part.lstrip("# ")
        elif re.match(r"references|bibliography|literatur", heading, re.IGNORECASE):
            continue
        elif part.startswith("|"):
            found.tables.append(part)
        elif part.startswith("**Caption.**"):
            found.captions.append(part)
        elif part:
            found.paragraphs.append((heading, " ".join(part.split())))
    return found


def _fitting(parts: Sequence[str], most: int) -> list[str]:
    """Give the first parts that stay within a number of tokens."""
    kept: list[str] = []
    for part in dict.fromkeys(parts):
        most -= tokens(part) + 1
        if most < 0:
            break
        kept.append(part)
    return kept


def _section(text: str) -> Section:
    return Section(text=_calm(text) or NOTHING, line=1)


def _lines(parts: Sequence[str]) -> Section:
    return Section(text="\n\n".join(_calm(part) for part in parts) or NOTHING, line=1)


def _calm(text: str) -> str:
    """Keep a paper's words from being read as headings, fences, quotes or comments."""
    return "\n".join(markdown.plain(line.replace("```", "'''")) for line in text.split("\n"))
