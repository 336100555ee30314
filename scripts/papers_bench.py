"""How well are papers read, beside the libraries alone? On papers with a known truth and on pages made here.

    python3 scripts/papers_bench.py FOLDER           everything; a few minutes
    python3 scripts/papers_bench.py FOLDER --check   the same, and 1 if a figure is below its bar

FOLDER holds PDFs with what is known of them: `manifest.json` and `*.truth.json` (scripts/papers_truth.py says what
is in them). Without it only what is made here is measured. pdfplumber as it comes, pdfplumber with tuned tolerances,
PDFium's own text and ours run in this process, one after the other, on the same files; ours is the whole structure,
theirs the text alone. Times are CPU seconds of one core.
"""

import argparse
import itertools
import random
import re
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import environment

QUOTES = 2_000
QUERIES = 400
LONG = 200
"""Pages of the long paper."""
GUTTERS = (18.0, 10.0)
SEEDS = range(6)


@dataclass(frozen=True)
class Figure:
    """One line of the table.

    Args:
        name: what was measured.
        value: how much of it; in words where it is a count of several.
        bar: what it must reach; None where there is none.
        most: the bar is an upper one.
        note: on how many cases.
    """

    name: str
    value: float
    bar: float | None = None
    most: bool = False
    note: str = ""

    @property
    def holds(self) -> bool:
        """Whether it reaches its bar."""
        return self.bar is None or (self.value <= self.bar if self.most else self.value >= self.bar)

    def __str__(self) -> str:
        """Give the row of a Markdown table."""
        bar = "" if self.bar is None else f"{'at most ' if self.most else ''}{_shown(self.bar)}"
        return f"| {self.name} | {_shown(self.value)} | {bar} | {self.note} |"


def _shown(value: float) -> str:
    return f"{value:.0f}" if value >= 10 else f"{value:.4f}".rstrip("0").rstrip(".")


Reader = Callable[[Path], str]


def readers() -> dict[str, Reader]:
    """Give the four ways to read a file."""
    import pdfplumber
    import pypdfium2

    from coordinator.papers import extraction

    def plumber(**options: Any) -> Reader:  # noqa: ANN401  # whatever pdfplumber takes
        def read(path: Path) -> str:
            with pdfplumber.open(path) as document:
                return "\n".join(page.extract_text(**options) or "" for page in document.pages)

        return read

    def pdfium(path: Path) -> str:
        document = pypdfium2.PdfDocument(path)
        return "\n".join(page.get_textpage().get_text_bounded() for page in document)

    def ours(path: Path) -> str:
        return re.sub(r"<!--.*?-->|\|", " ", extraction.extract(path, lambda _page, _of: None).text)

    return {
        "pdfplumber": plumber(),
        "pdfplumber, tuned": plumber(x_tolerance_ratio=0.12, use_text_flow=True),
        "pypdfium2": pdfium,
        "ours": ours,
    }


def compared(truths: Sequence[Any]) -> Iterator[str]:
    """Give the rows of the table that sets the four side by side."""
    import papers_truth as truth

    heads = (
        "word recall",
        "5-grams, one column",
        "two columns",
        "order by column",
        "by row",
        "shuffled",
        "pages a second",
    )
    yield f"| | {' | '.join(heads)} |"
    yield "|---|---|---|---|---|---|---|---|"
    for name, read in readers().items():
        cells = []
        began = time.process_time()
        texts = [(each, truth.words(read(each.path))) for each in truths]
        spent = time.process_time() - began
        every = [truth.word_recall(each.chunks, text) for each, text in texts]
        cells.append(_ratio(every))
        grams = [(each.columns, truth.gram_recall(each.chunks, text)) for each, text in texts]
        cells += [_ratio([counts for columns, counts in grams if columns == wanted]) for wanted in (1, 2)]
        cells += [f"{order:.3f}" for order in orders(read).values()]
        pages = sum(_pages(each.path) for each in truths)
        cells.append(f"{pages / spent:.0f}" if truths else "")
        yield f"| {name} | {' | '.join(cells)} |"


def _ratio(counts: Sequence[tuple[int, int]]) -> str:
    total = sum(there for _, there in counts)
    return f"{sum(found for found, _ in counts) / total:.4f}" if total else ""


def _pages(path: Path) -> int:
    import pypdfium2

    return len(pypdfium2.PdfDocument(path))


def orders(read: Reader) -> dict[str, float]:
    """Give the worst order of reading by the way that pages were drawn, over gutters and seeds."""
    import paper_pages
    import papers_truth as truth

    worst = {}
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "stress.pdf"
        for drawn in paper_pages.ORDERS:
            scores = []
            for gutter, seed, aligned in itertools.product(GUTTERS, SEEDS, (True, False)):
                page = paper_pages.stress(drawn, gutter, seed, aligned=aligned)
                path.write_bytes(paper_pages.pdf([page.page]))
                scores.append(truth.order(page.expected, truth.words(read(path))))
            worst[drawn] = min(scores)
    return worst


def structure(truths: Sequence[Any]) -> Iterator[Figure]:
    """Measure title, abstract, authors, DOI, headings and words of the papers."""
    import papers_truth as truth

    from coordinator.papers import extraction
    from coordinator.papers.pdfium import Pdfium

    began = time.process_time()
    found = [extraction.extract(each.path, lambda _page, _of: None) for each in truths]
    spent = time.process_time() - began
    bare, outlined = [], []
    for each in truths:
        document = Pdfium(each.path)
        outlined.append(bool(document.outline()))
        bare.append(extraction.structure([document.sheet(number + 1) for number in range(len(document))], (), {}))
    pairs = list(zip(truths, found, strict=True))
    texts = [(each, truth.words(re.sub(r"<!--.*?-->", " ", got.text))) for each, got in pairs]
    yield _recall("word recall", [truth.word_recall(each.chunks, text) for each, text in texts], 0.985)
    for columns, bar in ((1, 0.95), (2, 0.94)):
        counts = [truth.gram_recall(each.chunks, text) for each, text in texts if each.columns == columns]
        yield _recall(f"5-gram recall, {'one column' if columns == 1 else 'two columns'}", counts, bar)
    yield _all("titles", [truth.squeezed(got.title) == truth.squeezed(each.facts["title"]) for each, got in pairs])
    abstracts = [truth.f1(each.abstract, truth.words(got.abstract)) >= 0.9 for each, got in pairs if each.abstract]
    yield _all("abstracts with a word F1 of 0.9", abstracts)
    yield _all("authors' surnames", [truth.surnames(each, got.authors) for each, got in pairs])
    printed = [
        (each.facts["doi"], got.doi) for each, got in pairs if each.facts["doi"] and "not" not in each.facts["doi"]
    ]
    yield _all("DOIs where printed", [wanted == got for wanted, got in printed])
    unprinted = [got.doi == "" for each, got in pairs if not each.facts["doi"] or "not" in each.facts["doi"]]
    yield _all("no DOI where none is printed", unprinted)
    scores = [truth.headings_f1(each, [str(head["text"]) for head in got.headings]) for each, got in pairs]
    with_outline = [score for score, has in zip(scores, outlined, strict=True) if has]
    yield _mean("headings F1, with outline", with_outline, 0.92)
    stripped = [
        truth.headings_f1(each, [str(head["text"]) for head in got.headings])
        for each, got in zip(truths, bare, strict=True)
    ]
    yield _mean("headings F1, outline stripped", stripped, 0.80)
    yield from hyphens(truths)
    pages = sum(got.pages for got in found)
    yield Figure("pages a second, whole structure", pages / spent, 15, note=f"{pages} pages, CPU time of one core")


def _recall(name: str, counts: Sequence[tuple[int, int]], bar: float) -> Figure:
    total = sum(there for _, there in counts)
    return Figure(name, sum(found for found, _ in counts) / max(1, total), bar, note=f"{total} of the truth")


def _all(name: str, right: Sequence[bool]) -> Figure:
    return Figure(name, sum(right) / max(1, len(right)), 1.0, note=f"{sum(right)} of {len(right)}")


def _mean(name: str, scores: Sequence[float], bar: float) -> Figure:
    return Figure(
        name, sum(scores) / max(1, len(scores)), bar, note=f"{len(scores)} papers, worst {min(scores, default=0):.2f}"
    )


def hyphens(truths: Sequence[Any]) -> Iterator[Figure]:
    """Measure what becomes of hyphens at the ends of lines whose words the truth knows."""
    from coordinator.papers import columns, furniture
    from coordinator.papers.clean import clean
    from coordinator.papers.hyphens import Vocabulary
    from coordinator.papers.pdfium import Pdfium

    seen: Counter[tuple[str, bool]] = Counter()
    for each in truths:
        document = Pdfium(each.path)
        sheets = [document.sheet(number + 1) for number in range(len(document))]
        lines = [clean(line.text) for page in furniture.without(columns.read(sheets), sheets)[0] for line in page]
        vocabulary = Vocabulary(lines)
        whole, parted = each.spellings()
        for before, after in itertools.pairwise(lines):
            left, right = re.search(r"([^\W\d_]+)-$", before), re.match(r"[^\W\d_]+", after)
            if left is None or right is None:
                continue
            glued, halves = (left[1] + right[0]).casefold(), f"{left[1]}-{right[0]}".casefold()
            if (glued in whole) == (halves in parted):
                continue
            joined = vocabulary.joined(before, after) == before[:-1] + after
            seen["soft" if glued in whole else "real", joined] += 1
    for kind, name, bar, wanted in (
        ("soft", "soft hyphens joined", 0.98, True),
        ("real", "real hyphens kept", 0.55, False),
    ):
        total = seen[kind, True] + seen[kind, False]
        yield Figure(name, seen[kind, wanted] / max(1, total), bar, note=f"{seen[kind, wanted]} of {total}")


def quotes(papers: Sequence[Sequence[Any]]) -> Iterator[Figure]:
    """Measure which quotes the check accepts.

    Args:
        papers: the pages of each, as `markdown.pages` reads them.
    """
    from papers_altered import alter, still_true

    from coordinator.papers.quotes import Source, is_too_short

    chance = random.Random(7)
    sources = [(Source(pages), [page for page in pages if len(page.text.split()) > 60]) for pages in papers]
    kept, wrong, told = 0, 0, 0
    lies: list[str] = []
    for number in range(QUOTES):
        source, pages = sources[number % len(sources)]
        quote, page = _sample(pages, chance, (6, 25))
        while is_too_short(quote):
            quote, page = _sample(pages, chance, (6, 25))
        kept += source.holds(quote, page)
        lie = alter(quote, chance, [word for word in pages[0].text.split() if word.isalpha()])
        if still_true(lie, quote):
            continue
        told += 1
        if source.holds(lie, page):
            wrong += 1
            lies.append(lie)
    yield Figure("altered quotes accepted", wrong / max(1, told), 0.002, most=True, note=f"{wrong} of {told}")
    yield Figure("true quotes accepted", kept / QUOTES, 0.995, note=f"{kept} of {QUOTES}")


def _sample(pages: Sequence[Any], chance: random.Random, length: tuple[int, int]) -> tuple[str, int]:
    """Give some words that stand one after the other in a paragraph, and their page."""
    while True:
        page = chance.choice(pages)
        paragraph = chance.choice(page.text.split("\n")).split()
        count = chance.randint(*length)
        if len(paragraph) > count and not paragraph[0].startswith(("#", "|", "**")):
            start = chance.randrange(len(paragraph) - count)
            return " ".join(paragraph[start : start + count]), page.number


def searches(workspace: Any, papers: Mapping[str, Sequence[Any]]) -> Iterator[Figure]:  # noqa: ANN401  # imported late
    """Measure whether queries made of some words of a page find that page."""
    from coordinator.papers.search import search

    chance = random.Random(11)
    ranks, spent = [], 0.0
    names = sorted(papers)
    for number in range(QUERIES):
        name = names[number % len(names)]
        pages = [page for page in papers[name] if len(page.text.split()) > 60]
        words, page = _sample(pages, chance, (14, 22))
        content = [word for word in re.findall(r"[^\W\d_]{4,}", words) if chance.random() > 0.3]
        began = time.perf_counter()
        hits = search(workspace, " ".join(content or words.split()))
        spent += time.perf_counter() - began
        ranks.append(next((rank for rank, hit in enumerate(hits) if (hit.id, hit.page) == (name, page)), 99))
    first, ten = (sum(rank < most for rank in ranks) / len(ranks) for most in (1, 10))
    yield Figure("search, hit@1 (the page)", first, 0.85, note=f"{QUERIES} queries")
    yield Figure("search, hit@10 (the page)", ten, 0.97, note=f"{1000 * spent / QUERIES:.1f} ms a query")


def long_paper() -> Iterator[Figure]:
    """Measure the memory and time of the child that reads a long paper; before any other child ran."""
    import resource

    import paper_pages

    from coordinator.papers.reader import Limits, read

    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "long.pdf"
        path.write_bytes(paper_pages.pdf([paper_pages.stress("by column", 18.0, seed).page for seed in range(LONG)]))
        reading = read(path, "pdf", Limits(), lambda _page, _of: None)
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    per_mb = 1024 * 1024 if sys.platform == "darwin" else 1024
    note = "" if reading.result else f"not read: {reading.detail}"
    yield Figure(f"memory for {LONG} pages, MB", usage.ru_maxrss / per_mb, 300, most=True, note=note)


def main() -> int:
    """Measure, print two tables, and with --check say whether every figure reaches its bar."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument(
        "folder", nargs="?", type=Path, help="papers with a known truth (default: only pages made here)"
    )
    parser.add_argument("--check", action="store_true", help="end with 1 if a figure is below its bar")
    asked = parser.parse_args()
    import papers_truth as truth

    figures = list(long_paper())
    truths = truth.load(asked.folder) if asked.folder else []
    print("\n".join(compared(truths)), flush=True)
    ours = orders(readers()["ours"])
    figures += [
        Figure(f"order, drawn {name}, gutters of 18 and 10 pt", worst, 0.98, note="the worst page")
        for name, worst in ours.items()
    ]
    if truths:
        figures += [*structure(truths), *_taken_in(truths)]
    print("\n| | measured | bar | |\n|---|---|---|---|")
    print("\n".join(str(figure) for figure in figures))
    below = [figure.name for figure in figures if not figure.holds]
    if below:
        print(f"\nbelow the bar: {', '.join(below)}")
    return 1 if asked.check and below else 0


def _taken_in(truths: Sequence[Any]) -> Iterator[Figure]:
    """Take the papers into a workspace, then measure quotes and search there."""
    from coordinator.papers import markdown
    from coordinator.papers.ingest import Ingest
    from coordinator.papers.records import Library
    from coordinator.store.layout import Workspace

    with tempfile.TemporaryDirectory() as folder:
        workspace = Workspace(Path(folder))
        workspace.papers.raw.mkdir(parents=True)
        for each in truths:
            (workspace.papers.raw / each.path.name).write_bytes(each.path.read_bytes())
        Ingest(workspace)()
        library = Library(workspace)
        papers = {name: markdown.pages(library.text(name) or "") for name in library.ids()}
        yield from quotes(list(papers.values()))
        yield from searches(workspace, papers)


if __name__ == "__main__":
    environment.enter()
    sys.exit(main())
