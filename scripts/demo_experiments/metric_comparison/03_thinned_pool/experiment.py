"""Is ROC AUC unmoved by other means too? A pool with a thinned minority; gradient descent; rank sums."""

import json
import os
from pathlib import Path

import numpy as np

PER_CLASS, KEEP_ONE_IN = 40_000, 50


def pool(chance: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    """Draw as many of each class, 1.5 standard deviations apart along the diagonal."""
    step = 1.5 / 5**0.5
    return chance.standard_normal((PER_CLASS, 5)) + step, chance.standard_normal((PER_CLASS, 5))


def descend(rare: np.ndarray, common: np.ndarray, rounds: int = 150) -> np.ndarray:
    """Lower the log loss by gradient steps with momentum; give the direction, without the intercept."""
    points = np.vstack([rare, common])
    points = np.hstack([points, np.ones((len(points), 1))])
    signs = np.concatenate([np.ones(len(rare)), -np.ones(len(common))])
    weights = np.zeros(points.shape[1])
    weights[-1] = np.log(len(rare) / len(common))
    velocity = np.zeros_like(weights)
    for _ in range(rounds):
        slope = -(points.T @ (signs / (1 + np.exp(signs * (points @ weights))))) / len(points)
        velocity = 0.9 * velocity - 1.0 * slope
        weights = weights + velocity
    return weights[:-1]


def rank_sum_auc(rare: np.ndarray, common: np.ndarray) -> float:
    """Give the Mann-Whitney form of ROC AUC: the share of pairs in which the rare case lies higher."""
    below = np.searchsorted(np.sort(common), rare)
    return float(below.mean() / len(common))


def step_precision(rare: np.ndarray, common: np.ndarray) -> float:
    """Average the precision at the place of each rare case."""
    descending = np.sort(rare)[::-1]
    wrong = len(common) - np.searchsorted(np.sort(common), descending)
    hits = np.arange(1, len(rare) + 1)
    return float(np.mean(hits / (hits + wrong)))


def main() -> None:
    """Thin the rare class of both pools to one in fifty, and compare with the whole pools."""
    chance = np.random.default_rng(int(os.environ["AUTORESEARCH_SEED"]))
    train_rare, train_common = pool(chance)
    test_rare, test_common = pool(chance)
    found = {}
    for name, kept in (("ratio_1", PER_CLASS), ("ratio_50", PER_CLASS // KEEP_ONE_IN)):
        direction = descend(train_rare[:kept][:20_000], train_common[:20_000])
        scores = test_rare[:kept] @ direction, test_common @ direction
        found[name] = {"auc": rank_sum_auc(*scores), "ap": step_precision(*scores)}
    found["moved"] = {key: found["ratio_50"][key] - found["ratio_1"][key] for key in ("auc", "ap")}
    outputs = Path(os.environ["AUTORESEARCH_OUTPUTS"])
    (outputs / "metrics.json").write_text(json.dumps(found), encoding="utf-8")


main()
