"""Is the diagram in the docs the one that the table gives?"""

from pathlib import Path

import diagram
import pytest

from coordinator.rules.lifecycle import RUNGS, Situation

LINES = list(diagram.diagram(RUNGS))


def test_the_document_is_current() -> None:
    """After a change of the table: python3 scripts/diagram.py --write."""
    text = diagram.DOCUMENT.read_text(encoding="utf-8")
    assert diagram.put(diagram.block(RUNGS), text) == text


@pytest.mark.parametrize("found", [found for found in Situation if found is not Situation.SETTLED])
def test_each_situation_is_on_one_arrow(found: Situation) -> None:
    """To what it calls for: its ending, else its instruction, else to waiting."""
    arrows = [line.split(" : ") for line in LINES if " : " in line]
    (arrow,) = [where for where, situations in arrows if found in situations.split(", ")]
    rung = RUNGS[found]
    assert arrow.split()[-1] == str(rung.ending or rung.action or "wait")


def test_only_endings_lead_to_the_end() -> None:
    """From everything else one looks again."""
    ends = {line.split()[0] for line in LINES if line.endswith("--> [*]")}
    assert ends == {str(rung.ending) for rung in RUNGS.values() if rung.ending}


def test_the_table_has_every_situation_in_its_order() -> None:
    """With what is said in it, and nothing that would break a row."""
    rows = [line.split(" | ") for line in diagram.table(RUNGS)][2:]
    assert [row[1] for row in rows] == list(Situation)
    assert all(len(row) == 4 for row in rows)


def test_it_prints_and_writes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """What it prints is what it writes between the marks; the rest of the document stays."""
    document = tmp_path / "architecture.md"
    document.write_text(f"# Above\n{diagram.BEGIN}old\n{diagram.END}below\n", encoding="utf-8")
    monkeypatch.setattr(diagram, "DOCUMENT", document)
    assert diagram.main([]) == 0
    printed = capsys.readouterr().out
    assert diagram.main(["--write"]) == 0
    assert document.read_text(encoding="utf-8") == f"# Above\n{diagram.BEGIN}{printed}{diagram.END}below\n"
    assert diagram.main(["--write"]) == 0
    assert capsys.readouterr().out == "architecture.md: written\n"


@pytest.mark.parametrize(
    "text",
    ["", diagram.BEGIN, diagram.END, diagram.END + diagram.BEGIN, 2 * (diagram.BEGIN + diagram.END)],
)
def test_without_one_marked_block_nothing_is_written(
    text: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Rather than in the wrong place."""
    document = tmp_path / "architecture.md"
    document.write_text(text, encoding="utf-8")
    monkeypatch.setattr(diagram, "DOCUMENT", document)
    assert diagram.main(["--write"]) == 1
    assert document.read_text(encoding="utf-8") == text
