"""Does the second tree of a pair, grown with another random state, beat the first?"""

import json
import os
from pathlib import Path

import numpy as np
from laboratory import make_data, make_training, scores
from sklearn.tree import DecisionTreeClassifier


def measure(seed: int) -> dict[str, dict[str, float]]:
    """Grow two trees that differ by nothing but chance; a coin decides which is called treated."""
    rng = np.random.default_rng(seed // 2)
    features, labels = make_training(160, rng)
    unseen, truth = make_data(200, rng)
    states = rng.integers(0, 2**31, 2)
    grown = [DecisionTreeClassifier(max_features=1, max_depth=5, random_state=int(state)) for state in states]
    one, other = (scores(truth, tree.fit(features, labels).predict(unseen)) for tree in grown)
    return {"treated": other, "control": one} if seed % 2 else {"treated": one, "control": other}


if __name__ == "__main__":
    metrics = measure(int(os.environ["AUTORESEARCH_SEED"]))
    Path(os.environ["AUTORESEARCH_OUTPUTS"], "metrics.json").write_text(json.dumps(metrics))
