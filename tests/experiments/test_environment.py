"""Is the record told the interpreter's true version and packages, ours and a foreign one's?"""

from __future__ import annotations

import platform
import sys
from pathlib import Path

import pydantic
import pytest

from coordinator.errors import MachineError
from coordinator.experiments.environment import Environments, ask


def test_ours() -> None:
    """Our own packages are those that we import."""
    found = Environments().of(None)
    assert found.interpreter == sys.executable
    assert found.python == platform.python_version()
    assert found.packages["pydantic"] == pydantic.VERSION
    assert found.platform == platform.platform()


def test_a_foreign_one_says_the_same() -> None:
    """Asked as a program, this interpreter gives what it gives when asked from inside."""
    asked, ours = ask(sys.executable), Environments().of(None)
    assert (asked.python, asked.packages) == (ours.python, ours.packages)


def test_asked_again_only_after_a_change(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """The answer is remembered until something is installed."""
    monkeypatch.syspath_prepend(tmp_path)
    known = Environments()
    first = known.of(None)
    assert known.of(None) is first
    installed = tmp_path / "newcomer-1.2.dist-info"
    installed.mkdir()
    (installed / "METADATA").write_text("Metadata-Version: 2.1\nName: newcomer\nVersion: 1.2\n")
    assert known.of(None).packages["newcomer"] == "1.2"


@pytest.mark.parametrize("program", ["/nowhere/python", "/bin/true", "/bin/false", "/bin/cat"])
def test_what_is_no_python(program: str) -> None:
    """A program that is missing, fails, or answers nonsense is told to the user, with the setting to mend."""
    with pytest.raises(MachineError, match="does not answer") as caught:
        ask(program)
    assert caught.value.path == program
    assert "executor.python" in caught.value.hint
