"""Who wrote what, where and when? Title, abstract, identifiers and year, from the first page and not from metadata.

Embedded titles are wrong for most conference papers ("Overleaf Example"); the largest type on the first page is right.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from coordinator.papers.clean import clean, letters
from coordinator.papers.headings import Heading
from coordinator.papers.shapes import Line, Sheet, body_size

ABSTRACT_WORDS = 700
_ABSTRACT = re.compile(
    r"(?:abstract|zusammenfassung|kurzfassung|résumé|resumen|a\s?b\s?s\s?t\s?r\s?a\s?c\s?t)\s*(?P<mark>[-—–.:]+)?\s*",
    re.IGNORECASE,
)
_SUMMARY = re.compile(r"(?:summary|synopsis)\s*", re.IGNORECASE)
_AFTER = re.compile(
    r"(?:key ?words(?: and phrases)?|index terms|schlüssel(?:wörter|worte)|ccs concepts|general terms|categories and|"
    r"acm reference|jel classification|msc)\b|(?:\d+|[IVX]+)?\.?\s*(?:introduction|einleitung)\s*$",
    re.IGNORECASE,
)
_DOI = re.compile(r"\b(10\.\d{4,9}/[^\s\"'<>{}|\\^`]+)")
_ARXIV = re.compile(r"ar\s?xiv\s?:\s?(\d{4}\.\d{4,5}|[a-z-]+(?:\.[A-Z]{2})?/\d{7})", re.IGNORECASE)
_YEAR = re.compile(r"(?<![\d.:/-])((?:19|20)\d\d)(?![\d]|[-–]\d)")
_DATED = re.compile(
    r"©|\(c\)|copyright|published|proceedings|conference|workshop|symposium|journal|accepted|received|arxiv|submitted|"
    r"neurips|nips|icml|iclr|vol\.",
    re.IGNORECASE,
)
_VENUE = re.compile(
    r"(?:proceedings of|published (?:at|in|as)|conference on|workshop on|journal of|transactions on|advances in|"
    r"symposium on)",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Title:
    """A title and the lines that it stands on."""

    text: str
    lines: tuple[Line, ...]


def title(lines: Sequence[Line], sheet: Sheet, facts: Mapping[str, str]) -> Title:
    """Find the title: the largest type in the upper part of the first page that is more than a word or a logo."""
    upper = [line for line in lines if line.base < 0.62 * sheet.height]
    groups = [group for group in _alike(upper) if _is_title(group)]
    embedded = letters(facts.get("Title", ""))
    said = [group for group in groups if len(embedded) > 12 and letters(_said(group)) == embedded]
    best = said[0] if said else max(groups, key=lambda group: (round(group[0].size), group[0].bold), default=[])
    return Title(re.sub(r"\s*[∗*†‡§]+$", "", _said(best)), tuple(best))


def _said(lines: Sequence[Line]) -> str:
    text = ""
    for line in lines:
        added = clean(" ".join(word.text for word in line.words if word.size > 0.62 * line.size or len(word.text) > 2))
        broken = text.endswith("-")
        kept = text[:-1] if broken and added[:1].islower() else text
        text = f"{kept}{'' if broken else ' '}{added}"
    return " ".join(text.split())


def _alike(lines: Sequence[Line]) -> Iterator[list[Line]]:
    group: list[Line] = []
    for line in lines:
        near = bool(group) and 0 <= line.base - group[-1].base < 2.1 * line.size
        if group and abs(line.size - group[0].size) < 0.9 and line.bold == group[0].bold and near:
            group.append(line)
        else:
            if group:
                yield group
            group = [line]
    if group:
        yield group


def _is_title(group: Sequence[Line]) -> bool:
    words = [word for line in group for word in line.text.split()]
    long = [word for word in words if len(letters(word)) > 2]
    return (
        len(long) >= 2
        and len(long) * 2.5 >= len(words)
        and sum(map(len, words)) <= 400
        and not _ABSTRACT.fullmatch(_said(group))
    )


def abstract(pages: Sequence[Sequence[Line]], headings: Sequence[Heading], skip: frozenset[int]) -> list[Line]:
    """Find the lines of the abstract: from its name to the next heading, in one size of type."""
    lines = [line for page in pages[:3] for line in page if id(line) not in skip]
    stops = {each for heading in headings for each in heading.lines}
    for pattern in (_ABSTRACT, _SUMMARY):
        for at, line in enumerate(lines):
            found = pattern.match(line.text)
            alone = found is not None and not line.text[found.end() :].strip(" .:")
            run_in = found is not None and pattern is _ABSTRACT and (found["mark"] or line.words[0].bold)
            if alone or (run_in and not line.text[found.end() :][:1].islower() if found else False):
                return _until(lines[at + 1 :] if alone else lines[at:], stops - {id(line)})
    return _unnamed(lines, stops)


def _until(lines: Sequence[Line], stops: set[int]) -> list[Line]:
    found: list[Line] = []
    words = 0
    for line in lines:
        if id(line) in stops or _AFTER.match(line.text.strip()) or words > ABSTRACT_WORDS:
            break
        if not found or abs(line.size - found[0].size) < 0.7:
            found.append(line)
            words += len(line.words)
    return found


def _unnamed(lines: Sequence[Line], stops: set[int]) -> list[Line]:
    """Take a long paragraph before the first heading for an abstract without a name."""
    first = next((at for at, line in enumerate(lines) if id(line) in stops), 0)
    body = body_size(list(lines))
    run: list[Line] = []
    for line in lines[:first]:
        if len(line.words) >= 8 and abs(line.size - body) < 2 and (not run or abs(line.size - run[0].size) < 0.6):
            run.append(line)
        elif run and len(run) < 4:
            run = []
    return run if sum(len(line.words) for line in run) >= 50 else []


def without_name(text: str) -> str:
    """Take the name of the section off an abstract that runs on from it."""
    found = _ABSTRACT.match(text)
    return text[found.end() :] if found and (found["mark"] or text[found.end() : found.end() + 1].isupper()) else text


def doi(notices: Sequence[str], page: Sequence[str]) -> str:
    """Find the paper's own DOI: in what stands at the edges of its first page, or where it is called one.

    Args:
        notices: lines at the edges of the first page, and of the others.
        page: the lines of the first page, in the order of reading.
    """
    for at, line in enumerate(page):
        labelled = re.search(r"\bdoi\b|doi\.org", line, re.IGNORECASE)
        found = _DOI.search(line)
        if (
            labelled
            and found is None
            and re.fullmatch(r"\W*doi\W*", line.strip(), re.IGNORECASE)
            and at + 1 < len(page)
        ):
            found = _DOI.match(page[at + 1].strip())
        if labelled and found:
            return _trimmed(found[1])
    return next((_trimmed(found[1]) for line in notices if (found := _DOI.search(line))), "")


def _trimmed(text: str) -> str:
    return text.rstrip(".,;:)]}")


def arxiv(aside: str, notices: Sequence[str]) -> str:
    """Find the number that arXiv prints in the margin."""
    for text in (aside, aside.replace(" ", ""), *notices):
        found = _ARXIV.search(text)
        if found:
            return found[1]
    return ""


def year(notices: Sequence[str], arxiv_number: str, facts: Mapping[str, str]) -> str:
    """Find the year: where the first page dates itself, else from arXiv's number, else when the file was made."""
    dated = [line for line in notices if _DATED.search(line)]
    for line in [*dated, *notices]:
        found = _YEAR.findall(line)
        if found:
            return str(found[-1])
    if re.match(r"\d{4}\.", arxiv_number):
        return f"20{arxiv_number[:2]}"
    made = re.match(r"D:((?:19|20)\d\d)", facts.get("CreationDate", ""))
    return made[1] if made else ""


def venue(notices: Sequence[str]) -> str:
    """Find the line that names a conference or journal; empty where there is none."""
    found = next((line for line in notices if _VENUE.search(line)), "")
    return re.sub(r"\W+(?:19|20)\d\d\W*$", "", clean(found)[:100].split(", pages")[0]).strip(" .,")


def is_abstract(text: str) -> bool:
    """Tell whether a line begins the abstract."""
    found = _ABSTRACT.match(text)
    return found is not None and (bool(found["mark"]) or not text[found.end() :].strip())
