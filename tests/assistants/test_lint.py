"""No rule may allow more than it seems to."""

from __future__ import annotations

import pytest

from coordinator.assistants import claude, codex, cursor, lint
from coordinator.assistants.permitted import Guarded

BROAD = (
    *("env *", "xargs *", "find *", "sed *", "awk *", "python *", "python3:*", "python", "python -c *", "bash *"),
    *("sh -c *", "sudo *", "timeout *", "nohup *", "npx *", "uv run *", "git *", "make *", "*", "", "py*", "tee *"),
    *("/usr/bin/env *", "perl -e *", "node *", "python3.12 *", "python -m *", "python -m pip *", "rm *", "cp *"),
    *("python -m coordinator *", "python -m coordinator assistants *", "python runs/x/experiments/e.py", "ssh *"),
)
NARROW = (
    *("python -m coordinator next *", "python -m coordinator run:*", "python3 -m coordinator watch", "ls *"),
    *("git status *", "git diff", "npm test", "make docs", "python scripts/report.py", "cat *", "pytest tests"),
)


@pytest.mark.parametrize("rule", BROAD)
def test_a_rule_that_runs_anything_is_refused_with_its_reason(rule: str) -> None:
    """Whatever it is called: an interpreter, a launcher, a wildcard."""
    (problem,) = lint.claude({"permissions": {"allow": [f"Bash({rule})"]}}, "f")
    assert problem.code == "rule_too_broad"
    assert f"`Bash({rule})` is refused: " in problem.message
    assert len(problem.message.split(": ", 1)[1]) > 10


@pytest.mark.parametrize("rule", NARROW)
def test_a_rule_for_one_thing_is_accepted(rule: str) -> None:
    """The user may allow what they need, as long as it says what."""
    assert not list(lint.claude({"permissions": {"allow": [f"Bash({rule})"]}}, "f"))


@pytest.mark.parametrize("rule", ["Bash", "Edit", "Write", "Edit(**)", "Edit(/**)", "NotebookEdit"])
def test_a_bare_tool_is_refused(rule: str) -> None:
    """It allows every use of it."""
    assert [problem.code for problem in lint.claude({"permissions": {"allow": [rule]}}, "f")] == ["rule_too_broad"]


@pytest.mark.parametrize("place", ["allow", "deny"])
def test_a_rule_without_effect_is_told(place: str) -> None:
    """A denial that does nothing is worse than none: somebody relies on it."""
    (problem,) = lint.claude({"permissions": {place: ["Write(config/**)"]}}, "f")
    assert (problem.code, problem.hint) == ("rule_void", "write `Edit(config/**)`")


@pytest.mark.parametrize(
    "pattern",
    ['["python"]', '[["ls", "env"], "-x"]', '["python", "-m"]', '["bash", "-lc"]', '["sed", "-n"]', '["*"]'],
)
def test_rules_of_codex_leave_arguments_open(pattern: str) -> None:
    """Each alternative is looked at; a rule without a decision allows."""
    for decision in (', decision = "allow"', ""):
        found = list(lint.codex_rules(f"prefix_rule(pattern = {pattern}{decision})", "f"))
        assert [problem.code for problem in found] == ["rule_too_broad"]
    assert not list(lint.codex_rules(f'prefix_rule(pattern = {pattern}, decision = "forbidden")', "f"))


def test_codex_keeps_its_sandbox() -> None:
    """No mode beside the profile, and never none at all."""
    codes = [
        problem.code
        for mode in ("danger-full-access", "workspace-write")
        for problem in lint.codex_config({"sandbox_mode": mode}, "f")
    ]
    assert codes == ["rule_too_broad", "settings_clash"]


@pytest.mark.parametrize("rule", ["Shell(python)", "Shell(env)", "Shell(*)", "Shell(git)", "Write(**)"])
def test_cursor_sees_the_first_word_only(rule: str) -> None:
    """So that not even our own command can be allowed by its interpreter's name."""
    assert [found.code for found in lint.cursor({"permissions": {"allow": [rule]}}, "f")] == ["rule_too_broad"]


@pytest.mark.parametrize("entry", ["python", "python -m", "git", "xargs", "python -m coordinator"])
def test_the_list_of_cursors_editor_takes_prefixes(entry: str) -> None:
    """A short prefix allows everything that begins so."""
    assert [found.code for found in lint.cursor_terminal({"terminalAllowlist": [entry]}, "f")] == ["rule_too_broad"]


def test_our_own_settings_pass() -> None:
    """What is generated is held to the same rules."""
    guard = Guarded(("research_target",), ("program.md",))
    assert not list(lint.claude(claude.settings(guard), "f"))
    assert not list(lint.codex_rules(codex.rules(), "f"))
    assert not list(lint.cursor(cursor.cli(guard), "f"))
    assert not list(lint.cursor_terminal(cursor.permissions(), "f"))


def test_what_is_no_list_of_rules_is_left_to_the_client() -> None:
    """A wrong type is no rule; an unbalanced quote is split as it stands."""
    assert not list(lint.claude({"permissions": {"allow": "Bash"}}, "f"))
    assert list(lint.claude({"permissions": {"allow": ["Bash(env 'x *)"]}}, "f"))
