"""Does the demo's target draw what it says, and measure what the formulae say?"""

import imbalance
import known_answers
import numpy as np
import pytest
import train
from sklearn.metrics import f1_score


@pytest.fixture(scope="module")
def measured() -> dict[int, dict[str, float]]:
    """The target's metrics at three ratios, as train.py computes them."""
    return {ratio: train.train(ratio, seed=3) for ratio in (1, 20, 100)}


@pytest.mark.parametrize("ratio", imbalance.RATIOS)
def test_counts_follow_the_ratio(ratio: int) -> None:
    """A sample has its minority counted out, not drawn: the ratio is exact up to rounding."""
    sample = imbalance.make_data(ratio, 2_100, np.random.default_rng(0))
    assert int(sample.labels.sum()) == round(2_100 / (1 + ratio))
    assert sample.features.shape == (2_100, imbalance.FEATURES)


def test_smallest_sample_has_a_minority() -> None:
    """Even where the ratio leaves less than one case, there is one."""
    assert imbalance.make_data(100, 20, np.random.default_rng(0)).labels.sum() == 1


def test_same_seed_same_sample() -> None:
    """All chance comes from the generator."""
    first, second, other = (imbalance.make_data(5, 600, np.random.default_rng(seed)) for seed in (1, 1, 2))
    assert np.array_equal(first.features, second.features)
    assert np.array_equal(first.labels, second.labels)
    assert not np.array_equal(first.features, other.features)


def test_classes_are_as_far_apart_as_said() -> None:
    """The distance between the class means is SEPARATION, and each class has unit variance."""
    sample = imbalance.make_data(1, 200_000, np.random.default_rng(0))
    minority, majority = (sample.features[sample.labels == label] for label in (1, 0))
    distance = np.linalg.norm(minority.mean(axis=0) - majority.mean(axis=0))
    assert distance == pytest.approx(imbalance.SEPARATION, abs=0.02)
    assert np.cov(minority.T) == pytest.approx(np.eye(imbalance.FEATURES), abs=0.02)


@pytest.mark.parametrize("ratio", [1, 20, 100])
def test_simulation_agrees_with_the_formulae(measured: dict[int, dict[str, float]], ratio: int) -> None:
    """What the target measures lies within its sampling error of the analytic answer."""
    expected, found = known_answers.at_threshold(ratio, 0.5), measured[ratio]
    assert found["accuracy"] == pytest.approx(expected.accuracy, abs=0.01)
    assert found["recall"] == pytest.approx(expected.recall, abs=0.03)
    assert found["f1"] == pytest.approx(expected.f1, abs=0.04)
    assert found["roc_auc"] == pytest.approx(known_answers.roc_auc(), abs=0.02)
    assert found["average_precision"] == pytest.approx(known_answers.average_precision(ratio), abs=0.04)


def test_best_threshold_is_where_the_formula_says() -> None:
    """No threshold on a large sample does noticeably better than the analytic best one."""
    rng = np.random.default_rng(5)
    model = imbalance.fit(imbalance.make_data(20, 100_000, rng))
    test = imbalance.make_data(20, 100_000, rng)
    probability = imbalance.predict(model, test)
    best = known_answers.best_f1(20)
    at_best = imbalance.evaluate(test.labels, probability, best.probability)["f1"]
    assert at_best == pytest.approx(best.f1, abs=0.02)
    anywhere = max(f1_score(test.labels, probability >= cut) for cut in np.linspace(0.05, 0.5, 46))
    assert anywhere <= at_best + 0.01


def test_table_has_a_line_for_each_ratio(capsys: pytest.CaptureFixture[str]) -> None:
    """The program prints a header and one line a ratio."""
    train.main(["--ratios", "1", "20"])
    lines = capsys.readouterr().out.splitlines()
    assert lines[0].split()[:3] == ["ratio", "accuracy", "precision"]
    assert [line.split()[0] for line in lines[1:]] == ["1", "20"]


def test_a_placebo_leaves_nothing_to_learn(monkeypatch: pytest.MonkeyPatch) -> None:
    """The labels are permuted by its seed: the ranking of the model is that of a coin, and repeats itself."""
    sample, test = (imbalance.make_data(2, 4000, np.random.default_rng(seed)) for seed in (1, 2))

    def ranking() -> float:
        return imbalance.evaluate(test.labels, imbalance.predict(imbalance.fit(sample), test))["roc_auc"]

    real = ranking()
    monkeypatch.setenv("AUTORESEARCH_PLACEBO", "7")
    placebo = ranking()
    assert real > 0.8
    assert 0.2 < placebo < 0.8
    assert placebo == ranking()
