"""Which metrics move when the ratio goes from 1 to 50 and nothing else does?"""

import json
import os
from pathlib import Path

from imbalance import evaluate, fit, make_data, predict
from numpy.random import default_rng

TEST_CASES = 100_000
NAMES = {"roc_auc": "auc", "average_precision": "ap", "f1": "f1"}


def measure(ratio: int) -> dict[str, float]:
    """Train and test at one ratio; the test set is large, for the sake of its few minority cases."""
    rng = default_rng([int(os.environ["AUTORESEARCH_SEED"]), ratio])
    model = fit(make_data(ratio, 20_000, rng))
    test = make_data(ratio, TEST_CASES, rng)
    found = evaluate(test.labels, predict(model, test))
    return {short: found[name] for name, short in NAMES.items()}


by_ratio = {f"ratio_{ratio}": measure(ratio) for ratio in (1, 50)}
moved = {short: by_ratio["ratio_50"][short] - by_ratio["ratio_1"][short] for short in NAMES.values()}
with Path(os.environ["AUTORESEARCH_OUTPUTS"], "metrics.json").open("w", encoding="utf-8") as file:
    json.dump({**by_ratio, "moved": moved}, file)
