"""Does another seed give other data, or another split of the same?

Seeds that only deal one fixed data set out anew share most of it: their differences are not independent, and a
paired test over them finds effects that are not there (19 to 56 % of the time at a nominal 5 %, by how much they
share). Such seeds are tested with a correction, and confirm nothing.

Source: Dietterich (1998), Approximate statistical tests for comparing supervised classification learning
algorithms, Neural Computation 10; Nadeau and Bengio (2003), Inference for the generalization error, Machine
Learning 52.
"""

from __future__ import annotations

from coordinator.model.experiment import Prediction, Samples
from coordinator.model.observation import CodeFacts

HINT = "declare `samples: resplit` and its `test_fraction`, or draw fresh data under each seed"
"""What mends a wrong declaration."""


def overlap(predicted: Prediction) -> float:
    """Give test cases per training case of each split, which is how much re-splits hang together; 0 for fresh data."""
    if predicted.samples is Samples.FRESH or predicted.test_fraction is None:
        return 0.0
    return predicted.test_fraction / (1 - predicted.test_fraction)


def misdeclared(declared: Samples, code: CodeFacts) -> str | None:
    """Say in which way the declared samples are not the actual ones; None if nothing speaks against them.

    Told by names: a fixed data set is loaded and splits are drawn. A plan that declares `resplit` is believed.
    """
    if declared is Samples.RESPLIT or not code.resplits:
        return None
    return f"the code splits a fixed data set ({code.resplits}), and the plan says that each seed gives fresh data"
