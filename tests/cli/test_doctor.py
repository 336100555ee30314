"""`doctor`: what holds on this machine."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from coordinator.cli import doctor
from coordinator.experiments.guard.hold import NO_MOUNTS, Ability, LandlockHold, NoHold
from coordinator.model.protection import Protection


def test_doctor_says_what_holds_here(call: object, workspace: Path) -> None:
    """One line each, and as JSON."""
    told = call("doctor")
    assert "state folder" in told.out
    assert {one["what"] for one in json.loads(call("doctor", "--json").out)} >= {"python", "guard", "file events"}


def guard_lines(call: object, monkeypatch: pytest.MonkeyPatch, means: Ability) -> dict[str, dict[str, object]]:
    """Give what doctor says of a machine with some means."""
    monkeypatch.setattr(doctor, "ability", lambda: means)
    return {one["what"]: one for one in json.loads(call("doctor", "--json").out)}


def test_doctor_on_a_machine_without_means(call: object, workspace: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It says what is not enforced and why not."""
    means = Ability(NoHold(), missing=("this kernel has no Landlock, or it is turned off", "bubblewrap is missing"))
    found = guard_lines(call, monkeypatch, means)
    assert str(found["guard"]["found"]).startswith("manifest alone: the target was compared")
    assert "writes nowhere" in str(found["guard, not enforced"]["found"])
    assert found["guard, not enforced"]["mend"] == (
        "why: this kernel has no Landlock, or it is turned off; bubblewrap is missing"
    )
    assert (found["network"]["found"], found["network"]["fine"]) == ("cannot be denied to experiments", False)


def test_doctor_on_a_machine_without_mounts(call: object, workspace: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Landlock alone leaves metadata open; TCP alone is said to be no more than that."""
    kept = frozenset({Protection.WRITES, Protection.READS, Protection.PROCESSES, Protection.TCP})
    found = guard_lines(call, monkeypatch, Ability(LandlockHold(6, mounts=False), kept, (NO_MOUNTS,)))
    assert str(found["guard"]["found"]).startswith("landlock version 6: ")
    assert found["guard, not enforced"]["mend"] == f"why: {NO_MOUNTS}"
    assert found["network"]["found"] == "`experiment_network: deny` would be enforced for TCP"


def test_doctor_where_everything_is_enforced(call: object, workspace: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """There is nothing to complain about."""
    found = guard_lines(call, monkeypatch, Ability(LandlockHold(6, mounts=True), frozenset(Protection)))
    assert "guard, not enforced" not in found
    assert found["network"]["found"] == "`experiment_network: deny` would be enforced in full"
