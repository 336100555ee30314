"""How much accuracy does the model earn over never calling the minority, as the ratio grows?"""

import json
import os
from pathlib import Path

import imbalance
import numpy as np


def earned(ratio: int, generator: np.random.Generator) -> dict[str, float]:
    """Compare the fitted model's accuracy with that of a constant answer on the same cases."""
    trained = imbalance.fit(imbalance.make_data(ratio, 25_000, generator))
    judged = imbalance.make_data(ratio, 75_000, generator)
    calls = trained.predict(judged.features)
    constant = float(np.mean(judged.labels == 0))
    accuracy = float(np.mean(calls == judged.labels))
    return {
        "accuracy": accuracy,
        "constant": constant,
        "earned": accuracy - constant,
        "called": float(calls.mean()),
    }


def main() -> None:
    """Write one entry for each of three ratios."""
    generator = np.random.default_rng(int(os.environ["AUTORESEARCH_SEED"]))
    table = {f"ratio_{ratio}": earned(ratio, generator) for ratio in (2, 20, 100)}
    destination = Path(os.environ["AUTORESEARCH_OUTPUTS"]) / "metrics.json"
    with destination.open("w", encoding="utf-8") as stream:
        json.dump(table, stream)


main()
