"""Is there an order of the training cases that a perceptron learns better from?"""

import json
import os
import sys

import numpy as np
from laboratory import make_data, make_training, scores
from sklearn.linear_model import Perceptron


def measure(seed: int) -> dict[str, dict[str, float]]:
    """Pass over the same cases in two shuffled orders."""
    shuffles = np.random.default_rng(1_000_003 + seed // 2)
    (cases, labels), (later, truth) = make_training(100, shuffles), make_data(200, shuffles)
    by_order = []
    for order in (shuffles.permutation(labels.size), shuffles.permutation(labels.size)):
        learner = Perceptron(shuffle=False, max_iter=2, tol=None)
        learner.fit(cases[order], labels[order])
        by_order.append(scores(truth, learner.predict(later)))
    if seed % 2:
        by_order.reverse()
    return {"treated": by_order[0], "control": by_order[1]}


def write(folder: str, found: dict[str, dict[str, float]]) -> int:
    """Put the metrics where the coordinator looks for them."""
    with open(folder + "/metrics.json", "w") as file:  # noqa: PTH123  # as people write it
        return file.write(json.dumps(found))


if __name__ == "__main__":
    sys.exit(not write(os.environ["AUTORESEARCH_OUTPUTS"], measure(int(os.environ["AUTORESEARCH_SEED"]))))
