"""Is an experiment new, or the last one with a constant changed?

Compares code by its shingles: hashes of runs of five tokens, without comments, layout and names of variables
(`CodeFacts.shingles`). What the code means is not known here; another route to the same thing counts as new.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

NEAR_IDENTICAL = 0.8
"""Similarity from which two experiments count as the same one.

Measured on experiments on the demo target (tests/rules/test_novelty.py): one constant changed 0.96, four
0.84, one in a very short script 0.86, all variables renamed 1.00; another criterion in one function 0.68, the
same question by other means 0.30 to 0.43, where the scaffolding (seed, outputs, printing) is what is shared.
"""


def similarity(a: frozenset[int], b: frozenset[int]) -> float:
    """Give the share of the shingles of either that both have, from 0 to 1.

    Two empty sets are the same (1.0): two empty scripts are no progress. An empty one shares nothing with
    any other (0.0).

    Source:
        Jaccard (1912), The distribution of the flora in the alpine zone, New Phytologist 11; for code and
        documents by shingles: Broder (1997), On the resemblance and containment of documents.
    """
    either = a | b
    return len(a & b) / len(either) if either else 1.0


def near_identical(a: frozenset[int], b: frozenset[int]) -> bool:
    """Tell whether two experiments are the same up to a constant or two."""
    return similarity(a, b) >= NEAR_IDENTICAL


def circling(codes: Sequence[frozenset[int]], rows: int = 1) -> int:
    """Give the length of the row of near-identical experiments at the end.

    Each is compared with the one before it, so that a long row of small steps is a row, however far it leads
    from where it began.

    Args:
        codes: shingles of the experiments in the order in which they were started.
        rows: shortest row that counts.

    Returns:
        How many experiments the row has, the first one included: 1 where the last experiment is new. 0 where
        the row is shorter than `rows`, or there are no experiments.
    """
    length = 1 if codes else 0
    for later, earlier in pairwise(reversed(codes)):
        if not near_identical(earlier, later):
            break
        length += 1
    return length if length >= rows else 0
