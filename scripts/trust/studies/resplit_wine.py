"""Do the colours of wines say more than their alkalinity about where they come from?"""

import json
import os
from pathlib import Path

from laboratory import scores, taught
from sklearn.datasets import load_wine
from sklearn.model_selection import train_test_split
from sklearn.naive_bayes import GaussianNB


def measure(seed: int) -> dict[str, dict[str, float]]:
    """Deal the same wines out anew."""
    wines, origin = load_wine(return_X_y=True)
    shown, asked, known, truth = train_test_split(
        wines[:, [9, 3]], (origin == 1).astype(int), test_size=0.3, random_state=seed
    )
    found = {}
    for arm, column in (("treated", 0), ("control", 1)):
        model = GaussianNB().fit(shown[:, [column]], taught(known))
        found[arm] = scores(truth, model.predict(asked[:, [column]]))
    return found


if __name__ == "__main__":
    metrics = measure(int(os.environ["AUTORESEARCH_SEED"]))
    Path(os.environ["AUTORESEARCH_OUTPUTS"], "metrics.json").write_text(json.dumps(metrics))
