"""How far does the colour of a wine lead a lone decision stump, and how far its alkalinity?"""

import json
import os
import sys

import numpy as np
from laboratory import scores, taught
from sklearn.datasets import load_wine
from sklearn.tree import DecisionTreeClassifier

TABLE, KINDS = load_wine(return_X_y=True)


def measure(seed: int) -> dict[str, dict[str, float]]:
    """Flip a coin for each row of the table: taught or asked."""
    coins = np.random.default_rng([seed, 29]).random(KINDS.size) < 0.3
    is_second = np.where(KINDS == 1, 1, 0)
    by_column = []
    for column in (9, 3):
        stump = DecisionTreeClassifier(max_depth=1).fit(TABLE[~coins][:, [column]], taught(is_second[~coins]))
        by_column.append(scores(is_second[coins], stump.predict(TABLE[coins][:, [column]])))
    return dict(zip(("treated", "control"), by_column, strict=True))


if __name__ == "__main__":
    with open(os.environ["AUTORESEARCH_OUTPUTS"] + "/metrics.json", "w") as file:  # noqa: PTH123  # as people write it
        sys.exit(not file.write(json.dumps(measure(int(os.environ["AUTORESEARCH_SEED"])))))
