"""What are these bytes, before any parser sees them? A PDF, a source, or why it is neither."""

from __future__ import annotations

import re
from dataclasses import dataclass

from coordinator.model.paper import PaperStatus

HEAD = 4_096
TAIL = 2_048
"""Bytes at the beginning and at the end of a file that are looked at."""
_JUNK = 1_024
"""Bytes before the mark of a PDF that readers put up with."""


@dataclass(frozen=True, slots=True)
class Look:
    """What a file looks like.

    Args:
        kind: pdf, source, or empty where it is not to be read.
        status: why not; None where it is to be read.
        detail: what to do about it.
        cut: a PDF whose end is missing.
    """

    kind: str = ""
    status: PaperStatus | None = None
    detail: str = ""
    cut: bool = False


def look(name: str, size: int, head: bytes, tail: bytes) -> Look:
    """Look at the first and last bytes of a file.

    Args:
        name: of the file; its end only tells text that is a source from other text.
        size: of the whole file.
        head: the first HEAD bytes.
        tail: the last TAIL bytes.
    """
    if not size or not head.strip(b"\0 \t\r\n"):
        return Look("", PaperStatus.EMPTY, "the file is empty: put the paper itself there")
    if b"%PDF-" in head[:_JUNK]:
        return Look("pdf", cut=b"%%EOF" not in tail)
    if name.lower().endswith((".md", ".tex")) and b"\0" not in head:
        return Look("source")
    return Look("", PaperStatus.NOT_PDF, _what(head))


def _what(head: bytes) -> str:
    start = head[:512].lstrip().lower()
    if head.startswith(b"version https://git-lfs"):
        return "it is a pointer of Git LFS: fetch the file itself with `git lfs pull`"
    if re.match(rb"(?:\xef\xbb\xbf)?<(?:!doctype\s+html|html|head|\?xml)", start):
        return "it is a web page: download the PDF itself, not the page about it"
    kinds = ((b"PK\x03\x04", "an archive or office document"), (b"%!PS", "PostScript"), (b"\x1f\x8b", "compressed"))
    what = next((words for mark, words in kinds if head.startswith(mark)), "no PDF")
    return f"it is {what}: put the PDF itself there"
