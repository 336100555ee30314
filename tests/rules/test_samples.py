"""Does another seed give other data, or another split of the same?"""

from __future__ import annotations

from dataclasses import replace

import pytest
from fakes import code

from coordinator.model.experiment import Prediction, Samples
from coordinator.rules.samples import misdeclared, overlap


@pytest.mark.parametrize(
    ("predicted", "expected"),
    [
        (Prediction(), 0.0),
        (Prediction(samples=Samples.RESPLIT, test_fraction=0.1), 1 / 9),
        (Prediction(samples=Samples.RESPLIT, test_fraction=0.5), 1.0),
        (Prediction(samples=Samples.RESPLIT), 0.0),
    ],
)
def test_how_much_splits_hang_together(predicted: Prediction, expected: float) -> None:
    """Test cases per training case."""
    assert overlap(predicted) == pytest.approx(expected)


def test_only_what_the_code_shows_is_held_against_a_plan() -> None:
    """A plan that declares re-splits is believed."""
    splitting = replace(code(), resplits="train_test_split after load_wine")
    assert misdeclared(Samples.FRESH, code()) is None
    assert misdeclared(Samples.RESPLIT, splitting) is None
    assert "load_wine" in (misdeclared(Samples.FRESH, splitting) or "")
