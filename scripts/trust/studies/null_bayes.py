"""Does it matter which half of the training cases naive Bayes is given?"""

import json
from os import environ

import numpy as np
from laboratory import make_data, make_training, scores
from sklearn.naive_bayes import GaussianNB


def measure(seed: int) -> dict[str, dict[str, float]]:
    """Fit to the upper and to the lower half of a list in no order."""
    generator = np.random.default_rng(seed // 2 * 5 + 2)
    cases, classes = make_training(60, generator)
    classes[[0, -1]], classes[[1, -2]] = 0, 1
    held_out, wanted = make_data(200, generator)
    halves = (slice(None, 30), slice(30, None))
    found = [scores(wanted, GaussianNB().fit(cases[half], classes[half]).predict(held_out)) for half in halves]
    first = seed % 2
    return {"treated": found[first], "control": found[1 - first]}


if __name__ == "__main__":
    with open(f"{environ['AUTORESEARCH_OUTPUTS']}/metrics.json", "w") as out:  # noqa: PTH123  # as people write it
        out.write(json.dumps(measure(int(environ["AUTORESEARCH_SEED"])), indent=1))
