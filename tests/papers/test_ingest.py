"""Every file gets one status, whatever it is, and nothing is done twice."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import hostile
import pytest

from coordinator.model.paper import PaperStatus
from coordinator.papers.ingest import Ingest, Ingested, drops, slug
from coordinator.papers.taking import take_in
from coordinator.store.layout import Workspace

Drop = Callable[..., Ingested]


@pytest.fixture(scope="module")
def hostile_papers(tmp_path_factory: pytest.TempPathFactory) -> tuple[Workspace, Ingested]:
    """Ingest all damaged and hostile files at once."""
    from coordinator.papers.reader import Limits

    root = tmp_path_factory.mktemp("hostile")
    workspace = Workspace(root)
    workspace.papers.raw.mkdir(parents=True)
    for name, (maker, _) in hostile.FILES.items():
        (workspace.papers.raw / name).write_bytes(maker())
    limits = Limits(page_seconds=3, wall_seconds=40, memory_mb=512)
    return workspace, Ingest(workspace, limits)()


@pytest.mark.parametrize("name", list(hostile.FILES))
def test_each_file_gets_its_status(hostile_papers: tuple[Workspace, Ingested], name: str) -> None:
    """Scanned, locked, cut off, endless: none crashes or hangs, each has a status that is right for it."""
    found = {paper.source: paper for paper in hostile_papers[1].papers}
    assert found[name].status.value in hostile.FILES[name][1], found[name].detail


def test_what_cannot_be_read_says_what_to_do(hostile_papers: tuple[Workspace, Ingested]) -> None:
    """Every status but ok has a detail; a scan has the command that makes it readable."""
    for paper in hostile_papers[1].papers:
        assert paper.detail or paper.status is PaperStatus.OK
        if paper.status is PaperStatus.NEEDS_OCR:
            assert "`ocrmypdf --skip-text 'papers/raw/scanned.pdf'" in paper.detail


def test_copies_and_versions_name_their_original(hostile_papers: tuple[Workspace, Ingested]) -> None:
    """The same bytes, the same text, and a text that has most of another one in it."""
    found = {paper.id: paper for paper in hostile_papers[1].papers}
    assert [found[name].of for name in ("sound_copy", "sound_resaved", "sound_v2")] == ["sound"] * 3


def test_metadata_is_not_believed(hostile_papers: tuple[Workspace, Ingested]) -> None:
    """The page says what the title is."""
    found = {paper.id: paper for paper in hostile_papers[1].papers}
    assert found["metadata"].title == "A Study of Number 11 and More"
    assert found["metadata"].authors == ()


def test_only_what_is_readable_has_tiers(hostile_papers: tuple[Workspace, Ingested]) -> None:
    """All the others are one line each in the index, with what to do; and all of it is done once."""
    workspace, _ = hostile_papers
    taken = take_in(Ingest(workspace))
    assert not taken.ingested.papers
    assert taken.written
    index = workspace.papers.index.read_text()
    below = index.split("## Not readable", 1)[1]
    records = [json.loads(path.read_text()) for path in workspace.papers.text.glob("*.json")]
    for record in records:
        readable = record["status"] in {"ok", "partial"}
        assert workspace.papers.paper(record["id"]).overview.exists() == readable
        assert (f"- {record['id']} | {record['status']} |" in below) != readable
    before = _files(workspace.root)
    again = take_in(Ingest(workspace))
    assert (again.written, again.ingested.unchanged) == (0, len(hostile.FILES))
    assert _files(workspace.root) == before


def test_reading_them_does_not_grow_this_process(hostile_papers: tuple[Workspace, Ingested], drop: Drop) -> None:
    """What a hostile file costs, it costs the child."""
    del hostile_papers
    resource = pytest.importorskip("resource", reason="Windows does not say how much memory a process takes")
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    drop({"loop.pdf": hostile.long_loop()}, memory_mb=512, page_seconds=3)
    grown = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before
    assert grown < 100 << 10


def _files(root: Path) -> dict[str, tuple[int, bytes]]:
    return {str(path): (path.stat().st_mtime_ns, path.read_bytes()) for path in root.rglob("*") if path.is_file()}


def test_a_changed_file_is_read_again(drop: Drop, workspace: Workspace) -> None:
    """And only that one; raw files are never touched."""
    drop({"a.pdf": hostile.paper(1, 1), "b.pdf": hostile.paper(2, 1)})
    again = drop({"a.pdf": hostile.paper(3, 1)})
    assert [paper.id for paper in again.papers] == ["a"]
    assert again.unchanged == 1
    assert (workspace.papers.raw / "a.pdf").read_bytes() == hostile.paper(3, 1)


def test_removing_a_raw_file_removes_nothing_else(drop: Drop, workspace: Workspace) -> None:
    """Text and record stay."""
    drop({"a.pdf": hostile.paper(1, 1)})
    (workspace.papers.raw / "a.pdf").unlink()
    assert not drop().papers
    assert workspace.papers.paper("a").text.exists()
    assert workspace.papers.paper("a").facts.exists()


def test_a_source_beside_a_pdf_is_preferred_as_text(drop: Drop, workspace: Workspace) -> None:
    """Its words, with the pages of the PDF."""
    page = hostile.prose(21)
    words = " ".join(run.text for run in page.runs[1:])
    source = f"# Title of It\n\n## One\n\n{words[:1500]}\n\n## Two with $x^2$\n\nNothing of this is printed.\n"
    drop({"a.pdf": hostile.made.pdf([page]), "a.md": source.encode()})
    text = workspace.papers.paper("a").text.read_text()
    assert "## Two with $x^2$" in text
    record = json.loads(workspace.papers.paper("a").facts.read_text())
    assert sorted(record["sources"]) == ["a.md", "a.pdf"]
    assert [each["text"] for each in record["headings"]] == ["One", "Two with $x^2$"]


def test_a_source_alone_is_a_paper(drop: Drop, workspace: Workspace) -> None:
    """LaTeX without its commands."""
    source = r"""\documentclass{article}\title{On \emph{Things}}\author{Jane Doe \and John Roe}
\begin{document}\maketitle
\begin{abstract}We look at things.\end{abstract}
\section{Introduction}\label{sec:i}
Things are 50\% of all that is~\cite{a}, % a comment
and $x = 3$ holds.
\end{document}"""
    drop({"b.tex": source.encode()})
    record = json.loads(workspace.papers.paper("b").facts.read_text())
    assert (record["title"], record["authors"], record["status"]) == ("On Things", ["Jane Doe", "John Roe"], "ok")
    assert record["abstract"] == "We look at things."
    text = workspace.papers.paper("b").text.read_text()
    assert "Things are 50% of all that is , and $x = 3$ holds." in text


def test_a_page_that_kills_the_reader_costs_that_page(drop: Drop, workspace: Workspace) -> None:
    """The other pages are read, and the status says which one is missing."""
    objects = hostile.made.objects([hostile.prose(31), hostile.made.Page(), hostile.prose(32)])
    objects[9] = _endless_content()
    found = drop({"a.pdf": hostile.made.write(objects)}, memory_mb=512, page_seconds=4)
    assert [(paper.status.value, paper.detail) for paper in found.papers] == [
        ("partial", "pages that cannot be read: 2")
    ]
    assert "A Study of Number 32" in workspace.papers.paper("a").text.read_text()


def _endless_content() -> bytes:
    data = hostile.long_loop()
    start = data.rindex(b"<< /Length", 0, data.index(b"endstream", data.index(b"7 0 obj")))
    return data[start : data.index(b"endstream", start) + len(b"endstream")]


def test_too_many_pages_are_not_read(drop: Drop) -> None:
    """A limit that says what to do."""
    found = drop({"a.pdf": hostile.paper(1, 5)}, pages=4)
    assert (found.papers[0].status, found.papers[0].detail) == (PaperStatus.TOO_BIG, "5 pages, at most 4: split it")


def test_a_file_beyond_the_size_is_not_even_hashed(drop: Drop) -> None:
    """Its size stands for it, so that it is looked at again when it changes."""
    found = drop({"a.pdf": b"%PDF-1.4" + bytes(2 << 20)}, size_mb=1)
    assert found.papers[0].status is PaperStatus.TOO_BIG
    assert found.papers[0].sha256 == ""


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("Attention Is All You Need.pdf", "attention-is-all-you-need"),
        ("1706.03762v5.PDF", "1706-03762v5"),
        ("Über Größe.pdf", "uber-groe"),
        ("../../etc/passwd.pdf", "passwd"),
        ("论文.pdf", "paper-"),
    ],
)
def test_ids_are_made_from_names(name: str, expected: str) -> None:
    """Always a safe name, whatever the file is called."""
    made = slug(name)
    assert made == expected or made.startswith("paper-")
    assert made.isascii()


def test_names_that_make_one_id_make_two() -> None:
    """No paper takes the place of another."""
    found = drops(["A b.pdf", "a-b.pdf"], {})
    assert found[0].id == "a-b"
    assert found[1].id.startswith("a-b-")
    assert [each.main for each in found] == ["A b.pdf", "a-b.pdf"]


def test_downloads_that_are_not_done_are_left_alone(drop: Drop) -> None:
    """Hidden files and the names that browsers give."""
    assert not drop({"a.pdf.part": b"x", ".hidden.pdf": b"x", "b.pdf.crdownload": b"x"}).papers


def test_scans_are_recognized_where_that_is_configured(
    workspace: Workspace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """By the program of that name, in a copy; here one that is simulated."""
    readable = tmp_path / "readable.pdf"
    readable.write_bytes(hostile.paper(5, 1))
    program = tmp_path / "bin" / "ocrmypdf"
    program.parent.mkdir()
    program.write_text(f'#!/bin/sh\ncp "{readable}" "$4"\n')
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{program.parent}:/usr/bin:/bin")
    scan = hostile.made.pdf([hostile.made.Page(image=True)])
    (workspace.papers.raw / "scan.pdf").write_bytes(scan)
    found = Ingest(workspace, ocr=True)()
    assert (found.papers[0].status, found.papers[0].title) == (PaperStatus.OK, "A Study of Number 500 and More")
    assert (workspace.papers.raw / "scan.pdf").read_bytes() == scan


def test_recognition_that_fails_says_so(workspace: Workspace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Not installed, or ended with an error: the scan still has its status and the command."""
    monkeypatch.setenv("PATH", str(tmp_path / "nowhere"))
    (workspace.papers.raw / "scan.pdf").write_bytes(hostile.made.pdf([hostile.made.Page(image=True)]))
    found = Ingest(workspace, ocr=True)()
    assert found.papers[0].status is PaperStatus.NEEDS_OCR
    assert found.papers[0].detail.startswith("`ocrmypdf` is not installed; by hand: `ocrmypdf --skip-text")
