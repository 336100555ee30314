"""Is a quadratic discriminant of irises better with petals than with sepals' width?"""

import json
import os

from laboratory import scores, taught
from sklearn.datasets import load_iris
from sklearn.discriminant_analysis import QuadraticDiscriminantAnalysis

COLUMNS = {"treated": [0, 1, 2, 3], "control": [1]}


def called(columns: list[int]) -> dict[str, float]:
    """Learn from flowers with even numbers and score those with odd ones."""
    iris = load_iris()
    shown, asked = iris.data[::2][:, columns], iris.data[1::2][:, columns]
    answers = iris.target == 1
    model = QuadraticDiscriminantAnalysis()
    model.fit(shown, taught(answers[::2].astype(int)))
    return scores(answers[1::2].astype(int), model.predict(asked))


def measure(_: int) -> dict[str, dict[str, float]]:
    """Score both sets of columns."""
    return {arm: called(columns) for arm, columns in COLUMNS.items()}


if __name__ == "__main__":
    target = os.path.join(os.environ["AUTORESEARCH_OUTPUTS"], "metrics.json")  # noqa: PTH118  # as people write it
    with open(target, "w", encoding="utf-8") as handle:  # noqa: PTH123  # the same
        json.dump(measure(0), handle)
