"""Where do a PDF and its own source complete each other? Words from the source, pages from the PDF."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from typing import Any

from coordinator.model.paper import PaperStatus
from coordinator.papers import markdown
from coordinator.papers.clean import letters
from coordinator.papers.reader import Reading
from coordinator.papers.verdict import Outcome

_RUN = 4
"""Words that tell which page a paragraph is on."""


def merged(outcome: Outcome, written: Reading) -> Outcome:
    """Prefer a source's text to that of the PDF beside it.

    Args:
        outcome: of the PDF.
        written: of the source.
    """
    source = written.result
    if source is None or source["letters"] < 200:
        return outcome
    if not outcome.status.is_readable:
        detail = f"text from the source beside it; the PDF itself: {outcome.status.value}"
        return Outcome(PaperStatus.PARTIAL, detail, facts=source)
    facts: dict[str, Any] = {**outcome.facts}
    pages = markdown.pages(str(facts["text"]))
    facts["text"] = _paged(str(source["text"]), [(page.number, page.text) for page in pages])
    for name in ("title", "authors", "abstract", "headings"):
        facts[name] = facts[name] if name in {"title", "authors"} and facts[name] else source[name] or facts[name]
    facts["headings"] = _with_pages(facts["headings"], outcome.facts["headings"])
    facts["engine"] = f"{source['engine']}; {facts['engine']}"
    facts["tokens"] = source["tokens"]
    return Outcome(outcome.status, outcome.detail, facts=facts)


def _with_pages(headings: Sequence[dict[str, Any]], printed: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    places = {letters(str(each["text"])): each["page"] for each in printed}
    return [{**each, "page": places.get(letters(str(each["text"])), each["page"])} for each in headings]


def _paged(text: str, pages: Sequence[tuple[int, str]]) -> str:
    """Put the marks of pages where the PDF has them: before the first paragraph that is found on each."""
    runs: dict[str, int] = {}
    for number, body in pages:
        for run in _runs(body):
            runs.setdefault(run, number)
    now, lines = 1, ["<!-- page 1 -->"]
    for part in re.split(r"\n{2,}", markdown.MARK.sub("", text).strip()):
        seen = Counter(runs[run] for run in _runs(part) if run in runs)
        found = seen.most_common(1)[0][0] if seen else now
        if found > now:
            now = found
            lines.append(f"<!-- page {now} -->")
        lines.append(part)
    return "\n\n".join(lines) + "\n"


def _runs(text: str) -> list[str]:
    words = re.findall(r"[^\W_]+", text.casefold())
    return [" ".join(words[at : at + _RUN]) for at in range(len(words) - _RUN + 1)]
