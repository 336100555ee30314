"""Is a finding called what it is? A truth table."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

from coordinator.model.finding import Agreement, Replication
from coordinator.model.instruction import Ending
from coordinator.model.settings import Significance
from coordinator.report.trust import ENDINGS, WORDING, Grade, grade

NONE = Replication((), (), Agreement.NONE)
YES = Replication(("exp_002",), (), Agreement.HOLDS)
MIXED = Replication(("exp_002",), ("exp_003",), Agreement.MIXED)
NO = Replication((), ("exp_002",), Agreement.FAILED)
CONFIRMED, REFUTED = ("yes",), ("no",)


@pytest.mark.parametrize(
    ("holds", "survives", "replication", "confirmations", "score", "expected"),
    [
        (True, True, YES, CONFIRMED, 8, Grade.HOLDS),
        (True, None, YES, CONFIRMED, 8, Grade.HOLDS),
        (True, False, YES, CONFIRMED, 8, Grade.HOLDS_ALONE),
        (True, None, YES, (), 8, Grade.HOLDS_UNCONFIRMED),
        (False, None, YES, CONFIRMED, 8, Grade.SHORT),
        (False, None, YES, (), 8, Grade.UNCONFIRMED),
        (False, None, YES, REFUTED, 8, Grade.NOT_CONFIRMED),
        (False, None, MIXED, REFUTED, 8, Grade.NOT_CONFIRMED),
        (False, None, MIXED, (), 8, Grade.MIXED),
        (False, None, MIXED, CONFIRMED, 8, Grade.MIXED),
        (False, None, NO, CONFIRMED, 8, Grade.NOT_REPLICATED),
        (False, None, NONE, (), 7, Grade.SCORED),
        (False, None, NONE, (), 6.9, Grade.BELOW_BAR),
        (False, None, NONE, (), None, Grade.BELOW_BAR),
    ],
)
def test_a_claim_that_was_met(  # one column a dimension
    make: SimpleNamespace,
    holds: bool,
    survives: bool | None,
    replication: Replication,
    confirmations: tuple[str, ...],
    score: float | None,
    expected: Grade,
) -> None:
    """The grade follows how far replication, confirmation and correction got."""
    finding = make.finding(
        holds=holds,
        survives=survives,
        experiment="exp_001",
        score=score,
        replication=replication,
        confirmations=tuple(make.tested(0.3, 0.1, 0.01, holds=word == "yes") for word in confirmations),
        experiments=(make.evidence("exp_001", make.effect([0.3])),),
    )
    assert grade(finding, Significance()) is expected


@pytest.mark.parametrize(
    ("experiments", "expected"),
    [
        ([], Grade.NO_EVIDENCE),
        ([("failed", True, True)], Grade.NO_EVIDENCE),
        ([("holds", False, False)], Grade.NO_CLAIM),
        ([("holds", True, False)], Grade.NULL),
        ([("holds", True, False), ("failed", True, True)], Grade.NULL),
        ([("holds", True, False), ("holds", True, True)], Grade.UNSETTLED),
        ([("failed", True, True), ("holds", True, True)], Grade.UNSETTLED),
    ],
)
def test_no_claim_that_was_met(
    make: SimpleNamespace, experiments: list[tuple[str, bool, bool]], expected: Grade
) -> None:
    """Null, unclaimed and missing evidence are told apart; the first experiment is the best one."""
    shown = tuple(
        make.evidence(f"exp_{number:03}", make.effect([0.1]) if claims else None, standing=standing, met=met)
        for number, (standing, claims, met) in enumerate(experiments, 1)
    )
    finding = make.finding(experiments=shown, experiment="exp_001" if shown else None, score=9.0)
    assert grade(finding, Significance()) is expected


def test_every_grade_and_ending_has_words() -> None:
    """No grade and no ending is shown without words, and only two grades are called good or null."""
    assert list(WORDING) == list(Grade)
    assert set(ENDINGS) == {None, *Ending}
    assert [found for found in Grade if WORDING[found].tone == "good"] == [Grade.HOLDS]
    assert len({worded.label for worded in WORDING.values()}) == len(Grade)
