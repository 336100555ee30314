"""Does the developer's one command show a line a step, and the words of those that fail?"""

import sys

import check
import pytest


def step(name: str, *codes: str) -> check.Step:
    """Make a step of Python one-liners."""
    return check.Step(name, tuple((sys.executable, "-c", code) for code in codes), (("SAID", "hello"),))


def test_a_step_that_passes_says_so_in_one_line(capsys: pytest.CaptureFixture[str]) -> None:
    """Print name and time, and nothing of what the step said."""
    assert check.passes(step("quick", "print('much')"))
    mark, name, seconds, unit = capsys.readouterr().out.split()
    assert (mark, name, unit) == ("ok", "quick", "s")
    assert float(seconds) < 60


def test_a_step_that_fails_shows_what_it_said(capsys: pytest.CaptureFixture[str]) -> None:
    """Show all that was said up to the first command that failed; the ones after it are not run."""
    failing = step("slow", "print('one')", "import os, sys; sys.exit(os.environ['SAID'])", "print('three')")
    assert not check.passes(failing)
    first, *rest = capsys.readouterr().out.splitlines()
    assert first.startswith("failed slow")
    assert rest == ["one", "hello"]


def test_every_step_is_run_and_any_failure_counts(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Go on after a failure, name what failed, and end with 1."""
    monkeypatch.setattr(check, "STATIC", (step("bad", "raise SystemExit(1)"), step("good", "pass")))
    monkeypatch.setattr(sys, "argv", ["check.py", "--static"])
    assert check.main() == 1
    said = capsys.readouterr().out
    assert "ok     good" in said
    assert said.endswith("not ready: bad\n")
    monkeypatch.setattr(check, "STATIC", (step("good", "pass"),))
    assert check.main() == 0


def test_options_choose_the_steps() -> None:
    """Mend first if asked to, and leave the tests out if asked to."""
    assert check.steps(fix=True, static=True) == (check.MEND, *check.STATIC)
    assert check.steps(fix=False, static=False) == (*check.STATIC, *check.DYNAMIC)
