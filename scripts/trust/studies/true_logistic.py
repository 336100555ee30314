"""Does a logistic regression call more new cases rightly once an expert has gone over its labels?"""

import json
import os

import numpy as np
from laboratory import make_data, make_training, overlooked, scores
from sklearn.linear_model import LogisticRegression

NOT_SEEN_BY_NOVICE = 0.315
CASES = {"learn": 150, "call": 350}


def measure(seed: int) -> dict[str, dict[str, float]]:
    """Learn twice from the same cases: as the expert labelled them, and as the novice did."""
    state = np.random.Generator(np.random.PCG64(seed))
    learn, expert = make_training(CASES["learn"], state)
    call, wanted = make_data(CASES["call"], state)
    labels = {"treated": expert, "control": overlooked(expert, NOT_SEEN_BY_NOVICE, state)}
    metrics: dict[str, dict[str, float]] = {}
    for arm, taught in labels.items():
        model = LogisticRegression(solver="newton-cholesky")
        model.fit(learn, taught)
        metrics[arm] = scores(wanted, model.predict(call))
    return metrics


if __name__ == "__main__":
    target = os.path.join(os.environ["AUTORESEARCH_OUTPUTS"], "metrics.json")  # noqa: PTH118  # as people write it
    with open(target, "w", encoding="utf-8") as handle:  # noqa: PTH123  # the same
        json.dump(measure(int(os.environ["AUTORESEARCH_SEED"])), handle)
