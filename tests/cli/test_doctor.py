"""`doctor`: what holds on this machine."""

from __future__ import annotations

import json
from pathlib import Path


def test_doctor_says_what_holds_here(call: object, workspace: Path) -> None:
    """One line each, and as JSON."""
    told = call("doctor")
    assert "state folder" in told.out
    assert {one["what"] for one in json.loads(call("doctor", "--json").out)} >= {"python", "guard", "file events"}
