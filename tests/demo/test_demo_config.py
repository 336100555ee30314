"""Does the configuration that we ship read, and does it show every setting with its default?"""

from pathlib import Path

from pydantic import BaseModel

from coordinator.model.settings import Settings
from coordinator.text import config, directions, rubric

ROOT = Path(__file__).resolve().parents[2]
CONFIG = ROOT / "config"


def keys(model: type[BaseModel]) -> set[str]:
    """Give every key of a document, those of its parts included."""
    found = set(model.model_fields)
    for field in model.model_fields.values():
        if isinstance(field.annotation, type) and issubclass(field.annotation, BaseModel):
            found |= keys(field.annotation)
    return found


def test_config_shows_the_defaults() -> None:
    """The file as shipped changes nothing, so that an empty one means the same."""
    found = config.parse((CONFIG / "config.yaml").read_bytes(), "config.yaml")
    assert found.value == Settings()


def test_config_names_and_explains_every_setting() -> None:
    """Each key stands in the file, with a comment beside it or above it."""
    lines = (CONFIG / "config.yaml").read_text(encoding="utf-8").splitlines()
    for key in keys(Settings):
        at = next(number for number, line in enumerate(lines) if line.strip().startswith(f"{key}:"))
        assert "#" in lines[at] or lines[at - 1].startswith("#"), key


def test_directions_are_three_falsifiable_questions() -> None:
    """Each question says what would refute it, and each has demo experiments."""
    found = directions.parse((CONFIG / "directions.yaml").read_bytes(), "directions.yaml")
    assert found.value, found.problems
    asked = found.value.directions
    assert {one.id for one in asked} == {"metric_divergence", "metric_comparison", "threshold_tuning"}
    for one in asked:
        assert "refuted if" in one.question
        assert len(list((ROOT / "scripts" / "demo_experiments" / one.id).glob("*/plan.md"))) >= 3


def test_rubric_reads() -> None:
    """The rubric is text, and has a row for each score."""
    assert rubric.parse((CONFIG / "scoring_rubric.md").read_bytes(), "scoring_rubric.md").value
