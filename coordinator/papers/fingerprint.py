"""Is this paper there already, or another version of it? By its text, since the bytes of every copy differ.

Source: A. Broder, "On the resemblance and containment of documents", 1997: the least hashes of the runs of words
of two texts, and how many of them both have.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

from coordinator.papers.clean import letters
from coordinator.papers.markdown import MARK

RUN = 5
"""Words of one run."""
KEPT = 200
"""Hashes of a sketch."""
VERSION = 0.4
"""Share of their runs from which two papers are versions of one."""
ENOUGH = 300
"""Letters without which nothing is compared."""


def fingerprint(text: str) -> str:
    """Give a digest of the letters and digits of a text; empty where there are too few."""
    found = letters(MARK.sub("", text))
    return hashlib.sha256(found.encode()).hexdigest() if len(found) >= ENOUGH else ""


def sketch(text: str) -> tuple[int, ...]:
    """Give the least hashes of all runs of words."""
    words = MARK.sub("", text).casefold().split()
    runs = {" ".join(words[at : at + RUN]) for at in range(len(words) - RUN + 1)}
    hashes = sorted(int.from_bytes(hashlib.blake2b(run.encode(), digest_size=6).digest(), "big") for run in runs)
    return tuple(hashes[:KEPT])


def resemblance(one: Sequence[int], other: Sequence[int]) -> float:
    """Estimate the share of runs that two texts have in common, 0 to 1."""
    if not one or not other:
        return 0.0
    both = sorted({*one, *other})[:KEPT]
    common = {*one} & {*other}
    return sum(each in common for each in both) / len(both)
