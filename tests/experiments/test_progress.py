"""What does `run` say and return in the end? The codes themselves are seen in test_handover."""

from __future__ import annotations

from coordinator.errors import Exit
from coordinator.experiments.progress import Stage, queued, refused
from coordinator.rules.admission import Refusal


def test_later() -> None:
    """Who waits no longer is told to call again, and what it was waiting for."""
    later = queued(executor=True).later()
    assert (later.stage, later.code) == (Stage.LATER, Exit.LATER)
    assert later.message == "handed over; waiting for the executor; not there yet: call the same command again"


def test_without_an_executor() -> None:
    """Only a known absence is told."""
    assert "watch" in queued(executor=False).message
    assert "watch" not in queued(executor=None).message


def test_every_reason() -> None:
    """All reasons, each with what would mend it."""
    said = refused([Refusal("a", "first", "mend it"), Refusal("b", "second", "and that")])
    assert said.code == Exit.REFUSED
    assert said.message == "refused\na: first\n  hint: mend it\nb: second\n  hint: and that"
