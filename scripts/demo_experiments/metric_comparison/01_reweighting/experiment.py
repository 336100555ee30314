"""Does reweighting the classes rank better? The target's pipeline, its classifier swapped in memory."""

import functools
import json
import os
from pathlib import Path

import imbalance
import numpy as np

RATIO = 50


def ranking(seed: int) -> dict[str, float]:
    """Fit and evaluate through the target; the same seed gives the same samples."""
    rng = np.random.default_rng(seed)
    model = imbalance.fit(imbalance.make_data(RATIO, 20_000, rng))
    test = imbalance.make_data(RATIO, 50_000, rng)
    return imbalance.evaluate(test.labels, imbalance.predict(model, test))


seed = int(os.environ["AUTORESEARCH_SEED"])
plain = ranking(seed)
imbalance.LogisticRegression = functools.partial(imbalance.LogisticRegression, class_weight="balanced")
weighted = ranking(seed)

metrics = {
    "ratio_50": {
        "auc_plain": plain["roc_auc"],
        "auc_weighted": weighted["roc_auc"],
        "auc_gain": weighted["roc_auc"] - plain["roc_auc"],
        "recall_plain": plain["recall"],
        "recall_weighted": weighted["recall"],
    }
}
Path(os.environ["AUTORESEARCH_OUTPUTS"], "metrics.json").write_text(json.dumps(metrics), encoding="utf-8")
