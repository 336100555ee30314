"""Are all codes of a source found, with their places?"""

from pathlib import Path

import codes
import pytest

SAMPLES = {
    "Problem(path, 3, 'torn_header', message)": {"torn_header"},
    "Problem(path, 3, code='torn_header', message='x')": {"torn_header"},
    "Reason('spent' if over else 'left', holds=True)": {"spent", "left"},
    "Problem(path, 3, f'wrong_{key}', message)": {"wrong_*"},
    "def wrong(path, code): ...\nwrong('x', 'torn_header')": {"torn_header"},
    "class X:\n    def wrong(self, code): ...\nself.x.wrong('torn_header')": {"torn_header"},
    "class Refused(Exception):\n    def __init__(self, code): ...\nraise Refused('too_deep')": {"too_deep"},
    "@dataclass\nclass Sign:\n    at: int\n    code: str\nSign(1, 'seen')": {"seen"},
    "code = 'met' if met else 'not_met'": {"met", "not_met"},
    "codes = {'refuted': bool(by)}": {"refuted"},
    "Instruction(reasons=('silent', 'in_vain'))": {"silent", "in_vain"},
    "def reasons_for(case):\n    '''Say why.'''\n    if case.state == 'done': return ['circling']": {"circling"},
    "def _wrong(x): return 'metric_twice', f'{x}: two numbers', 'rename one'": {"metric_twice"},
    "class X:\n    code: Mapping[str, str]\nX(code=digests['torn_header'])": set(),
    "COMMANDS = (('watch', 'the daemon'), ('demo', 'a whole run'))": set(),
    "print('torn_header', 'working')": set(),
    "message = 'wrong'": set(),
}


@pytest.mark.parametrize(("source", "expected"), SAMPLES.items())
def test_every_way_to_say_a_code(source: str, expected: set[str], tmp_path: Path) -> None:
    """Find the codes of each way in which the package says them, and nothing else."""
    (tmp_path / "x.py").write_text(source)
    assert set(codes.used(tmp_path).places) == expected


def test_a_code_has_a_place(tmp_path: Path) -> None:
    """Name the first place, from the folder that holds the package."""
    package = tmp_path / "package"
    package.mkdir()
    (package / "x.py").write_text("\nReason('spent')\nReason('spent')")
    assert codes.used(package).places == {"spent": "package/x.py:2"}


@pytest.mark.parametrize("said", ["problem.code", "code", "reasons_of(case)", "() if fine else codes"])
def test_what_hands_on_a_code_is_read_elsewhere(said: str, tmp_path: Path) -> None:
    """Ask for nothing where a code is only repeated."""
    (tmp_path / "x.py").write_text(f"Reason({said}, holds=True)")
    assert codes.used(tmp_path) == codes.Codes({}, ())


def test_what_cannot_be_read_is_said(tmp_path: Path) -> None:
    """Hide nothing: an expression that is made at run time is listed as such."""
    (tmp_path / "x.py").write_text("Reason(str(outcome), holds=True)")
    assert codes.used(tmp_path).unread == (f"{tmp_path.name}/x.py:1: str(outcome)",)
