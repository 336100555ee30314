"""What does a paper say, and how is it built? From its pages to text, title, authors, abstract, headings and so on.

Runs in the limited child process alone: nothing here is meant to face a hostile file in the daemon.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median

from coordinator.papers import captions, columns, front, furniture, headings, markdown, names, paragraphs, references
from coordinator.papers.captions import Table
from coordinator.papers.clean import clean, letters
from coordinator.papers.headings import Heading
from coordinator.papers.hyphens import Vocabulary
from coordinator.papers.paragraphs import Block
from coordinator.papers.pdfium import BrokenError, LockedError, Mark, Pdfium
from coordinator.papers.shapes import Line, Sheet
from coordinator.papers.tokens import tokens

SCANNED_LETTERS = 60
"""A page with fewer letters, and a picture over most of it, is a scan."""
SCANNED_SHARE = 0.4
ODD_SHARE = 0.25
"""Of characters that nobody can make sense of, from which the other engine is asked."""

Progress = Callable[[int, int], None]
"""Told of (page, of how many) before each page is read."""


@dataclass
class Extracted:
    """Everything that was found in one file; plain values, so that it can be sent as JSON."""

    pages: int = 0
    read: int = 0
    scanned: list[int] = field(default_factory=list)
    failed: list[int] = field(default_factory=list)
    letters: int = 0
    title: str = ""
    authors: list[str] = field(default_factory=list)
    year: str = ""
    venue: str = ""
    doi: str = ""
    arxiv: str = ""
    abstract: str = ""
    headings: list[dict[str, str | int]] = field(default_factory=list)
    references: list[str] = field(default_factory=list)
    captions: list[str] = field(default_factory=list)
    tables: int = 0
    tokens: int = 0
    engine: str = ""
    confidence: float = 0.0
    text: str = ""


def extract(path: Path, progress: Progress, *, skip: Iterable[int] = (), cap: int = 10**9) -> Extracted:
    """Read a PDF.

    Args:
        path: of the file.
        progress: told before each page.
        skip: pages that are not to be read, because they could not be read before.
        cap: pages; a longer file is not read at all, and has `read` 0.

    Raises:
        LockedError: it asks for a password.
        BrokenError: it cannot be opened.
    """
    try:
        document = Pdfium(path)
    except BrokenError:
        return _by_plumber(path, progress, cap)
    try:
        if len(document) > cap:
            return Extracted(pages=len(document), engine=document.name)
        sheets, failed = _sheets(document, path, progress, frozenset(skip))
        found = structure(sheets, document.outline(), document.facts())
        found.pages, found.failed, found.engine = len(document), failed, document.name
        return found
    finally:
        document.close()


def _sheets(document: Pdfium, path: Path, progress: Progress, skip: frozenset[int]) -> tuple[list[Sheet], list[int]]:
    sheets, failed = [], []
    for number in range(1, len(document) + 1):
        progress(number, len(document))
        if number in skip:
            failed.append(number)
            continue
        try:
            sheet = document.sheet(number)
        except BrokenError:
            failed.append(number)
            continue
        if sheet.letters and sheet.odd > ODD_SHARE * sheet.letters:
            sheet = _other(path, sheet)
        sheets.append(sheet)
    return sheets, failed


def _other(path: Path, sheet: Sheet) -> Sheet:
    """Ask the other engine for a page that makes no sense, and keep what makes more."""
    from coordinator.papers import plumber  # noqa: PLC0415  # 0.3 s, and seldom needed

    found = plumber.sheets(path, lambda *_: None, only=sheet.number)
    return min([sheet, *found], key=lambda each: each.odd / max(1, each.letters))


def _by_plumber(path: Path, progress: Progress, cap: int) -> Extracted:
    from coordinator.papers import plumber  # noqa: PLC0415  # the same

    sheets = plumber.sheets(path, progress, cap=cap)
    if not sheets:
        raise BrokenError("neither engine finds a page in it")
    found = structure(sheets, (), {})
    found.pages, found.engine = len(sheets), plumber.NAME
    return found


def structure(sheets: Sequence[Sheet], outline: Sequence[Mark], facts: Mapping[str, str]) -> Extracted:
    """Find everything that is in some pages."""
    found = Extracted(pages=len(sheets), read=len(sheets))
    found.letters = sum(sheet.letters for sheet in sheets)
    found.scanned = [each.number for each in sheets if each.letters < SCANNED_LETTERS and each.pictured > SCANNED_SHARE]
    ordered = columns.read(sheets)
    text, edges = furniture.without(ordered, sheets)
    _Structure(found, sheets, text, edges).fill(outline, facts)
    odd = sum(sheet.odd for sheet in sheets) / max(1, found.letters)
    drawn = median(columns.agreement(lines) for lines in ordered) if ordered else 0.0
    readable = 1 - len(found.scanned) / max(1, len(sheets))
    found.confidence = round(max(0.0, 1 - 2 * odd) * (0.5 + 0.5 * drawn) * readable, 2) if found.letters else 0.0
    return found


@dataclass
class _Structure:
    """One document while its parts are told apart."""

    found: Extracted
    sheets: Sequence[Sheet]
    text: list[list[Line]]
    edges: list[list[Line]]

    def fill(self, outline: Sequence[Mark], facts: Mapping[str, str]) -> None:
        """Find the parts, from the first page to the references."""
        if not any(self.text):
            return
        title = front.title(self.text[0], self.sheets[0], facts)
        self.found.title = title.text
        titled = frozenset(id(line) for line in title.lines)
        vocabulary = Vocabulary(clean(line.text) for page in self.text for line in page)
        headed = headings.find(self.text, outline, titled, vocabulary)
        self._front(title.lines, headed, facts)
        authors = {letters(name) for name in self.found.authors}
        headed = [each for each in headed if each.page > 1 or each.number or not _names(each.text, authors)]
        blocks, tables = self._blocks(title.lines, headed)
        for block in blocks:
            paragraphs.join(block, vocabulary)
        for each in blocks:
            each.text = markdown.plain(each.text)
        self._abstract(headed, titled, vocabulary)
        self._references(headed, vocabulary)
        self.found.headings = [{"level": each.level, "text": each.text, "page": each.page} for each in headed]
        self.found.captions = [block.text for block in blocks if block.kind == "caption"]
        self.found.tables = len(tables)
        self.found.text = "\n\n".join(markdown.print_blocks(blocks, tables)) + "\n"
        self.found.tokens = tokens(self.found.text)

    def _front(self, title: Sequence[Line], headed: Sequence[Heading], facts: Mapping[str, str]) -> None:
        first, page = self.text[0], [line.text for line in self.text[0]]
        aside = " ".join(word.text for word in self.sheets[0].aside)
        edge = [line.text for line in self.edges[0]]
        small = [
            line.text
            for line in first
            if line.base < 0.1 * self.sheets[0].height or line.base > 0.88 * self.sheets[0].height
        ]
        notices = [*edge, *small]
        self.found.doi = front.doi(notices, [*page, *edge])
        self.found.arxiv = front.arxiv(aside, [*notices, *page])
        dated = [*notices, aside, *(line for line in page if len(line.split()) <= 12)]
        self.found.year = front.year(dated, self.found.arxiv, facts)
        self.found.venue = front.venue(notices)
        between = self._between(title, headed)
        self.found.authors = names.authors(between, facts, " ".join(page))

    def _between(self, title: Sequence[Line], headed: Sequence[Heading]) -> list[Line]:
        """Give the lines of the first page below the title and above the abstract or the first heading."""
        if not title:
            return []
        # What is set like a heading and looks like a name is a name.
        stops = {
            each for heading in headed if heading.number or not names.looks(heading.text) for each in heading.lines
        }
        bottom = max(line.base for line in title)
        column = {line.column for line in title}
        found: list[Line] = []
        for line in self.text[0]:
            begun = id(line) in stops or (front.is_abstract(line.text) and line.base > bottom)
            if begun and line.base > bottom:
                break
            if line.base > bottom + 1 and (line.column in column or -1 in column or line.column < 0 or len(column) > 1):
                found.append(line)
        return found[:120]

    def _blocks(self, title: Sequence[Line], headed: Sequence[Heading]) -> tuple[list[Block], list[tuple[int, Table]]]:
        """Part the text into blocks, each with its kind, and locate the tables."""
        kinds = {each: heading for heading in headed for each in heading.lines}
        lines = [_unmarked(page, kinds) for page in self.text]
        tables = self._tables(lines, kinds)
        inside = {line for _, table in tables for line in table.lines}
        found: list[Block] = []
        for part in self._parts(title, kinds, inside):
            found += part
        places = {id(block.lines[0]): at for at, block in enumerate(found)}
        return found, [(places[first], table) for first, table in tables if first in places]

    def _parts(self, title: Sequence[Line], kinds: Mapping[int, Heading], inside: set[int]) -> Iterable[list[Block]]:
        titled = {id(line) for line in title}
        run: list[list[Line]] = []
        done: set[int] = set()
        for page in self.text:
            run.append([])
            for line in page:
                heading, kind = kinds.get(id(line)), captions.label(line)
                if id(line) in inside or id(line) in done:
                    continue
                if heading is None and not kind and id(line) not in titled:
                    run[-1].append(line)
                    continue
                yield paragraphs.blocks(run)
                run = [[]]
                members = self._members(line, page, heading, titled, kind)
                done |= {id(each) for each in members}
                yield [Block(members, *_kind(heading, kind))]
        yield paragraphs.blocks(run)

    @staticmethod
    def _members(line: Line, page: Sequence[Line], heading: Heading | None, titled: set[int], kind: str) -> list[Line]:
        if heading is not None:
            return [each for each in page if id(each) in heading.lines]
        if kind:
            return _caption(line, page)
        return [each for each in page if id(each) in titled]

    def _tables(self, pages: Sequence[Sequence[Line]], kinds: Mapping[int, Heading]) -> list[tuple[int, Table]]:
        found = []
        for lines, page in zip(pages, self.text, strict=True):
            taken = {id(line) for line in page if id(line) in kinds}
            for line in lines:
                if captions.label(line) == "table" and id(line) not in taken:
                    table = captions.table(_caption(line, page), page, taken)
                    if table is not None:
                        taken |= table.lines
                        found.append((id(line), table))
        return found

    def _abstract(self, headed: Sequence[Heading], titled: frozenset[int], vocabulary: Vocabulary) -> None:
        lines = front.abstract(self.text, headed, titled)
        if lines:
            block = Block(list(lines))
            paragraphs.join(block, vocabulary)
            self.found.abstract = front.without_name(block.text)

    def _references(self, headed: Sequence[Heading], vocabulary: Vocabulary) -> None:
        start = next(
            (each for each in headed if headings.REFERENCES.fullmatch(each.text.rstrip(".: ")) and each.lines), None
        )
        if start is None:
            return
        lines = [line for page in self.text for line in page]
        at = next(number for number, line in enumerate(lines) if id(line) == start.lines[-1])
        stops = {each for heading in headed for each in heading.lines}
        end = next((number for number in range(at + 1, len(lines)) if id(lines[number]) in stops), len(lines))
        self.found.references = references.entries(lines[at + 1 : end], vocabulary)


def _unmarked(page: Sequence[Line], kinds: Mapping[int, Heading]) -> list[Line]:
    return [line for line in page if id(line) not in kinds]


def _names(text: str, authors: Iterable[str]) -> bool:
    return any(author in letters(text) for author in authors)


def _kind(heading: Heading | None, kind: str) -> tuple[str, int]:
    if heading is not None:
        return "heading", heading.level
    return ("caption", 0) if kind else ("heading", 0)


def _caption(line: Line, page: Sequence[Line]) -> list[Line]:
    """Give the lines of a caption: those that follow closely in its type."""
    at = next(number for number, each in enumerate(page) if each is line)
    found = [line]
    for each in page[at + 1 : at + 30]:
        last = found[-1]
        near = 0 < each.base - last.base < 1.45 * each.size and abs(each.size - line.size) < 0.6
        together = (each.band, each.column) == (last.band, last.column) or (
            each.column >= 0 > last.column and each.band == last.band + 1
        )
        if not near or not together or captions.label(each):
            break
        found.append(each)
    return found


__all__ = ["BrokenError", "Extracted", "LockedError", "extract", "structure"]
