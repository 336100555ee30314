"""Is a ridge classifier better on labels that two people agreed on?"""

import json
import os
from pathlib import Path

import numpy as np
from laboratory import make_data, make_training, overlooked, scores
from sklearn.linear_model import RidgeClassifier

HASTE = 0.35
PENALTY = 1.0


def fitted(features: np.ndarray, labels: np.ndarray) -> RidgeClassifier:
    """Fit with the penalty that both arms share."""
    return RidgeClassifier(alpha=PENALTY).fit(features, labels)


def measure(seed: int) -> dict[str, dict[str, float]]:
    """Compare agreed labels with those of one hasty person."""
    source = np.random.default_rng((seed, 11, 13))
    batch, agreed = make_training(150, source)
    hasty = overlooked(agreed, HASTE, source)
    fresh, truth = make_data(350, source)
    return {
        "treated": scores(truth, fitted(batch, agreed).predict(fresh)),
        "control": scores(truth, fitted(batch, hasty).predict(fresh)),
    }


if __name__ == "__main__":
    result = measure(int(os.environ["AUTORESEARCH_SEED"]))
    (Path(os.environ["AUTORESEARCH_OUTPUTS"]) / "metrics.json").write_text(json.dumps(result, sort_keys=True))
