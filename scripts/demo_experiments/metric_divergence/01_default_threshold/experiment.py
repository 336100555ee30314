"""How far do accuracy and minority recall part between ratio 1 and ratio 20, at the default threshold?"""

import json
import os
from pathlib import Path

import numpy as np
from imbalance import evaluate, fit, make_data, predict

rng = np.random.default_rng(int(os.environ["AUTORESEARCH_SEED"]))
metrics = {}
for ratio in (1, 20):
    model = fit(make_data(ratio, 20_000, rng))
    test = make_data(ratio, 50_000, rng)
    found = evaluate(test.labels, predict(model, test))
    metrics[f"ratio_{ratio}"] = {
        "accuracy": found["accuracy"],
        "recall": found["recall"],
        "gap": found["accuracy"] - found["recall"],
        "auc": found["roc_auc"],
    }
Path(os.environ["AUTORESEARCH_OUTPUTS"], "metrics.json").write_text(json.dumps(metrics, indent=2), encoding="utf-8")
