"""How does class imbalance change what a classifier's metrics say?

Two Gaussian classes with the same covariance, so that the best classifier is linear and every number that is
estimated here also has a formula (docs/known_answers.md). Only the ratio of the classes changes.
"""

from __future__ import annotations

import os
from dataclasses import dataclass

import numpy as np
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import average_precision_score, f1_score, precision_score, recall_score, roc_auc_score

RATIOS = (1, 2, 5, 10, 20, 50, 100)
"""Majority cases per minority case."""

SEPARATION = 1.5
"""Distance between the class means, in standard deviations of a class."""

FEATURES = 5
"""Number of features; each carries the same share of the separation."""


@dataclass(frozen=True)
class Sample:
    """Cases drawn from the two classes.

    Args:
        features: shape (cases, FEATURES).
        labels: shape (cases,); 1 is the minority, 0 the majority.
    """

    features: np.ndarray
    labels: np.ndarray


def make_data(ratio: float, size: int, rng: np.random.Generator) -> Sample:
    """Draw a sample with exactly `ratio` majority cases per minority case, up to rounding.

    The counts are fixed rather than drawn, so that a metric varies with the cases and not with the ratio.

    Args:
        ratio: majority cases per minority case, at least 1.
        size: cases in all.
        rng: the only source of chance; the same state gives the same sample.
    """
    minority = max(1, round(size / (1 + ratio)))
    labels = np.zeros(size, dtype=int)
    labels[:minority] = 1
    rng.shuffle(labels)
    shift = SEPARATION / np.sqrt(FEATURES)
    features = rng.normal(size=(size, FEATURES)) + shift * labels[:, np.newaxis]
    return Sample(features, labels)


def fit(sample: Sample) -> LogisticRegression:
    """Fit a logistic regression, unweighted, with scikit-learn's defaults.

    With AUTORESEARCH_PLACEBO in the environment the labels are permuted first, by the seed that it holds: the model
    then has nothing to learn, and an effect that stays does not come from learning.
    """
    placebo = os.environ.get("AUTORESEARCH_PLACEBO")
    labels = sample.labels if placebo is None else np.random.default_rng(int(placebo)).permutation(sample.labels)
    return LogisticRegression().fit(sample.features, labels)


def predict(model: LogisticRegression, sample: Sample) -> np.ndarray:
    """Give the probability of the minority class for each case, shape (cases,)."""
    return model.predict_proba(sample.features)[:, 1]


def evaluate(labels: np.ndarray, probability: np.ndarray, threshold: float = 0.5) -> dict[str, float]:
    """Compute the metrics under study.

    Args:
        labels: 1 for the minority, shape (cases,).
        probability: of the minority class, shape (cases,).
        threshold: from this probability on a case is called minority; the ranking metrics ignore it.
    """
    called = (probability >= threshold).astype(int)
    return {
        "accuracy": float(np.mean(called == labels)),
        "precision": float(precision_score(labels, called, zero_division=0.0)),
        "recall": float(recall_score(labels, called)),
        "f1": float(f1_score(labels, called)),
        "roc_auc": float(roc_auc_score(labels, probability)),
        "average_precision": float(average_precision_score(labels, probability)),
    }
