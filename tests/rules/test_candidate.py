"""Which experiment could become the finding, by its replications, confirmations and refuters?"""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal

import pytest
from fakes import EFFECT, Story, code, gains, plan, section
from stories import argued, begun, judged, proven, replicated, replication, scored

from coordinator.model.experiment import Change, Claim, Condition, Samples, Summary
from coordinator.model.finding import Agreement, Replication
from coordinator.model.problem import Parsed
from coordinator.model.record import Outcome
from coordinator.rules.candidate import Candidate, refuters_of, replication_of, shortfall
from coordinator.rules.candidate import proven as is_proven

NULL = (0.01, -0.01, 0.0)
RESPLIT = {"samples": Samples.RESPLIT, "test_fraction": 0.25}
HALF = (0.16, 0.15, 0.15)
LESS = (0.14, 0.15, 0.14)
ONE_SEED_AGAINST = (0.5, 0.5, -0.01)


def tried(effects: tuple[float, ...] | None, name: str = "exp_002", **fields: object) -> Story:
    """Tell of an experiment at 8 of 10, and of one attempt to replicate it."""
    return try_again(scored(begun(budget={"experiments": 9})), effects, name, **fields)


def try_again(story: Story, effects: tuple[float, ...] | None, name: str, **fields: object) -> Story:
    """Try to replicate the first experiment."""
    metrics = [None] * 3 if effects is None else list(gains(effects))
    outcome = Outcome.FAILED if None in metrics else Outcome.COMPLETED
    given = {**replication(name), "says": without_numbers(name), "outcome": outcome}
    return story.ran(name, **{"metrics": metrics, **given, **fields})


def without_numbers(name: str) -> Summary:
    """Summarise without citing any number."""
    return argued(name, values={}).model_copy(update={"key_findings": section("The tuned threshold differs.")})


def first(story: Story) -> Candidate:
    """Give the candidate that has come furthest, alive or not."""
    return judged(story).candidates[0]


def crashed_under_one(story: Story) -> Story:
    """Fail to replicate under the last seed, and by a crash only."""
    return try_again(story, None, "exp_002", metrics=[*gains((0.3, 0.3)), None], outcome=Outcome.FAILED)


ATTEMPTS: dict[str, tuple[Callable[[], Story], Agreement]] = {
    "none": (lambda: scored(begun()), Agreement.NONE),
    "one that agrees": (lambda: tried(EFFECT), Agreement.HOLDS),
    "one with half of the effect": (lambda: tried(HALF), Agreement.HOLDS),
    "one with less than half": (lambda: tried(LESS), Agreement.FAILED),
    "one with a seed that disagrees": (lambda: tried(ONE_SEED_AGAINST), Agreement.FAILED),
    "one without an effect": (lambda: tried(NULL), Agreement.FAILED),
    "one without any number": (lambda: tried(None), Agreement.NONE),
    "one that crashed under a seed": (lambda: crashed_under_one(scored(begun())), Agreement.FAILED),
    "one for and one against": (lambda: try_again(tried(EFFECT), NULL, "exp_003"), Agreement.MIXED),
    "one against and one for": (lambda: try_again(tried(NULL), EFFECT, "exp_003"), Agreement.MIXED),
    "two for and one against": (
        lambda: try_again(try_again(tried(NULL), EFFECT, "exp_003"), HALF, "exp_004"), Agreement.HOLDS,
    ),
    "one that agrees, without a summary": (lambda: tried(EFFECT, says=None), Agreement.NONE),
    "one against, without a summary": (lambda: tried(NULL, says=None), Agreement.FAILED),
    "one against, run again until it agreed": (lambda: try_again(tried(NULL), EFFECT, "exp_002"), Agreement.MIXED),
    "one for, run again and still for": (lambda: try_again(tried(EFFECT), HALF, "exp_002"), Agreement.HOLDS),
    "one that measured something else before": (
        lambda: try_again(
            scored(begun()).ran("exp_002", [{"loss": 1.0}] * 3, planned=plan("exp_002", claims=())), EFFECT, "exp_002"
        ),
        Agreement.HOLDS,
    ),
    "one that ran before the first": (
        lambda: try_again(scored(begun().ran("exp_002", gains(NULL))), EFFECT, "exp_002"), Agreement.HOLDS,
    ),
    "one against, its code edited since": (
        lambda: tried(NULL).changed("exp_002", code=code("edited")), Agreement.FAILED,
    ),
    "one against, its code thrown away": (lambda: tried(NULL).changed("exp_002", code=None), Agreement.FAILED),
    "one for, its code edited since": (lambda: tried(EFFECT).changed("exp_002", code=code("edited")), Agreement.NONE),
    "one against, its record destroyed": (
        lambda: tried(NULL).changed("exp_002", execution_sha256={}), Agreement.FAILED,
    ),
    "one for, its record destroyed": (
        lambda: tried(EFFECT).changed("exp_002", execution_sha256={}), Agreement.FAILED,
    ),
    "one against, its plan edited since": (
        lambda: tried(NULL).changed("exp_002", plan=Parsed(plan("exp_002")), plan_sha256="f" * 64), Agreement.FAILED,
    ),
    "one against, its plan thrown away": (
        lambda: tried(NULL).changed("exp_002", plan=None, plan_sha256=""), Agreement.FAILED,
    ),
    "one against, its folder deleted": (lambda: tried(NULL).deleted("exp_002"), Agreement.FAILED),
    "one for, its folder deleted": (lambda: tried(EFFECT).deleted("exp_002"), Agreement.NONE),
    "one against and deleted, one for": (
        lambda: try_again(tried(NULL).deleted("exp_002"), EFFECT, "exp_003"), Agreement.MIXED,
    ),
    "one against, its code made that of the first": (
        lambda: tried(NULL).changed("exp_002", code=scored(begun()).views["exp_001"].code), Agreement.FAILED,
    ),
    "one against, the first run again": (lambda: scored(tried(NULL)), Agreement.FAILED),
    "one for, the first run again": (lambda: scored(tried(EFFECT)), Agreement.NONE),
    "one against, the first run again, its record destroyed": (
        lambda: scored(tried(NULL).changed("exp_001", execution_sha256={})), Agreement.FAILED,
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", ATTEMPTS)
def test_every_attempt_counts(name: str) -> None:
    """What the attempts to replicate an experiment say together."""
    tell, expected = ATTEMPTS[name]
    assert first(tell()).replication.agreement is expected


def test_the_attempts_are_named() -> None:
    """Who agreed and who did not, the same folder once for each of its runs."""
    story = try_again(try_again(tried(NULL), EFFECT, "exp_002"), EFFECT, "exp_003")
    assert first(story).replication == Replication(("exp_002", "exp_003"), ("exp_002",), Agreement.HOLDS)


@pytest.mark.parametrize(
    ("required", "tell", "expected"),
    [
        (0, lambda: scored(begun()), Agreement.HOLDS),
        (0, lambda: tried(NULL), Agreement.FAILED),
        (1, lambda: tried(EFFECT), Agreement.HOLDS),
        (2, lambda: tried(EFFECT), Agreement.MIXED),
        (2, lambda: try_again(tried(EFFECT), HALF, "exp_003"), Agreement.HOLDS),
    ],
)
def test_as_many_as_are_required(required: int, tell: Callable[[], Story], expected: Agreement) -> None:
    """None required holds until somebody disagrees; two required are not one."""
    case = judged(tell())
    assert replication_of(case.experiments[0], case.experiments, required).agreement is expected


def claims(name: str, change: Change) -> dict[str, object]:
    """Plan a replication that claims this id and this change."""
    claim = Claim(id=name, metric="f1_tuned", baseline="f1_default", change=change, by=Decimal("0.05"))
    return {"planned": plan("exp_002", replicates="exp_001", claims=[claim])}


SHORT: dict[str, tuple[Callable[[], Story], str | None]] = {
    "other means, the same claims": (lambda: tried(EFFECT), None),
    "it names no original": (lambda: tried(EFFECT, planned=plan("exp_002")), "not_a_replication"),
    "it gave no numbers": (lambda: tried(None), "not_a_replication"),
    "its plan was thrown away": (lambda: tried(EFFECT).changed("exp_002", plan=None, plan_sha256=""), None),
    "it was never run": (lambda: scored(begun()).wrote("exp_002"), "not_a_replication"),
    "the original claims nothing": (
        lambda: try_again(begun().ran("exp_001", planned=plan("exp_001", claims=())), EFFECT, "exp_002"),
        "not_a_replication",
    ),
    "the original was edited": (lambda: tried(EFFECT).changed("exp_001", code=code("new")), None),
    "it was started before the original ended": (
        lambda: scored(try_again(begun(), EFFECT, "exp_002")), "replication_planned_before",
    ),
    "it claims something else": (
        lambda: tried(EFFECT, **claims("another", Change.INCREASE)), "replication_other_claims",
    ),
    "it claims the opposite": (
        lambda: tried(EFFECT, **claims("tuned_beats_default", Change.DECREASE)), "replication_other_claims",
    ),
    "both split one data set": (
        lambda: try_again(
            begun().ran("exp_001", planned=plan("exp_001", **RESPLIT)), EFFECT, "exp_002",
            planned=plan("exp_002", replicates="exp_001", **RESPLIT),
        ),
        "replication_resplit",
    ),
    "only one of them splits a data set": (
        lambda: tried(EFFECT, planned=plan("exp_002", replicates="exp_001", **RESPLIT)), None,
    ),
    "it has the same code": (
        lambda: begun().ran("exp_001", by=code("a", "b")).ran(
            "exp_002", planned=plan("exp_002", replicates="exp_001"), by=code("a", "b"), says=argued("exp_002")
        ),
        "replication_same_code",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", SHORT)
def test_what_is_no_replication_is_told_why(name: str) -> None:
    """Each way in which an experiment that says that it replicates another one does not."""
    tell, expected = SHORT[name]
    by_name = {one.name: one for one in judged(tell()).experiments}
    reason = shortfall(by_name["exp_002"], by_name["exp_001"])
    assert (reason.code if reason else None) == expected
    assert reason is None or (reason.message and not reason.holds)


def test_a_replication_is_no_candidate_of_its_own() -> None:
    """It is evidence for its original, however well it scores."""
    assert [found.experiment.name for found in judged(replicated(begun())).candidates] == ["exp_001"]


def test_of_two_that_name_each_other_the_first_is_the_original() -> None:
    """A circle of replications must not leave a direction without any candidate."""
    story = replicated(begun(), third=False)
    story.ran("exp_001", says=argued("exp_001"), planned=plan("exp_001", replicates="exp_002"))
    assert [found.experiment.name for found in judged(story).candidates] == ["exp_002"]


def test_the_one_that_has_come_furthest_comes_first() -> None:
    """Alive before dead, confirmed before replicated, replicated before scored, then the score, then the age."""
    story = replicated(begun(), third=False)
    story.ran("exp_003", says=argued("exp_003", score=10), by=code("third"))
    assert [one.experiment.name for one in judged(story).candidates] == ["exp_001", "exp_003"]
    story.confirmed("exp_001", gains(NULL * 3))
    assert [one.experiment.name for one in judged(story).candidates] == ["exp_003", "exp_001"]


def test_a_confirmation_counts_against_what_it_does_not_confirm() -> None:
    """The candidate is dead, and says why."""
    found = first(replicated(begun()).confirmed("exp_001", gains(NULL * 3)))
    assert (found.alive, found.confirmed, found.reasons) == (False, False, ("confirmation_failed",))


def test_splits_of_one_data_set_confirm_nothing() -> None:
    """However small the p-value, which is corrected for what the splits share."""
    story = begun(significance={"replications": 0}).ran("exp_001", planned=plan("exp_001", **RESPLIT))
    found = first(story.confirmed("exp_001", gains(EFFECT * 3)))
    assert (found.confirmed, found.reasons) == (False, ("resplit_not_confirmed",))
    assert found.confirmations[0].test.name == "corrected resampled paired t"


@pytest.mark.parametrize(
    ("permuted", "reasons"),
    [
        ((0.01, -0.02, 0.0, 0.03, 0.01), ()),
        ((0.31, 0.28, 0.32, 0.29, 0.30), ("placebo_survived",)),
        ((0.0, None, 0.0, None, None), ("placebo_survived",)),
    ],
)
def test_what_survives_a_placebo_is_no_finding(permuted: tuple[float | None, ...], reasons: tuple[str, ...]) -> None:
    """As strong with permuted labels as without; a permuted seed that fails counts as one that is."""
    placebo = [None if one is None else gains((one,))[0] for one in permuted]
    found = first(replicated(begun()).confirmed("exp_001", gains(EFFECT * 3), placebo=placebo))
    assert (found.reasons, found.confirmed) == (reasons, not reasons)
    assert found.confirmations[0].placebo is not None
    assert found.confirmations[0].placebo.n == 5


def test_a_placebo_whose_record_was_destroyed_counts_against_the_claim() -> None:
    """As every other seed that is missing."""
    story = replicated(begun()).confirmed("exp_001", gains(EFFECT * 3), placebo=gains((0.0, 0.01)))
    kept = dict(story.views["exp_001"].execution_sha256)
    found = first(story.changed("exp_001", execution_sha256={**kept, max(kept): "f" * 64}))
    assert found.reasons == ("confirmation_failed", "placebo_survived")


def test_a_confirmation_that_gives_the_old_numbers_is_none() -> None:
    """Fresh seeds cannot give what others gave, to the last digit."""
    seen = [{"f1_tuned": 0.3127 + seed / 70, "f1_default": 0.0213 + seed / 90} for seed in range(3)]
    story = begun(significance={"replications": 0}).ran("exp_001", seen, says=without_numbers("exp_001"))
    found = first(story.confirmed("exp_001", seen * 3))
    assert found.reasons == ("outputs_copied",)


def test_a_confirmation_on_a_changed_target_is_void() -> None:
    """Good numbers do not help where the target was not the same afterwards."""
    story = replicated(begun())
    view = story.views["exp_001"]
    digests = (view.plan_sha256, view.code.sha256)
    start = story._started("exp_001", "confirm", gains(EFFECT * 3), digests)
    story._ended("exp_001", start, gains(EFFECT * 3), Outcome.TARGET_CHANGED, digests)
    story._view("exp_001", view.plan, view.plan_sha256, view.summary, view.code)
    found = first(story)
    assert (found.confirmed, found.confirmations[0].differences) == (False, (None,) * 9)


def test_a_confirmation_that_still_runs_says_nothing() -> None:
    """Only what has ended is ruled on."""
    story = replicated(begun())
    view = story.views["exp_001"]
    story._started("exp_001", "confirm", gains(EFFECT * 3), (view.plan_sha256, view.code.sha256))
    assert first(story).confirmations == ()


def test_a_confirmation_of_other_code_says_nothing() -> None:
    """What was confirmed before the experiment was run again is not what there is now."""
    story = proven(begun(budget={"experiments": 9})).ran("exp_001", by=code("changed", "since"))
    assert first(story).confirmations == ()


def test_an_edited_record_confirms_nothing() -> None:
    """Without the executor's own bytes every seed of a confirmation is missing."""
    story = proven(begun())
    kept = dict(story.views["exp_001"].execution_sha256)
    last = max(kept)
    assert not first(story.changed("exp_001", execution_sha256={**kept, last: "f" * 64})).confirmed


def test_the_differences_of_a_decrease_are_signed_as_the_metric() -> None:
    """A loss that falls by 0.3 is reported as minus 0.3, and a seed that failed as nothing."""
    claim = Claim(id="falls", metric="loss", baseline=Decimal(1), change=Change.DECREASE, by=Decimal("0.05"))
    losses = [{"loss": 0.7}, {"loss": 0.69}, {"loss": 0.71}]
    story = begun(significance={"replications": 0}).ran(
        "exp_001", losses, planned=plan("exp_001", claims=[claim]), says=without_numbers("exp_001")
    )
    seen = first(story.confirmed("exp_001", [*losses, None])).confirmations[0].differences
    assert seen == (pytest.approx(-0.3), pytest.approx(-0.31), pytest.approx(-0.29), None)


@pytest.mark.parametrize(
    ("bound", "later", "expected"),
    [
        ("0.1", EFFECT, ()),
        ("0.1", NULL, ("exp_002",)),
        ("0.5", EFFECT, ("exp_002",)),
    ],
)
def test_its_own_condition_refutes_it(bound: str, later: tuple[float, ...], expected: tuple[str, ...]) -> None:
    """`refuted_if` is evaluated on every later experiment that reports the metric, and on none before."""
    condition = Condition(metric="f1_tuned", relation="<", bound=Decimal(bound))
    story = begun().ran("exp_003", gains(NULL), says=argued("exp_003", score=3, values={}))
    story.ran("exp_001", says=argued("exp_001", refuted_if=condition))
    story.ran("exp_002", gains(later), says=None)
    found = first(story)
    assert (found.refuted_by, found.alive) == (expected, not expected)


def test_an_edit_does_not_take_a_refutation_back() -> None:
    """What was witnessed of the refuting experiment stays, though it must be run again."""
    condition = Condition(metric="f1_tuned", relation="<", bound=Decimal("0.1"))
    story = begun().ran("exp_001", says=argued("exp_001", refuted_if=condition)).ran("exp_002", gains(NULL), says=None)
    assert first(story.changed("exp_002", plan_sha256="f" * 64)).refuted_by == ("exp_002",)


def refuted_once() -> Story:
    """An accepted finding with a condition, and a later experiment in which it came true."""
    condition = Condition(metric="f1_tuned", relation="<", bound=Decimal("0.1"))
    story = begun().ran("exp_001", says=argued("exp_001", refuted_if=condition)).says().judged()
    return story.ran("exp_002", gains(NULL), says=None)


@pytest.mark.parametrize(
    "hide",
    [
        lambda story: story,
        lambda story: story.changed("exp_001", summary=Parsed(argued("exp_001")), summary_sha256="e" * 64),
        lambda story: story.changed("exp_001", summary=None, summary_sha256=""),
        lambda story: story.deleted("exp_002"),
        lambda story: story.changed("exp_002", execution_sha256={}),
        lambda story: story.ran("exp_002", gains(EFFECT), says=None),
    ],
)
def test_nothing_hides_a_refutation(hide: Callable[[Story], Story]) -> None:
    """Not another summary, a deleted folder, a destroyed record, nor another run of what refuted it."""
    by_name = {one.name: one for one in judged(hide(refuted_once())).experiments}
    assert refuters_of(by_name["exp_001"], tuple(by_name.values())) == ("exp_002",)


def test_a_condition_that_was_never_accepted_binds_nobody_else() -> None:
    """What has not run is judged without a condition."""
    one = judged(begun().wrote("exp_001")).experiments[0]
    assert refuters_of(one, ()) == ()


@pytest.mark.parametrize(
    ("tell", "expected"),
    [
        (lambda: proven(begun()), True),
        (lambda: replicated(begun()), False),
        (lambda: replicated(begun(significance={"confirm_seeds": 0})), True),
        (lambda: scored(begun(significance={"confirm_seeds": 0})), False),
        (lambda: scored(begun(significance={"confirm_seeds": 0, "replications": 0})), True),
    ],
)
def test_proven_is_replicated_and_confirmed_as_the_settings_demand(tell: Callable[[], Story], expected: bool) -> None:
    """No more and no less."""
    case = judged(tell())
    assert is_proven(case.candidates[0], case.bar) is expected
