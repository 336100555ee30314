"""Are the demo's experiments honest ones, and do their documents keep the protocol?"""

import re
import shutil
from itertools import combinations
from pathlib import Path

import demo_worker
import demo_writing
import pytest
from scripted_coordinator import RUN, Script

from coordinator.text import code, experiment_plan, summary

TEMPLATES = demo_worker.TEMPLATES
ROOT = Path(__file__).resolve().parents[2]
NAMES = sorted(path.parent.relative_to(TEMPLATES).as_posix() for path in TEMPLATES.glob("*/*/plan.md"))
FAILS = {"metric_comparison/01_reweighting"}
"""Predictions that are meant to fail: there is nothing to see."""
ALIKE = 0.35
"""Share of common code from which two experiments begin to look like one."""

Metrics = dict[str, dict[str, dict[str, float]]]


def facts(name: str) -> code.CodeFacts:
    """Give what the coordinator sees in a template's code, patches included."""
    files = {"experiment.py": (TEMPLATES / name / "experiment.py").read_bytes()}
    if (TEMPLATES / name / "patch.json").is_file():
        files["patches/imbalance.py"] = b"changed = True\n"
    return code.code_facts(files, frozenset({"imbalance", "train"}))


def plan_of(name: str) -> dict:
    """Give the front matter of a template's plan, whatever its experiments are called."""
    text = (TEMPLATES / name / "plan.md").read_text(encoding="utf-8")
    return demo_writing.header(demo_writing.PLACEHOLDER.sub("exp_001", text))


@pytest.mark.parametrize("name", NAMES)
def test_claims_come_out_as_the_known_answers_say(results: Metrics, name: str) -> None:
    """Every prediction holds, but for the one whose null is known beforehand."""
    flat = demo_writing.flat(results[name])
    assert all(demo_writing.met(claim, flat) for claim in plan_of(name)["claims"]) is (name not in FAILS)


@pytest.mark.parametrize("name", NAMES)
def test_declares_its_tier(name: str) -> None:
    """Tier 3 has patches, tier 2 changes the target in memory, tier 1 does neither."""
    found = facts(name)
    assert plan_of(name)["tier"] == (3 if found.has_patches else 2 if found.patches_modules else 1)


@pytest.mark.parametrize("direction", sorted({name.split("/")[0] for name in NAMES}))
def test_experiments_of_a_direction_differ(direction: str) -> None:
    """No two experiments of a direction share much code: a replication by the same means proves nothing."""
    mine = [name for name in NAMES if name.startswith(direction)]
    assert len(mine) >= 3
    for one, other in combinations(mine, 2):
        first, second = facts(one).shingles, facts(other).shingles
        share = len(first & second) / len(first | second)
        assert share < ALIKE, f"{one} and {other} share {share:.2f}"


@pytest.mark.parametrize("direction", sorted({name.split("/")[0] for name in NAMES}))
def test_documents_are_readable(results: Metrics, direction: str, tmp_path: Path) -> None:
    """The coordinator reads every plan and summary, draft and fallback included, without a problem."""
    worker = demo_worker.Worker(tmp_path, Path("runs") / f"{RUN}-{direction}")
    shutil.copytree(ROOT / "research_target", tmp_path / "research_target")
    by_code = {(TEMPLATES / name / "experiment.py").read_text("utf-8"): found for name, found in results.items()}
    for number, template in enumerate(worker.catalogue, start=1):
        folder = worker.folder / "experiments" / f"exp_{number:03d}"
        worker.prepare(folder, template)
        Script(tmp_path, direction, by_code).run(folder, confirm=False)
        plan = experiment_plan.parse((folder / "plan.md").read_bytes(), "plan.md", folder.name)
        assert not plan.problems
        for careful in (False, True):
            text = worker.summary(folder, careful=careful)
            assert not summary.parse(text.encode(), "summary.md", folder.name).problems


def test_values_are_what_the_outputs_say(results: Metrics, tmp_path: Path) -> None:
    """Each declared value is the metric that it names, to the digits written."""
    for name in NAMES:
        flat = demo_writing.flat(results[name])
        final = TEMPLATES / name / ("failed.md" if name in FAILS else "summary.md")
        filled = demo_writing.fill(
            final.read_text(encoding="utf-8"),
            {key: demo_writing.rounded(value) for key, value in flat.items()} | {"experiment": "exp_001"},
        )
        for value in demo_writing.header(filled)["values"].values():
            assert float(value["value"]) == pytest.approx(flat[value["metric"]], abs=0.000501)


@pytest.mark.parametrize("name", NAMES)
def test_counterarguments_name_their_own_metrics(results: Metrics, name: str) -> None:
    """Each counterargument names a metric of its experiment and what would test it."""
    paths = demo_writing.flat(results[name])
    final = TEMPLATES / name / ("failed.md" if name in FAILS else "summary.md")
    text = demo_writing.sections(final.read_text(encoding="utf-8"))["Counterarguments"]
    points = re.split(r"^- ", text, flags=re.MULTILINE)[1:]
    assert points
    assert all("would test" in point for point in points)
    assert any(path in text for path in paths)
