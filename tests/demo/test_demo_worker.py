"""Does the scripted worker get from begin to stop by the protocol alone, whatever kills it on the way?"""

import ast
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import demo_worker
import demo_writing
import pytest
import scripted_coordinator
from scripted_coordinator import RUN, SCRIPTS, Script

ROOT = Path(__file__).resolve().parents[2]
PROGRAM = ROOT / "scripts" / "demo_worker.py"


Metrics = dict[str, dict[str, dict[str, float]]]


class Killed(BaseException):
    """The worker's process is gone; nothing in it can catch this."""


class Played(demo_worker.Worker):
    """A worker whose calls of the coordinator are answered in this process."""

    def __init__(self, script: Script) -> None:
        super().__init__(script.root, script.folder.relative_to(script.root))
        self.script = script

    def coordinator(self, *arguments: str) -> int:
        """Ask the script instead of a process."""
        return self.script.call(*arguments)


@pytest.fixture
def workspace(tmp_path: Path) -> Path:
    """An empty workspace with the target in it and a folder for each worker."""
    shutil.copytree(ROOT / "research_target", tmp_path / "research_target")
    for direction in SCRIPTS:
        (tmp_path / "runs" / f"{RUN}-{direction}").mkdir(parents=True)
    return tmp_path


@pytest.fixture(autouse=True)
def _no_waiting(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the worker's pauses take no time."""
    monkeypatch.setattr(demo_worker.time, "sleep", lambda _: None)


def files(folder: Path) -> dict[str, str]:
    """Give every file below a folder with its text."""
    paths = sorted(path for path in folder.rglob("*") if path.is_file())
    return {path.relative_to(folder).as_posix(): path.read_text(encoding="utf-8") for path in paths}


def play(workspace: Path, direction: str, by_code: Metrics) -> Path:
    """Let one worker work until it is told to stop; give its folder."""
    script = Script(workspace, direction, by_code)
    assert Played(script).work(patience=60) == 0
    return script.folder


@pytest.mark.parametrize("direction", sorted(SCRIPTS))
def test_reaches_stop(workspace: Path, by_code: Metrics, direction: str) -> None:
    """Every direction's worker answers each instruction, writes three experiments up and is done."""
    folder = play(workspace, direction, by_code)
    report = demo_writing.header((folder / "status.md").read_text(encoding="utf-8"))
    assert (report["state"], report["answered"]) == ("done", len(SCRIPTS[direction]))
    assert report["direction"] == direction
    written = sorted(path.parent.name for path in folder.glob("experiments/*/summary.md"))
    assert written == ["exp_001", "exp_002", "exp_003"]


def test_first_summary_is_careless_and_then_mended(workspace: Path, by_code: Metrics) -> None:
    """The draft's two flaws go when a revise names them; what was not named stays to the letter."""
    folder = workspace / "runs" / f"{RUN}-threshold_tuning"
    script = Script(workspace, "threshold_tuning", by_code)
    script.next()
    Played(script).answer(Played(script).inbox())
    summary = folder / "experiments" / "exp_001" / "summary.md"
    before = demo_writing.sections(summary.read_text(encoding="utf-8"))
    script.next()
    Played(script).answer(Played(script).inbox())
    after = demo_writing.sections(summary.read_text(encoding="utf-8"))
    assert "0.45" in before["Key Findings"]
    assert "0.45" not in after["Key Findings"]
    assert {title for title in before if before[title] != after[title]} == {
        "Key Findings",
        "Counterarguments",
    }


def test_replication_names_its_original_and_claims_the_same(workspace: Path, by_code: Metrics) -> None:
    """A replication's plan names its original and repeats each of its claims by id and sense."""
    for direction, original, copy in (
        ("threshold_tuning", "exp_001", "exp_002"),
        ("metric_comparison", "exp_002", "exp_003"),
        ("metric_divergence", "exp_001", "exp_002"),
    ):
        experiments = play(workspace, direction, by_code) / "experiments"
        first, second = (
            demo_writing.header((experiments / name / "plan.md").read_text(encoding="utf-8"))
            for name in (original, copy)
        )
        assert second["replicates"] == original
        claims = [{claim["id"]: claim["change"] for claim in plan["claims"]} for plan in (first, second)]
        assert claims[0] == claims[1]


def test_failed_prediction_is_written_up_as_one(workspace: Path, by_code: Metrics) -> None:
    """The null result of metric_comparison says that its prediction failed, with a low score."""
    text = (play(workspace, "metric_comparison", by_code) / "experiments/exp_001/summary.md").read_text("utf-8")
    assert "The prediction failed." in text
    assert demo_writing.header(text)["score"] < 7


def test_unexpected_outcome_is_written_up_honestly(
    workspace: Path, by_code: Metrics, monkeypatch: pytest.MonkeyPatch
) -> None:
    """If a claim that should hold does not, the summary says so and scores low."""
    upside_down = {
        code: {group: {name: -value for name, value in metrics.items()} for group, metrics in found.items()}
        for code, found in by_code.items()
    }
    monkeypatch.setitem(SCRIPTS, "threshold_tuning", (("begin", None), ("stop", None)))
    text = (play(workspace, "threshold_tuning", upside_down) / "experiments/exp_001/summary.md").read_text("utf-8")
    assert "tuned_beats_default failed" in text
    assert demo_writing.header(text)["score"] == 3


def test_says_done_when_nothing_is_left(workspace: Path, by_code: Metrics, monkeypatch: pytest.MonkeyPatch) -> None:
    """A worker that is asked for more than it knows says `done` instead of repeating itself."""
    monkeypatch.setitem(SCRIPTS, "threshold_tuning", (("begin", None),) + (("continue", None),) * 3)
    worker = Played(Script(workspace, "threshold_tuning", by_code))
    for _ in range(4):
        worker.script.next()
        worker.answer(worker.inbox())
    assert worker.said()["state"] == "done"


def test_rerun_follows_the_new_outputs(workspace: Path, by_code: Metrics, monkeypatch: pytest.MonkeyPatch) -> None:
    """After a rerun the summary says what the new outputs say, not the old ones."""
    monkeypatch.setitem(SCRIPTS, "metric_divergence", (("begin", None), ("rerun", "exp_001")))
    worker = Played(Script(workspace, "metric_divergence", by_code))
    worker.script.next()
    worker.answer(worker.inbox())
    for found in worker.script.metrics.values():
        if "ratio_20" in found and "auc" in found["ratio_20"]:
            monkeypatch.setitem(found["ratio_20"], "auc", 0.777)
    worker.script.next()
    worker.answer(worker.inbox())
    assert "ROC AUC at ratio 20 is 0.777" in (worker.experiments()[0] / "summary.md").read_text("utf-8")


def test_same_instruction_twice_changes_nothing(workspace: Path, by_code: Metrics) -> None:
    """Told again what it has answered, a worker leaves its folder as it is."""
    folder = play(workspace, "threshold_tuning", by_code)
    before = files(folder)
    assert Played(Script(workspace, "threshold_tuning", by_code)).work(patience=60) == 0
    assert files(folder) == before


@pytest.mark.parametrize("direction", sorted(SCRIPTS))
def test_killed_before_any_write_ends_the_same(
    workspace: Path,
    by_code: Metrics,
    direction: str,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    """Killed before each of its writes in turn and started again, it leaves the same files."""
    undisturbed = files(play(workspace, direction, by_code))
    kills = 0
    while True:
        fresh = tmp_path_factory.mktemp("killed")
        shutil.copytree(ROOT / "research_target", fresh / "research_target")
        (fresh / "runs" / f"{RUN}-{direction}").mkdir(parents=True)
        left = [kills]

        def write(path: Path, text: str, left: list[int] = left) -> None:
            if left[0] == 0:
                left[0] -= 1
                raise Killed
            left[0] -= 1
            demo_writing.write(path, text)

        monkeypatch.setattr(demo_worker, "write", write)
        if not survived(fresh, direction, by_code):
            assert kills > 10, "a run has many writes"
            return
        assert files(fresh / "runs" / f"{RUN}-{direction}") == undisturbed, f"killed before write {kills}"
        kills += 1


def survived(workspace: Path, direction: str, by_code: Metrics) -> bool:
    """Play until stop, starting again after a kill; tell whether there was one."""
    try:
        play(workspace, direction, by_code)
    except Killed:
        play(workspace, direction, by_code)
        return True
    return False


@pytest.mark.parametrize("call", [2, 5])
def test_real_process_killed_while_it_waits(workspace: Path, by_code: Metrics, call: int) -> None:
    """The program itself, killed during `run` or `next` and started again, gets to the end by files alone."""
    package = workspace / "coordinator"
    package.mkdir()
    shutil.copy(scripted_coordinator.__file__, package / "__main__.py")
    (workspace / "metrics.json").write_text(json.dumps(by_code), encoding="utf-8")
    command = [sys.executable, str(PROGRAM), f"runs/{RUN}-threshold_tuning", "--patience", "30"]
    environment = os.environ | {"FAKE_KILLS_AT": str(call)}
    codes = [
        subprocess.run(command, cwd=workspace, env=environment, check=False, capture_output=True).returncode
        for _ in range(2)
    ]
    assert codes[0] != 0
    assert codes[1] == 0
    assert "state: done" in (workspace / "runs" / f"{RUN}-threshold_tuning" / "status.md").read_text("utf-8")


def test_imports_nothing_of_the_coordinator() -> None:
    """The worker is written from the protocol: no module of the package is imported by it."""
    for program in (PROGRAM, PROGRAM.with_name("demo_writing.py")):
        tree = ast.parse(program.read_text(encoding="utf-8"))
        names = {alias.name for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names}
        names |= {str(node.module) for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
        assert not any(name.split(".")[0] == "coordinator" for name in names)
