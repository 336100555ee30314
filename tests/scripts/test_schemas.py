"""Does the program write what is missing, remove what is foreign, and only tell with --check?"""

from pathlib import Path

import pytest
import schemas

from coordinator.text import schema


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Give the program a folder of its own, which is not there yet."""
    monkeypatch.setattr(schemas, "FOLDER", tmp_path / "protocol" / "schema")
    return tmp_path / "protocol" / "schema"


def test_it_writes_what_the_model_says(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Everything at first, then nothing more."""
    assert schemas.main([]) == 0
    assert {path.name for path in folder.iterdir()} == set(schema.schemas())
    assert capsys.readouterr().out.count(": written\n") == len(schema.schemas())
    assert schemas.main([]) == 0
    assert schemas.main(["--check"]) == 0
    assert capsys.readouterr().out == ""


def test_check_tells_and_touches_nothing(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """An edited, a missing and a foreign file are named; the next run without --check mends them."""
    schemas.main([])
    (folder / "plan.json").write_text("{}")
    (folder / "run.json").unlink()
    (folder / "old.json").write_text("{}")
    capsys.readouterr()
    assert schemas.main(["--check"]) == 1
    assert capsys.readouterr().out == "plan.json: not current\nrun.json: not current\nold.json: not current\n"
    assert (folder / "plan.json").read_text() == "{}"
    assert schemas.main([]) == 0
    assert not (folder / "old.json").exists()
    assert schemas.main(["--check"]) == 0
