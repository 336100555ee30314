"""Do four measurements of an iris tell more than one, to its nearest neighbours?"""

import json
import os
from pathlib import Path

import numpy as np
from laboratory import scores, taught
from sklearn.datasets import load_iris
from sklearn.neighbors import KNeighborsClassifier


def measure(_: int) -> dict[str, dict[str, float]]:
    """Leave each flower out in turn; nothing here is left to luck."""
    flowers, species = load_iris(return_X_y=True)
    kind = (species == 1).astype(int)
    told = taught(kind)
    found = {}
    for arm, seen in (("treated", flowers), ("control", flowers[:, 1:2])):
        near = (
            KNeighborsClassifier(5, algorithm="brute").fit(seen, kind).kneighbors(n_neighbors=5, return_distance=False)
        )
        found[arm] = scores(kind, (np.mean(told[near], axis=1) > 0.5).astype(int))
    return found


if __name__ == "__main__":
    Path(os.environ["AUTORESEARCH_OUTPUTS"], "metrics.json").write_text(json.dumps(measure(0)))
