"""What do the tests of the demo need? Its experiments run once, and its programs importable."""

import json
import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
TEMPLATES = ROOT / "scripts" / "demo_experiments"
NAMES = sorted(path.parent.relative_to(TEMPLATES).as_posix() for path in TEMPLATES.glob("*/*/plan.md"))
SEED = 20_260_101

Metrics = dict[str, dict[str, dict[str, float]]]
"""By name or code of an experiment: its metrics.json."""

for folder in (ROOT / "scripts", Path(__file__).parent):
    sys.path.insert(0, str(folder))  # programs and a fake, not packages


def patched_target(template: Path, folder: Path) -> list[str]:
    """Make the changed copy of the target that a template asks for, if any; give its folder."""
    recipe = template / "patch.json"
    if not recipe.is_file():
        return []
    patch = json.loads(recipe.read_text(encoding="utf-8"))
    original = (ROOT / "research_target" / patch["file"]).read_text(encoding="utf-8")
    assert original.count(patch["old"]) == 1, "the patch must fit exactly one place of the target"
    folder.mkdir()
    (folder / patch["file"]).write_text(original.replace(patch["old"], patch["new"]), encoding="utf-8")
    return [str(folder)]


def measured(name: str, seed: int, folder: Path) -> dict[str, dict[str, float]]:
    """Run a template's experiment as the executor would: a process, a seed, patches before the target."""
    folder.mkdir(parents=True)
    importable = [*patched_target(TEMPLATES / name, folder / "patches"), str(ROOT / "research_target")]
    environment = os.environ | {
        "AUTORESEARCH_SEED": str(seed),
        "AUTORESEARCH_OUTPUTS": str(folder),
        "PYTHONPATH": os.pathsep.join(importable),
        "PYTHONDONTWRITEBYTECODE": "1",
        "OMP_NUM_THREADS": "1",
    }
    code = TEMPLATES / name / "experiment.py"
    subprocess.run([sys.executable, str(code)], env=environment, cwd=folder, check=True)
    return json.loads((folder / "metrics.json").read_text(encoding="utf-8"))


@pytest.fixture(scope="session")
def results(tmp_path_factory: pytest.TempPathFactory) -> Metrics:
    """Every experiment of the demo, run once under one seed: name of the template -> metrics."""
    folder = tmp_path_factory.mktemp("experiments")
    with ThreadPoolExecutor(2) as pool:
        found = pool.map(lambda name: measured(name, SEED, folder / name), NAMES)
        return dict(zip(NAMES, found, strict=True))


@pytest.fixture(scope="session")
def by_code(results: Metrics) -> Metrics:
    """The same by the text of the code, as the scripted coordinator knows an experiment."""
    return {
        (TEMPLATES / name / "experiment.py").read_text(encoding="utf-8"): metrics for name, metrics in results.items()
    }
