"""A small workspace in a temporary folder, and the real commands on it."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import patience
import pytest

ROOT = Path(__file__).parents[2]
CONFIG = """\
budget: {experiments: 5, wall_minutes: 30, experiment_seconds: 20}
significance: {confirm_seeds: 6}
attention: {stall_minutes: 5}
"""
DIRECTIONS = """\
directions:
  - id: first
    title: Is the shift of this noise above zero?
    question: Does noise.draw with shift 1 lie at least 0.5 above shift 0 on average?
    context: research_target/noise.py draws normal noise.
  - id: second
    title: The same question for another worker
    question: Does noise.draw with shift 1 lie at least 0.5 above shift 0 on average?
"""
TARGET = '''\
"""Normal noise with a shift."""
import random


def draw(seed, shift, count):
    """Give the mean of some draws."""
    source = random.Random(seed)
    return sum(source.gauss(shift, 1.0) for _ in range(count)) / count
'''


@dataclass
class Commands:
    """The real `python -m coordinator`, in one workspace with a state folder of its own."""

    root: Path
    state: Path
    started: list[subprocess.Popen[str]] = field(default_factory=list)

    @property
    def env(self) -> dict[str, str]:
        """The environment of every process here."""
        return {**os.environ, "XDG_STATE_HOME": str(self.state)}

    def __call__(self, *words: str, timeout: float = 60) -> subprocess.CompletedProcess[str]:
        """Call a command and wait for its end."""
        command = [sys.executable, "-m", "coordinator", *words]
        return subprocess.run(
            command, cwd=self.root, env=self.env, capture_output=True, text=True, timeout=timeout, check=False
        )

    def start(self, *words: str) -> subprocess.Popen[str]:
        """Start a command in the background; it is ended with the test."""
        process = subprocess.Popen(
            [sys.executable, *words],
            cwd=self.root,
            env=self.env,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        self.started.append(process)
        return process

    def watch(self, *options: str) -> subprocess.Popen[str]:
        """Start the daemon."""
        return self.start("-m", "coordinator", "watch", *options)

    def workers(self) -> list[Path]:
        """Give every worker's folder, in the order of directions."""
        return sorted(inbox.parent for inbox in (self.root / "runs").glob("*/inbox.md"))

    def run_folder(self) -> Path:
        """Give the newest run's folder."""
        return max(path.parent for path in (self.root / "runs").glob("*/run.yaml"))

    def end(self) -> None:
        """End whatever a test has left running."""
        for process in self.started:
            if process.poll() is None:
                process.send_signal(signal.SIGTERM)
        for process in self.started:
            try:
                process.wait(patience.SECONDS)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
            if process.stdout is not None:
                process.stdout.close()


@pytest.fixture
def wait() -> Callable[..., object]:
    """Give the function that waits for real processes."""
    return patience.until


@pytest.fixture
def commands(tmp_path: Path) -> Iterator[Commands]:
    """Give a fresh workspace and the commands on it."""
    root = tmp_path / "workspace"
    (root / "config").mkdir(parents=True)
    (root / "config" / "config.yaml").write_text(CONFIG)
    (root / "config" / "directions.yaml").write_text(DIRECTIONS)
    (root / "config" / "scoring_rubric.md").write_text("10: surprising and certain. 1: noise.\n")
    (root / "research_target").mkdir()
    (root / "research_target" / "noise.py").write_text(TARGET)
    shutil.copytree(ROOT / "protocol", root / "protocol")
    (root / "runs").mkdir()
    made = Commands(root, tmp_path / "state")
    yield made
    made.end()
