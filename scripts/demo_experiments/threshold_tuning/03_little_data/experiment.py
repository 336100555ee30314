"""Is the gain a luxury of large samples? Tune on 1,050 cases, 50 of them minority, many times over."""

import json
import os
from pathlib import Path

import numpy as np
from imbalance import Sample, fit, make_data, predict

SMALL, REPEATS = 1_050, 12


def f1_of(called: np.ndarray, labels: np.ndarray) -> float:
    """Give the F1 of some calls; 0 where nothing is called, as scikit-learn has it."""
    return float(2 * np.sum(called & (labels == 1)) / max(1, called.sum() + labels.sum()))


def tuned_on(small: Sample, candidates: np.ndarray) -> tuple[float, object]:
    """Spend one half of the small sample on the fit, the other on the threshold."""
    half = len(small.labels) // 2
    model = fit(Sample(small.features[:half], small.labels[:half]))
    rest = Sample(small.features[half:], small.labels[half:])
    chances = predict(model, rest)
    scores = [f1_of(chances >= candidate, rest.labels) for candidate in candidates]
    return float(candidates[int(np.argmax(scores))]), model


seed = int(os.environ["AUTORESEARCH_SEED"])
judge = make_data(20, 42_000, np.random.default_rng([seed, REPEATS]))
outcomes = []
for repeat in range(REPEATS):
    small = make_data(20, SMALL, np.random.default_rng([seed, repeat]))
    threshold, model = tuned_on(small, np.linspace(0.02, 0.6, 20))
    chances = predict(model, judge)
    outcomes.append([f1_of(chances >= cut, judge.labels) for cut in (0.5, threshold)])

default, tuned = np.array(outcomes).T
results = {
    "small": {
        "f1_default": float(default.mean()),
        "f1_tuned": float(tuned.mean()),
        "f1_gain": float((tuned - default).mean()),
        "share_worse": float((tuned < default).mean()),
    }
}
with (Path(os.environ["AUTORESEARCH_OUTPUTS"]) / "metrics.json").open("w", encoding="utf-8") as file:
    json.dump(results, file, indent=1)
