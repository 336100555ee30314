"""Which verdicts are new?"""

from __future__ import annotations

from dataclasses import replace

from fakes import DIRECTION
from stories import argued, begun, judged, scored

from coordinator.model.problem import Parsed
from coordinator.model.verdict import Standing
from coordinator.rules.ruling import news


def test_a_verdict_is_news_once() -> None:
    """It is noted with the instruction that follows from it, and not again."""
    story = scored(begun()).says()
    assert [fact.experiment for fact in judged(story).news] == ["exp_001"]
    assert judged(story.judged()).news == ()


def test_a_changed_verdict_is_news() -> None:
    """Another score, another standing or another reason."""
    story = scored(begun()).says().judged()
    story.changed("exp_001", summary=None)
    assert [fact.standing for fact in judged(story).news] == [Standing.SENT_BACK]
    story.changed("exp_001", summary=Parsed(argued("exp_001", score=9)))
    assert [fact.reasons[-1].code for fact in judged(story).news] == ["score_changed"]


def test_the_ledger_gets_every_reason_with_its_numbers() -> None:
    """Nothing of a verdict is left out but the problems, which the inbox has."""
    case = judged(scored(begun()))
    verdict = case.experiments[0].verdict
    (fact,) = news(DIRECTION.id, [verdict], case.history)
    assert [(one.code, one.holds, one.message, one.numbers) for one in fact.reasons] == [
        (one.code, one.holds, one.message, dict(one.numbers)) for one in verdict.reasons
    ]
    assert (fact.direction, fact.standing, fact.score) == (DIRECTION.id, "holds", 8)


def test_experiments_are_told_apart() -> None:
    """The verdict on one says nothing about another one."""
    case = judged(scored(begun()).says().judged())
    other = replace(case.experiments[0].verdict, experiment="exp_002")
    assert [fact.experiment for fact in news(DIRECTION.id, [other], case.history)] == ["exp_002"]
