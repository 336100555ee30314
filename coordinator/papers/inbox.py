"""What is the ingesting assistant told? Which papers wait, and what to mend: ids, places and rules.

No text of a paper and none of an assistant gets in here, so that nothing a PDF says can pose as an instruction;
the passages that a rule is about are printed by `papers check`, as material.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from coordinator.model.paper import Overview, TierState
from coordinator.model.problem import Problem

MOST = 60
"""Lines of one part."""
RULES = {
    "tier_missing": "write this file",
    "text_missing": "the paper's text is not here: nothing can be checked",
    "paper_stale": "the PDF was changed: read it again",
    "too_long": "too many tokens",
    "too_many_lines": "too many lines",
    "useful_for_long": "`useful_for` is too long for the index",
    "title_differs": "the title is not the one that was extracted, and `overrides` does not say why",
    "authors_differ": "the authors are not those that were extracted, and `overrides` does not say why",
    "quote_form": 'a quote is `> "words" (p. N)` on one line',
    "quote_short": "a quote has four words or more",
    "quote_wrong_page": "this quote stands on another page",
    "quote_not_found": "this quote is not in the paper, letter for letter and number for number",
    "number_not_found": "this number is not in the paper",
}
"""Code -> the rule, in words of ours; the form of the documents has codes of its own."""

HEAD = """\
# Papers: what is to be done

Written by the coordinator. How to do it: `papers/ingest.md`. Details with the nearest passages:
`python -m coordinator papers check`.
"""


def written_out(cards: Mapping[str, Overview], problems: Sequence[Problem]) -> str:
    """Give the whole of papers/inbox.md."""
    drafts = [name for name, card in sorted(cards.items()) if card.status is TierState.DRAFT]
    parts = [HEAD]
    if drafts:
        parts.append(_part("To distil", [f"- `{name}`" for name in drafts]))
    if problems:
        parts.append(_part("To mend", [_line(problem) for problem in problems]))
    if not drafts and not problems:
        parts.append("Nothing.\n")
    return "\n".join(parts)


def _line(problem: Problem) -> str:
    return f"- `{problem.path}:{problem.line}` {problem.code}: {RULES.get(problem.code, 'see `papers check`')}"


def _part(title: str, lines: Iterable[str]) -> str:
    every = list(lines)
    more = [f"- and {len(every) - MOST} more"] if len(every) > MOST else []
    return "\n".join([f"## {title}", "", *every[:MOST], *more, ""])
