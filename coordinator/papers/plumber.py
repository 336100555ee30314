"""What does pdfplumber see where PDFium sees nothing? The same words and places, twenty times slower.

Its default tolerance glues the words of papers together (5-gram recall 0.22 to 0.85); a ratio to the size of the
type mends that.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pdfplumber
from pdfminer.pdfexceptions import PDFException
from pdfplumber.utils.exceptions import MalformedPDFException, PdfminerException

from coordinator.papers.shapes import Sheet, Word

NAME = f"pdfplumber {pdfplumber.__version__}"
GAP_RATIO = 0.15
"""Of the size of the type: a wider gap parts two words."""
_FAILURES = (PDFException, PdfminerException, MalformedPDFException, ValueError, KeyError, TypeError, IndexError,
             AttributeError, RecursionError, OSError, AssertionError)  # fmt: skip
"""What pdfminer raises on files that are broken: it checks little, so that any of these may come up."""


def sheets(path: Path, progress: Callable[[int, int], None], *, cap: int = 10**9, only: int = 0) -> list[Sheet]:
    """Read the pages of a file that can be read.

    Args:
        path: of the file.
        progress: told before each page.
        cap: pages, at most.
        only: the number of the one page that is wanted; 0: all of them.
    """
    found: list[Sheet] = []
    try:
        with pdfplumber.open(path, pages=[only] if only else None) as document:
            for page in document.pages[:cap]:
                progress(page.page_number, len(document.pages))
                found.append(_sheet(page))
                page.close()
    except _FAILURES:
        return found
    return found


def _sheet(page: Any) -> Sheet:  # noqa: ANN401  # the library has no types
    words = page.extract_words(
        x_tolerance_ratio=GAP_RATIO, use_text_flow=True, keep_blank_chars=False, extra_attrs=["fontname", "size"]
    )
    found = [_word(word, order) for order, word in enumerate(words) if word.get("upright", True)]
    odd = sum(word.text.count("(cid:") + word.text.count("�") for word in found)
    area = float(page.width) * float(page.height)
    pictured = sum(float(image["width"]) * float(image["height"]) for image in page.images)
    return Sheet(
        page.page_number, float(page.width), float(page.height), found, [], min(1.0, pictured / (area or 1)), odd
    )


def _word(word: dict[str, Any], order: int) -> Word:
    size = float(word["size"])
    base = float(word["bottom"]) - 0.22 * size
    font = str(word["fontname"]).split("+", 1)[-1]
    return Word(word["text"], float(word["x0"]), float(word["x1"]), base, size, font, "bold" in font.casefold(), order)
