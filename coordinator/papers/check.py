"""Does what was written about a paper stand in it? Form, budgets, quotes, numbers, title and authors.

Nobody else compares the tiers with the paper, so everything that can be decided is decided here: a quote stands on
its page or it does not, a number is in the text or it is not. What cannot be decided, whether a summary is fair, is
not.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from coordinator.model.paper import Condensed, Overview, Paper
from coordinator.model.problem import Parsed, Problem
from coordinator.papers import markdown
from coordinator.papers.budgets import OVERVIEW_LINES, OVERVIEW_TOKENS, USEFUL_FOR_TOKENS, condensed_tokens
from coordinator.papers.clean import letters
from coordinator.papers.numbers import numbers, stated
from coordinator.papers.quotes import LIKE, QUOTE, Source, is_too_short
from coordinator.papers.records import Library
from coordinator.papers.tokens import tokens
from coordinator.store.layout import Workspace
from coordinator.text import tiers

TIER_BYTES = 1 << 20
_PAGE = re.compile(r"\((?:p|pp|S)\.\s*[\d–-]+\)")
_ITEM = re.compile(r"^\s*\d{1,2}[.)]\s")


def check(workspace: Workspace, only: frozenset[str] = frozenset()) -> list[Problem]:
    """Check what was written about all papers, or some of them.

    Args:
        workspace: where they lie.
        only: ids; none means all.
    """
    library = Library(workspace)
    papers = {paper.id: paper for paper in library.all()}
    written = {*library.tier_ids("overview"), *library.tier_ids("condensed")}
    readable = {name for name, paper in papers.items() if paper.status.is_readable}
    wanted = {name for name in written | readable if not only or name in only}
    return sorted(problem for name in wanted for problem in _Checked(library, name, papers.get(name)).problems())


@dataclass
class _Checked:
    """One paper and what was written about it."""

    library: Library
    name: str
    paper: Paper | None

    def problems(self) -> Iterator[Problem]:
        """Give everything that is wrong with its tiers."""
        place = self.library.workspace.papers.paper(self.name)
        text = self.library.text(self.name)
        source = Source(markdown.pages(text)) if text is not None else None
        values = stated(source.text) if source is not None else set()
        for path, parse in ((place.overview, tiers.parse_overview), (place.condensed, tiers.parse_condensed)):
            shown = self.library.workspace.relative(path)
            data = self.library.bytes_of(path, TIER_BYTES)
            if data is None:
                hint = f"`python -m coordinator papers add` makes a draft; papers/ingest.md says how to write {shown}"
                yield Problem(shown, 0, "tier_missing", "this paper has no such file", hint)
                continue
            parsed: Parsed[Overview] | Parsed[Condensed] = parse(data, shown, self.name)
            yield from parsed.problems
            if parsed.value is not None:
                yield from self._of_tier(parsed.value, data.decode(), shown)
            if source is None or self.paper is None:
                hint = f"put the PDF of {self.name} in papers/raw/, then `python -m coordinator papers add`"
                yield Problem(shown, 0, "text_missing", "without the paper's text nothing in it can be checked", hint)
            else:
                yield from _Lines(data.decode("utf-8", "replace"), shown).against(source, values)

    def _of_tier(self, tier: Overview | Condensed, text: str, path: str) -> Iterator[Problem]:
        if self.paper is not None and self.paper.sha256 and tier.sha256 != self.paper.sha256:
            message = "the paper was changed since this was written about it"
            hint = f"read it again, then write `sha256: {self.paper.sha256}`"
            yield Problem(path, _line_of(text, "sha256:"), "paper_stale", message, hint)
        if isinstance(tier, Overview):
            yield from self._of_overview(tier, text, path)
        else:
            most = condensed_tokens(self.paper.pages if self.paper else 0)
            yield from _too_long(tokens(_body(text)), most, path)

    def _of_overview(self, card: Overview, text: str, path: str) -> Iterator[Problem]:
        yield from _too_long(tokens(_body(text)), OVERVIEW_TOKENS, path)
        lines = sum(bool(line.strip()) for line in _body(text).split("\n"))
        if lines > OVERVIEW_LINES:
            message = f"{lines} lines below the front matter, at most {OVERVIEW_LINES}"
            yield Problem(path, 0, "too_many_lines", message, "one screen: what decides whether to read on")
        if tokens(card.useful_for) > USEFUL_FOR_TOKENS:
            message = f"useful_for: about {tokens(card.useful_for)} tokens, at most {USEFUL_FOR_TOKENS}"
            hint = "it ends the paper's line in the index"
            yield Problem(path, _line_of(text, "useful_for:"), "useful_for_long", message, hint)
        if self.paper is None:
            return
        if self.paper.title and letters(card.title) != letters(self.paper.title) and "title" not in card.overrides:
            message = f"title: extracted was {self.paper.title!r}"
            hint = "take that, or say under `overrides: {title: why}` why it is wrong"
            yield Problem(path, _line_of(text, "title:"), "title_differs", message, hint)
        if self.paper.authors and not _same(card.authors, self.paper.authors) and "authors" not in card.overrides:
            message = f"authors: extracted were {', '.join(self.paper.authors[:12])}"
            hint = "take those, or say under `overrides: {authors: why}` why they are wrong"
            yield Problem(path, _line_of(text, "authors:"), "authors_differ", message, hint)


def _same(one: tuple[str, ...], other: tuple[str, ...]) -> bool:
    """Compare authors by their surnames, in order; a long list may be cut."""
    surnames = [[letters(name.split()[-1]) for name in names if name.split()] for names in (one, other)]
    return surnames[0] == surnames[1][: max(len(surnames[0]), min(len(surnames[1]), 40))]


def _too_long(count: int, most: int, path: str) -> Iterator[Problem]:
    if count > most:
        message = f"about {count} tokens, at most {most}"
        yield Problem(path, 0, "too_long", message, "leave out what the next tier says")


def _body(text: str) -> str:
    return re.split(r"^---[ \t]*$", text, maxsplit=2, flags=re.MULTILINE)[-1]


def _line_of(text: str, key: str) -> int:
    return next((number for number, line in enumerate(text.split("\n"), start=1) if line.startswith(key)), 0)


@dataclass(frozen=True)
class _Lines:
    """The lines below the front matter, with their numbers."""

    text: str
    path: str

    def against(self, source: Source, values: set[str]) -> Iterator[Problem]:
        """Compare quotes and numbers with the paper."""
        lines = self.text.split("\n")
        marks = [at for at, line in enumerate(lines) if line.rstrip() == "---"][:2]
        for number, line in enumerate(lines, start=1):
            if number <= (marks[1] + 1 if len(marks) == 2 else 0) or line.startswith("#"):
                continue
            quote = QUOTE.match(line)
            if quote is not None:
                yield from self._of_quote(quote["text"], int(quote["page"]), number, source)
            elif LIKE.match(line):
                hint = 'write `> "the paper\'s own words" (p. 3)` on one line'
                yield Problem(self.path, number, "quote_form", "this quote does not say its page", hint)
            else:
                yield from self._of_numbers(line, number, source, values)

    def _of_quote(self, quote: str, page: int, number: int, source: Source) -> Iterator[Problem]:
        if is_too_short(quote):
            message = "this quote is too short to be told from chance"
            yield Problem(self.path, number, "quote_short", message, "quote four words or more")
        elif not source.holds(quote, page):
            elsewhere = source.pages_of(quote)
            if elsewhere:
                message = f"this quote does not stand on page {page}, nor beside it"
                hint = f"it stands on page {elsewhere[0]}"
                yield Problem(self.path, number, "quote_wrong_page", message, hint)
                return
            near, passage = source.nearest(quote)
            message = "this quote does not stand in the paper, letter for letter and number for number"
            hint = f"nearest, on page {near}: {passage!r}" if passage else "copy it from papers/text/"
            yield Problem(self.path, number, "quote_not_found", message, hint)

    def _of_numbers(self, line: str, number: int, source: Source, values: set[str]) -> Iterator[Problem]:
        bare = _ITEM.sub("", _PAGE.sub("", line))
        missing = dict.fromkeys(each.value for each in numbers(bare) if each.value not in values)
        for value in list(missing)[:10]:
            near, passage = source.nearest(bare)
            message = f"the number {value} does not stand in the paper, with this sign and these decimals"
            hint = f"nearest, on page {near}: {passage!r}" if passage else "take the number from papers/text/"
            yield Problem(self.path, number, "number_not_found", message, hint)
