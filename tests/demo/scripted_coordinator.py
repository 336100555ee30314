"""A coordinator that follows a script: enough of `run` and `next` for a worker to be tested on its own.

It judges nothing. `next` gives the next instruction of the script once the last one is answered; `run` writes
outputs out of a table instead of running anything. As a program it plays `python -m coordinator`.
"""

from __future__ import annotations

import json
import os
import re
import signal
import sys
from pathlib import Path

RUN = "20260101_000000"
EXPLORE, CONFIRM = (11, 12, 13), (101, 102)

SCRIPTS: dict[str, tuple[tuple[str, str | None], ...]] = {
    "threshold_tuning": (
        ("begin", None),
        ("revise", "exp_001"),
        ("replicate", "exp_001"),
        ("continue", "exp_001"),
        ("confirm", "exp_001"),
        ("stop", "exp_001"),
    ),
    "metric_comparison": (
        ("begin", None),
        ("continue", "exp_001"),
        ("report", None),
        ("replicate", "exp_002"),
        ("confirm", "exp_002"),
        ("stop", "exp_002"),
    ),
    "metric_divergence": (
        ("begin", None),
        ("replicate", "exp_001"),
        ("continue", "exp_001"),
        ("rerun", "exp_003"),
        ("confirm", "exp_001"),
        ("stop", "exp_001"),
    ),
}

INBOX = """---
direction: {direction}
instruction: {number}
action: {action}
about: {about}
reasons: [scripted]
budget: {{experiments_left: 5, wall_minutes_left: 400}}
ending: {ending}
---
# {action}

## What to mend

{problems}
"""


class Script:
    """One worker's side of a scripted coordinator, in a workspace on the disk.

    Args:
        root: of the workspace.
        direction: whose worker is served.
        metrics: code of an experiment -> its metrics.json, for every seed the same.
    """

    def __init__(self, root: Path, direction: str, metrics: dict[str, dict[str, dict[str, float]]]) -> None:
        self.root = root
        self.folder = root / "runs" / f"{RUN}-{direction}"
        self.direction = direction
        self.metrics = metrics
        self.script = SCRIPTS[direction]

    def call(self, command: str, path: str, *flags: str) -> int:
        """Answer one command line of the worker."""
        if command == "next":
            return self.next()
        assert command == "run", f"a worker calls `run` and `next` only, not `{command}`"
        return self.run(self.root / path, confirm="--confirm" in flags)

    def next(self) -> int:
        """Give the instruction after the last one answered; 75 if there is none."""
        number = self._answered() + 1
        if number > len(self.script):
            return 75
        (self.folder / "inbox.md").write_text(self._inbox(number), encoding="utf-8")
        return 0

    def run(self, experiment: Path, *, confirm: bool) -> int:
        """Write what the experiment would have measured; 125 for one that is incomplete."""
        needed = [experiment / name for name in ("plan.md", "experiment.py")]
        if not all(path.is_file() for path in needed):
            return 125
        found = self.metrics[(experiment / "experiment.py").read_text(encoding="utf-8")]
        folder, seeds = ("confirmation", CONFIRM) if confirm else ("outputs", EXPLORE)
        for seed in seeds:
            place = experiment / folder / f"seed_{seed}"
            place.mkdir(parents=True, exist_ok=True)
            (place / "metrics.json").write_text(json.dumps(found), encoding="utf-8")
        return 0

    def _answered(self) -> int:
        report = self.folder / "status.md"
        text = report.read_text(encoding="utf-8") if report.is_file() else "answered: 0"
        found = re.search(r"^answered: (\d+)$", text, re.MULTILINE)
        assert found, "every report says what was answered"
        return int(found[1])

    def _inbox(self, number: int) -> str:
        action, about = self.script[number - 1]
        return INBOX.format(
            direction=self.direction,
            number=number,
            action=action,
            about=about or "null",
            ending="finalized" if action == "stop" else "null",
            problems=self._problems(about) if action == "revise" else "",
        )

    def _problems(self, about: str | None) -> str:
        """Point at the two flaws of the first draft, as the coordinator would: path, line, code, message."""
        path = self.folder / "experiments" / str(about) / "summary.md"
        lines = path.read_text(encoding="utf-8").splitlines()
        name = path.relative_to(self.root).as_posix()
        codes = (("## Key Findings", "number_unbound"), ("## Counterarguments", "counterarguments_generic"))
        places = [(lines.index(heading) + 3, code) for heading, code in codes]
        return "\n".join(f"- {name}:{line} `{code}` what is wrong" for line, code in places)


def main() -> int:
    """Play `python -m coordinator`; at the call whose number FAKE_KILLS_AT gives, kill the worker first."""
    root = Path.cwd()
    calls = root / "calls.txt"
    with calls.open("a", encoding="utf-8") as file:
        file.write(" ".join(sys.argv[1:]) + "\n")
    if str(len(calls.read_text(encoding="utf-8").splitlines())) == os.environ.get("FAKE_KILLS_AT"):
        os.kill(os.getppid(), getattr(signal, "SIGKILL", signal.SIGTERM))
        return 1
    metrics = json.loads((root / "metrics.json").read_text(encoding="utf-8"))
    direction = sys.argv[2].split("/")[1].split("-", 1)[1]
    return Script(root, direction, metrics).call(*sys.argv[1:])


if __name__ == "__main__":
    sys.exit(main())
