"""Is docs/known_answers.md current, and are the formulae in it right?"""

from pathlib import Path

import imbalance
import known_answers
import pytest


def test_document_is_current() -> None:
    """The table in the document is what the script computes now."""
    text = known_answers.DOCUMENT.read_text(encoding="utf-8")
    assert known_answers.renewed(text) == text, "run `python scripts/known_answers.py --write`"


def test_is_about_the_target() -> None:
    """Script and target agree on the ratios and on how far the classes are apart."""
    assert known_answers.RATIOS == imbalance.RATIOS
    assert known_answers.SEPARATION == imbalance.SEPARATION


def test_balanced_classes_are_symmetric() -> None:
    """At ratio 1 the default threshold treats both classes alike."""
    found = known_answers.at_threshold(1, 0.5)
    assert found.recall == pytest.approx(found.precision) == pytest.approx(found.accuracy)


@pytest.mark.parametrize("ratio", known_answers.RATIOS)
def test_best_threshold_is_a_maximum(ratio: int) -> None:
    """F1 falls on both sides of the threshold that the iteration finds."""
    best = known_answers.best_f1(ratio)
    for nudge in (0.98, 1.02):
        assert known_answers.at_threshold(ratio, best.probability * nudge).f1 < best.f1


def test_average_precision_needs_no_finer_steps() -> None:
    """The integral has converged; at ratio 0, where every call is right, it is 1."""
    assert known_answers.average_precision(20, 4000) == pytest.approx(
        known_answers.average_precision(20, 400), abs=1e-4
    )
    assert known_answers.average_precision(0) == pytest.approx(1.0, abs=1e-6)


def test_write_renews_the_table_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What stands before and after the markers stays."""
    page = tmp_path / "page.md"
    page.write_text(f"before\n{known_answers.BEGIN}\nstale\n{known_answers.END}\nafter\n", encoding="utf-8")
    monkeypatch.setattr(known_answers, "DOCUMENT", page)
    known_answers.main(["--write"])
    text = page.read_text(encoding="utf-8")
    assert text.startswith("before\n")
    assert text.endswith("\nafter\n")
    assert known_answers.table() in text
    assert "stale" not in text
