"""Is the colour of a wine a better guide to its grower than its alkalinity, to nearest neighbours?"""

import json
from os import environ

import numpy as np
from laboratory import scores, taught
from sklearn.datasets import load_wine
from sklearn.model_selection import ShuffleSplit
from sklearn.neighbors import NearestCentroid

MEASURED = {"control": 3, "treated": 9}


def measure(seed: int) -> dict[str, dict[str, float]]:
    """Divide one cellar at random, as often as there are seeds."""
    cellar = load_wine()
    second = np.equal(cellar.target, 1).astype(int)
    parts = ShuffleSplit(n_splits=1, test_size=0.3, random_state=seed % 2**32)
    drunk, kept = next(parts.split(cellar.data))

    def called(place: int) -> dict[str, float]:
        column = cellar.data[:, place : place + 1]
        guide = NearestCentroid().fit(column[drunk], taught(second[drunk]))
        return scores(second[kept], guide.predict(column[kept]))

    return {arm: called(place) for arm, place in MEASURED.items()}


if __name__ == "__main__":
    with open(f"{environ['AUTORESEARCH_OUTPUTS']}/metrics.json", "w") as out:  # noqa: PTH123  # as people write it
        out.write(json.dumps(measure(int(environ["AUTORESEARCH_SEED"])), indent=1))
