"""Does the demo end as the README says? The real command: daemon, executor and three scripted workers as processes."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

MOST_SECONDS = 600
"""Several times what it takes on two busy cores."""


def test_the_demo_ends_in_three_findings(tmp_path: Path) -> None:
    """Three directions finalized, one of them sent back on the way; and `verify` derives it all again."""
    root, state = tmp_path / "demo", str(tmp_path / "state")
    environ = {**os.environ, "XDG_STATE_HOME": state, "LOCALAPPDATA": state}
    command = [sys.executable, "-m", "coordinator", "demo", str(root)]
    played = subprocess.run(command, env=environ, capture_output=True, text=True, timeout=MOST_SECONDS, check=False)
    assert played.returncode == 0, played.stdout + played.stderr
    (ledger,) = root.glob("runs/*/ledger.jsonl")
    entries = [json.loads(line) for line in ledger.read_text().splitlines()]
    endings = {entry["direction"]: entry["ending"] for entry in entries if entry["kind"] == "direction_ended"}
    assert endings == dict.fromkeys(("metric_divergence", "metric_comparison", "threshold_tuning"), "finalized")
    assert {"begin", "revise", "replicate", "continue", "confirm", "stop"} <= {
        entry["action"] for entry in entries if entry["kind"] == "instruction"
    }
    verify = [sys.executable, "-m", "coordinator", "verify", "--root", str(root)]
    verified = subprocess.run(verify, env=environ, capture_output=True, text=True, check=False)
    assert verified.returncode == 0, verified.stdout
