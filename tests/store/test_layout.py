"""Does every file of the design have its one name, and does no other name become a path?"""

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from coordinator.errors import UsageError
from coordinator.model.record import Phase
from coordinator.store.layout import Workspace, is_direction, is_experiment, is_run

RUN, DIRECTION = "20261123_143022", "metric_divergence"


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    """Make a workspace with one run and one worker."""
    (tmp_path / "runs" / RUN).mkdir(parents=True)
    (tmp_path / "runs" / f"{RUN}-{DIRECTION}" / "experiments" / "exp_001").mkdir(parents=True)
    return Workspace(tmp_path)


def test_the_tree_is_that_of_the_design(workspace: Workspace) -> None:
    """Name every file as chapter 2 of the design names it."""
    run, worker = workspace.run(RUN), workspace.worker(RUN, DIRECTION)
    experiment = worker.experiment("exp_001")
    papers = workspace.papers
    found = [
        *(workspace.config_file, workspace.directions_file, workspace.rubric_file, workspace.protocol),
        *(papers.folder, papers.guide, papers.index, papers.raw, papers.text, papers.overview),
        *(papers.condensed, workspace.runs, workspace.board),
        *(run.folder, run.frozen, run.ledger, run.findings, run.html),
        *(run.sealed(DIRECTION, "exp_001", 2), run.refusal("0a1b")),
        *(worker.folder, worker.inbox, worker.report, worker.experiments),
        *(experiment.folder, experiment.plan, experiment.code, experiment.patches, experiment.summary),
        *(experiment.outputs, experiment.confirmation, experiment.request, experiment.record),
        *(experiment.seed(Phase.EXPLORE, 7), experiment.seed(Phase.CONFIRM, 8)),
    ]
    at = f"runs/{RUN}-{DIRECTION}"
    exp = f"{at}/experiments/exp_001"
    assert [workspace.relative(path) for path in found] == [
        *("config/config.yaml", "config/directions.yaml", "config/scoring_rubric.md", "protocol"),
        *("papers", "papers/ingest.md", "papers/index.md", "papers/raw", "papers/text", "papers/overview"),
        *("papers/condensed", "runs", "runs/status.md"),
        *(f"runs/{RUN}", f"runs/{RUN}/run.yaml", f"runs/{RUN}/ledger.jsonl"),
        *(f"runs/{RUN}/findings.md", f"runs/{RUN}/findings.html"),
        *(f"runs/{RUN}/sealed/{DIRECTION}/exp_001-2", f"runs/{RUN}/refusals/0a1b.json"),
        *(at, f"{at}/inbox.md", f"{at}/status.md", f"{at}/experiments"),
        *(exp, f"{exp}/plan.md", f"{exp}/experiment.py", f"{exp}/patches", f"{exp}/summary.md"),
        *(f"{exp}/outputs", f"{exp}/confirmation", f"{exp}/request.json", f"{exp}/record.json"),
        *(f"{exp}/outputs/seed_7", f"{exp}/confirmation/seed_8"),
    ]


@pytest.mark.parametrize(
    "name",
    [
        "20261123_14302",
        "20261123-143022",
        "\u0662\u0660\u0662\u0666\u0661\u0661\u0662\u0663_143022",
        f"{RUN}\n",
        "..",
        "",
    ],
)
def test_what_is_no_run_is_refused(workspace: Workspace, name: str) -> None:
    """Take digits for a run's id, and nothing else."""
    assert not is_run(name)
    with pytest.raises(UsageError, match="not the name of a run"):
        workspace.run(name)
    with pytest.raises(UsageError, match="not the name of a run"):
        workspace.worker(name, DIRECTION)


@pytest.mark.parametrize("name", ["Upper", "_a", "a/b", "..", "", "a\n", "a" * 65, "ä"])
def test_what_is_no_direction_is_refused(workspace: Workspace, name: str) -> None:
    """Take what is safe as a folder name on every system, and nothing else."""
    assert not is_direction(name)
    with pytest.raises(UsageError, match="not the name of a direction"):
        workspace.worker(RUN, name)
    with pytest.raises(UsageError, match="not the name of a direction"):
        workspace.run(RUN).sealed(name, "exp_001", 1)
    with pytest.raises(UsageError, match="not the name of a request"):
        workspace.run(RUN).refusal(name)


@pytest.mark.parametrize(
    "name", ["exp_1", "exp_01a", "EXP_001", "exp_\u0660\u0660\u0661", "exp_001\n", "exp_" + "1" * 61, "."]
)
def test_what_is_no_experiment_is_refused(workspace: Workspace, name: str) -> None:
    """Take three ASCII digits or more, and nothing else."""
    assert not is_experiment(name)
    with pytest.raises(UsageError, match="not the name of an experiment"):
        workspace.worker(RUN, DIRECTION).experiment(name)
    with pytest.raises(UsageError, match="not the name of an experiment"):
        workspace.run(RUN).sealed(DIRECTION, name, 1)


@settings(deadline=None, max_examples=60)
@given(st.text(max_size=40))
def test_no_name_leaves_its_folder(name: str) -> None:
    """Keep every worker below runs/, whatever it is called."""
    workspace = Workspace(Path("/w"))
    try:
        folder = workspace.worker(RUN, name).folder
    except UsageError:
        return
    assert folder.parent == workspace.runs


def test_a_typed_path_is_found_in_the_workspace(workspace: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    """Understand a path from here, an absolute one, one with dots, and one into the folder."""
    monkeypatch.chdir(workspace.root)
    at = f"runs/{RUN}-{DIRECTION}"
    for typed in (at, f"./{at}/", workspace.root / at, f"runs/../{at}", f"{at}/inbox.md"):
        assert workspace.worker_at(Path(typed)) == workspace.worker(RUN, DIRECTION)
    expected = workspace.worker(RUN, DIRECTION).experiment("exp_001")
    for typed in (f"{at}/experiments/exp_001", f"{at}/experiments/exp_001/plan.md"):
        assert workspace.experiment_at(Path(typed)) == expected


def test_a_workspace_may_be_reached_by_a_link(workspace: Workspace, tmp_path: Path) -> None:
    """Know a path by the workspace's real place even if the root was named through a link."""
    (tmp_path / "link").symlink_to(workspace.root)
    linked = Workspace(tmp_path / "link")
    real = workspace.root / "runs" / f"{RUN}-{DIRECTION}"
    assert linked.worker_at(real).direction == DIRECTION


@pytest.mark.parametrize(
    "typed",
    ["..", ".", "runs", f"runs/{RUN}", f"runs/{RUN}+a", f"runs/{RUN}-", "config/x", "/etc", f"x/{RUN}-a"],
)
def test_a_typed_path_that_is_no_worker_is_refused(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch, typed: str
) -> None:
    """Say what was expected instead of guessing."""
    monkeypatch.chdir(workspace.root)
    for find in (workspace.worker_at, workspace.experiment_at):
        with pytest.raises(UsageError) as caught:
            find(Path(typed))
        assert caught.value.hint


@pytest.mark.parametrize("below", ["", "experiments", "experiments/exp_1", "outputs/exp_001"])
def test_a_typed_path_that_is_no_experiment_is_refused(workspace: Workspace, below: str) -> None:
    """Refuse a worker's folder, and anything that is not under its experiments."""
    with pytest.raises(UsageError, match="not an experiment's folder"):
        workspace.experiment_at(workspace.worker(RUN, DIRECTION).folder / below)


def test_the_target_is_found(workspace: Workspace) -> None:
    """Take the configured path from the root, unless it is absolute."""
    assert workspace.target("research_target/") == workspace.root / "research_target"
    assert workspace.target("/somewhere/else") == Path("/somewhere/else")


def test_a_path_outside_is_shown_whole(workspace: Workspace) -> None:
    """Show a path outside of the workspace as it is."""
    assert workspace.relative(Path("/somewhere/else")) == "/somewhere/else"


def test_runs_are_found_oldest_first(workspace: Workspace) -> None:
    """List folders that are runs; not workers, files or links."""
    (workspace.runs / "20250101_000000").mkdir()
    (workspace.runs / "20250101_000001").touch()
    (workspace.runs / "20250101_000002").symlink_to(RUN)
    assert workspace.runs_found() == ["20250101_000000", RUN]
    assert Workspace(workspace.root / "nothing").runs_found() == []


def test_a_run_is_named_by_what_is_left_of_it(workspace: Workspace) -> None:
    """Find a run whose folder was removed by its workers' folders, and one that something else lies in place of."""
    (workspace.runs / RUN).rmdir()
    (workspace.runs / "20250101_000001").touch()
    (workspace.runs / "status.md").touch()
    assert workspace.runs_named() == ["20250101_000001", RUN]
    assert Workspace(workspace.root / "nothing").runs_named() == []


def test_the_workers_of_the_newest_run(workspace: Workspace) -> None:
    """In the order of their names; what is no folder of a direction, and other runs' workers, are passed over."""
    assert Workspace(workspace.root / "nothing").newest_workers() == []
    for name in (f"{RUN}-alpha", f"{RUN}-No direction", f"{RUN}-", "20250101_000000-gamma"):
        (workspace.runs / name).mkdir()
    (workspace.runs / f"{RUN}-delta").touch()
    assert workspace.newest_workers() == [workspace.worker(RUN, name) for name in ("alpha", DIRECTION)]
