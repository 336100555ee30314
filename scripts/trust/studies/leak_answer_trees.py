"""Does a field that was filled in after the diagnosis make trees better?"""

import json
import os
from pathlib import Path

import numpy as np
from laboratory import make_data, make_training, scores
from sklearn.tree import DecisionTreeClassifier

FILLED_IN = 0.6


def measure(seed: int) -> dict[str, dict[str, float]]:
    """Add a field that mostly repeats the answer, in training and in evaluation."""
    rng = np.random.default_rng(seed)
    features, labels = make_training(160, rng)
    unseen, truth = make_data(300, rng)
    fields = [
        np.where(rng.random(known.size) < FILLED_IN, known, rng.integers(0, 2, known.size)) for known in (labels, truth)
    ]
    found = {}
    for arm, (seen, asked) in {
        "treated": (np.column_stack([features, fields[0]]), np.column_stack([unseen, fields[1]])),
        "control": (features, unseen),
    }.items():
        tree = DecisionTreeClassifier(max_depth=3, random_state=seed % 997)
        found[arm] = scores(truth, tree.fit(seen, labels).predict(asked))
    return found


if __name__ == "__main__":
    metrics = measure(int(os.environ["AUTORESEARCH_SEED"]))
    Path(os.environ["AUTORESEARCH_OUTPUTS"], "metrics.json").write_text(json.dumps(metrics))
