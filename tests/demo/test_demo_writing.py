"""Does the scripted worker read, round, fill and mend its documents rightly?"""

from pathlib import Path

import demo_writing
import pytest

SUMMARY = "---\nscore: 8\n---\n## Key Findings\n\nA.\n\n## Counterarguments\n\nB.\n"


@pytest.mark.parametrize(
    ("number", "text"), [(0.0904999, "0.090"), (-0.0001, "0.000"), (-0.006, "-0.006"), (0.12349, "0.123")]
)
def test_rounds_to_three_decimals(number: float, text: str) -> None:
    """Three decimals, and never a negative zero, which no reader takes for a number of the outputs."""
    assert demo_writing.rounded(number) == text


def test_header_of_half_a_file_is_empty() -> None:
    """A file cut off in its front matter says nothing yet, and is no error."""
    for end in range(SUMMARY.index("---", 4) + 3):
        assert demo_writing.header(SUMMARY[:end]) == {}


@pytest.mark.parametrize(
    ("change", "value", "holds"),
    [
        ("increase", 0.7, True),
        ("increase", 0.5, False),
        ("decrease", 0.3, True),
        ("decrease", 0.7, False),
        ("equal", 0.55, True),
        ("equal", 0.7, False),
    ],
)
def test_claims(change: str, value: float, *, holds: bool) -> None:
    """A claim holds if the metric lies where it says, against a number or another metric."""
    claim = {"metric": "a.x", "change": change, "by": 0.1}
    metrics = {"a.x": value, "a.y": 0.5}
    assert demo_writing.met(claim | {"baseline": 0.5}, metrics) is holds
    assert demo_writing.met(claim | {"baseline": "a.y"}, metrics) is holds


def test_means_over_seeds(tmp_path: Path) -> None:
    """Metrics are averaged over the seeds' folders, by dotted path; no outputs, no numbers."""
    assert demo_writing.means(tmp_path) == {}
    for seed, value in ((1, 0.2), (2, 0.4)):
        demo_writing.write(tmp_path / "outputs" / f"seed_{seed}" / "metrics.json", f'{{"a": {{"x": {value}}}}}')
    assert demo_writing.means(tmp_path) == {"a.x": pytest.approx(0.3)}


def test_mends_the_section_that_a_problem_points_at() -> None:
    """Only the named section is replaced; a line in no section mends what stands before the first."""
    better = SUMMARY.replace("A.", "C.").replace("B.", "D.").replace("8", "7")
    assert demo_writing.mended(SUMMARY, better, [6]) == SUMMARY.replace("A.", "C.")
    assert demo_writing.mended(SUMMARY, better, [10]) == SUMMARY.replace("B.", "D.")
    assert demo_writing.mended(SUMMARY, better, [2]) == SUMMARY.replace("8", "7")


@pytest.mark.parametrize("lines", [[], [0]])
def test_mends_everything_where_no_line_is_named(lines: list[int]) -> None:
    """Problems without a line concern the file as a whole."""
    assert demo_writing.mended(SUMMARY, "new", lines) == "new"


def test_unknown_placeholder_is_an_error() -> None:
    """A name that is not among the values is a mistake in a template, not an empty string."""
    with pytest.raises(KeyError):
        demo_writing.fill("{{nothing.there}}", {})
