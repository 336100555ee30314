"""Does the gap go when only the cut moves? One line of the patched copy differs: it weights the classes."""

import json
import os
from pathlib import Path

import imbalance
import numpy as np

seed = int(os.environ["AUTORESEARCH_SEED"])
train_rng, test_rng = (np.random.default_rng(child) for child in np.random.SeedSequence(seed).spawn(2))
model = imbalance.fit(imbalance.make_data(20, 30_000, train_rng))
assert model.class_weight == "balanced", "the changed copy must be the one that is imported"

cases = imbalance.make_data(20, 84_000, test_rng)
chance = imbalance.predict(model, cases)
moved = imbalance.evaluate(cases.labels, chance)
cut_at_half, cut_at_prior = np.quantile(chance, [0.5, 20 / 21])
weighted = {
    "accuracy": moved["accuracy"],
    "recall": moved["recall"],
    "gap": moved["accuracy"] - moved["recall"],
    "precision": moved["precision"],
    "recall_at_prior": imbalance.evaluate(cases.labels, chance, float(cut_at_prior))["recall"],
    "median_probability": float(cut_at_half),
}
outputs = Path(os.environ["AUTORESEARCH_OUTPUTS"])
(outputs / "metrics.json").write_text(json.dumps({"weighted_20": weighted}), encoding="utf-8")
