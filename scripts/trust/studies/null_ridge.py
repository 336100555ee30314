"""Does a ridge classifier prefer one random projection of its features to another?"""

import json
import os
from pathlib import Path

import numpy as np
from laboratory import FEATURES, make_data, make_training, scores
from sklearn.linear_model import RidgeClassifier

DIRECTIONS = 3


def measure(seed: int) -> dict[str, dict[str, float]]:
    """Fit through two projections drawn from the same distribution."""
    source = np.random.default_rng((seed >> 1, 17))
    batch, labels = make_training(80, source)
    fresh, truth = make_data(200, source)
    arms = ["treated", "control"][:: -1 if seed & 1 else 1]
    result = {}
    for arm in arms:
        seen = source.normal(size=(FEATURES, DIRECTIONS))
        model = RidgeClassifier(alpha=1.0).fit(batch @ seen, labels)
        result[arm] = scores(truth, model.predict(fresh @ seen))
    return result


if __name__ == "__main__":
    result = measure(int(os.environ["AUTORESEARCH_SEED"]))
    (Path(os.environ["AUTORESEARCH_OUTPUTS"]) / "metrics.json").write_text(json.dumps(result, sort_keys=True))
