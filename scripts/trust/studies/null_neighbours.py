"""Are the cases that the second laboratory collected better to look neighbours up in?"""

import json
import os
import pathlib

import numpy  # noqa: ICN001  # as people write it
from laboratory import make_data, make_training, scores
from sklearn.neighbors import KNeighborsClassifier

EACH = 60


def measure(seed: int) -> dict[str, dict[str, float]]:
    """Look the same test cases up in two collections that were drawn alike."""
    chance = numpy.random.default_rng([seed // 2, 5])
    test, answers = make_data(150, chance)

    def judged() -> dict[str, float]:
        known, right = make_training(EACH, chance)
        lookup = KNeighborsClassifier(n_neighbors=3, algorithm="brute").fit(known, right)
        return scores(answers, lookup.predict(test))

    pair = [judged(), judged()]
    return {"treated": pair.pop(seed % 2), "control": pair.pop()}


def main() -> None:
    """Write what this seed gives."""
    outputs = pathlib.Path(os.environ["AUTORESEARCH_OUTPUTS"])
    with (outputs / "metrics.json").open("w") as file:
        json.dump(measure(int(os.environ["AUTORESEARCH_SEED"])), file)


if __name__ == "__main__":
    main()
