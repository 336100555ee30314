"""The instruction in force."""

from __future__ import annotations

import pytest

from coordinator.assistants import instruction
from coordinator.errors import MachineError


def test_the_report_says_what_is_answered(scene: object) -> None:
    """`stop` stays open however often it was answered."""
    worker = scene.worker("a")
    assert instruction.of(scene.workspace, worker) is None
    scene.tell(worker, 3)
    assert instruction.of(scene.workspace, worker).is_open
    scene.report(worker, 3)
    told = instruction.of(scene.workspace, worker)
    assert (told.is_open, told.answered) == (False, True)
    scene.tell(worker, 3, "stop")
    assert instruction.of(scene.workspace, worker).is_open


def test_an_inbox_that_somebody_edited_is_waited_for(scene: object) -> None:
    """The coordinator is about to write it again; a folder in its place is for the user to mend."""
    worker = scene.worker("a")
    worker.inbox.write_text("mine\n")
    assert instruction.of(scene.workspace, worker) is None
    worker.inbox.unlink()
    worker.inbox.mkdir()
    with pytest.raises(MachineError):
        instruction.of(scene.workspace, worker)
