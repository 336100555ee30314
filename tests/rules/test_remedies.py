"""How is each rule satisfied?"""

from __future__ import annotations

from pathlib import Path

from coordinator.rules.remedies import REMEDIES, remedy

FORMATS = Path(__file__).parents[2] / "protocol" / "formats.md"


def test_every_remedy_is_of_a_code_that_is_listed() -> None:
    """No sentence for what is never said."""
    listed = FORMATS.read_text()
    assert [code for code in REMEDIES if f"`{code}`" not in listed] == []


def test_every_problem_of_a_summary_or_an_experiment_has_a_remedy() -> None:
    """Whatever can stand against an experiment in a verdict."""
    rows = [line.split("|") for line in FORMATS.read_text().splitlines() if line.startswith("| `")]
    ours = [row[1] for row in rows if row[2].strip() in {"experiment.py", "experiment"}]
    against = [code.strip(" `") for cell in ours for code in cell.split(",")]
    assert against
    assert [code for code in against if not remedy(code)] == []


def test_what_needs_no_remedy_has_none() -> None:
    """A rule that holds."""
    assert remedy("witnessed") == ""
