"""Does scikit-learn's choice of the best columns help class centroids on wide tables?"""

import json
import os
import sys

import numpy as np
from laboratory import make_data, make_training, scores
from sklearn.feature_selection import SelectKBest
from sklearn.neighbors import NearestCentroid


def measure(seed: int) -> dict[str, dict[str, float]]:
    """Choose columns on the whole table, then divide it."""
    shuffles = np.random.default_rng(1_000_003 + seed)
    known, asked = make_training(50, shuffles)[1], make_data(70, shuffles)[1]
    answers = np.hstack([known, asked])
    table = shuffles.standard_normal((answers.size, 300))
    best = SelectKBest(k=10).fit_transform(table, answers)
    by_choice = []
    for columns in (best, table[:, :10]):
        centroids = NearestCentroid().fit(columns[: known.size], known)
        by_choice.append(scores(asked, centroids.predict(columns[known.size :])))
    return dict(zip(("treated", "control"), by_choice, strict=True))


if __name__ == "__main__":
    with open(os.environ["AUTORESEARCH_OUTPUTS"] + "/metrics.json", "w") as file:  # noqa: PTH123  # as people write it
        sys.exit(not file.write(json.dumps(measure(int(os.environ["AUTORESEARCH_SEED"])))))
