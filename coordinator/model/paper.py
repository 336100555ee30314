"""What is known of a paper: how it could be read, what was extracted, and what an assistant wrote about it."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

from pydantic import Field

from coordinator.model.document import Count, Document, Name, Nullable, Sha256
from coordinator.model.experiment import Section


class PaperStatus(StrEnum):
    """How far a file could be read; each has exactly one."""

    OK = "ok"
    """All of it."""
    PARTIAL = "partial"
    """Some pages are missing: scanned, damaged, or not survived."""
    NEEDS_OCR = "needs_ocr"
    """Pictures of pages: somebody has to recognize their letters first."""
    ENCRYPTED = "encrypted"
    """It asks for a password."""
    CORRUPT = "corrupt"
    """It is a PDF, and no reader finds a page in it."""
    NOT_PDF = "not_pdf"
    """Something else under that name: a web page, a pointer, anything."""
    EMPTY = "empty"
    """No bytes, no pages, or nothing on them."""
    DUPLICATE = "duplicate"
    """The same paper is there already."""
    VERSION_OF = "version_of"
    """Another version of a paper that is there already."""
    TOO_BIG = "too_big"
    """More bytes, pages, memory or time than one paper may cost."""

    @property
    def is_readable(self) -> bool:
        """Whether there is a text, and thus are tiers."""
        return self in {PaperStatus.OK, PaperStatus.PARTIAL}


class PaperHeading(Document):
    """One heading of a paper."""

    level: int = Field(ge=1, le=6)
    """1 is the outermost."""
    text: str
    """Without its number."""
    page: int = Field(ge=1)


class Paper(Document):
    """text/{id}.json: everything that was extracted without judgement."""

    id: Name
    sha256: str
    """Of the file itself; empty where it was too big to be looked at."""
    status: PaperStatus
    title: str = ""
    authors: tuple[str, ...] = ()
    year: int | None = None
    venue: str = ""
    doi: str | None = None
    arxiv: str | None = None
    abstract: str = ""
    headings: tuple[PaperHeading, ...] = ()
    references: tuple[str, ...] = ()
    captions: tuple[str, ...] = ()
    tokens: Count = 0
    """Of the text, estimated."""
    engine: str = ""
    """What read it, with versions: another one reads it again."""
    confidence: float = Field(default=0.0, ge=0, le=1)
    """0 to 1: readable letters, plausible order, pages with text."""
    pages: Count = 0
    source: str
    """Name of the file in papers/raw/."""
    sources: dict[str, str] = Field(default_factory=dict)
    """Name -> digest of every file that this was made from."""
    of: Annotated[Name | None, Nullable] = None
    """The paper that this one is a duplicate or a version of."""
    detail: str = ""
    """What to do about it, or which pages are missing."""
    fingerprint: str = ""
    """Digest of its letters and digits."""
    sketch: tuple[int, ...] = ()
    """The least hashes of its runs of words: what tells how much two papers have in common."""


class TierState(StrEnum):
    """Who made a tier."""

    DRAFT = "draft"
    """A program, out of the paper's own sentences; nobody has read it."""
    DISTILLED = "distilled"
    """An assistant that has read the paper."""


class Overview(Document):
    """overview/{id}.md: what everybody who may need the paper should know."""

    id: Name
    title: str = Field(min_length=1)
    authors: tuple[str, ...] = ()
    venue: str = ""
    year: Annotated[int | None, Nullable] = None
    useful_for: str = Field(min_length=1)
    """What somebody works on who should read the paper: the last part of its line in the index."""
    topic: Annotated[Name | None, Nullable] = None
    """Where it stands in an index of many papers."""
    status: TierState
    sha256: Sha256
    """Of the file that it is about."""
    overrides: dict[str, str] = Field(default_factory=dict)
    """title, authors, year -> why it differs from what was extracted."""
    problem: Section
    method: Section
    key_results: Section
    """With numbers, each of them in the paper."""
    limitations: Section


class Condensed(Document):
    """condensed/{id}.md: what somebody needs who builds on the paper."""

    id: Name
    status: TierState
    sha256: Sha256
    """Of the file that it is about."""
    setup: Section
    method: Section
    equations: Section
    hyperparameters: Section
    results: Section
    """Tables verbatim."""
    failure_notes: Section
