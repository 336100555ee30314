"""Does the gap belong to logistic regression? Another classifier, written by hand, on data drawn by hand.

The plug-in rule estimates means, common covariance and prior, and calls the class with the higher posterior.
"""

import json
import os
from pathlib import Path

import numpy as np


def gaussians(source: np.random.Generator, counts: tuple[int, int]) -> list[np.ndarray]:
    """Draw the majority around the origin and the minority 1.5 away along the first axis."""
    majority = source.multivariate_normal(np.zeros(5), np.eye(5), size=counts[0])
    minority = source.multivariate_normal(np.array([1.5, 0, 0, 0, 0]), np.eye(5), size=counts[1])
    return [majority, minority]


def plug_in(groups: list[np.ndarray]) -> tuple[np.ndarray, float]:
    """Estimate the linear rule: a case x is minority where x @ slope > offset."""
    means = [group.mean(axis=0) for group in groups]
    scatter = sum((group - mean).T @ (group - mean) for group, mean in zip(groups, means, strict=True))
    covariance = scatter / (sum(map(len, groups)) - 2)
    slope = np.linalg.solve(covariance, means[1] - means[0])
    return slope, float((means[0] + means[1]) @ slope / 2 + np.log(len(groups[0]) / len(groups[1])))


def confusion(rule: tuple[np.ndarray, float], groups: list[np.ndarray]) -> dict[str, float]:
    """Count by hand what was called rightly in each class."""
    rejected = int(np.count_nonzero(groups[0] @ rule[0] <= rule[1]))
    caught = int(np.count_nonzero(groups[1] @ rule[0] > rule[1]))
    right = (rejected + caught) / (len(groups[0]) + len(groups[1]))
    return {"accuracy": right, "recall": caught / len(groups[1]), "gap": right - caught / len(groups[1])}


def main() -> None:
    """Compare a balanced world with one in twenty."""
    source = np.random.default_rng(int(os.environ["AUTORESEARCH_SEED"]))
    balanced, skewed = (10_000, 10_000), (40_000, 2_000)
    outcome = {
        name: confusion(plug_in(gaussians(source, counts)), gaussians(source, counts))
        for name, counts in (("ratio_1", balanced), ("ratio_20", skewed))
    }
    Path(os.environ["AUTORESEARCH_OUTPUTS"], "metrics.json").write_text(json.dumps(outcome), encoding="utf-8")


main()
