"""What is new in papers/raw/? Each file gets one status, each readable one its text, and nothing is read twice.

Raw files are never moved or edited, and one that is removed takes nothing with it. Ingesting again with nothing
changed writes nothing. The files are read by children with limits, several at a time; what follows from one paper
for another (duplicates, versions) is decided here, one after the other, in the order of their names.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path, PurePath

from coordinator.errors import MachineError
from coordinator.model.paper import Paper, PaperStatus
from coordinator.papers import magic, reader, recognition
from coordinator.papers.fingerprint import VERSION, fingerprint, resemblance, sketch
from coordinator.papers.merge import merged
from coordinator.papers.reader import Limits, Reading
from coordinator.papers.records import Library
from coordinator.papers.verdict import Outcome, outcome_of
from coordinator.store.layout import Workspace
from coordinator.store.read import digest

ENGINE = "reading 1"
"""Raised when the same file would give another text: everything is then read again."""
SOURCES = (".md", ".tex")
"""Preferred where they lie beside a PDF of the same name, the first of them most."""

Progress = Callable[[str, int, int], None]
"""Told of (id, page, of how many)."""


@dataclass(frozen=True, slots=True)
class Drop:
    """What was dropped under one name: a PDF, a source, or both.

    Args:
        id: made from the name.
        main: name of the file that the paper is, in papers/raw/.
        source: name of a source beside it; empty without one.
    """

    id: str
    main: str
    source: str = ""

    @property
    def files(self) -> tuple[str, ...]:
        """Every file that it is made of."""
        return (self.main, self.source) if self.source else (self.main,)


@dataclass
class Ingested:
    """What an ingest did.

    Args:
        papers: those that are new or were read again.
        unchanged: how many were left alone.
        written: files that were written.
    """

    papers: list[Paper] = field(default_factory=list)
    unchanged: int = 0
    written: int = 0


@dataclass
class Ingest:
    """One ingest of a workspace.

    Args:
        workspace: where the papers lie.
        limits: what reading one file may cost.
        parallel: children at a time.
        progress: told of each page.
        ocr: recognize scanned pages with `ocrmypdf`, if it is there.
    """

    workspace: Workspace
    limits: Limits = field(default_factory=Limits)
    parallel: int = 2
    progress: Progress = lambda _id, _page, _of: None
    ocr: bool = False

    def __call__(self) -> Ingested:
        """Read what is new or changed."""
        library, done = Library(self.workspace), Ingested()
        known = {paper.id: paper for paper in library.all()}
        fresh: list[tuple[Drop, dict[str, str]]] = []
        for drop in drops(library.raw(), known):
            digests = self._digests(drop)
            before = known.get(drop.id)
            if before is not None and before.sources == digests and before.engine.startswith(ENGINE):
                done.unchanged += 1
            else:
                fresh.append((drop, digests))
        for drop, _ in fresh:
            known.pop(drop.id, None)
        for (drop, digests), outcome in zip(fresh, self._outcomes(fresh, known), strict=True):
            paper = self._paper(drop, digests, outcome, known)
            known[paper.id] = paper
            done.papers.append(paper)
            done.written += self._put(library, paper, outcome)
        return done

    def _digests(self, drop: Drop) -> dict[str, str]:
        """Give the digest of each file; one that is too big to be looked at has its size in place of it."""
        found = {}
        for name in drop.files:
            size = self._size(name)
            if size > self.limits.size_mb << 20:
                found[name] = f"{size} bytes"
                continue
            value = digest(self.workspace.root, f"papers/raw/{name}")
            found[name] = value if isinstance(value, str) else "unreadable"
        return found

    def _size(self, name: str) -> int:
        try:
            return self._raw(name).stat().st_size
        except OSError:
            return 0

    def _raw(self, name: str) -> Path:
        return self.workspace.papers.raw / name

    def _outcomes(self, fresh: Sequence[tuple[Drop, dict[str, str]]], known: Mapping[str, Paper]) -> Iterator[Outcome]:
        """Read files several at a time, and give what came of it in their order; a copy is not read."""
        seen = {paper.sha256: paper.id for paper in known.values() if paper.sha256 and paper.of is None}
        with ThreadPoolExecutor(max(1, self.parallel)) as pool:
            waiting = []
            for drop, digests in fresh:
                sha256 = digests[drop.main]
                original = seen.setdefault(sha256, drop.id)
                waiting.append(original if original != drop.id else pool.submit(self._read, drop))
            for each in waiting:
                yield Outcome(PaperStatus.DUPLICATE, of=each) if isinstance(each, str) else each.result()

    def _read(self, drop: Drop) -> Outcome:
        """Look at one file and have it read."""
        look = self._look(drop.main)
        if look.status is not None:
            return Outcome(look.status, detail=look.detail)
        if self._size(drop.main) > self.limits.size_mb << 20:
            return Outcome(PaperStatus.TOO_BIG, detail=f"more than {self.limits.size_mb} MB: split it")

        def told(page: int, of: int) -> None:
            self.progress(drop.id, page, of)

        outcome = outcome_of(reader.read(self._raw(drop.main), look.kind, self.limits, told), look, self.limits)
        if outcome.status is PaperStatus.NEEDS_OCR:
            outcome = self._recognized(drop, outcome)
        if drop.source and self._look(drop.source).kind == "source":
            written = reader.read(self._raw(drop.source), "source", self.limits, told)
            outcome = merged(outcome, written)
        return outcome

    def _look(self, name: str) -> magic.Look:
        try:
            with self._raw(name).open("rb") as file:
                size = self._size(name)
                head = file.read(magic.HEAD)
                file.seek(max(0, size - magic.TAIL))
                return magic.look(name, size, head, file.read(magic.TAIL))
        except OSError as error:
            return magic.Look("", PaperStatus.CORRUPT, f"it cannot be opened: {error.strerror}")

    def _recognized(self, drop: Drop, outcome: Outcome) -> Outcome:
        """Have the letters of a scan recognized, if that is configured; else say how to."""
        path = f"papers/raw/{drop.main}"
        if not self.ocr:
            return Outcome(PaperStatus.NEEDS_OCR, detail=recognition.advice(path), facts=outcome.facts)
        with recognition.recognized(self._raw(drop.main), self.limits.wall_seconds) as (copy, trouble):
            if copy is None:
                return Outcome(PaperStatus.NEEDS_OCR, detail=f"{trouble}; by hand: {recognition.advice(path)}")
            reading = reader.read(copy, "pdf", self.limits, lambda page, of: self.progress(drop.id, page, of))
            return outcome_of(reading, magic.Look("pdf"), self.limits)

    def _paper(self, drop: Drop, digests: dict[str, str], outcome: Outcome, known: Mapping[str, Paper]) -> Paper:
        """Make the record of a paper, seen beside those that are known."""
        text = str(outcome.facts.get("text", ""))
        facts = {name: value for name, value in outcome.facts.items() if name in _KEPT}
        sha256 = digests[drop.main] if re.fullmatch("[0-9a-f]{64}", digests[drop.main]) else ""
        paper = Paper(
            id=drop.id,
            sha256=sha256,
            status=outcome.status,
            of=outcome.of,
            detail=outcome.detail,
            source=drop.main,
            sources=digests,
            year=int(outcome.facts["year"]) if outcome.facts.get("year") else None,
            doi=outcome.facts.get("doi") or None,
            arxiv=outcome.facts.get("arxiv") or None,
            engine="; ".join(part for part in (ENGINE, outcome.facts.get("engine", "")) if part),
            fingerprint=fingerprint(text),
            sketch=sketch(text),
            **facts,
        )
        return _compared(paper, known)

    @staticmethod
    def _put(library: Library, paper: Paper, outcome: Outcome) -> int:
        from coordinator.text import paper as document  # noqa: PLC0415  # the name is taken

        place = library.workspace.papers.paper(paper.id)
        written = 0
        if paper.status.is_readable:
            written += library.put(place.text, str(outcome.facts["text"]).encode("utf-8", "replace"))
        return written + library.put(place.facts, document.print_(paper))


_KEPT = ("title", "authors", "venue", "abstract", "headings", "references", "captions", "tokens", "confidence", "pages")


def _compared(paper: Paper, known: Mapping[str, Paper]) -> Paper:
    """Say so where a paper has the text of another one, or most of it."""
    if paper.status is PaperStatus.DUPLICATE:
        original = known.get(paper.of or "")
        name = original.source if original else paper.of
        return paper.model_copy(update={"detail": f"the same file as papers/raw/{name}: remove one of them"})
    if not paper.status.is_readable or not paper.fingerprint:
        return paper
    for other in known.values():
        if other.id == paper.id or not other.status.is_readable:
            continue
        if other.fingerprint == paper.fingerprint:
            detail = f"the same text as papers/raw/{other.source}: remove one of them"
            return paper.model_copy(update={"status": PaperStatus.DUPLICATE, "of": other.id, "detail": detail})
        if resemblance(other.sketch, paper.sketch) >= VERSION:
            detail = f"another version of papers/raw/{other.source}: keep the one that you mean"
            return paper.model_copy(update={"status": PaperStatus.VERSION_OF, "of": other.id, "detail": detail})
    return paper


def drops(names: Sequence[str], known: Mapping[str, Paper]) -> list[Drop]:
    """Put files together that are one paper, and give each its id.

    Args:
        names: of the files in papers/raw/.
        known: papers by id; one that was made from a file of the same name keeps its id.
    """
    groups: dict[str, list[str]] = {}
    for name in sorted(names):
        groups.setdefault(PurePath(name).stem, []).append(name)
    taken = {paper.source: paper.id for paper in known.values()}
    used: dict[str, str] = {}
    found = []
    for group in groups.values():
        for main, source in _pairs(group):
            name = taken.get(main) or slug(main)
            if used.setdefault(name, main) != main or (name in known and known[name].source != main in names):
                name = f"{name[:57]}-{hashlib.sha256(main.encode('utf-8', 'surrogateescape')).hexdigest()[:6]}"
                used[name] = main
            found.append(Drop(name, main, source))
    return found


def _pairs(group: Sequence[str]) -> Iterator[tuple[str, str]]:
    """Give each paper among files of one name: (main, source)."""
    by_end = {PurePath(name).suffix.lower(): name for name in group}
    source = next((by_end[end] for end in SOURCES if end in by_end), "")
    if ".pdf" in by_end:
        yield by_end[".pdf"], source
    elif source:
        yield source, ""
    yield from ((name, "") for end, name in by_end.items() if end not in {".pdf", *SOURCES})


def slug(name: str) -> str:
    """Make an id from the name of a file: lower case, digits, `-` and `_`."""
    stem = unicodedata.normalize("NFKD", PurePath(name).stem).encode("ascii", "ignore").decode().lower()
    made = re.sub(r"-{2,}", "-", re.sub(r"[^a-z0-9_-]+", "-", stem)).strip("-_")[:64]
    return made or f"paper-{hashlib.sha256(name.encode('utf-8', 'surrogateescape')).hexdigest()[:6]}"


__all__ = ["Drop", "Ingest", "Ingested", "MachineError", "Reading", "drops", "slug"]
