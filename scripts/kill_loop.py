"""Does a campaign end the same however often its daemon and its executor are killed? The long form of a test.

Plays the demo again and again in fresh folders and sends SIGKILL to the daemon, the executor or both at random
moments. After each round: instructions count up by one, inboxes are what the ledger says, `verify` finds nothing,
and every direction ended as in the first round, in which nobody was killed. The pauses between kills are a share of
that round's time: what is interrupted ten times in a row before any process of it has ended is given up, by rule, and
on a busy machine it would be if the pauses were always the same.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path

import environment


@dataclass
class Round:
    """One campaign and what was done to it.

    Args:
        folder: its workspace and state folder.
        kills: how many times each process was killed.
        seconds: how long it took.
    """

    folder: Path
    kills: dict[str, int] = field(default_factory=lambda: {"daemon": 0, "executor": 0})
    seconds: float = 0.0

    @property
    def env(self) -> dict[str, str]:
        """Environment of its processes: a state folder of its own."""
        return {**os.environ, "XDG_STATE_HOME": str(self.folder / "state")}


def play(one: Round, moments: random.Random | None, pause: float) -> None:
    """Play the demo, killing at random moments if there are any."""
    root = one.folder / "workspace"
    began = time.monotonic()
    command = [sys.executable, "-m", "coordinator", "demo", str(root)]
    log = (one.folder / "demo.log").open("wb")
    demo = subprocess.Popen(command, env=one.env, stdin=subprocess.DEVNULL, stdout=log, stderr=log)
    while demo.poll() is None:
        try:
            demo.wait(moments.uniform(0.1, 2 * pause) if moments else None)
        except subprocess.TimeoutExpired:
            assert moments is not None
            kill(one, root, moments.choice(["daemon", "daemon", "executor"]))
    log.close()
    one.seconds = time.monotonic() - began
    if demo.returncode != 0:
        raise SystemExit(f"the demo ended with {demo.returncode}; see {one.folder}")


def kill(one: Round, root: Path, who: str) -> None:
    """Kill whoever holds a lock of the workspace, unless the run is over, when a new daemon would begin another."""
    from coordinator.store.lock import holder
    from coordinator.store.state import State

    state = State(one.folder / "state" / "autoresearcher")
    held = holder(state.coordinator_lock(root) if who == "daemon" else state.executor_lock(root))
    if held is None or any(entry["kind"] == "run_ended" for entry in ledger(root)):
        return
    try:
        os.kill(held.pid, signal.SIGKILL)
    except ProcessLookupError:
        return
    one.kills[who] += 1


def ledger(root: Path) -> list[dict[str, object]]:
    """Read every whole line of the public ledgers."""
    lines = [line for path in root.glob("runs/*/ledger.jsonl") for line in path.read_text().split("\n")[:-1]]
    return [json.loads(line) for line in lines]


def outcome(one: Round) -> dict[str, object]:
    """Give how each direction ended; stop with what is wrong if anything is."""
    root = one.folder / "workspace"
    given: dict[str, list[dict[str, object]]] = {}
    for entry in ledger(root):
        if entry["kind"] == "instruction":
            given.setdefault(str(entry["direction"]), []).append(entry)
    for direction, told in given.items():
        numbers = [entry["instruction"] for entry in told]
        if numbers != list(range(1, len(told) + 1)):
            raise SystemExit(f"{direction}: instructions {numbers}; see {one.folder}")
        inbox = next(root.glob(f"runs/*-{direction}/inbox.md")).read_text()
        if inbox != told[-1]["text"]:
            raise SystemExit(f"{direction}: the inbox is not the last instruction; see {one.folder}")
    verify = [sys.executable, "-m", "coordinator", "verify", "--root", str(root)]
    verified = subprocess.run(verify, env=one.env, capture_output=True, text=True, check=False)
    if verified.returncode != 0:
        raise SystemExit(f"verify: {verified.stdout}{verified.stderr}; see {one.folder}")
    return {direction: told[-1]["ending"] for direction, told in given.items()}


def main() -> None:
    """Play the rounds and print a line for each."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--rounds", type=int, default=5, help="campaigns with kills, after one without")
    parser.add_argument("--seed", type=int, default=1, help="of the moments")
    parser.add_argument("--kills", type=float, default=25, help="so many in the time that a round takes without any")
    options = parser.parse_args()
    expected, pause = None, 0.0
    for number in range(options.rounds + 1):
        moments = random.Random(options.seed + number) if number else None
        one = Round(Path(tempfile.mkdtemp(prefix="kill-loop-")))
        play(one, moments, pause)
        found = outcome(one)
        expected, pause = expected or found, pause or one.seconds / options.kills
        same = "the same" if found == expected else f"ANOTHER: {found}"
        print(f"round {number}: {one.seconds:.0f} s, killed {one.kills}, outcome {same}", flush=True)
        if found != expected:
            raise SystemExit(f"see {one.folder}")
        shutil.rmtree(one.folder)


if __name__ == "__main__":
    environment.enter()
    main()
