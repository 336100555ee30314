"""Can these scores be those of one classifier on one test set at all?"""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coordinator.rules.arithmetic import LARGEST, grim, impossible


def test_grim_on_its_authors_example() -> None:
    """Brown and Heathers (2017): a mean of 5.19 of 28 whole numbers cannot be; 5.18 and 5.21 can."""
    assert not grim(5.19, 28)
    assert grim(5.18, 28)
    assert grim(5.21, 28)


@pytest.mark.parametrize(
    ("metrics", "said"),
    [
        ({"accuracy": 0.955}, ""),
        ({"accuracy": 95.5}, ""),
        ({"accuracy": 1.3}, "between 0 and 1"),
        ({"accuracy": -0.1}, ""),  # a difference, whatever it is called
        ({"tuned.f1": -0.73, "tuned.recall": 0.1, "tuned.precision": 1.2}, ""),
        ({"moved.f1": 0.3, "moved.recall": 0.1, "moved.precision": 0.1}, ""),
        ({"accuracy": 130.0}, "between 0 and 1"),
        ({"accuracy_gain": -0.1, "balanced_accuracy_ratio": 7.0, "seconds": 12.0}, ""),
        ({"accuracy_minus_recall": -0.2}, ""),
        ({"precision": 0.6, "recall": 0.5, "f1": 0.545}, ""),
        ({"precision": 0.6, "recall": 0.5, "f1": 0.7}, "more than the mean"),
        ({"precision": 0.6, "recall": 0.5, "f1": 0.1}, ""),
        ({"precision": 60.0, "recall": 50.0, "f1": 70.0}, "more than the mean"),
        ({"r.precision_tuned": 0.6, "r.recall_tuned": 0.5, "r.f1_default": 0.9}, ""),
        ({"r.precision_tuned": 0.6, "r.recall_tuned": 0.5, "r.f1_tuned": 0.9}, "r.tuned: f1 0.9, precision 0.6"),
        ({"accuracy": 0.91, "n_test": 100.0}, ""),
        ({"accuracy": 0.9137, "n_test": 100.0}, "no number of right answers among 100"),
        ({"accuracy": 0.9137, "test_size": 0.2}, ""),
        ({"accuracy": 0.9137, "accuracy_mean": 0.1, "n_test": 0.0}, ""),
        ({"r.accuracy": 0.9137, "n_test": 100.0}, ""),
        ({"r.accuracy": 0.9137, "r.n_test": 100.0}, "r: accuracy"),
        ({"precision": 0.9, "recall": 0.8, "f1": 0.5, "n_test": 50.0}, "no confusion matrix of 50"),
        ({"precision_macro": 0.9, "recall_macro": 0.8, "f1_macro": 0.5, "n_test": 50.0}, ""),
        ({"precision": 0.9, "recall": 0.8, "f1": 0.5, "n_test": LARGEST + 1.0}, ""),
        ({"precision": 0.0, "recall": 0.0, "f1": 0.0, "n_test": 50.0}, ""),
        ({"precision": 0.0, "recall": 0.5, "n_test": 50.0}, "no confusion matrix of 50"),
        ({"recall": 0.5, "n_test": 50.0}, ""),
        ({"recall": 0.5, "n_test": 50.0, "n_positive": 7.0}, "no confusion matrix of 50"),
        ({"accuracy": 0.8, "precision": 0.9, "recall": 0.9, "n_test": 50.0}, ""),
        ({"accuracy": 0.5, "precision": 0.91, "recall": 0.91, "n_test": 50.0}, "no confusion matrix of 50"),
        ({"accuracy": 0.02, "recall": 0.9, "n_test": 50.0}, "no confusion matrix of 50"),
        ({"f1": 0.999, "n_test": 50.0}, "no confusion matrix of 50"),
    ],
)
def test_what_cannot_be_is_named(metrics: dict[str, float], said: str) -> None:
    """Made-up combinations, and beside each what only looks like one."""
    found = "; ".join(impossible(metrics))
    assert (said in found) if said else not found


COUNTS = st.tuples(*(st.integers(0, 40) for _ in range(4)))


@given(counts=COUNTS, digits=st.sampled_from([2, 3, 4, 17]))
def test_what_a_classifier_gives_is_never_refused(counts: tuple[int, int, int, int], digits: int) -> None:
    """Every confusion matrix, with its scores rounded or not."""
    tp, fp, fn, tn = counts
    n = sum(counts)
    scores = {
        "accuracy": (tp + tn) / n if n else 0.0,
        "precision": tp / (tp + fp) if tp + fp else 0.0,
        "recall": tp / (tp + fn) if tp + fn else 0.0,
        "f1": 2 * tp / (2 * tp + fp + fn) if tp else 0.0,
    }
    metrics = {name: round(value, digits) for name, value in scores.items()}
    assert list(impossible({**metrics, "n_test": float(n), "n_positive": float(tp + fn)})) == []
