"""Does a randomised tree gain from training labels that were checked?"""

import json
import os
from pathlib import Path

import numpy as np
from laboratory import make_data, make_training, mislabelled, scores
from sklearn.tree import ExtraTreeClassifier

WRONG = 0.285


def measure(seed: int) -> dict[str, dict[str, float]]:
    """Fit one tree to clean labels and one to labels of which some are wrong."""
    rng = np.random.default_rng(seed)
    features, labels = make_training(500, rng)
    unseen, truth = make_data(500, rng)
    found = {}
    for name, taught in (("treated", labels), ("control", mislabelled(labels, WRONG, rng))):
        tree = ExtraTreeClassifier(min_samples_leaf=2, random_state=seed % 1000)
        found[name] = scores(truth, tree.fit(features, taught).predict(unseen))
    return found


if __name__ == "__main__":
    metrics = measure(int(os.environ["AUTORESEARCH_SEED"]))
    Path(os.environ["AUTORESEARCH_OUTPUTS"], "metrics.json").write_text(json.dumps(metrics))
