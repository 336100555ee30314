"""Does naive Bayes lose cases when some of their kind were overlooked in its training labels?"""

import json
from os import environ

import numpy as np
from laboratory import make_data, make_training, overlooked, scores
from sklearn.naive_bayes import GaussianNB

OVERLOOKED = 0.365


def measure(seed: int) -> dict[str, dict[str, float]]:
    """Learn from labels that were gone through twice, then from those of the first look."""
    generator = np.random.default_rng(seed * 3 + 1)
    cases, twice = make_training(150, generator)
    once = overlooked(twice, OVERLOOKED, generator)
    held_out, classes = make_data(350, generator)
    second, first = (GaussianNB().fit(cases, labels).predict(held_out) for labels in (twice, once))
    return {"treated": scores(classes, second), "control": scores(classes, first)}


if __name__ == "__main__":
    with open(f"{environ['AUTORESEARCH_OUTPUTS']}/metrics.json", "w") as out:  # noqa: PTH123  # as people write it
        out.write(json.dumps(measure(int(environ["AUTORESEARCH_SEED"])), indent=1))
