"""What should come out? The analytic answers to the demo's questions, printed as a table.

`python scripts/known_answers.py` prints it; `--write` puts it between the markers of docs/known_answers.md.
It computes from formulae alone: it neither imports the target nor draws a sample, so that it can judge both.
"""

from __future__ import annotations

import argparse
import math
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import NormalDist

RATIOS = (1, 2, 5, 10, 20, 50, 100)
SEPARATION = 1.5
DOCUMENT = Path(__file__).resolve().parents[1] / "docs" / "known_answers.md"
BEGIN, END = "<!-- table: begin -->", "<!-- table: end -->"

normal = NormalDist()


@dataclass(frozen=True)
class Threshold:
    """What one threshold gives at one ratio.

    Args:
        probability: posterior probability of the minority from which a case is called minority.
        recall: of the minority.
        accuracy: share of all cases that are called rightly.
        precision: share of the called cases that are minority.
        f1: harmonic mean of precision and recall.
    """

    probability: float
    recall: float
    accuracy: float
    precision: float
    f1: float


def at_threshold(ratio: float, probability: float) -> Threshold:
    """Give the metrics of the best linear score, cut where the posterior is `probability`.

    Along the line through both means the classes are N(0, 1) and N(D, 1), D the separation. The posterior log
    odds at t are D t - D^2/2 - ln(ratio); solved for t they give the cut.
    """
    odds = math.log(probability / (1 - probability))
    cut = SEPARATION / 2 + (math.log(ratio) + odds) / SEPARATION
    recall = normal.cdf(SEPARATION - cut)
    false_alarms = normal.cdf(-cut)
    return Threshold(
        probability=probability,
        recall=recall,
        accuracy=(recall + ratio * (1 - false_alarms)) / (1 + ratio),
        precision=recall / (recall + ratio * false_alarms),
        f1=2 * recall / (recall + 1 + ratio * false_alarms),
    )


def best_f1(ratio: float) -> Threshold:
    """Find the threshold with the highest F1: it is half of that F1, so iterate until it is.

    Source: Lipton, Elkan, Naryanaswamy (2014), "Optimal thresholding of classifiers to maximize F1 measure":
        the best threshold on a calibrated probability is F*/2.
    """
    found = at_threshold(ratio, 0.5)
    while abs(found.probability - found.f1 / 2) > 1e-12:
        found = at_threshold(ratio, found.f1 / 2)
    return found


def roc_auc() -> float:
    """Give P(score of a minority case > score of a majority case); no ratio in it."""
    return normal.cdf(SEPARATION / math.sqrt(2))


def average_precision(ratio: float, steps: int = 4000) -> float:
    """Integrate precision over recall by the midpoint rule; there is no closed form."""
    low, high = -6.0, SEPARATION + 6.0
    width = (high - low) / steps
    minority = NormalDist(SEPARATION, 1)
    total = 0.0
    for step in range(steps):
        cut = low + (step + 0.5) * width
        recall = normal.cdf(SEPARATION - cut)
        total += minority.pdf(cut) * width * recall / (recall + ratio * normal.cdf(-cut))
    return total


def row(ratio: float) -> str:
    """Give one line of the table."""
    default, best = at_threshold(ratio, 0.5), best_f1(ratio)
    balanced = at_threshold(ratio, 1 / (1 + ratio))
    numbers = (
        default.accuracy,
        default.recall,
        default.accuracy - default.recall,
        default.precision,
        default.f1,
        best.f1,
        best.f1 - default.f1,
        best.probability,
        balanced.recall,
        balanced.f1,
        roc_auc(),
        average_precision(ratio),
    )
    return f"| {ratio:g} | " + " | ".join(f"{number:.3f}" for number in numbers) + " |"


def table() -> str:
    """Lay all ratios out as a Markdown table."""
    names = (
        "ratio", "accuracy", "recall", "accuracy - recall", "precision", "F1 at 0.5", "best F1", "gain",
        "best threshold", "recall, balanced", "F1, balanced", "ROC AUC", "average precision",
    )  # fmt: skip
    head = ["| " + " | ".join(names) + " |", "|" + "---:|" * len(names)]
    return "\n".join(head + [row(ratio) for ratio in RATIOS])


def renewed(document: str) -> str:
    """Give the document with the present table between its markers."""
    before, rest = document.split(BEGIN)
    after = rest.split(END)[1]
    return f"{before}{BEGIN}\n{table()}\n{END}{after}"


def main(arguments: Sequence[str] | None = None) -> None:
    """Print the table, and put it into the document if asked to."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--write", action="store_true", help="renew the table in docs/known_answers.md")
    if parser.parse_args(arguments).write:
        DOCUMENT.write_text(renewed(DOCUMENT.read_text(encoding="utf-8")), encoding="utf-8")
    print(table())


if __name__ == "__main__":
    main()
