"""`run --again` and `verify --rerun`: what is printed, and what the shell gets back."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from coordinator.cli import again
from coordinator.cli.again import SHOWN_AT_MOST, Outcome
from coordinator.errors import Exit
from coordinator.rules.reproduction import Change, Compared, Reproduction, Sameness

SAME = Reproduction(Sameness.EQUAL, (Compared(4, "f1", 1.0, 1.0 + 1e-9, Sameness.EQUAL),), (), ())
OTHER = Reproduction(
    Sameness.DIFFERENT,
    tuple(Compared(4, f"m{k}", 1.0, None, Sameness.DIFFERENT) for k in range(SHOWN_AT_MOST + 2)),
    ("seed 5: completed then, failed now (exit code 1)",),
    (Change("python", "3.11.7", "3.12.1"), Change("package new", "", "4")),
)


def test_what_differs_is_said(capsys: pytest.CaptureFixture[str]) -> None:
    """Each number with seed, then and now, each change of the environment, and not more lines than can be read."""
    again.show([Outcome("a/exp_001", "runs/r/again/a/exp_001-1", OTHER)], as_json=False)
    lines = capsys.readouterr().out.splitlines()
    assert lines[0].startswith("a/exp_001: different (numbers: 0 identical, 0 equal, 12 different); outputs in runs/r/")
    assert lines[1] == "  seed 5: completed then, failed now (exit code 1)"
    assert lines[2] == "  seed 4, m0: 1.0 then, missing now"
    assert lines[-3:] == [
        "  and 2 more: --json has them",
        "  python: 3.11.7 then, 3.12.1 now",
        "  package new: none then, 4 now",
    ]


def test_everything_is_in_the_json(capsys: pytest.CaptureFixture[str]) -> None:
    """With the tolerance that it was compared with."""
    again.show([Outcome("a/exp_001", "f", SAME)], as_json=True)
    said = json.loads(capsys.readouterr().out)
    assert said["tolerance"] == 1e-6
    assert said["experiments"][0]["metrics"][0] == {
        "seed": 4,
        "metric": "f1",
        "then": 1.0,
        "now": 1.0 + 1e-9,
        "sameness": "equal",
    }


@pytest.mark.parametrize(
    ("found", "code"), [([], Exit.FINE), ([SAME], Exit.FINE), ([SAME, OTHER], Exit.PROBLEMS)], ids=str
)
def test_the_exit_code(found: list[Reproduction], code: Exit) -> None:
    """Only what is different is a problem."""
    assert again.code([Outcome("a", "f", one) for one in found]) is code


def test_nothing_is_cited(call: object, workspace: Path) -> None:
    """A run whose directions are open has no findings: `verify --rerun` says so and runs nothing."""
    call("watch", "--once")
    told = call("verify", "--rerun")
    assert told.code == 0
    assert "there is nothing to run again" in told.out
    assert json.loads(call("verify", "--rerun", "--json").out)["rerun"] == []


def test_an_unknown_experiment_is_refused(call: object, workspace: Path) -> None:
    """Exit code 125 for one that never ran, 2 for a path that is none."""
    call("watch", "--once")
    (worker,) = workspace.glob("runs/*-metric_divergence")
    assert call("run", "--again", str(worker / "experiments" / "exp_001")).code == Exit.REFUSED
    assert call("run", "--again", "research_target").code == Exit.USAGE
