"""How close is a text to the truth? Recall of words and 5-grams, order, headings, abstracts, hyphens.

A truth is what a paper's own source says (`*.truth.json` beside the PDF): paragraphs in which U+0000 stands for what
the source writes as a command (citations, formulas), and a manifest with title, authors and headings.
"""

import json
import re
import unicodedata
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

NEUTRAL = re.compile(
    r"abstract|zusammenfassung|references|bibliography|literatur(?:verzeichnis)?|acknowledge?ments?|keywords",
    re.IGNORECASE,
)
"""Headings that some truths list and others do not: neither right nor wrong where the truth leaves them out."""
_NUMBER = re.compile(r"^(?:[A-Z]|\d{1,2}|[IVX]+)(?:\.\d{1,2})*\.?\s+(?=\S)")


@dataclass(frozen=True)
class Truth:
    """What is known of one paper.

    Args:
        path: of its PDF.
        facts: its entry in the manifest.
        chunks: words of its prose, cut where the source has a command.
        abstract: words; empty where it has none.
    """

    path: Path
    facts: dict[str, Any]
    chunks: tuple[tuple[str, ...], ...]
    abstract: tuple[str, ...]

    @property
    def columns(self) -> int:
        """How many columns its pages have."""
        return 2 if "two columns" in self.facts["kind"] else 1

    def spellings(self) -> tuple[set[str], set[str]]:
        """Give the words that it writes without a hyphen, and those with one, `state-of` and `of-the` included."""
        source = self.path.with_suffix(".truth.json")
        known = json.loads(source.read_text(encoding="utf-8")) if source.exists() else {}
        whole: set[str] = set()
        parted: set[str] = set()
        for text in known.get("paras") or []:
            plain = unicodedata.normalize("NFKC", text).casefold()
            for chain in re.findall(r"[^\W_]+(?:-[^\W_]+)+", plain):
                parts = chain.split("-")
                parted |= {"-".join(parts[at : at + 2]) for at in range(len(parts) - 1)}
            whole |= set(re.findall(r"[^\W\d_]+", re.sub(r"[^\W_]+(?:-[^\W_]+)+", " ", plain)))
        return whole, parted

    @property
    def headings(self) -> list[str]:
        """Its headings, compared by letters and digits."""
        return [squeezed(_NUMBER.sub("", each)) for each in self.facts["headings"]]


def load(folder: Path) -> list[Truth]:
    """Read what is known of the papers in a folder.

    Args:
        folder: with manifest.json, the PDFs and a `*.truth.json` for most of them.
    """
    manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    return [_truth(folder, facts) for facts in manifest["papers"]]


def _truth(folder: Path, facts: dict[str, Any]) -> Truth:
    path = folder / facts["file"]
    source = path.with_suffix(".truth.json")
    known = json.loads(source.read_text(encoding="utf-8")) if source.exists() else {}
    abstract = re.sub(r"\$[^$]*\$|\\\w+", "\0", known.get("abstract") or "")
    chunks = [chunk for text in [*(known.get("paras") or []), abstract] for chunk in text.split("\0")]
    kept = [tuple(words(chunk)) for chunk in chunks]
    return Truth(path, facts, tuple(chunk for chunk in kept if chunk), tuple(words(abstract.replace("\0", " "))))


def words(text: str) -> list[str]:
    """Give the words of a text as they are compared: NFKC, lower case, without punctuation."""
    return re.findall(r"[^\W_]+", unicodedata.normalize("NFKC", text).casefold())


def squeezed(text: str) -> str:
    """Give letters and digits alone."""
    return "".join(words(text))


def word_recall(chunks: Iterable[Sequence[str]], text: Sequence[str]) -> tuple[int, int]:
    """Count how many of the words are in a text, each as often as it is in the truth, and how many there are."""
    wanted = Counter(word for chunk in chunks for word in chunk)
    there = Counter(text)
    return sum(min(count, there[word]) for word, count in wanted.items()), sum(wanted.values())


def gram_recall(chunks: Iterable[Sequence[str]], text: Sequence[str], size: int = 5) -> tuple[int, int]:
    """Count how many runs of five words are in a text one after the other, and how many there are."""
    wanted = Counter(gram for chunk in chunks for gram in grams(chunk, size))
    there = Counter(grams(text, size))
    return sum(min(count, there[gram]) for gram, count in wanted.items()), sum(wanted.values())


def grams(text: Sequence[str], size: int) -> list[tuple[str, ...]]:
    """Give every run of so many words."""
    return [tuple(text[at : at + size]) for at in range(len(text) - size + 1)]


def order(expected: Sequence[str], text: Sequence[str]) -> float:
    """Give the share of words that stand in the right order: the longest rising run over all that are expected."""
    place = {word: at for at, word in enumerate(expected)}
    tails: list[int] = []
    for at in (place[word] for word in text if word in place):
        spot = bisect_left(tails, at)
        tails[spot : spot + 1] = [at]
    return len(tails) / len(expected)


def f1(expected: Sequence[str], found: Sequence[str]) -> float:
    """Compare two collections; 1 where both hold the same, as often."""
    common = sum((Counter(expected) & Counter(found)).values())
    return 2 * common / (len(expected) + len(found)) if expected or found else 1.0


def headings_f1(truth: Truth, found: Sequence[str]) -> float:
    """Compare headings by letters and digits, those that no truth lists reliably left out."""
    listed = set(truth.headings)
    kept = [squeezed(each) for each in found if squeezed(each) in listed or not NEUTRAL.fullmatch(each.strip(" .:"))]
    return f1(truth.headings, kept)


def surnames(truth: Truth, found: Sequence[str]) -> bool:
    """Tell whether just the authors' surnames were found, in their order."""
    return [squeezed(name.split()[-1]) for name in truth.facts["authors"]] == [
        squeezed(name.split()[-1]) for name in found
    ]
