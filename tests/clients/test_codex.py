"""The real Codex, against a scripted model, in a network of its own and with an empty home."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
import scenes

from coordinator.store.clients import ClientPaths

ALLOWED = (
    *("python -m coordinator next runs/x --wait 5", "python3 -m coordinator run runs/x/experiments/exp_001"),
    *("python -m coordinator check", "python -m coordinator watch", "python -m coordinator explain runs/x exp_001"),
)
FORBIDDEN = (
    *("python -c pass", "python3 -c pass", "python -", "python -m pip install x", "bash -c ls", "sh -c ls", "env ls"),
    *("xargs touch", "find . -delete", "sed -i s/a/b/ x", "awk 1 x", "perl -e 1", "node -e 1", "tee x", "cp a b"),
    *("rm -rf runs", "python -m coordinator watch --new", "timeout 5 ls", "ln -s a b", "sudo ls", "uv run x"),
)
NOT_ALLOWED = (
    *("python", "python x.py", "python -m coordinator", "python -m coordinator assistants launch", "ls", "curl x"),
    *("python -m coordinator init x", "python -m coordinator execute", "python3.12 -m coordinator next x"),
)


def test_three_subagents_drive_their_directions_to_the_end(play: scenes.Play) -> None:
    """From `Read program.md and begin.` to `stop`, though their model wants to stop after each step."""
    scenes.check_campaign(play, "codex")


def test_everything_on_the_deny_list_is_refused(play: scenes.Play) -> None:
    """By redirects, interpreters, links, other folders; and what is allowed runs."""
    scenes.check_attempts(play, "codex")


def test_launch_goes_on_after_limits_and_early_stops(play: scenes.Play) -> None:
    """Parked until the limit is lifted, restarted where the model stopped for good."""
    scenes.check_launch(play, "codex")


@pytest.mark.parametrize(
    ("command", "decision"),
    [
        *((command, "allow") for command in ALLOWED),
        *((command, "forbidden") for command in FORBIDDEN),
        *((command, None) for command in NOT_ALLOWED),
    ],
)
def test_the_rules_say_what_runs_outside_of_the_sandbox(
    program: Callable[[str], Path], command: str, decision: str | None
) -> None:
    """As Codex itself reads them; what no rule names runs inside."""
    rules = ClientPaths(scenes.ROOT).codex_rules
    called = [str(program("codex")), "execpolicy", "check", "--rules", str(rules), "--", *command.split()]
    done = subprocess.run(called, capture_output=True, text=True, check=True)
    assert json.loads(done.stdout).get("decision") == decision
