"""Would the coordinator believe the demo's summaries, and send the careless one back?"""

import json
import shutil
from pathlib import Path

import demo_worker
import demo_writing
import pytest
from scripted_coordinator import RUN, Script

from coordinator.rules import evidence
from coordinator.text import directions, experiment_plan, summary

ROOT = Path(__file__).resolve().parents[2]
TEMPLATES = demo_worker.TEMPLATES
NAMES = sorted(path.parent.relative_to(TEMPLATES).as_posix() for path in TEMPLATES.glob("*/*/plan.md"))

Metrics = dict[str, dict[str, dict[str, float]]]


@pytest.mark.parametrize("direction", sorted({name.split("/")[0] for name in NAMES}))
def test_summaries_hold_before_the_rules_of_evidence(results: Metrics, direction: str, tmp_path: Path) -> None:
    """Every final summary is bound and argued against, beside all earlier ones; the careless draft is not."""
    worker = demo_worker.Worker(tmp_path, Path("runs") / f"{RUN}-{direction}")
    shutil.copytree(ROOT / "research_target", tmp_path / "research_target")
    earlier: list[str] = []
    for number, template in enumerate(worker.catalogue, start=1):
        folder = worker.folder / "experiments" / f"exp_{number:03d}"
        worker.prepare(folder, template)
        metrics = results[f"{direction}/{template.name}"]
        Script(tmp_path, direction, {(template / "experiment.py").read_text("utf-8"): metrics}).run(
            folder, confirm=False
        )
        for careful in (False, True):
            text = worker.summary(folder, careful=careful)
            draft = not careful and (template / "draft.md").is_file()
            found = judged(text, folder, direction, earlier)
            assert {problem.code for problem in found.problems} >= ({"number_unbound"} if draft else set())
            assert draft or not found.problems
        earlier.append(demo_writing.sections(text)["Counterarguments"])


def judged(text: str, folder: Path, direction: str, earlier: list[str]) -> evidence.Checked:
    """Hold a summary against the rules of evidence, as the coordinator would."""
    asked = directions.parse((ROOT / "config" / "directions.yaml").read_bytes(), "directions.yaml").value
    plan = experiment_plan.parse((folder / "plan.md").read_bytes(), "plan.md", folder.name).value
    said = summary.parse(text.encode(), "summary.md", folder.name).value
    assert asked
    assert plan
    assert said
    seeds = [demo_writing.flat(json.loads(file.read_text("utf-8"))) for file in folder.glob("outputs/*/*.json")]
    question = next(one for one in asked.directions if one.id == direction)
    return evidence.check(evidence.Argument(said, "summary.md", plan, question, seeds, earlier))
