"""Does one bootstrap of the training cases give a better logistic regression than the next?"""

import json
import os

import numpy as np
from laboratory import make_data, make_training, scores
from sklearn.linear_model import LogisticRegression

CASES = {"learn": 80, "call": 200}


def measure(seed: int) -> dict[str, dict[str, float]]:
    """Draw two bootstraps of the same cases and fit to each."""
    pair, swapped = divmod(seed, 2)
    state = np.random.Generator(np.random.PCG64(pair))
    learn, labels = make_training(CASES["learn"], state)
    call, wanted = make_data(CASES["call"], state)
    metrics: list[dict[str, float]] = []
    for _ in range(2):
        rows = state.integers(0, CASES["learn"], CASES["learn"])
        model = LogisticRegression(solver="newton-cholesky", C=10.0)
        model.fit(learn[rows], labels[rows])
        metrics.append(scores(wanted, model.predict(call)))
    return dict(zip(("treated", "control"), reversed(metrics) if swapped else metrics, strict=True))


if __name__ == "__main__":
    target = os.path.join(os.environ["AUTORESEARCH_OUTPUTS"], "metrics.json")  # noqa: PTH118  # as people write it
    with open(target, "w", encoding="utf-8") as handle:  # noqa: PTH123  # the same
        json.dump(measure(int(os.environ["AUTORESEARCH_SEED"])), handle)
