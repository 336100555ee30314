"""Does colour tell wines apart better than alkalinity does, to a ridge classifier?"""

import json
import os

import numpy as np
from laboratory import scores, taught
from sklearn.datasets import load_wine
from sklearn.linear_model import RidgeClassifier


def measure(seed: int) -> dict[str, dict[str, float]]:
    """Put the same bottles in another order and take the first ones to learn from."""
    bottles = load_wine()
    order = np.random.default_rng(seed).permutation(len(bottles.data))
    learn, ask = order[:125], order[125:]
    label = (bottles.target == 1).astype(int)
    metrics: dict[str, dict[str, float]] = {}
    for arm, name in {"treated": "color_intensity", "control": "alcalinity_of_ash"}.items():
        values = bottles.data[:, [bottles.feature_names.index(name)]]
        model = RidgeClassifier()
        model.fit(values[learn], taught(label[learn]))
        metrics[arm] = scores(label[ask], model.predict(values[ask]))
    return metrics


if __name__ == "__main__":
    target = os.path.join(os.environ["AUTORESEARCH_OUTPUTS"], "metrics.json")  # noqa: PTH118  # as people write it
    with open(target, "w", encoding="utf-8") as handle:  # noqa: PTH123  # the same
        json.dump(measure(int(os.environ["AUTORESEARCH_SEED"])), handle)
