"""What does PDFium see on a page? Words with their places, the outline, and what the file says of itself.

Characters come with their boxes and the spaces that PDFium found; words are cut where it put a space, and where
the pen jumped. Its own line breaks and hyphen removal are not used: they are wrong where rows run across columns.
"""

from __future__ import annotations

import ctypes
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pypdfium2
import pypdfium2.raw as pdf

from coordinator.papers.shapes import Sheet, Word

NAME = f"pdfium {pypdfium2.PYPDFIUM_INFO.version}"
LETTERS_CAP = 60_000
"""Characters of one page; a dense one has 8,000."""
OUTLINE_CAP = 2_000
_IMAGES_CAP = 2_000
"""Objects of one page that are looked at for images."""
_HEAVY = re.compile(r"bold|black|heavy|semib|demi|cmbx|cmssbx|sfbx|-b\b|medi(?!um)|\bbd", re.IGNORECASE)
_HYPHENS = {0x2: "-", 0xFFFE: "-", 0xAD: "-"}
"""What PDFium gives for a hyphen at the end of a line, and the soft hyphen."""
_NO_LETTERS = frozenset({0xFFFD, 0xFFFF})
_FULL_PAGE = 100
"""Words from which on nobody asks whether a page is a picture."""
_SPACES = frozenset({0x20, 0xA0, 0x9, 0xA, 0xD, 0x0, 0x3000, *range(0x2000, 0x200C)})


@dataclass(frozen=True, slots=True)
class Mark:
    """One entry of the outline.

    Args:
        level: 1 is the outermost.
        title: as the file has it.
        page: 1-based; 0 where it does not say.
    """

    level: int
    title: str
    page: int


class LockedError(Exception):
    """The file asks for a password."""


class BrokenError(Exception):
    """The file cannot be opened at all."""


Box = tuple[float, float, float, float]
"""Left, bottom, right and top edge of a page as it was drawn, before any turn."""


@dataclass
class _Pen:
    """Where the last character ended, and the word that it belongs to."""

    words: list[tuple[Word, int]] = field(default_factory=list)
    text: list[str] = field(default_factory=list)
    word: Word | None = None
    angle: int = 0
    end: float = 0.0
    base: float = 0.0

    def close(self) -> None:
        """End the word that is open."""
        if self.word is not None:
            self.word.text = "".join(self.text)
            self.words.append((self.word, self.angle))
        self.word, self.text = None, []

    def jumps(self, start: float, base: float) -> bool:
        """Tell whether the pen was lifted: a gap, a step back, another line, a raised or lowered sign."""
        assert self.word is not None, "asked about a word"
        gap, size = start - self.end, self.word.size
        return gap > 0.6 * size or gap < -1.2 * size or abs(base - self.base) > 0.12 * size

    def add(self, letter: str, start: float, end: float, base: float) -> None:
        """Go on with the word that is open."""
        assert self.word is not None, "a word is open"
        self.word.x0, self.word.x1 = min(self.word.x0, start), max(self.word.x1, end)
        self.text.append(letter)
        self.end, self.base = end, base


class Pdfium:
    """An open file.

    Args:
        path: of the PDF.

    Raises:
        LockedError: it asks for a password.
        BrokenError: it cannot be opened.
    """

    name = NAME

    def __init__(self, path: Path) -> None:
        self._document = _opened(path) or _opened(_mended(path.read_bytes()))
        if self._document is None:
            raise BrokenError("PDFium cannot open it")
        self._fonts: dict[str, bool] = {}
        self._buffer = ctypes.create_string_buffer(256)

    def __len__(self) -> int:
        return len(self._document)

    def close(self) -> None:
        """Close it."""
        self._document.close()

    def facts(self) -> dict[str, str]:
        """Give what the file says of itself: Title, Author, CreationDate and so on."""
        return {str(key): str(value) for key, value in self._document.get_metadata_dict(skip_empty=True).items()}

    def outline(self) -> list[Mark]:
        """Give the outline, as far as it is sound."""
        return list(self._marks())

    def _marks(self) -> Iterator[Mark]:
        try:
            for count, entry in enumerate(self._document.get_toc(max_depth=6)):
                if count >= OUTLINE_CAP:
                    return
                target = entry.get_dest()
                index = target.get_index() if target else None
                yield Mark(entry.level + 1, entry.get_title() or "", 0 if index is None else index + 1)
        except (pypdfium2.PdfiumError, RecursionError):
            return

    def sheet(self, number: int) -> Sheet:
        """Read one page.

        Args:
            number: 1-based.

        Raises:
            BrokenError: it cannot be read.
        """
        try:
            page = self._document[number - 1]
        except pypdfium2.PdfiumError as error:
            raise BrokenError(str(error)) from error
        try:
            text = page.get_textpage()
            try:
                return self._read(number, page, text.raw)
            finally:
                text.close()
        except pypdfium2.PdfiumError as error:
            raise BrokenError(str(error)) from error
        finally:
            page.close()

    def _read(self, number: int, page: Any, text: Any) -> Sheet:  # noqa: ANN401  # the library has no types
        box: Box = page.get_bbox()
        words, odd = self._words(text, box)
        turned = Counter[int]()
        for word, angle in words:
            turned[angle] += len(word.text)
        main = turned.most_common(1)[0][0] if turned else 0
        upright = [word for word, angle in words if angle == main]
        aside = [word for word, angle in words if angle != main]
        for order, word in enumerate(upright):
            word.order = order
        wide, high = box[2] - box[0], box[3] - box[1]
        pictured = 0.0 if len(upright) > _FULL_PAGE else _pictured(page, wide * high)
        if main in {90, 270}:
            wide, high = high, wide
        return Sheet(number, wide, high, upright, aside, pictured, odd)

    def _words(self, text: Any, box: Box) -> tuple[list[tuple[Word, int]], int]:  # noqa: ANN401  # the same
        pen, odd = _Pen(), 0
        rect, x, y = pdf.FS_RECTF(), ctypes.c_double(), ctypes.c_double()
        unicode_of, box_of, origin_of = (
            pdf.FPDFText_GetUnicode,
            pdf.FPDFText_GetLooseCharBox,
            pdf.FPDFText_GetCharOrigin,
        )
        for index in range(min(pdf.FPDFText_CountChars(text), LETTERS_CAP)):
            sign = unicode_of(text, index)
            if sign in _SPACES:
                pen.close()
                continue
            box_of(text, index, rect)
            origin_of(text, index, x, y)
            start, end, base = _placed(pen.angle, rect, (x.value, y.value), box)
            if pen.word is not None and pen.jumps(start, base):
                pen.close()
            if pen.word is None:
                size, pen.angle = _size_and_angle(text, index)
                start, end, base = _placed(pen.angle, rect, (x.value, y.value), box)
                pen.word = Word("", start, end, base, size, *self._font(text, index))
            odd += sign in _NO_LETTERS or 0xE000 <= sign <= 0xF8FF
            pen.add(_HYPHENS.get(sign) or chr(sign), start, end, base)
        pen.close()
        return pen.words, odd

    def _font(self, text: Any, index: int) -> tuple[str, bool]:  # noqa: ANN401  # the same
        flags = ctypes.c_int()
        length = pdf.FPDFText_GetFontInfo(text, index, self._buffer, 256, flags)
        name = self._buffer.raw[: max(0, min(length, 256) - 1)].decode("utf-8", "replace")
        name = name.split("+", 1)[-1]
        bold = self._fonts.get(name)
        if bold is None:
            weight = pdf.FPDFText_GetFontWeight(text, index)
            forced = bool(flags.value & 0x40000)
            bold = self._fonts[name] = bool(_HEAVY.search(name)) or forced or weight >= 650
        return name, bold


def _opened(source: Path | bytes | None) -> Any:  # noqa: ANN401  # the library has no types
    """Open a file; None where it is no file that can be opened.

    Raises:
        LockedError: it asks for a password.
    """
    if source is None:
        return None
    try:
        return pypdfium2.PdfDocument(source)
    except pypdfium2.PdfiumError as error:
        if "assword" in str(error):
            raise LockedError(str(error)) from error
        return None


def _mended(data: bytes) -> bytes | None:
    """Give a file that lost its end, and with it the way to its catalog, a new end; None where it has no catalog."""
    found = re.search(rb"(\d{1,9}) (\d{1,5}) obj\s*<<[^>]{0,400}/Type\s*/Catalog\b", data)
    if found is None:
        return None
    return data + b"\nendstream\nendobj\ntrailer\n<< /Root %s %s R >>\nstartxref\n0\n%%%%EOF\n" % (found[1], found[2])


def _size_and_angle(text: Any, index: int) -> tuple[float, int]:  # noqa: ANN401  # the library has no types
    """Give the size of a character as it is seen, and its direction in quarters of a turn."""
    size, angle = pdf.FPDFText_GetFontSize(text, index), 0
    matrix = pdf.FS_MATRIX()
    if pdf.FPDFText_GetMatrix(text, index, matrix):
        size *= (matrix.c * matrix.c + matrix.d * matrix.d) ** 0.5 or 1.0
        lying = abs(matrix.b) > abs(matrix.a)
        forward = (matrix.b if lying else matrix.a) >= 0
        angle = {(False, True): 0, (False, False): 180, (True, True): 90, (True, False): 270}[lying, forward]
    return max(size, 0.1), angle


def _placed(angle: int, rect: Any, origin: tuple[float, float], box: Box) -> tuple[float, float, float]:  # noqa: ANN401
    """Give start, end and base of a character on the page as it is read, turned so that it stands upright."""
    left, bottom, right, top = box
    match angle:
        case 0:
            return rect.left - left, rect.right - left, top - origin[1]
        case 90:
            return rect.bottom - bottom, rect.top - bottom, origin[0] - left
        case 180:
            return right - rect.right, right - rect.left, origin[1] - bottom
        case _:
            return top - rect.top, top - rect.bottom, right - origin[0]


def _pictured(page: Any, area: float) -> float:  # noqa: ANN401  # the same
    """Give the share of a page that images cover, at most 1."""
    covered = 0.0
    for count, thing in enumerate(page.get_objects(filter=[pdf.FPDF_PAGEOBJ_IMAGE], max_depth=3)):
        if count >= _IMAGES_CAP:
            break
        left, bottom, right, top = thing.get_bounds()
        covered += max(0.0, right - left) * max(0.0, top - bottom)
    return min(1.0, covered / area) if area > 0 else 0.0
