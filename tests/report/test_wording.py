"""Do the words say what the numbers say?"""

from __future__ import annotations

from dataclasses import replace
from types import SimpleNamespace

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from coordinator.model.experiment import Change
from coordinator.model.finding import Agreement, Evidence, Replication
from coordinator.model.settings import Significance
from coordinator.model.verdict import Reason
from coordinator.report import wording

BAR = Significance()


def _finding(make: SimpleNamespace, **changes: object) -> object:
    fields = {
        "experiment": "exp_001",
        "score": 8.0,
        "replication": Replication(("exp_002",), (), Agreement.HOLDS),
        "confirmations": (make.tested(0.30, 0.03, 0.00007),),
        "p": 0.00007,
        "adjusted_p": 0.0002,
        "holds": True,
        "survives": True,
    }
    return make.finding(**{**fields, **changes})


def test_the_score_line_is_to_the_letter(make: SimpleNamespace) -> None:
    """DESIGN chapter 5 shows this line."""
    assert wording.score_line(_finding(make), BAR, 3) == (
        "Score: 8/10 · exp_001 replicated by exp_002 · confirmed on 10 fresh seeds"
        " (+0.30, 95 % CI 0.27 to 0.33, p = 0.0002, Holm over 3)"
    )


def test_a_finding_that_holds_alone_shows_both_p_values(make: SimpleNamespace) -> None:
    """Where correction takes a finding away, the line says so with both numbers."""
    alone = _finding(make, p=0.021, adjusted_p=0.063, survives=False)
    assert "p = 0.021 alone; p = 0.063, Holm over 3)" in wording.score_line(alone, BAR, 3)


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"replication": Replication((), (), Agreement.NONE)}, "exp_001 not replicated, no attempt ·"),
        (
            {"replication": Replication(("exp_002",), ("exp_003",), Agreement.MIXED)},
            "exp_001 replication mixed, 1 of 2 (exp_002 agreed; exp_003 disagreed) ·",
        ),
        (
            {"replication": Replication((), ("exp_003",), Agreement.FAILED)},
            "exp_001 failed to replicate, 0 of 1 (exp_003 disagreed) ·",
        ),
        (
            {"replication": Replication(("exp_002",), (), Agreement.MIXED)},
            "exp_001 replicated by exp_002 only, 1 required ·",
        ),
        (
            {"replication": Replication(("exp_002", "exp_004"), ("exp_003",), Agreement.HOLDS)},
            "exp_001 replicated by exp_002, exp_004 (2 of 3 attempts; exp_003 disagreed) ·",
        ),
        ({"confirmations": ()}, "· not confirmed, no attempt"),
        ({"adjusted_p": None}, "p < 0.0001, uncorrected)"),
        ({"score": None}, "Score: none · exp_001"),
    ],
)
def test_the_score_line_counts_every_attempt(make: SimpleNamespace, changes: dict[str, object], words: str) -> None:
    """What was not tried, failed or disagreed is in the line."""
    assert words in wording.score_line(_finding(make, **changes), BAR, 3)


def test_the_score_line_of_a_second_confirmation_with_a_failed_seed(make: SimpleNamespace) -> None:
    """A second try and a failed seed are not passed over in silence."""
    tries = (make.tested(0.0, 0.1, 0.5, holds=False), make.tested(0.3, None, 0.01, attempt=2, missing=1))
    line = wording.score_line(_finding(make, confirmations=tries), BAR, 3)
    assert "confirmed on 10 fresh seeds, attempt 2 of 2, 1 of them failed (+0.3, no interval," in line


def test_what_was_turned_off_is_said(make: SimpleNamespace) -> None:
    """A bar without replication or confirmation shows in the line and in the cells."""
    bar = Significance(replications=0, confirm_seeds=0)
    bare = _finding(make, replication=Replication((), (), Agreement.NONE), confirmations=())
    assert wording.score_line(bare, bar, 1).endswith(
        "exp_001 not replicated, none was asked for · not confirmed, none was asked for"
    )
    assert wording.replicated(bare.replication, 0) == wording.confirmed((), 0) == "not asked for"


@pytest.mark.parametrize(
    ("numbers", "shown"),
    [
        ((0.30, 0.27, 0.33), ("+0.30", "0.27", "0.33")),
        ((-0.30, -0.33, -0.27), ("-0.30", "-0.33", "-0.27")),
        ((0.04, 0.003, 0.077), ("+0.040", "0.003", "0.077")),
        ((0.0, -0.00001, 0.00001), ("0.000000", "-0.000010", "0.000010")),
        ((30.0, 25.0, 35.0), ("+30", "25", "35")),
        ((0.0, 0.0, 0.0), ("0.00", "0.00", "0.00")),
        ((2e6, 1e6, 3e6), ("+2e+06", "1e+06", "3e+06")),
        ((3e-9, 1e-9, 5e-9), ("+3e-09", "1e-09", "5e-09")),
    ],
)
def test_a_spread_has_the_digits_that_it_allows(
    numbers: tuple[float, float, float], shown: tuple[str, str, str]
) -> None:
    """Digits follow the width of the range."""
    assert wording.spread(*numbers) == shown


@settings(deadline=None)
@given(st.lists(st.floats(-1e9, 1e9), min_size=3, max_size=3).map(sorted))
@example([0.0, 0.0, 5e-324])
@example([5e-324, 5e-324, 5e-324])
def test_an_end_on_one_side_of_zero_is_shown_there(ends: list[float]) -> None:
    """An interval that excludes zero never looks as if it touched it, and the reverse."""
    low, mean, high = ends
    for value, text in zip((mean, low, high), wording.spread(mean, low, high), strict=True):
        if value in {low, high}:
            assert (value > 0, value < 0) == (float(text) > 0, float(text) < 0)


@settings(deadline=None)
@given(st.floats(0, 1), st.sampled_from([0.05, 0.01, 0.1]))
def test_a_p_value_stays_on_its_side_of_alpha(p: float, alpha: float) -> None:
    """Rounding never makes a p-value significant, or takes that away (nine digits are enough for anybody)."""
    text = wording.p_value(p, alpha)
    if text.startswith("p = ") and abs(p - alpha) > 1e-9:
        assert (float(text[4:]) <= alpha) == (p <= alpha)


def test_a_p_value_beside_alpha_gets_more_digits() -> None:
    """Just above and just below look different."""
    assert wording.p_value(0.05004, 0.05) == "p = 0.05004"
    assert wording.p_value(0.04996, 0.05) == "p = 0.050"


def test_effects_are_signed_as_the_metric(make: SimpleNamespace) -> None:
    """A decrease that agrees with its claim is shown as a negative number."""
    fallen = make.effect([0.05, 0.04, 0.06], make.claim(Change.DECREASE))
    assert wording.signed(fallen) == (-0.05, -0.04, -0.06)
    assert wording.seeds(fallen) == "-0.050 (-0.060 to -0.040 over 3 seeds)"


def test_seeds_without_the_metric_are_counted(make: SimpleNamespace) -> None:
    """A mean over fewer seeds than were run says so."""
    assert wording.seeds(make.effect([0.2, None, 0.3])).endswith("over 2 of 3 seeds)")
    assert wording.seeds(make.effect([None])) == "not measured (1 seed without the metric)"
    assert wording.seeds(make.effect([0.25])) == "+0.25 (1 seed)"
    assert wording.seeds(None) == "no claim"


def test_claims_in_words(make: SimpleNamespace) -> None:
    """Each kind of change reads as what would be observed."""
    assert wording.claimed(make.claim()) == "ratio_20.f1_tuned lies above ratio_20.f1_default by at least 0.05"
    assert " lies below " in wording.claimed(make.claim(Change.DECREASE))
    assert wording.claimed(make.claim(Change.EQUAL)).endswith("lies within 0.05 of ratio_20.f1_default")


def test_cells(make: SimpleNamespace) -> None:
    """The cells of the summary count attempts too."""
    mixed = Replication(("exp_002",), ("exp_003",), Agreement.MIXED)
    assert wording.replicated(mixed, 1) == "mixed, 1 of 2"
    assert wording.replicated(Replication(("a",), (), Agreement.MIXED), 2) == "too few, 1 of 1; 2 required"
    assert wording.confirmed((make.tested(0.1, 0.1, 0.3, holds=False),), 10) == "no"
    assert wording.corrected(_finding(make, survives=False, adjusted_p=0.2), 4, 0.05) == "no, p = 0.20 over 4"
    assert wording.corrected(_finding(make, adjusted_p=None), 4, 0.05) == wording.ABSENT


def test_the_trust_line_names_every_rule_in_its_order(make: SimpleNamespace) -> None:
    """What was passed, and what was not; without an experiment nothing was."""
    held = _finding(make)
    evidence = Evidence("exp_001", "holds", 8.0, None, met=True, replicates=None, detectable=None)
    assert wording.trust_line(held, evidence) == (
        "witnessed · bound · argued against · replicated · confirmed · corrected"
    )
    alone = _finding(make, survives=False, confirmations=(), replication=Replication((), (), Agreement.HOLDS))
    assert wording.trust_line(alone, None) == (
        "not witnessed · not bound · not argued against · not replicated · not confirmed · not corrected"
    )
    reasons = (Reason("witnessed", holds=True, message="ran"), Reason("number_unbound", holds=False, message="7"))
    half = replace(evidence, standing="sent_back", reasons=reasons)
    assert wording.trust_line(held, half).startswith("witnessed · not bound · not argued against")


@pytest.mark.parametrize(
    ("against", "words"),
    [("resplit_not_confirmed", "resplit: not confirmed"), ("placebo_survived", "permuted labels: not confirmed")],
)
def test_what_speaks_against_a_confirmation_is_said(make: SimpleNamespace, against: str, words: str) -> None:
    """Beside the numbers, those of the placebo included."""
    tested = make.tested(0.30, 0.03, 0.00007)
    confirmation = replace(tested, holds=False, against=(against,), placebo=replace(tested.test, n=5, mean=0.29))
    line = wording.score_line(_finding(make, confirmations=(confirmation,), holds=False), BAR, 3)
    assert words in line
    assert "5 placebo seeds gave +0.29" in line
