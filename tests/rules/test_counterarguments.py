"""Does a worker argue against its own finding, about this very experiment?"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml
from costs import MOST, loops

from coordinator.rules import lexicon
from coordinator.rules.counterarguments import COPIED, LEAST_WORDS, READ_AT_MOST, judge

DOCUMENTS = Path(__file__).parents[1] / "documents" / "counterarguments"


def document(name: str) -> Any:  # noqa: ANN401  # whatever the file holds
    """Read one file of examples."""
    return yaml.safe_load((DOCUMENTS / name).read_text(encoding="utf-8"))


EXPERIMENTS = document("experiments.yaml")
GOOD = document("good.yaml")
BAD = document("bad.yaml")

ARGUED = (
    "The gain in f1_tuned may come from leakage of the validation split into training. Rerunning with disjoint "
    "generators would show it."
)


def lacking(text: str, about: str = "imbalance", earlier: tuple[str, ...] = ()) -> set[str]:
    """Give what a text lacks as a counterargument, in short."""
    experiment = EXPERIMENTS[about]
    reasons = judge(
        text,
        metrics=experiment["metrics"],
        settings=experiment["settings"],
        finding=experiment["finding"],
        earlier=earlier,
    )
    assert all(reason.message for reason in reasons)
    assert len(reasons) == 1 or not any(reason.holds for reason in reasons)
    return {reason.code.removeprefix("counterargument_") for reason in reasons if not reason.holds}


@pytest.mark.parametrize("example", GOOD, ids=lambda example: example["text"][:40])
def test_honest_prose_passes(example: dict[str, str]) -> None:
    """Of many imagined authors. The tables were fitted to these: how they do on others is said in `lexicon`."""
    assert lacking(example["text"], example["about"]) == set()


@pytest.mark.parametrize("example", BAD, ids=lambda example: example["text"][:40])
def test_stock_phrases_do_not(example: dict[str, Any]) -> None:
    """Each lacks exactly what is said beside it."""
    assert lacking(example["text"], example["about"]) == set(example["missing"])


def test_there_are_enough_examples() -> None:
    """A table of words is worth what it was tried on."""
    assert len(GOOD) >= 25
    assert len(BAD) >= 25
    assert len({example["text"] for example in (*GOOD, *BAD)}) == len(GOOD) + len(BAD)


def test_an_argument_of_another_experiment_is_generic() -> None:
    """The same prose beside an experiment that has none of its settings: seven in eight are refused.

    The rest share a word or two of everyday measurement with it, such as `loss` or `seconds`.
    """
    elsewhere = {"imbalance": "queue", "cache": "finetune", "finetune": "queue", "retrieval": "cache"}
    elsewhere |= {"sorting": "retrieval", "prune": "sorting", "queue": "prune"}
    refused = [bool(lacking(example["text"], elsewhere[example["about"]])) for example in GOOD]
    assert sum(refused) / len(refused) > 7 / 8


class TestPassing:
    """What passes says so."""

    def test_the_reason_holds(self) -> None:
        """One reason, with the number of words that it was found in."""
        (reason,) = judge(ARGUED, metrics=["f1_tuned"], settings=[], finding="", earlier=[])
        assert (reason.code, reason.holds) == ("argued_against", True)
        assert reason.numbers == {"words": 22}

    @pytest.mark.parametrize(
        ("metric", "expected"),
        [
            ("ratio_20.f1_tuned", set()),
            ("f1_tuned", set()),
            ("anything.f1", set()),
            ("f1_other", set()),
            ("seconds", {"generic"}),
            ("value", {"generic"}),
            ("0", {"generic"}),
            ("_", {"generic"}),
            ("may_now", {"generic"}),
            ("may_of", set()),
            ("leakage_validation", set()),
        ],
    )
    def test_which_metric_is_named(self, metric: str, expected: set[str]) -> None:
        """By its path, an abbreviation with a digit in it, or all words of its last part in one sentence."""
        text = ARGUED.replace("Rerunning", "Now rerunning")
        reasons = judge(text, metrics=[metric], settings=[], finding="", earlier=[])
        assert {reason.code.removeprefix("counterargument_") for reason in reasons if not reason.holds} == expected

    @pytest.mark.parametrize(
        ("text", "expected"),
        [
            ("The value may be noise; a rerun with `value` logged would show it.", set()),
            ("The value may be noise; a rerun with everything logged would show it.", set()),
            ("The number may be noise; a rerun with everything logged would show it.", {"generic"}),
        ],
    )
    def test_a_metric_with_an_everyday_name(self, text: str, expected: set[str]) -> None:
        """`value` is named by its whole path, which it is."""
        reasons = judge(text, metrics=["value"], settings=[], finding="", earlier=[])
        assert {reason.code.removeprefix("counterargument_") for reason in reasons if not reason.holds} == expected

    @pytest.mark.parametrize(
        ("settings", "expected"),
        [
            (["a Zipf trace"], set()),
            (["a trace"], {"generic"}),
            (["the trace, replayed 5 times"], {"generic"}),
            (["the trace, with an exponent of 1.1"], set()),
            (["an exponent of 110 %, traces"], set()),
            (["what should be tested, and what would show it"], {"generic"}),
            ([], {"generic"}),
        ],
    )
    def test_which_settings_are_named(self, settings: list[str], expected: set[str]) -> None:
        """Two of them, in any form; small whole numbers and words of any experiment are none."""
        text = "Zipf traces with an exponent like 1.1 flatter it, 5 times; real logs would show it, rerun with these."
        reasons = judge(text, metrics=[], settings=settings, finding="", earlier=[])
        assert {reason.code.removeprefix("counterargument_") for reason in reasons if not reason.holds} == expected


class TestNegation:
    """A mechanism that is denied is none."""

    @pytest.mark.parametrize(
        ("clause", "expected"),
        [
            ("there may be leakage", set()),
            ("there is no leakage", {"without_mechanism"}),
            ("this isn't leakage", {"without_mechanism"}),
            ("it comes without any obvious leakage", {"without_mechanism"}),
            ("we have ruled out leakage", {"without_mechanism"}),
            ("this excludes leakage", {"without_mechanism"}),
            ("we cannot rule out leakage", set()),
            ("we haven't ruled out leakage", set()),
            ("it is not clear whether leakage matters", set()),
            ("this is no proof: leakage is there", set()),
            ("I have no doubt, leakage is there", set()),
            ("not only leakage", set()),
            ("no leakage, but overfitting", set()),
        ],
    )
    def test_clause(self, clause: str, expected: set[str]) -> None:
        """Within four words of the same clause, unless the sentence turns or excludes twice."""
        assert lacking(f"About f1_tuned: {clause}. Rerun it with another seed.") == expected


class TestMissing:
    """Too little to be anything."""

    @pytest.mark.parametrize("text", ["", " \n", "-", "None", "n/a", "TBD", "f1_tuned leaks; rerun it."])
    def test_nothing_there(self, text: str) -> None:
        """Empty, a placeholder, or fewer words than could say three things."""
        assert lacking(text) == {"missing"}

    def test_says_how_many_words(self) -> None:
        """What was compared is in the reason."""
        (reason,) = judge("Only noise.", metrics=[], settings=[], finding="", earlier=[])
        assert reason.numbers == {"words": 2, "least": LEAST_WORDS}

    def test_a_denial_beside_an_argument_is_fine(self) -> None:
        """The argument counts."""
        assert lacking(f"There are no other concerns. {ARGUED}") == set()


class TestCopied:
    """Said before is not said again."""

    def test_word_for_word(self) -> None:
        """The counterarguments of an earlier experiment."""
        assert lacking(ARGUED, earlier=(ARGUED,)) == {"copied"}

    def test_with_other_numbers(self) -> None:
        """A number changed is no thought."""
        text = "At 0.31 f1_tuned may be noise of 3 seeds; 10 seeds instead of 3 would show whether it stays at 0.31."
        assert lacking(text.replace("0.31", "0.42").replace("3 ", "5 "), earlier=(text,)) == {"copied"}

    def test_with_other_layout(self) -> None:
        """Nor are capitals, markup and line breaks."""
        text = ARGUED.upper().replace(" ", "\n").replace("F1_TUNED", "**`F1_TUNED`**")
        assert lacking(text, earlier=(ARGUED,)) == {"copied"}

    def test_stitched_together(self) -> None:
        """Half from one earlier experiment, half from another."""
        one, other = (example["text"] for example in GOOD[:2])
        assert lacking(f"{one} {other}", earlier=(one, other)) == {"copied"}

    def test_the_finding_itself(self) -> None:
        """Repeating the finding argues for it."""
        finding = EXPERIMENTS["imbalance"]["finding"]
        assert "copied" in lacking(f"{finding} Perhaps.")

    def test_a_standing_caveat_beside_a_new_argument(self) -> None:
        """A limitation of the whole direction may be repeated."""
        caveat = "All of this rests on two Gaussian classes."
        earlier = (f"{caveat} {GOOD[0]['text']}", f"{caveat} {GOOD[2]['text']}")
        assert lacking(f"{caveat} {ARGUED}", earlier=earlier) == set()

    @pytest.mark.parametrize(("new", "expected"), [(18, {"copied"}), (19, set())])
    def test_half_is_too_much(self, new: int, expected: set[str]) -> None:
        """The 22 words of an earlier text are 18 runs of five; every word added is one more."""
        added = " ".join("abcdefghijklmnopqrstuvwxyz"[place] + "new" for place in range(new))
        assert COPIED == 0.5
        assert lacking(f"{ARGUED} {added}", earlier=(ARGUED,)) == expected

    def test_honest_authors_do_not_copy_each_other(self) -> None:
        """Against all the others together, none of the examples is a copy."""
        texts = [example["text"] for example in GOOD]
        for place, example in enumerate(GOOD):
            others = (*texts[:place], *texts[place + 1 :])
            assert lacking(example["text"], example["about"], others) == set()

    def test_says_how_much(self) -> None:
        """What was compared is in the reason."""
        (reason,) = judge(ARGUED, metrics=["f1_tuned"], settings=[], finding="", earlier=[ARGUED])
        assert reason.numbers == {"share": 1.0, "limit": COPIED}


@pytest.mark.parametrize("table", ["MECHANISMS", "TESTS", "VAGUE"])
def test_every_family_of_words_has_an_example(table: str) -> None:
    """A line of the lexicon that matches none of the examples is a guess."""
    prose = [" ".join(example["text"].lower().split()) for example in (*GOOD, *BAD)]
    unused = [why for why, words in getattr(lexicon, table).items() if not any(map(words.search, prose))]
    assert unused == []


@pytest.mark.parametrize(
    "piece",
    ["a ", "if ", "no ", "would ", "use a ", "more ", "compare ", "hold ", "the a ", "a-", "_", "x1 ", "nothing a "],
)
def test_time_is_bounded(piece: str) -> None:
    """Only the beginning of a hostile text is looked at, and that quickly, whatever the number of metrics."""
    metrics = [f"group_{place}.metric_{place}" for place in range(2000)]
    text = piece * 200_000
    assert loops(lambda: judge(text, metrics=metrics, settings=[], finding=text, earlier=[])) < MOST
    assert len(text) > READ_AT_MOST
