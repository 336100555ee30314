"""Does a threshold that is chosen on a validation split beat 0.5 on the test split, at ratio 20?"""

import json
import os
from pathlib import Path

import numpy as np
from imbalance import evaluate, fit, make_data, predict
from sklearn.metrics import precision_recall_curve

RATIO = 20


def best_threshold(labels: np.ndarray, probability: np.ndarray) -> float:
    """Give the threshold with the highest F1 on these cases."""
    precision, recall, thresholds = precision_recall_curve(labels, probability)
    f1 = 2 * precision * recall / np.maximum(precision + recall, 1e-12)
    return float(thresholds[np.argmax(f1[:-1])])


rng = np.random.default_rng(int(os.environ["AUTORESEARCH_SEED"]))
training, validation, test = (make_data(RATIO, size, rng) for size in (20_000, 20_000, 50_000))
model = fit(training)
threshold = best_threshold(validation.labels, predict(model, validation))
probability = predict(model, test)
f1_default = evaluate(test.labels, probability)["f1"]
f1_tuned = evaluate(test.labels, probability, threshold)["f1"]

metrics = {
    "ratio_20": {
        "f1_default": f1_default,
        "f1_tuned": f1_tuned,
        "f1_gain": f1_tuned - f1_default,
        "threshold": threshold,
    }
}
Path(os.environ["AUTORESEARCH_OUTPUTS"], "metrics.json").write_text(json.dumps(metrics), encoding="utf-8")
