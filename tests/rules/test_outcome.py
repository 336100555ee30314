"""What did each direction end with, and is it still so when somebody looks again?"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal

import pytest
from fakes import DIRECTION, EFFECT, Story, code, gains, plan, summary
from stories import UNREADABLE, argued, begun, proven, replicated, scored, wall_spent

from coordinator.model.experiment import Change, Claim
from coordinator.model.finding import Agreement, Finding
from coordinator.model.instruction import Action, Ending
from coordinator.model.observation import Observation
from coordinator.model.record import Outcome
from coordinator.rules.outcome import findings, rederived

NULL = (0.01, -0.01, 0.0)


def finalized() -> Story:
    """Tell a direction to its good end."""
    return proven(begun()).says().judged()


def exhausted() -> Story:
    """Tell of a direction whose one experiment scored well and was never replicated."""
    return scored(begun(budget={"experiments": 1})).says().judged()


def found(story: Story) -> Finding:
    """Give the finding of a story's direction."""
    return findings(story.observation())[0]


def together(*stories: Story) -> Observation:
    """Put several directions into one run."""
    seen = [story.observation() for story in stories]
    histories = {name: history for one in seen for name, history in one.memory.histories.items()}
    workers = {name: view for one in seen for name, view in one.workers.items()}
    return replace(seen[0], memory=replace(seen[0].memory, histories=histories), workers=workers)


def named(name: str, tell: Callable[[Story], Story]) -> Story:
    """Tell a story of a direction with another name."""
    return tell(Story(DIRECTION.model_copy(update={"id": name})).told(Action.BEGIN))


def test_a_finding_that_holds() -> None:
    """With what it rests on, what it says, and how far it came."""
    finding = found(finalized())
    assert (finding.ending, finding.holds, finding.survives) == (Ending.FINALIZED, True, True)
    assert (finding.experiment, finding.score, finding.change) == ("exp_001", 8, Change.INCREASE)
    assert finding.key_finding == "With a tuned threshold F1 is 0.32."
    assert finding.replication.agreed == ("exp_002",)
    assert finding.p == finding.adjusted_p == finding.confirmations[0].test.p
    assert (finding.spent, finding.reasons) == (3, ())
    assert [one.experiment for one in finding.experiments] == ["exp_001", "exp_002", "exp_003"]


def test_a_finding_without_a_confirmation_has_nothing_to_correct() -> None:
    """Where the settings ask for none it holds, and nothing is said about p."""
    finding = found(replicated(begun(significance={"confirm_seeds": 0})).says().judged())
    assert (finding.holds, finding.survives, finding.p, finding.adjusted_p) == (True, None, None, None)


def test_a_budget_that_was_spent_too_early() -> None:
    """The best result is reported as what it is: scored, and not replicated."""
    finding = found(exhausted())
    assert (finding.ending, finding.holds, finding.survives) == (Ending.EXHAUSTED, False, None)
    assert (finding.experiment, finding.score) == ("exp_001", 8)
    assert finding.replication.agreement is Agreement.NONE
    assert "not_replicated" in finding.reasons


def test_an_open_direction_has_no_ending_and_no_reasons() -> None:
    """The report can be made at any time."""
    finding = found(scored(begun()))
    assert (finding.ending, finding.holds, finding.reasons, finding.experiment) == (None, False, (), "exp_001")


def test_a_direction_in_which_nothing_happened() -> None:
    """It has a finding too: none."""
    finding = found(begun().ended(Ending.LOST))
    assert (finding.ending, finding.experiment, finding.score, finding.change) == (Ending.LOST, None, None, None)
    assert (finding.key_finding, finding.experiments, finding.replication.agreement) == ("", (), Agreement.NONE)


def test_a_met_claim_comes_before_a_higher_score() -> None:
    """What only scored well has shown nothing."""
    unmet = summary("exp_001", score=10, found="Nothing.", values={})
    story = begun().ran("exp_001", gains((0.01, 0.02, 0.0)), says=unmet)
    assert found(story).experiment == "exp_001"
    story.ran("exp_002", says=argued("exp_002", score=5), by=code("another"))
    assert found(story.ended()).experiment == "exp_002"


def test_an_experiment_that_does_not_hold_is_no_best_one() -> None:
    """However well it scored itself."""
    assert found(begun().ran("exp_001", says=UNREADABLE).ended()).experiment is None


BROKEN: dict[str, Callable[[Story], object]] = {
    "its folder deleted": lambda story: story.views.pop("exp_001"),
    "its code edited": lambda story: story.changed("exp_001", code=code("new")),
    "its plan edited": lambda story: story.changed("exp_001", plan_sha256="f" * 64),
    "its record edited": lambda story: story.changed("exp_001", execution_sha256={}),
    "its confirmation edited": lambda story: story.changed(
        "exp_001", execution_sha256=dict([*story.views["exp_001"].execution_sha256.items()][:1])
    ),
    "its summary edited": lambda story: story.changed("exp_001", summary=UNREADABLE),
    "its replication deleted": lambda story: story.views.pop("exp_002"),
    "its replication edited": lambda story: story.changed("exp_002", code=code("new")),
}


@pytest.mark.parametrize("name", BROKEN)
def test_a_finding_does_not_survive_its_evidence(name: str) -> None:
    """What does not follow any more does not hold, does not enter the correction, and nothing takes its place."""
    story = finalized()
    assert rederived(story.observation()) == {DIRECTION.id: True}
    BROKEN[name](story)
    finding = found(story)
    assert rederived(story.observation()) == {DIRECTION.id: False}
    assert (finding.holds, finding.survives, finding.adjusted_p) == (False, None, None)
    assert finding.experiment in {"exp_001", None}


def test_another_experiment_that_was_edited_changes_no_finding() -> None:
    """Only what a finding rests on is held against it."""
    story = finalized()
    story.views.pop("exp_003")
    assert rederived(story.observation()) == {DIRECTION.id: True}


def test_only_finalized_directions_are_rederived() -> None:
    """The others claim nothing."""
    assert rederived(exhausted().observation()) == {}


def test_p_is_corrected_over_all_directions() -> None:
    """The unfinished ones and those without a finding count as one each, with p = 1."""
    lost = named("lost", lambda story: story.ended(Ending.LOST))
    unfinished = named("unfinished", scored)
    good = named("good", lambda story: proven(story).says().judged())
    by_name = {finding.direction: finding for finding in findings(together(lost, unfinished, good))}
    assert list(by_name) == ["lost", "unfinished", "good"]
    assert by_name["good"].adjusted_p == pytest.approx(3 * by_name["good"].p)
    assert by_name["good"].survives
    assert by_name["lost"].adjusted_p is None


def test_a_finding_may_hold_alone_and_not_after_correction() -> None:
    """It is reported as just that."""
    spread = [0.35, 0.05, 0.3, 0.25, -0.05]
    good = named("good", lambda story: replicated(story).confirmed("exp_001", gains(spread)).says().judged())
    others = [named(f"other_{number}", lambda story: story.ended(Ending.LOST)) for number in range(4)]
    finding = findings(together(good, *others))[0]
    assert (finding.holds, finding.survives) == (True, False)
    assert finding.p <= 0.05 < finding.adjusted_p


def test_the_second_confirmation_is_the_one_that_counts() -> None:
    """Of an experiment that was run again in between."""
    story = begun(budget={"experiments": 9})
    replicated(story).confirmed("exp_001", gains(NULL * 3))
    story.ran("exp_001", by=code("mended"))
    story.ran("exp_004", says=argued("exp_004"), planned=plan("exp_004", replicates="exp_001"), by=code("fourth"))
    story.confirmed("exp_001", gains(EFFECT * 3), 2)
    finding = found(story.says().judged())
    assert (finding.ending, finding.holds) == (Ending.FINALIZED, True)
    assert [one.attempt for one in finding.confirmations] == [2]


def test_the_evidence_of_each_experiment() -> None:
    """Its standing, its effects beside the primary one, and what its seeds would have shown."""
    other = Claim(id="recall", metric="f1_default", baseline=Decimal("0.01"), change=Change.INCREASE, by=Decimal(0))
    both = plan("exp_001", claims=(*plan("exp_001").claims, other))
    story = begun().ran("exp_001", planned=both)
    story.ran("exp_002", [None] * 3, outcome=Outcome.FAILED).wrote("exp_003")
    first, failed, unrun = found(story).experiments
    assert (first.standing, first.met, first.replicates) == ("holds", True, None)
    assert [effect.mean for effect in first.others] == [pytest.approx(0.01)]
    assert 0 < first.detectable < 0.1
    assert (failed.standing, failed.effect, failed.detectable, failed.others) == ("failed", None, None, ())
    assert (unrun.standing, unrun.others) == ("unwitnessed", ())


def test_why_a_direction_got_no_further() -> None:
    """The reasons of its last instruction, if that was a stop."""
    assert found(wall_spent(scored(begun()).says()).judged()).reasons == ("wall_time_spent",)
    assert found(begun().ended(Ending.LOST)).reasons == ()
