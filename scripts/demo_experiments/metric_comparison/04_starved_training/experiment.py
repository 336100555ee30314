"""When does ROC AUC fall after all? The same test set, with fewer and fewer minority cases to learn from."""

import json
import os
from pathlib import Path

import numpy as np
from imbalance import Sample, fit, make_data, predict
from sklearn.metrics import roc_auc_score

MINORITY = (1000, 20, 5)
REPEATS = 8

rng = np.random.default_rng(int(os.environ["AUTORESEARCH_SEED"]))
test = make_data(50, 30_000, rng)
areas: dict[str, list[float]] = {f"minority_{count}": [] for count in MINORITY}
for _ in range(REPEATS):
    whole = make_data(1, 2_000, rng)
    rare = np.flatnonzero(whole.labels == 1)
    common = np.flatnonzero(whole.labels == 0)
    for count in MINORITY:
        kept = np.concatenate([rare[:count], common])
        model = fit(Sample(whole.features[kept], whole.labels[kept]))
        areas[f"minority_{count}"].append(roc_auc_score(test.labels, predict(model, test)))

summary = {name: {"auc": float(np.mean(found)), "worst": float(np.min(found))} for name, found in areas.items()}
Path(os.environ["AUTORESEARCH_OUTPUTS"]).joinpath("metrics.json").write_text(json.dumps(summary), encoding="utf-8")
