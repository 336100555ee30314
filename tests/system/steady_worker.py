"""A worker that knows nothing but the protocol, quick enough to be killed around many times a minute.

Usage: python steady_worker.py WORKER_FOLDER. It answers whatever its inbox says, from the files alone, so that it
can itself be started again at any moment. Its first summary of exp_001 cites a number from nowhere.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path
from statistics import fmean

CODES = {
    "mean of many": "import noise\nshifted = noise.draw(seed, 1.0, 400)\nplain = noise.draw(seed + 1, 0.0, 400)\n",
    "median of means": (
        "import noise\nfrom statistics import median\n"
        "def centre(shift, salt):\n"
        "    blocks = [noise.draw(seed * 31 + salt * 7919 + block, shift, 50) for block in range(9)]\n"
        "    return median(blocks)\n"
        "shifted, plain = centre(1.0, 3), centre(0.0, 5)\n"
    ),
    "own generator": (
        "import random\nsource = random.Random(seed)\nvalues = []\n"
        "while len(values) < 600:\n    values.append(source.normalvariate(0.0, 1.0))\n"
        "half = len(values) // 2\n"
        "plain = sum(values[:half]) / half\nshifted = 1.0 + sum(values[half:]) / half\n"
    ),
    "trimmed": (
        "import noise\n"
        "def trimmed(shift, salt):\n"
        "    drawn = sorted(noise.draw(seed + salt * 100 + k, shift, 5) for k in range(80))\n"
        "    kept = drawn[8:-8]\n    total = 0.0\n    for value in kept:\n        total += value\n"
        "    return total / len(kept)\n"
        "plain = trimmed(0.0, 11)\nshifted = trimmed(1.0, 13)\n"
    ),
}
HEAD = "import json, os\nfrom pathlib import Path\nseed = int(os.environ['AUTORESEARCH_SEED'])\n"
TAIL = (
    "found = {'shifted': shifted, 'plain': plain, 'gap': shifted - plain}\n"
    "Path(os.environ['AUTORESEARCH_OUTPUTS'], 'metrics.json').write_text(json.dumps(found))\n"
)
ARGUMENTS = (
    (
        "The gap could be an artefact of too few draws, because shifted and plain share one generator; "
        "drawing each with its own source would test it."
    ),
    (
        "That shifted lies higher may be due to one lucky block of draws, since medians hide spread; doubling "
        "the number of blocks and watching gap would show whether it stays."
    ),
    (
        "A limitation: plain is measured at a single shift, so gap could be specific to it; an ablation over "
        "other shifts would tell."
    ),
    (
        "Trimming could bias shifted and plain alike, because both tails are cut; comparing gap with the "
        "untrimmed value would test this alternative explanation."
    ),
)


def call(*words: str) -> subprocess.CompletedProcess[str]:
    """Call the coordinator's command line."""
    return subprocess.run(
        [sys.executable, "-m", "coordinator", *words], capture_output=True, text=True, check=False, timeout=120
    )


def field(text: str, name: str) -> str:
    """Read one line of the front matter."""
    found = re.search(rf"^{name}: (.*)$", text, re.MULTILINE)
    return found.group(1).strip() if found else ""


def put(path: Path, text: str) -> None:
    """Write a file whole."""
    beside = path.with_name(f".{path.name}.tmp")
    beside.write_text(text)
    beside.replace(path)


def write_plan(folder: Path, replicates: str | None) -> None:
    """Predict, and write the code that tells."""
    folder.mkdir(parents=True, exist_ok=True)
    number = int(folder.name[4:])
    body = list(CODES.values())[(number - 1) % len(CODES)]
    line = f"replicates: {replicates}\n" if replicates else ""
    if not (folder / "experiment.py").exists():
        put(folder / "experiment.py", HEAD + body + TAIL)
    if not (folder / "plan.md").exists():
        put(
            folder / "plan.md",
            f"---\nexperiment: {folder.name}\ntier: 1\n{line}claims:\n  - id: shifted_is_higher\n    metric: shifted\n"
            "    baseline: plain\n    change: increase\n    by: 0.5\n---\n## Hypothesis\nThe shift shows.\n## Method\n"
            "Draw and compare.\n## What Would Refute It\nA gap below 0.5.\n",
        )


def summarise(folder: Path, *, honest: bool) -> None:
    """Say what came out, from the outputs."""
    seeds = [json.loads(path.read_text()) for path in sorted(folder.glob("outputs/seed_*/metrics.json"))]
    gap = fmean(seed["gap"] for seed in seeds)
    said = f"{gap:.3f}" if honest else "9.99"
    argument = ARGUMENTS[(int(folder.name[4:]) - 1) % len(ARGUMENTS)]
    put(
        folder / "summary.md",
        f"---\nexperiment: {folder.name}\nscore: 8\nvalues:\n  gap: {{metric: gap, value: {gap:.3f}}}\n"
        f"refuted_if: gap < 0.2\n---\n## Key Findings\nThe gap is {said}.\n## Counterarguments\n{argument}\n"
        f"## Score Reasoning\nClear.\n## Actionable Insight\nUse the shift.\n## Next Directions\nNone.\n",
    )


def experiment(worker: Path, replicates: str | None) -> None:
    """Make the next experiment, or finish the one that was begun."""
    folders = sorted((worker / "experiments").glob("exp_*"))
    begun = [folder for folder in folders if not (folder / "summary.md").exists()]
    folder = begun[0] if begun else worker / "experiments" / f"exp_{len(folders) + 1:03d}"
    write_plan(folder, replicates)
    run(folder)
    summarise(folder, honest=folder.name != "exp_001")


def run(folder: Path, *options: str) -> None:
    """Have an experiment witnessed."""
    while (ended := call("run", str(folder), *options)).returncode == 75:
        pass
    print(folder.name, options, ended.returncode, ended.stdout, ended.stderr, flush=True)


def main() -> None:
    """Answer instructions until one says stop."""
    worker = Path(sys.argv[1])
    direction = worker.name.split("-", 1)[1]
    while True:
        told = call("next", str(worker), "--wait", "5").stdout
        action, about, number = field(told, "action"), field(told, "about"), field(told, "instruction")
        if action in {"begin", "continue", "change_approach"}:
            experiment(worker, None)
        elif action == "replicate":
            experiment(worker, about)
        elif action == "confirm":
            run(worker / "experiments" / about, "--confirm")
        elif action == "rerun":
            run(worker / "experiments" / about)
        elif action == "revise" and about != "null":
            summarise(worker / "experiments" / about, honest=True)
        if action:
            state = "done" if action == "stop" else "waiting"
            put(
                worker / "status.md",
                f"---\ndirection: {direction}\nstate: {state}\nanswered: {number}\n---\n{action}\n",
            )
        if action == "stop":
            return


if __name__ == "__main__":
    main()
