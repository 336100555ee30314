"""Do nearest neighbours gain from training labels that were checked?"""

import json
import os
import pathlib

import numpy  # noqa: ICN001  # as people write it
from laboratory import make_data, make_training, mislabelled, scores
from sklearn.neighbors import KNeighborsClassifier

SHARE_WRONG = 0.22
NEIGHBOURS = 3


def measure(seed: int) -> dict[str, dict[str, float]]:
    """Look up the same test cases among cleanly and among poorly labelled neighbours."""
    chance = numpy.random.default_rng([seed, 7])
    test, answers = make_data(300, chance)
    known, right = make_training(150, chance)
    spoilt = mislabelled(right, SHARE_WRONG, chance)

    def judged(taught: numpy.ndarray) -> dict[str, float]:
        lookup = KNeighborsClassifier(n_neighbors=NEIGHBOURS, algorithm="brute")
        lookup.fit(known, taught)
        return scores(answers, lookup.predict(test))

    return {"control": judged(spoilt), "treated": judged(right)}


def main() -> None:
    """Write what this seed gives."""
    outputs = pathlib.Path(os.environ["AUTORESEARCH_OUTPUTS"])
    with (outputs / "metrics.json").open("w") as file:
        json.dump(measure(int(os.environ["AUTORESEARCH_SEED"])), file)


if __name__ == "__main__":
    main()
