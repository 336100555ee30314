"""inbox.md: the front matter to the letter, and a text that says what to do, why, and how to answer."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from coordinator.model.instruction import Action, BudgetLeft, Ending, Instruction
from coordinator.model.plan import Briefing, Step
from coordinator.model.problem import Problem
from coordinator.text import inbox

WORKER = "runs/20261123_143022-metric_divergence"
FACTS: dict[str, float | int | str | None] = {
    "score": 8.0,
    "threshold": 7.0,
    "mean_effect": 0.29345678,
    "by": 0.05,
    "metric": "ratio_20.f1_tuned",
    "baseline": "ratio_20.f1_default",
    "change": "increase",
    "claim": "tuned_beats_default",
    "explore_seeds": 3,
    "confirm_seeds": 10,
    "experiments_left": 2,
    "min_experiments": 3,
    "witnessed": 2,
    "agreed": 1,
    "disagreed": 0,
    "p": 0.0002,
    "alpha": 0.05,
    "attempts": 2,
    "best_score": 8.0,
    "best_experiment": "exp_001",
    "ending_reason": "budget_spent",
    "silent_minutes": 21,
    "title": "Does it diverge?",
    "next_experiment": "exp_004",
}


def instruction(action: Action = Action.REPLICATE, **changes: object) -> Instruction:
    """Give the instruction of the design, with some keys changed."""
    keys = {
        "direction": "metric_divergence",
        "instruction": 5,
        "action": action,
        "about": "exp_003",
        "reasons": ("score_reached", "evidence_holds", "not_replicated"),
        "budget": BudgetLeft(experiments_left=2, wall_minutes_left=431),
        **changes,
    }
    return Instruction.model_validate(keys)


def render(given: Instruction, problems: tuple[Problem, ...] = (), **facts: float | str | None) -> str:
    """Render an instruction with some facts."""
    return inbox.render(Step(given, Briefing(WORKER, problems, facts)))


def test_the_front_matter_is_the_one_of_the_design() -> None:
    """Keys in their order, lists and mappings on one line, null for nothing."""
    assert render(instruction()).startswith(
        "---\n"
        "direction: metric_divergence\n"
        "instruction: 5\n"
        "action: replicate\n"
        "about: exp_003\n"
        "reasons: [score_reached, evidence_holds, not_replicated]\n"
        "budget: {experiments_left: 2, wall_minutes_left: 431}\n"
        "ending: null\n"
        "---\n"
        "# Replicate exp_003\n"
    )


def test_the_front_matter_of_a_stop() -> None:
    """An ending, and null for what is not limited or not there."""
    given = instruction(
        Action.STOP, about=None, reasons=(), budget=BudgetLeft(experiments_left=0), ending=Ending.EXHAUSTED
    )
    text = render(given)
    assert "about: null\nreasons: []\nbudget: {experiments_left: 0, wall_minutes_left: null}\nending: exhausted" in text
    assert "# Stop: metric_divergence is exhausted" in text
    assert "minutes." not in text


@pytest.mark.parametrize("action", Action)
@pytest.mark.parametrize("facts", [{}, FACTS, dict.fromkeys(FACTS)], ids=["none", "all", "null"])
@pytest.mark.parametrize("about", [None, "exp_003"])
def test_every_instruction_says_how_to_answer(
    action: Action, facts: dict[str, float | int | str | None], about: str | None
) -> None:
    """Whatever facts are known, the number to answer and the next command are there, and no gap is."""
    text = render(instruction(action, about=about), **facts)
    then = text.split("\n## Then\n")[1]
    assert f"In `{WORKER}/status.md` set `answered: 5`" in then
    assert f"`python -m coordinator next {WORKER} --wait 600`" in then
    assert "None" not in text
    assert "\n\n\n" not in text
    assert not re.search(r"\{[{%#]|[%#}]\}", text)
    assert re.search(r"\S\n\n## The numbers\n\n- ", text)
    assert re.search(r"\n## Done when\n\n\S", text)
    assert text.endswith(".\n")


@pytest.mark.parametrize(
    ("action", "expected"),
    [
        (Action.BEGIN, "protocol/worker.md"),
        (Action.BEGIN, "`runs/20261123_143022/run.yaml`"),
        (Action.BEGIN, "id `metric_divergence` of `config/directions.yaml`"),
        (Action.BEGIN, "The question: Does it diverge?"),
        (Action.CONTINUE, f"python -m coordinator run {WORKER}/experiments/exp_004"),
        (Action.CONTINUE, "Try to refute it"),
        (Action.REVISE, f"python -m coordinator check {WORKER}/experiments/exp_003"),
        (Action.RERUN, f"python -m coordinator run {WORKER}/experiments/exp_003`"),
        (Action.REPLICATE, "`replicates: exp_003`"),
        (Action.REPLICATE, "half of 0.293457"),
        (Action.CONFIRM, f"python -m coordinator run {WORKER}/experiments/exp_003 --confirm`"),
        (Action.CONFIRM, "10 fresh seeds"),
        (Action.CHANGE_APPROACH, "(2 of them)"),
        (Action.REPORT, "for 21 minutes"),
        (Action.STOP, "`budget_spent`"),
    ],
)
def test_what_each_instruction_says(action: Action, expected: str) -> None:
    """What to do, with which numbers, by which command."""
    assert expected in render(instruction(action), **FACTS)


def test_what_was_changed_is_to_be_put_back() -> None:
    """Not the report is the matter then: what to put back, who can, and that the rest waits for it."""
    problem = Problem("research_target/train.py", 0, "target_changed", "has another content", "put it back")
    text = render(instruction(Action.REVISE, about=None, reasons=("target_changed",)), (problem,))
    assert "# Revise what was changed\n" in text
    assert "- research_target/train.py:0 `target_changed` has another content\n" in text
    assert "status.md` cannot be read" not in text
    assert "`state: waiting`, or `blocked` if the user has to act" in text


def test_enough_experiments_need_no_refuting() -> None:
    """The sentence about too few of them is then not true."""
    facts = {**FACTS, "witnessed": 3}
    assert "Try to refute it" not in render(instruction(Action.CONTINUE), **facts)


@pytest.mark.parametrize("ending", [None, *Ending])
def test_every_ending_has_words(ending: Ending | None) -> None:
    """And none of them is another one's."""
    texts = {render(instruction(Action.STOP, ending=each)).split("\n## ")[0] for each in [None, *Ending]}
    assert len(texts) == len(Ending) + 1
    assert (ending.value if ending else "closed") in render(instruction(Action.STOP, ending=ending))


def test_problems_are_told_with_line_code_and_hint() -> None:
    """At most twenty; the rest is told by a command."""
    many = tuple(Problem("s.md", n, "bad_value", f"m{n}", "h" if n == 1 else "") for n in range(1, 23))
    text = render(instruction(Action.REVISE), many)
    assert "- s.md:1 `bad_value` m1\n  - hint: h\n- s.md:2 `bad_value` m2\n" in text
    assert "m20" in text
    assert "m21" not in text
    assert f"- and 2 more; `python -m coordinator check {WORKER}` lists them all" in text
    assert "more;" not in render(instruction(Action.REVISE), many[:20])
    assert "## What to mend" not in render(instruction(Action.REVISE))


def test_what_was_done_so_far_is_listed() -> None:
    """Name, standing and score, if it has one."""
    done = (("exp_001", "holds", 8.0), ("exp_002", "failed", None))
    text = inbox.render(Step(instruction(), Briefing(WORKER, experiments=done)))
    assert "- exp_001: holds, score 8.\n- exp_002: failed.\n" in text


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (0.293456789, "0.293457"),
        (8.0, "8"),
        (1e-9, "1e-09"),
        (12345678, "12345678"),
        ("a\n\n# b\r\x1b[31m\u202ec\ud800", "a # b [31m c "),
        ("```\nrm", "''' rm"),
    ],
)
def test_what_is_put_in_stays_in_its_line(value: object, expected: str) -> None:
    """No line ends, nothing that hides or reverses text, nothing that ends a code span."""
    assert inbox.plain(value) == expected


@settings(deadline=None, max_examples=60)
@given(st.text(max_size=400), st.sampled_from(Action))
def test_quoted_text_cannot_leave_its_place(written: str, action: Action) -> None:
    """However hostile, it adds no line, no heading and no code, and the rest can be read."""
    given_ = instruction(action)
    hostile = render(given_, (Problem("s.md", 1, "bad_value", written, written),), title=written, metric=written)
    harmless = render(given_, (Problem("s.md", 1, "bad_value", "x", "x"),), title="x", metric="x")
    assert len(hostile.split("\n")) - harmless.count("\n") in {0, 1}
    assert hostile.count("`") == harmless.count("`")
    assert len(hostile) < len(harmless) + 4 * inbox.MOST_CHARACTERS
    assert inbox.parse(hostile.encode(), "f").value == given_


@settings(deadline=None, max_examples=60)
@given(
    st.builds(
        Instruction,
        direction=st.from_regex(r"[a-z0-9][a-z0-9_-]{0,20}", fullmatch=True),
        instruction=st.integers(1, 10**6),
        action=st.sampled_from(Action),
        about=st.none() | st.just("exp_012"),
        reasons=st.lists(st.from_regex(r"[a-z][a-z_]{0,12}", fullmatch=True), max_size=3).map(tuple),
        budget=st.builds(
            BudgetLeft,
            experiments_left=st.integers(0, 99),
            wall_minutes_left=st.none() | st.integers(0, 9999),
        ),
        ending=st.none() | st.sampled_from(Ending),
    )
)
def test_a_rendered_instruction_comes_back(value: Instruction) -> None:
    """And the same step gives the same bytes."""
    step = Step(value, Briefing(f"runs/20261123_143022-{value.direction}", facts=FACTS))
    text = inbox.render(step)
    assert inbox.parse(text.encode(), "f").value == value
    assert inbox.render(step) == text


def test_each_action_has_its_template() -> None:
    """And each template is used: by an action, or by another template."""
    folder = Path(inbox.__file__).parent / "templates"
    texts = {path.name: path.read_text(encoding="utf-8") for path in folder.iterdir()}
    actions = {f"{action.value}.md.j2" for action in Action}
    used = {name for text in texts.values() for name in re.findall(r'"(\w+\.md\.j2)"', text)}
    assert set(texts) == actions | used


def test_an_unreadable_inbox_is_a_problem() -> None:
    """It is the coordinator's own file, and somebody may have changed it."""
    assert [each.code for each in inbox.parse(b"", "f").problems] == ["header_missing"]
    assert [each.code for each in inbox.parse(b"---\naction: rest\n---\n", "f").problems].count("missing_key") == 3


def test_a_beginning_points_to_papers_by_id() -> None:
    """And says how a plan names what it draws on; without papers it does not speak of them."""
    text = render(instruction(action=Action.BEGIN), papers="some-paper, another")
    assert "by id: some-paper, another." in text
    assert "`papers: [id]`" in text
    assert "apers" not in render(instruction(action=Action.BEGIN))
