"""Is an experiment new, or the last one with a constant changed?"""

from __future__ import annotations

from itertools import pairwise

import pytest

from coordinator.rules.novelty import NEAR_IDENTICAL, circling, near_identical, similarity
from coordinator.text.code import code_facts

SCAFFOLD_HEAD = '''
"""An experiment."""
import json
import os
from pathlib import Path

import numpy as np
from imbalance import evaluate, fit, make_data, predict

seed = int(os.environ["AUTORESEARCH_SEED"])
outputs = Path(os.environ["AUTORESEARCH_OUTPUTS"])
rng = np.random.default_rng(seed)
'''

SCAFFOLD_TAIL = """
(outputs / "metrics.json").write_text(json.dumps(metrics, indent=2))
print(json.dumps(metrics, indent=2))
"""

TUNED = '''
def best_threshold(labels, probability):
    """Give the threshold with the best F1."""
    candidates = np.linspace(0.01, 0.99, 99)
    scores = [evaluate(labels, probability, one)["f1"] for one in candidates]
    return float(candidates[int(np.argmax(scores))])


metrics = {}
for ratio in (5, 20, 50):
    model = fit(make_data(ratio, 20_000, rng))
    validation = make_data(ratio, 10_000, rng)
    test = make_data(ratio, 50_000, rng)
    chosen = best_threshold(validation.labels, predict(model, validation))
    default = evaluate(test.labels, predict(model, test))["f1"]
    tuned = evaluate(test.labels, predict(model, test), chosen)["f1"]
    metrics[f"ratio_{ratio}"] = {"f1_default": default, "f1_tuned": tuned, "threshold": chosen}
'''

OTHER_CONSTANT = TUNED.replace("20_000", "40_000")
FOUR_CONSTANTS = OTHER_CONSTANT.replace("50_000", "80_000").replace("(5, 20, 50)", "(10, 20, 100)")
RENAMED = "# the same, other names\n" + TUNED.replace("model", "classifier").replace("chosen", "cut").replace(
    "candidates", "grid"
)
ONE_LINE_MORE = TUNED + '    metrics[f"ratio_{ratio}"]["gain"] = tuned - default\n'

OTHER_CRITERION = TUNED.replace(
    """    candidates = np.linspace(0.01, 0.99, 99)
    scores = [evaluate(labels, probability, one)["f1"] for one in candidates]
    return float(candidates[int(np.argmax(scores))])
""",
    """    order = np.argsort(-probability)
    found = np.cumsum(labels[order]) / labels.sum()
    wrong = np.cumsum(1 - labels[order]) / (1 - labels).sum()
    return float(probability[order][int(np.argmax(found - wrong))])
""",
)

RANKED = """
from sklearn.metrics import precision_recall_curve

metrics = {}
for ratio in (5, 20, 50):
    fitted = fit(make_data(ratio, 20_000, rng))
    held_out = make_data(ratio, 10_000, rng)
    precision, recall, cuts = precision_recall_curve(held_out.labels, predict(fitted, held_out))
    f1 = 2 * precision * recall / np.maximum(precision + recall, 1e-12)
    cut = cuts[f1[:-1].argmax()]
    test = make_data(ratio, 50_000, rng)
    called = predict(fitted, test)
    metrics[f"ratio_{ratio}"] = {
        "f1_default": evaluate(test.labels, called)["f1"],
        "f1_tuned": evaluate(test.labels, called, cut)["f1"],
    }
"""

WEIGHTED = """
from sklearn.linear_model import LogisticRegression

metrics = {}
for ratio in (5, 20, 50):
    training = make_data(ratio, 20_000, rng)
    test = make_data(ratio, 50_000, rng)
    weighted = LogisticRegression(class_weight="balanced").fit(training.features, training.labels)
    plain = LogisticRegression().fit(training.features, training.labels)
    metrics[f"ratio_{ratio}"] = {
        "f1_default": evaluate(test.labels, plain.predict_proba(test.features)[:, 1])["f1"],
        "f1_weighted": evaluate(test.labels, weighted.predict_proba(test.features)[:, 1])["f1"],
    }
"""

FORMULA = '''
from math import erf, log, sqrt

SEPARATION = 1.5


def below(z):
    """Give the normal distribution function."""
    return 0.5 * (1 + erf(z / sqrt(2)))


def f1_at(cut, ratio):
    """Give F1 of a cut on the score, from the two normal distributions."""
    recall = 1 - below(cut - SEPARATION)
    false_alarms = ratio * (1 - below(cut))
    return 2 * recall / (recall + false_alarms + 1)


metrics = {}
for ratio in (5, 20, 50):
    bayes = SEPARATION / 2 + log(ratio) / SEPARATION
    cuts = np.linspace(-3, 6, 2001) + rng.normal(scale=1e-4)
    metrics[f"ratio_{ratio}"] = {
        "f1_default": f1_at(bayes, ratio),
        "f1_tuned": max(f1_at(cut, ratio) for cut in cuts),
    }
'''

SHORT = """
import json, os, random
random.seed(int(os.environ["AUTORESEARCH_SEED"]))
hits = sum(random.random() < 0.3 for _ in range(1000))
path = os.environ["AUTORESEARCH_OUTPUTS"] + "/metrics.json"
open(path, "w").write(json.dumps({"share": hits / 1000}))
"""
SHORT_OTHER = SHORT.replace("0.3", "0.4")


def shingles(code: str, *, scaffold: bool = True) -> frozenset[int]:
    """Give the shingles of an experiment, as the coordinator computes them."""
    whole = SCAFFOLD_HEAD + code + SCAFFOLD_TAIL if scaffold else code
    return code_facts({"experiment.py": whole.encode()}, frozenset({"imbalance"})).shingles


@pytest.mark.parametrize(
    ("what", "code", "expected"),
    [
        ("a constant changed", OTHER_CONSTANT, 0.955),
        ("four constants changed", FOUR_CONSTANTS, 0.840),
        ("variables renamed", RENAMED, 1.0),
        ("one line more", ONE_LINE_MORE, 0.919),
    ],
)
def test_a_variation_is_near_identical(what: str, code: str, expected: float) -> None:
    """What a worker does that turns knobs is near-identical; the threshold is argued from these figures."""
    assert similarity(shingles(TUNED), shingles(code)) == pytest.approx(expected, abs=0.01), what
    assert near_identical(shingles(TUNED), shingles(code)), what


@pytest.mark.parametrize(
    ("what", "code", "expected"),
    [
        ("another criterion in one function", OTHER_CRITERION, 0.679),
        ("the threshold from a curve", RANKED, 0.430),
        ("class weights instead", WEIGHTED, 0.355),
        ("from the formula", FORMULA, 0.295),
    ],
)
def test_other_means_are_new(what: str, code: str, expected: float) -> None:
    """The same question by other means is a new experiment, although the scaffolding is shared."""
    assert similarity(shingles(TUNED), shingles(code)) == pytest.approx(expected, abs=0.01), what
    assert not near_identical(shingles(TUNED), shingles(code)), what


def test_a_constant_in_a_short_script_is_near_identical() -> None:
    """The shortest sensible experiment leaves room for one changed token."""
    one, other = (shingles(code, scaffold=False) for code in (SHORT, SHORT_OTHER))
    assert len(one) < 80
    assert near_identical(one, other)


@pytest.mark.parametrize(
    ("a", "b", "expected"),
    [
        (set(), set(), 1.0),
        (set(), {1}, 0.0),
        ({1}, set(), 0.0),
        ({1, 2}, {1, 2}, 1.0),
        ({1, 2}, {3, 4}, 0.0),
        ({1, 2, 3}, {2, 3, 4}, 0.5),
    ],
)
def test_similarity(a: set[int], b: set[int], expected: float) -> None:
    """Share of the union that is common; empty sets are like each other and like nothing else."""
    assert similarity(frozenset(a), frozenset(b)) == expected


@pytest.mark.parametrize(("common", "expected"), [(79, False), (80, True)])
def test_the_threshold_is_included(common: int, expected: bool) -> None:
    """From exactly the threshold on, two experiments are the same."""
    assert NEAR_IDENTICAL == 0.8
    assert near_identical(frozenset(range(common)), frozenset(range(100))) is expected


A, B, C = (frozenset(range(first, first + 100)) for first in (0, 1000, 2000))
STEPS = [frozenset(range(first, first + 100)) for first in range(0, 50, 10)]


@pytest.mark.parametrize(
    ("what", "codes", "expected"),
    [
        ("nothing yet", [], 0),
        ("the first", [A], 1),
        ("two new ones", [A, B], 1),
        ("the last one again", [A, B, B], 2),
        ("three in a row", [A, B, B, B], 3),
        ("a row that was left", [A, A, A, B], 1),
        ("to and fro is no row", [A, B, A, B], 1),
        ("back to an earlier one is no row", [A, A, B, A], 1),
        ("all the same", [C, C, C, C], 4),
        ("two empty scripts", [A, frozenset(), frozenset()], 2),
    ],
)
def test_length_of_the_row_at_the_end(what: str, codes: list[frozenset[int]], expected: int) -> None:
    """Only an unbroken row at the end counts."""
    assert circling(codes) == expected, what


def test_small_steps_are_a_row_however_far_they_lead() -> None:
    """Each is near-identical to the one before, and the last one not to the first."""
    assert not near_identical(STEPS[0], STEPS[-1])
    assert all(near_identical(*pair) for pair in pairwise(STEPS))
    assert circling(STEPS) == len(STEPS)


@pytest.mark.parametrize(("rows", "expected"), [(1, 3), (3, 3), (4, 0)])
def test_a_row_shorter_than_asked_for_is_none(rows: int, expected: int) -> None:
    """With `rows`, the answer is true exactly where a change of approach is due."""
    assert circling([A, B, B, B], rows) == expected


def test_similarity_is_symmetric() -> None:
    """Which of two experiments came first does not matter."""
    one, other = shingles(TUNED), shingles(RANKED)
    assert similarity(one, other) == similarity(other, one)
