"""Would balanced class weights do the same job? Reweighting at 0.5 against tuning, at three ratios."""

import json
import os
from pathlib import Path

import numpy as np
from imbalance import evaluate, fit, make_data, predict
from sklearn.linear_model import LogisticRegression

TRAINING, TEST = 20_000, 50_000


def contest(ratio: int, seed: int) -> dict[str, float]:
    """Let three rules call the same test cases: plain and balanced at 0.5, plain at a tuned cut."""
    stream = np.random.default_rng([seed, ratio])
    known, unknown = make_data(ratio, TRAINING, stream), make_data(ratio, TEST, stream)
    plain = fit(known)
    balanced = LogisticRegression(class_weight="balanced").fit(known.features, known.labels)
    inside = predict(plain, known)
    levels = np.quantile(inside, np.linspace(0.5, 0.999, 200))
    called = inside >= levels[:, np.newaxis]
    hits = called @ known.labels
    chosen = levels[np.argmax(2 * hits / (called.sum(axis=1) + known.labels.sum()))]
    return {
        "f1_plain": evaluate(unknown.labels, predict(plain, unknown))["f1"],
        "f1_balanced": evaluate(unknown.labels, predict(balanced, unknown))["f1"],
        "f1_tuned": evaluate(unknown.labels, predict(plain, unknown), float(chosen))["f1"],
    }


def main() -> None:
    """Write one entry a ratio."""
    seed = int(os.environ["AUTORESEARCH_SEED"])
    target = Path(os.environ["AUTORESEARCH_OUTPUTS"]) / "metrics.json"
    target.write_text(json.dumps({f"weights_{ratio}": contest(ratio, seed) for ratio in (5, 20)}), encoding="utf-8")


if __name__ == "__main__":
    main()
