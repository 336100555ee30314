"""Which lines are headings, and of which level? The outline where there is one, numbers and type everywhere.

Outlines are almost always right and often incomplete; what is set like a heading is right nine times of ten. So
entries of the outline are looked up on their pages, and lines that are set like them, or numbered like headings,
are added.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise

from coordinator.papers.clean import clean, letters
from coordinator.papers.hyphens import Vocabulary
from coordinator.papers.paragraphs import Block, join
from coordinator.papers.pdfium import Mark
from coordinator.papers.shapes import Line, body_size

LONGEST = 160
"""Characters of a heading, over all of its lines."""
MOST = 1_000
_NUMBER = re.compile(
    r"(?:(?P<arabic>\d{1,2}(?:\.\d{1,2}){0,3})(?P<dot>\.)?|(?P<roman>[IVX]{1,5})\.|"
    r"(?P<sub>[A-Z](?:\.\d{1,2}){0,2})(?P<subdot>[.:])?|"
    r"(?:Appendix|Anhang|Chapter|Section)\s+(?P<appendix>[A-Z]|\d{1,2})[.:]?|§\s?(?P<sign>\d{1,2}(?:\.\d{1,2})*))\s+(?=\S)"
)
_NAMED = re.compile(
    r"abstract|zusammenfassung|kurzfassung|introduction|einleitung|related works?|background|preliminaries|"
    r"methods?|methodology|materials and methods|experiments?|experimental (?:setup|results)|results?|"
    r"results and discussion|evaluation|discussion|limitations?|conclusions?|conclusions? and future work|"
    r"future work|fazit|ausblick|acknowledge?ments?|danksagung|references|bibliography|"
    r"literatur(?:verzeichnis)?|appendix|appendices|anhang|supplementary materials?|broader impacts?|"
    r"ethics statement|reproducibility statement|data availability|funding|author contributions|"
    r"conflicts? of interest|keywords|index terms|contents|summary|statement of need|nomenclature",
    re.IGNORECASE,
)
_FIRST = re.compile(r"abstract|zusammenfassung|kurzfassung|introduction|einleitung|summary", re.IGNORECASE)
REFERENCES = re.compile(r"references|bibliography|literatur(?:verzeichnis)?|works cited|quellen", re.IGNORECASE)
_CAPTION = re.compile(
    r"(?:fig(?:ure|\.)?|table|tab\.|tabelle|abbildung|abb\.|algorithm|listing|theorem|lemma|proof|definition|"
    r"proposition|corollary|remark|example|assumption|equation|eq\.|step|satz|beweis)\s*[\dIVXA-Z]*\b",
    re.IGNORECASE,
)
_SLANTED = re.compile(r"ital|obli|cmti|cmssi|sfti|-it\b|ti\d", re.IGNORECASE)
_CAPS = re.compile(r"cmcsc|sfcc|smallcaps|-sc\b|csc\d", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading and the lines that it is made of.

    Args:
        level: 1 is the outermost.
        text: without its number.
        number: as it is printed; empty without one.
        page: 1-based.
        lines: identities of its lines; empty where the outline names one that is not found on its page.
    """

    level: int
    text: str
    number: str
    page: int
    lines: tuple[int, ...] = ()


Style = tuple[float, bool, bool, bool]
"""Size, bold, slanted, capitals."""


@dataclass
class _Group:
    """Lines that would be one heading."""

    lines: list[Line]
    gap: float
    """White above it, in sizes of its type."""
    followed: bool
    """Something goes on right below it."""
    vocabulary: Vocabulary

    @cached_property
    def text(self) -> str:
        """Its lines joined."""
        block = Block(self.lines)
        join(block, self.vocabulary)
        return _stripped(block.text)

    @cached_property
    def style(self) -> Style:
        """What its first line is set in."""
        return style_of(self.lines[0])


def style_of(line: Line) -> Style:
    """Give what a line is set in, as far as headings differ by it."""
    text = "".join(char for char in _without_number(line.text) if char.isalpha())
    caps = (text.isupper() and len(text) > 3) or bool(_CAPS.search(line.font))
    return round(line.size * 2) / 2, line.bold, bool(_SLANTED.search(line.font)), caps


def find(
    pages: Sequence[Sequence[Line]], outline: Sequence[Mark], skip: frozenset[int], vocabulary: Vocabulary
) -> list[Heading]:
    """Find the headings of a document, in the order of reading.

    Args:
        pages: lines of each page, without furniture.
        outline: as the file has it; may be empty.
        skip: identities of lines that are none, such as the title.
        vocabulary: joins headings over the ends of lines.
    """
    lines = [line for page in pages for line in page]
    body = body_size(lines)
    groups = list(_groups(pages, skip, body, vocabulary))
    marked, found = _from_outline(groups, outline)
    styles = {group.style for group in marked.values()}
    typed = [group for group in groups if id(group) not in marked and _is_heading(group, body, styles)]
    typed = _consistent([group for group in typed if _is_pure(group)], body)
    place = {id(line): at for at, line in enumerate(lines)}
    ends = next((place[id(group.lines[0])] for group in groups if _is_references(group, body)), len(lines))
    typed = [group for group in typed if place[id(group.lines[0])] <= ends or _is_appendix(group)]
    begins = min((place[id(group.lines[0])] for group in [*marked.values(), *typed] if _opens(group)), default=0)
    typed = [
        group for group in typed if place[id(group.lines[0])] >= begins or group.lines[0].page < lines[begins].page
    ]
    found += _leveled(typed, marked, body)
    at = {id(line): number for number, line in enumerate(lines)}
    page_end = {page[0].page: at[id(page[-1])] for page in pages if page}
    found.sort(key=lambda each: at[each.lines[0]] if each.lines else page_end.get(each.page, len(lines)) - 0.5)
    return found[:MOST]


def _stripped(text: str) -> str:
    return re.sub(r"\s*[∗*†‡]+\s*$", "", text.strip())


def _without_number(text: str) -> str:
    found = _NUMBER.match(text)
    return text[found.end() :] if found else text


def _groups(
    pages: Sequence[Sequence[Line]], skip: frozenset[int], body: float, vocabulary: Vocabulary
) -> Iterator[_Group]:
    """Put lines together that would be one heading: alone, or several of one style close to each other."""
    for lines in pages:
        at = 0
        while at < len(lines):
            line = lines[at]
            if id(line) in skip or len(line.text) > LONGEST or not any(char.isalpha() for char in line.text):
                at += 1
                continue
            end = at + 1
            emphatic = _emphasis(line, body)
            while emphatic and end < len(lines) and end - at < 4 and _same_heading(lines[end - 1], lines[end], line):
                end += 1
            before = lines[at - 1] if at else None
            after = lines[end] if end < len(lines) else None
            yield _Group(list(lines[at:end]), _gap(before, line), after is not None, vocabulary)
            at = end


def _emphasis(line: Line, body: float) -> bool:
    return _is_emphatic(style_of(line), body)


def _same_heading(last: Line, line: Line, first: Line) -> bool:
    near = 0 < line.base - last.base < 1.5 * line.size + 1 and (last.band, last.column) == (line.band, line.column)
    fits = style_of(line)[:3] == style_of(first)[:3] and line.font == first.font
    long = last.x1 - last.left > 0.55 * (last.right - last.left)
    return near and fits and long and not _NUMBER.match(line.text)


def _gap(before: Line | None, line: Line) -> float:
    if before is None or (before.band, before.column) != (line.band, line.column):
        return 9.0
    return (line.base - before.base) / max(line.size, 1.0)


def _from_outline(groups: list[_Group], outline: Sequence[Mark]) -> tuple[dict[int, _Group], list[Heading]]:
    """Look each entry of the outline up on its page, or the pages beside it."""
    by_page: dict[int, list[_Group]] = {}
    for group in groups:
        by_page.setdefault(group.lines[0].page, []).append(group)
    marked: dict[int, _Group] = {}
    found = []
    top = min((mark.level for mark in outline), default=1)
    for mark in outline:
        title = clean(" ".join(mark.title.split()))
        if not letters(title) or len(title) > 2 * LONGEST:
            continue
        number, text = _parted(title)
        near = [each for page in (mark.page, mark.page + 1, mark.page - 1) for each in by_page.get(page, ())]
        match = next((each for each in near if id(each) not in marked and _says(each, title, text)), None)
        if match is not None:
            marked[id(match)] = match
            number, text = _parted(match.text) if letters(_parted(match.text)[1]) == letters(text) else (number, text)
        ids = tuple(id(line) for line in match.lines) if match else ()
        page = match.lines[0].page if match else max(1, mark.page)
        found.append(Heading(min(6, mark.level - top + 1), text, number, page, ids))
    return marked, found


def _says(group: _Group, title: str, text: str) -> bool:
    said, said_bare = letters(group.text), letters(_without_number(group.text))
    return said in {letters(title), letters(text)} or (said_bare == letters(text) and len(said_bare) > 2)


def _parted(text: str) -> tuple[str, str]:
    found = _NUMBER.match(text)
    if found is None or not re.search(r"[^\W\d_]{2}", text[found.end() :]):
        return "", text.strip()
    return found[0].strip(), text[found.end() :].strip()


def _is_heading(group: _Group, body: float, styles: set[Style]) -> bool:
    """Tell whether lines are set like a heading; `styles` are those of the headings that the outline names."""
    text = group.text
    number, bare = _parted(text)
    if not _could_be(text, bare):
        return False
    size, bold, _, caps = group.style
    if _NAMED.fullmatch(bare.rstrip(".: ")) and (size > body + 0.4 or bold or caps or number):
        return True
    if number:
        return _is_emphatic(group.style, body) and group.gap > 1.1
    if group.style in styles and (bold or caps or size > body + 0.6):
        return group.gap > 1.2
    larger = size > body + 0.9
    return (larger or (bold and size > body - 0.6)) and group.gap > 1.35 and group.followed


def _is_formula(text: str) -> bool:
    """Tell an acronym or a formula from a heading."""
    words = re.findall(r"[^\W\d_]{3,}", text)
    return not words


def _could_be(text: str, bare: str) -> bool:
    words = bare.split()
    if not 1 <= len(words) <= 18 or len(text) > LONGEST or _CAPTION.match(text):
        return False
    if bare[-1] in ",;" or (bare.endswith(".") and len(words) > 6) or text.count("=") or "@" in text or "http" in text:
        return False
    if _is_formula(bare) or re.search(r"[←→∞≤≥∈∑←]|\(\)", bare):
        return False
    plain = re.sub(r"(?<=[^\W\d_])-?\d+\b", "", bare)  # the digits of CIFAR-10 belong to its name
    share = sum(char.isalpha() or char.isspace() for char in plain) / len(plain)
    first = re.search(r"[^\W_]", bare)
    return share > 0.75 and first is not None and (first[0].isupper() or first[0].isdigit() or _may_begin_low(bare))


def _may_begin_low(text: str) -> bool:
    """Tell whether a heading may begin in lower case: t-SNE, nwb4edu, k-means."""
    return bool(re.match(r"[a-z]{1,4}-[A-Za-z]|[a-z]+\d|[a-z]+[A-Z]", text))


def _is_emphatic(style: Style, body: float) -> bool:
    size, bold, slanted, caps = style
    return size > body + 0.4 or bold or slanted or caps


def _is_pure(group: _Group) -> bool:
    """Tell whether all of it is set alike: a bold beginning of a paragraph is no heading of its own."""
    for line in group.lines:
        large = [
            word for word in line.words if word.size > 0.75 * line.size and any(char.isalpha() for char in word.text)
        ]
        if len({word.bold for word in large}) > 1:
            return False
        slanted = {bool(_SLANTED.search(word.font)) for word in large}
        if not group.style[1] and len(slanted) > 1:
            return False
    return True


def _opens(group: _Group) -> bool:
    """Tell whether a heading is the first of a paper for certain: what stands above it are authors and notices."""
    number, bare = _parted(group.text)
    return bool(number) or _FIRST.fullmatch(bare.rstrip(".: ")) is not None


def _consistent(groups: list[_Group], body: float) -> list[_Group]:
    """Leave out styles that are used for anything else: cells of tables, names in algorithms, list items."""
    uses = Counter(group.style for group in groups if not _parted(group.text)[0])
    crowded = {style for style, count in uses.items() if count > 40}
    tight: Counter[Style] = Counter()
    for before, group in pairwise(groups):
        a, b = before.lines[-1], group.lines[0]
        if (
            a.page == b.page
            and a.column == b.column
            and abs(b.base - a.base) < 1.6 * b.size
            and before.style == group.style
        ):
            tight[group.style] += 1
    kept = []
    for group in groups:
        named = bool(_NAMED.fullmatch(_parted(group.text)[1].rstrip(".: ")))
        loose = not _parted(group.text)[0] and not named
        if loose and (group.style in crowded or tight[group.style] * 3 > uses[group.style]):
            continue
        if loose and group.style[0] < body - 0.3:
            continue
        kept.append(group)
    return kept


def _is_references(group: _Group, body: float) -> bool:
    bare = _parted(group.text)[1].rstrip(".: ")
    size, bold, _, caps = group.style
    return bool(REFERENCES.fullmatch(bare)) and (size > body + 0.4 or bold or caps or bool(_parted(group.text)[0]))


def _is_appendix(group: _Group) -> bool:
    """Tell whether a heading after the references is one: numbered, or set larger than text."""
    return bool(_parted(group.text)[0]) or group.gap > 1.6


def _leveled(groups: list[_Group], marked: dict[int, _Group], body: float) -> Iterator[Heading]:
    """Give headings found by type their level: by the number, else by the rank of their size."""
    sizes = sorted({group.style[0] for group in [*groups, *marked.values()]}, reverse=True)
    for group in groups:
        number, text = _parted(group.text)
        depth = _depth(number)
        level = depth or 1 + min(2, sum(size > group.style[0] + 0.4 for size in sizes if size > body))
        yield Heading(
            min(6, level), text.rstrip(":"), number, group.lines[0].page, tuple(id(line) for line in group.lines)
        )


def _depth(number: str) -> int:
    found = _NUMBER.match(number + " x") if number else None
    if found is None:
        return 0
    if found["roman"] or found["appendix"]:
        return 1
    if found["sub"]:
        return 2 if found["subdot"] and "." not in found["sub"] else 1 + found["sub"].count(".")
    return 1 + (found["arabic"] or found["sign"] or "").count(".")
