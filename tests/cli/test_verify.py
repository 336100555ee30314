"""`verify`: everything is what was sealed."""

from __future__ import annotations

from pathlib import Path

import pytest
from fakes import EFFECT, gains
from stories import begun, replicated

from coordinator.engine.verify import cited_by
from coordinator.model.record import Phase
from coordinator.rules.outcome import findings


def test_verify_is_content_with_what_nobody_touched(call: object, workspace: Path) -> None:
    """And says what it looked at."""
    call("watch", "--once")
    told = call("verify")
    assert told.code == 0
    assert "ledger entries" in told.out


@pytest.mark.parametrize(
    ("name", "code"), [("run.yaml", "frozen_edited"), ("ledger.jsonl", "ledger_edited")], ids=["frozen", "ledger"]
)
def test_verify_names_an_edited_file(call: object, workspace: Path, name: str, code: str) -> None:
    """By path and code, with exit code 1."""
    call("watch", "--once")
    path = next(workspace.glob(f"runs/*/{name}"))
    path.write_text(path.read_text().replace("metric_divergence", "metric_diversion"))
    told = call("verify")
    assert told.code == 1
    assert code in told.out


def test_what_findings_cite() -> None:
    """The experiment that it rests on, its replications whatever they say, and its confirmation; nothing while open."""
    story = replicated(begun()).confirmed("exp_001", gains(EFFECT * 4))
    assert cited_by(findings(story.observation())) == []
    story.ended()
    (finding,) = findings(story.observation())
    direction = finding.direction
    assert cited_by([finding]) == [
        (direction, "exp_001", Phase.EXPLORE),
        (direction, "exp_002", Phase.EXPLORE),
        (direction, "exp_001", Phase.CONFIRM),
    ]
