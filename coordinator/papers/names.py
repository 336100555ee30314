"""Who are the authors? Lines between title and abstract that are set like the first of them and look like names."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence

from coordinator.papers.clean import clean, letters
from coordinator.papers.shapes import Line, Word

MOST = 500
_MARKS = re.compile(r"[\d∗*†‡§¶♠♣♥♦◇⋆★⊕✉#⁎,]+")
_PARTICLE = frozenset([
    "de", "der", "den", "del", "della", "di", "da", "dos", "du", "van", "von", "vom", "zu", "zur", "zum",
    "la", "le", "el", "al", "bin", "ibn", "ben", "ter", "ten", "af", "av", "y", "e", "st.",
])  # fmt: skip
_SLANTED = re.compile(r"ital|obli|cmti|sfti", re.IGNORECASE)
_TOKEN = re.compile(r"(?:[^\W\d_]\.?-?)*[^\W\d_]+(?:['’`-][^\W\d_]+)*\.?,?|(?:[^\W\d_]\.-?)+")
_NO_NAME = re.compile(
    r"universi|institut|depart|school|college|laborator|\blabs?\b|centre|center|facult|academ|research|technolog|"
    r"science|engineering|hospital|clinic|compan|\binc\b|\bltd\b|\bgmbh\b|corporation|group|team|division|unit\b|street|avenue|"
    r"google|deepmind|microsoft|facebook|meta ai|openai|amazon|nvidia|ibm|email|e-mail|author|editor|review|abstract|"
    r"correspond|equal|contribut|january|february|march\b|april|may \d|june|july|august|september|october|november|"
    r"december|member|fellow|student|ieee|acm|proceedings|conference|workshop|journal|volume|preprint|draft|version|submitted|"
    r"published|accepted|received|copyright|license|http|www|\.com|\.org|\.edu|keywords|usa\b|u\.s\.a|\buk\b|china|"
    r"germany|france|switzerland|italy|canada|japan|india|australia|emirates|kingdom|states|republic|spain|austria|netherlands|"
    r"belgium|sweden|norway|denmark|finland|israel|singapore|korea|brazil|poland|russia|ireland|portugal|greece|turkey|"
    r"replication|challenge|under review|anonymous",
    re.IGNORECASE,
)


def authors(lines: Sequence[Line], facts: Mapping[str, str], page: str) -> list[str]:
    """Find the authors.

    Args:
        lines: those between the title and the abstract, in the order of reading.
        facts: what the file says of itself; believed only where the first page has the same surnames.
        page: text of the first page.
    """
    printed = list(dict.fromkeys(_printed(lines)))
    claimed = _claimed(facts.get("Author", ""), letters(page))
    if not claimed or len(printed) > len(claimed):
        return printed[:MOST]
    forms = {letters(name.split()[-1]): name for name in printed}
    return [forms.get(letters(name.split()[-1]), name) for name in claimed][:MOST]


def _claimed(text: str, page: str) -> list[str]:
    """Give the authors that the file names, if each of their surnames stands on the first page."""
    parts = [clean(part).strip() for part in re.split(r"\s*;\s*|\s*,\s*|\s+and\s+|\s*&\s*", text)]
    names = [part for part in parts if len(part.split()) >= 2]
    sound = names and all(letters(name.split()[-1]) in page for name in names)
    return names if sound and len(names) == len([part for part in parts if part]) else []


def _printed(lines: Sequence[Line]) -> Iterator[str]:
    style = None
    address: dict[int, float] = {}
    for line in lines:
        for piece in _pieces(line):
            if style is not None and not _alike(style, piece[0]):
                continue
            text = clean(" ".join(word.text for word in piece)).strip(" ,;·•|()")
            column = round(piece[0].x0 / 100)
            if _NO_NAME.search(text) or "@" in text:
                address[column] = line.base
                continue
            below = address.get(column)
            if below is not None and line.base - below < 1.6 * line.size and line.base > below:
                address[column] = line.base
                continue
            if _is_name(text, known=style is not None):
                style = style or piece[0]
                yield text.rstrip(",")


def _alike(style: Word, word: Word) -> bool:
    """Tell whether two words are set alike: places and universities are often slanted where names are not."""
    slanted = [bool(_SLANTED.search(each.font)) for each in (style, word)]
    return abs(style.size - word.size) < 0.7 and style.bold == word.bold and slanted[0] == slanted[1]


def _pieces(line: Line) -> Iterator[list[Word]]:
    """Part a line at commas, `and`, raised marks and wide gaps."""
    piece: list[Word] = []
    last: Word | None = None
    for word in line.words:
        bare = _MARKS.sub("", word.text)
        raised = word.size < 0.82 * line.size
        gap = last is not None and word.x0 - last.x1 > 1.1 * line.size
        joint = word.text.casefold() in {"and", "&", "und", "·", "•", "|", ";", "/"}
        if (gap or joint or raised or not bare) and piece:
            yield piece
            piece = []
        if bare and not joint and not raised:
            text = _MARKS.sub("", re.split(r"[,;]", word.text, maxsplit=1)[0])
            if text:
                piece.append(Word(text, word.x0, word.x1, word.base, word.size, word.font, word.bold))
            if piece and (re.search(r"[,;]", word.text) or _MARKS.search(word.text[1:])):
                yield piece
                piece = []
        last = word
    if piece:
        yield piece


def looks(text: str) -> bool:
    """Tell whether a line looks like the names of authors."""
    pieces = [piece for piece in re.split(r"\s+and\s+|[,;&]|[\d∗*†‡§¶]+", text) if piece.strip()]
    return any(_is_name(piece.strip(), known=False) for piece in pieces) and not _NO_NAME.search(text)


def _is_name(text: str, *, known: bool) -> bool:
    """Tell whether a text looks like a name; where the style of names is known, one word of it may be in lower case."""
    words = text.split()
    if not 2 <= len(words) <= 6 or not all(_TOKEN.fullmatch(word) for word in words):
        return False
    low = [word for word in words if word[:1].islower() and word.casefold() not in _PARTICLE]
    if words[0][:1].islower() and words[0].casefold() not in _PARTICLE:
        return False
    return len(low) <= (1 if known else 0) and len(letters(text)) >= 4
