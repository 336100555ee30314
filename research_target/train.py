"""Print the metrics of a logistic regression at each class ratio: `python research_target/train.py`."""

from __future__ import annotations

import argparse
from collections.abc import Sequence

import numpy as np
from imbalance import RATIOS, evaluate, fit, make_data, predict

TRAINING_CASES = 20_000
TEST_CASES = 50_000


def train(ratio: float, seed: int) -> dict[str, float]:
    """Fit on one sample and evaluate on another, both of the same class ratio."""
    rng = np.random.default_rng([seed, round(ratio)])
    model = fit(make_data(ratio, TRAINING_CASES, rng))
    test = make_data(ratio, TEST_CASES, rng)
    return evaluate(test.labels, predict(model, test))


def table(results: dict[float, dict[str, float]]) -> str:
    """Lay the metrics out, one line per ratio."""
    names = list(next(iter(results.values())))
    lines = ["ratio  " + "  ".join(f"{name:>9.17}" for name in names)]
    for ratio, metrics in results.items():
        cells = (f"{metrics[name]:>{max(9, len(name))}.3f}" for name in names)
        lines.append(f"{ratio:>5g}  " + "  ".join(cells))
    return "\n".join(lines)


def main(arguments: Sequence[str] | None = None) -> None:
    """Train at each ratio asked for and print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seed", type=int, default=0, help="of the samples (default: 0)")
    parser.add_argument("--ratios", type=float, nargs="+", default=RATIOS, help="majority cases per minority case")
    options = parser.parse_args(arguments)
    print(table({ratio: train(ratio, options.seed) for ratio in options.ratios}))


if __name__ == "__main__":
    main()
