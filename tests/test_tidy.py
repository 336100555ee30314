"""Does the code keep the house rules, and does every rule catch what it is there to catch?"""

import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "scripts"))  # programs, not a package

import house_rules  # noqa: E402  # found by the line above
import tidy  # noqa: E402  # the same

LONG = 'def long() -> None:\n    """Go on and on."""\n' + "    x = 1\n" * 69
OPEN = "TO" + "DO"
ADA = "/".join(("", "home", "ada", "research"))  # noqa: FLY002  # written out, it would be a breach itself

BAD = {
    "module_length": [("coordinator/store/x.py", "x = 1\n" * 401), ("tests/store/test_x.py", "\n" * 401)],
    "function_length": [("coordinator/store/x.py", LONG)],
    "positional_parameters": [
        ("coordinator/store/x.py", "def f(a, b, c, d, e, f): ..."),
        ("coordinator/store/x.py", "class X:\n    def f(self, a, b, c, /, d, e, f): ..."),
    ],
    "vague_names": [
        ("coordinator/store/utils.py", ""),
        ("scripts/helpers.py", ""),
        ("coordinator/store/x.py", "class RunManager: ..."),
        ("coordinator/store/x.py", "class EventHandler(Protocol): ..."),
    ],
    "prints": [
        ("coordinator/engine/x.py", "print('started')"),
        ("coordinator/engine/x.py", "import logging"),
    ],
    "broad_excepts": [
        ("coordinator/engine/x.py", "try: f()\nexcept Exception: g()"),
        ("coordinator/engine/x.py", "try: f()\nexcept (ValueError, Exception) as e: g()"),
        ("scripts/x.py", "try: f()\nexcept: g()"),
        ("coordinator/engine/x.py", "try: f()\nexcept BaseException: g()"),
        ("coordinator/engine/x.py", "with contextlib.suppress(Exception): f()"),
    ],
    "silent_excepts": [
        ("coordinator/store/x.py", "try: f()\nexcept OSError: pass"),
        ("coordinator/store/x.py", "try: f()\nexcept OSError: ..."),
    ],
    "clocks": [
        ("coordinator/rules/x.py", "import time\ntime.sleep(1)"),
        ("coordinator/store/x.py", "import time as t\nnow = t.time()"),
        ("coordinator/report/x.py", "from datetime import UTC, datetime\nnow = datetime.now(UTC)"),
        ("coordinator/report/x.py", "import datetime\nnow = datetime.datetime.utcnow()"),
        ("coordinator/papers/x.py", "from time import monotonic as clock\ndef f(c=clock): ..."),
    ],
    "file_names": [
        ("coordinator/engine/x.py", "path = folder / 'inbox.md'"),
        ("coordinator/rules/x.py", "path = f'{folder}/summary.md'"),
        ("coordinator/cli/x.py", "path = 'config/config.yaml'"),
    ],
    "module_docstrings": [
        ("coordinator/store/x.py", "x = 1"),
        ("coordinator/store/x.py", '"""The disk."""'),
        ("coordinator/store/x.py", '"""Handles the disk."""'),
        ("coordinator/store/x.py", '"""Handling of the disk."""'),
    ],
    "test_docstrings": [("tests/store/test_x.py", "def test_x(): assert x")],
    "mirrors": [("tests/store/test_nothing_like_it.py", ""), ("tests/scripts/test_nothing_like_it.py", "")],
    "open_work": [
        ("coordinator/store/x.py", f"x = 1  # {OPEN}: the rest"),
        ("docs/x.md", f"{OPEN}: the rest"),
    ],
    "machine_paths": [
        ("docs/x.md", f"Look at {ADA}."),
        ("scripts/x.py", f"PATH = '{ADA}'"),
        ("docs/x.md", "C:" + "\\Users\\ada"),
        ("docs/x.md", "the server at 10." + "1.2.3"),
        ("scripts/x.sh", "pip install --index" + "-url x"),
        ("scripts/x.sh", "pip download from py" + "pi.org"),
    ],
}
"""Rule -> samples that it must catch, as (path, text)."""

GOOD = [
    ("coordinator/store/x.py", '"""How long may it be?"""\n' + "x = 1\n" * 399),
    ("coordinator/store/x.py", '"""Is a field a parameter?"""\ndef f(a, b, c, d, e, *, f, g): ...'),
    ("coordinator/text/x.py", '"""Whose word is it?"""\nclass StrictHandler(frontmatter.YAMLHandler): ...'),
    ("coordinator/cli/x.py", '"""Print what a command found."""\nprint("hello")'),
    ("coordinator/store/x.py", '"""What is undone?"""\ntry: f()\nexcept BaseException:\n    g()\n    raise'),
    ("coordinator/store/x.py", '"""What may fail?"""\ntry: f()\nexcept OSError as error: raise X from error'),
    ("coordinator/engine/x.py", '"""When to look?"""\nimport time\nnow = time.monotonic()'),
    ("coordinator/rules/x.py", '"""What is `now`?"""\nfrom datetime import datetime\ndatetime(2026, 1, 1)'),
    ("coordinator/rules/x.py", '"""Read inbox.md?"""\nhint = "write summary.md: protocol/experiment.md"'),
    ("coordinator/store/x.py", '"""Process what is there."""'),
    ("coordinator/cli/x.py", '"""`watch`: the daemon."""'),
    ("tests/x.py", 'def test_x(a, b, c, d, e, f):\n    """Hold."""'),
    ("coordinator/store/__init__.py", '"""The disk."""'),
    ("tests/documents/broken.py", "def ("),
    ("docs/x.md", f"{OPEN} #12: the rest. The word {OPEN} itself is no work."),
    ("docs/x.md", "Look at /home/you/research, at docs/work/x.md and at 127.0.0.1, with numpy 2.10.1.2."),
]
"""Near misses that no rule may catch."""


@pytest.fixture(scope="module")
def breaches() -> list[str]:
    """Give every breach in the project; found once, as it takes seconds."""
    return tidy.breaches(tidy.committed())


@pytest.mark.parametrize("name", [*house_rules.RULES, "syntax"])
def test_the_project_keeps(name: str, breaches: list[str]) -> None:
    """Hold every file of the project to one rule."""
    found = [line for line in breaches if f": {name}: " in line]
    assert not found, "\n" + "\n".join(found)


@pytest.mark.parametrize("name", house_rules.RULES)
def test_every_rule_has_teeth(name: str) -> None:
    """Show each rule what it must catch; a rule without a bad sample is none."""
    check = house_rules.RULES[name]
    missed = [sample for sample in BAD[name] if not list(check(house_rules.Source(*sample)))]
    assert not missed


@pytest.mark.parametrize(("path", "text"), GOOD)
def test_no_rule_barks_at_what_is_fine(path: str, text: str) -> None:
    """Leave near misses alone."""
    assert tidy.breaches([house_rules.Source(path, text)]) == []


def test_there_is_one_net() -> None:
    """Allow one `except Exception` in the commands, and name the first where there is a second."""
    net = '"""Catch the rest."""\ntry: f()\nexcept Exception: g()\n'
    one, two = (house_rules.Source(f"coordinator/cli/{name}.py", net) for name in ("main", "other"))
    assert tidy.breaches([one]) == []
    assert tidy.breaches([one, two]) == [
        "coordinator/cli/other.py:3: broad_excepts: the net is at coordinator/cli/main.py:3 already"
    ]


def test_a_breach_names_the_place_and_what_to_do() -> None:
    """Give editors a place to jump to, and the reader something to do."""
    source = house_rules.Source("coordinator/store/helpers.py", '"""Help?"""')
    said = "vague_names: a module is called after the noun or verb that it is about"
    assert tidy.breaches([source]) == [f"coordinator/store/helpers.py:1: {said}"]


def test_a_torn_file_is_one_breach() -> None:
    """Name a file that is no Python once, instead of failing in every rule."""
    source = house_rules.Source("coordinator/store/x.py", "x = 1\ndef (")
    assert tidy.breaches([source]) == ["coordinator/store/x.py:2: syntax: no rule can read it; mend it first"]


def test_tests_mirror_modules(tmp_path: Path) -> None:
    """Find a test's module by the longest part of its name that is one."""
    (tmp_path / "coordinator" / "store").mkdir(parents=True)
    (tmp_path / "coordinator" / "store" / "lock.py").touch()
    paths = ("tests/store/test_lock.py", "tests/store/test_lock_held.py", "tests/simulation/test_night.py")
    check = house_rules.RULES["mirrors"]
    assert [list(check(house_rules.Source(path, "", tmp_path))) for path in paths] == [[], [], []]


def test_exceptions_are_for_files_that_exist() -> None:
    """Remove an exception with the file that it was made for."""
    excused = {*house_rules.MAY_READ_CLOCKS, *(path for path, _ in house_rules.MAY_NAME_FILES)}
    gone = [path for path in sorted(excused) if not list(ROOT.glob(f"{path}*"))]
    assert gone == []


def test_without_git_everything_but_the_generated_is_read(tmp_path: Path) -> None:
    """Check a source archive too: what is hidden or generated is not ours."""
    ours = (".ci/run", "coordinator/x.py")
    others = (".venv/x.py", "runs/status.md", "docs/picture.png", "coordinator/__pycache__/x.py")
    for name in ours + others:
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch()
    assert [source.path for source in tidy.committed(tmp_path)] == list(ours)
