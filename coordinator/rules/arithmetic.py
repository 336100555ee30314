"""Can these scores be those of one classifier on one test set at all?

Accuracy, precision, recall and F1 come from four whole numbers, so most combinations that somebody makes up cannot
come about. Two depths. Always: a score is at most 1 (or 100 %), and F1 is at most the mean of
precision and recall, which holds for one class, for every kind of average over classes, and for means over folds.
Where a group of metrics names its test size (`n_test`), it says that its scores are counted over these cases: then a
confusion matrix of so many cases must give them. Scores that are named as averages (`f1_macro`) are left out of that.
What is negative is a difference of scores, whatever it is called, and so are those beside it: nobody makes up a
negative accuracy.

Source: Brown and Heathers (2017), The GRIM test, Social Psychological and Personality Science 8, for means of whole
numbers; Fazekas and Kovács (2023), Testing the consistency of performance scores reported for binary classification
problems, arXiv:2310.12527, for confusion matrices; Opitz and Burst (2019), Macro F1 and macro F1, arXiv:1911.03347,
for why averages obey less.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Mapping
from decimal import Decimal
from functools import lru_cache

LARGEST = 20_000
"""Test cases up to which every confusion matrix is looked for; beyond, rounding lets almost anything pass."""

EXACT = 1e-9
"""Distance within which a score that is not rounded is what it is said to be."""

_ROLES = {
    "accuracy": "accuracy",
    "acc": "accuracy",
    "precision": "precision",
    "ppv": "precision",
    "recall": "recall",
    "sensitivity": "recall",
    "tpr": "recall",
    "f1": "f1",
}
_SIZES = ("n_test", "test_size", "n_cases")
_POSITIVES = ("n_positive", "n_positives", "n_pos", "positives")
_OTHERWISE = frozenset(
    {"macro", "micro", "weighted", "mean", "avg", "average", "balanced", "cv", "fold", "folds", "oob", "top"}
    | {"std", "sd", "se", "var", "ci", "low", "high", "error"}
    | {"gain", "gap", "diff", "difference", "delta", "drop", "change", "lift", "loss", "ratio", "minus", "vs", "over"}
    | {"moved", "shift", "effect", "improvement", "increase", "decrease"}
)
"""Words in a metric's path that make it no plain score: an average, a spread, a difference."""

Interval = tuple[float, float]


def impossible(metrics: Mapping[str, float]) -> Iterator[str]:
    """Say of each group of scores that cannot be why it cannot.

    Args:
        metrics: of one seed, flattened. A group is what shares its path up to the role: `ratio_20.f1_tuned` and
            `ratio_20.precision_tuned`.
    """
    for where, scores in sorted(_groups(metrics).items()):
        said = _wrong(scores, _size(metrics, where, _SIZES), _size(metrics, where, _POSITIVES))
        if said:
            shown = ", ".join(f"{role} {value:g}" for role, value in sorted(scores.items()))
            yield f"{_shown(where)}{shown}: {said}"


def grim(mean: float, n: int) -> bool:
    """Tell whether a mean, as rounded as it is written, can be that of `n` whole numbers.

    Source: Brown and Heathers (2017); their first example: no 28 whole numbers have the mean 5.19.
    """
    low, high = _around(mean)
    return math.floor(high * n + EXACT) >= math.ceil(low * n - EXACT)


def _groups(metrics: Mapping[str, float]) -> dict[tuple[str, str], dict[str, float]]:
    """Collect the plain scores by where they lie and what they are of."""
    found: dict[tuple[str, str], dict[str, float]] = {}
    for path, value in metrics.items():
        folder, _, name = path.rpartition(".")
        words = _words(name)
        roles = [word for word in words if word in _ROLES]
        if len(roles) == 1 and not _OTHERWISE.intersection((*words, *_words(folder))):
            rest = "_".join(word for word in words if word not in _ROLES and word != "score")
            found.setdefault((folder, rest), {})[_ROLES[roles[0]]] = value
    return {where: scores for where, scores in found.items() if min(scores.values()) >= 0}


def _words(name: str) -> list[str]:
    return [word for word in re.split(r"[_.\-]+", name.lower()) if word]


def _size(metrics: Mapping[str, float], where: tuple[str, str], names: tuple[str, ...]) -> int | None:
    """Find a count that a group names beside its scores; a share of the data is none."""
    folder, _ = where
    for name in names:
        value = metrics.get(f"{folder}.{name}" if folder else name)
        if value is not None and value >= 1 and value == int(value):
            return int(value)
    return None


def _shown(where: tuple[str, str]) -> str:
    path = ".".join(part for part in where if part)
    return f"{path}: " if path else ""


def _wrong(scores: Mapping[str, float], n: int | None, positives: int | None) -> str:
    """Say what is wrong with one group; nothing if it can be."""
    most = max(scores.values())
    if 1 < most <= 2 or most > 100:  # 1.3 is no share, and as 1.3 % no score that anybody reports
        return "a score lies between 0 and 1, or 0 and 100 %"
    scale = 100.0 if most > 1 else 1.0
    around = {role: _scaled(_around(value), scale) for role, value in scores.items()}
    if {"precision", "recall", "f1"} <= around.keys():
        middle = (around["precision"][1] + around["recall"][1]) / 2
        if around["f1"][0] > middle + EXACT:
            return "F1 is more than the mean of precision and recall, which it never is"
    if n is None:
        return ""
    if "accuracy" in scores and scale == 1 and not grim(scores["accuracy"], n):
        return f"no number of right answers among {n} gives this accuracy"
    if n <= LARGEST and not _exists(tuple(sorted(around.items())), n, positives):
        return (
            f"no confusion matrix of {n} cases gives these scores; an average is to be named as one, such as f1_macro"
        )
    return ""


def _around(value: float) -> Interval:
    """Give where a value may lie that was rounded to the digits that it has; 0 and 1 are taken as they are."""
    exponent = Decimal(str(value)).normalize().as_tuple().exponent
    assert isinstance(exponent, int), "metrics are finite"
    half = max(0.5 * 10.0**exponent, EXACT) if exponent < 0 else EXACT
    return value - half, value + half


def _scaled(interval: Interval, scale: float) -> Interval:
    return interval[0] / scale, interval[1] / scale


@lru_cache(maxsize=4096)
def _exists(around: tuple[tuple[str, Interval], ...], n: int, positives: int | None) -> bool:
    """Look for a confusion matrix of n cases that gives every score."""
    scores = dict(around)
    without_hits = [scores[role] for role in ("precision", "recall", "f1") if role in scores]
    if all(low <= 0 for low, _ in without_hits):
        return True  # no hits, or only the accuracy, which was looked at
    return any(_fits(scores, tp, n, positives) for tp in range(1, n + 1))


def _fits(scores: Mapping[str, Interval], tp: int, n: int, positives: int | None) -> bool:
    """Tell whether so many hits, with some false alarms and misses, give every score."""
    alarms = _errors(scores.get("precision"), tp, tp, n)
    misses = _errors(scores.get("recall"), tp, tp, n)
    both = _errors(scores.get("f1"), 2 * tp, 2 * tp, n)
    if positives is not None:
        misses = max(misses[0], positives - tp), min(misses[1], positives - tp)
    if "accuracy" in scores:
        low, high = scores["accuracy"]
        both = max(both[0], math.ceil(n * (1 - high) - EXACT)), min(both[1], math.floor(n * (1 - low) + EXACT))
    if alarms[0] > alarms[1] or misses[0] > misses[1]:
        return False
    least = max(both[0], alarms[0] + misses[0])
    return least <= min(both[1], alarms[1] + misses[1], n - tp)


def _errors(score: Interval | None, top: int, hits: int, n: int) -> tuple[int, int]:
    """Give how many errors a score `top / (hits + errors)` allows."""
    if score is None:
        return 0, n
    low, high = score
    least = math.ceil(top / min(high, 1.0) - hits - EXACT)
    most = math.floor(top / low - hits + EXACT) if low > 0 else n
    return max(0, least), min(n, most)
