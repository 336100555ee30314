"""The files beside this one: good ones are read, bad ones give the problems beside them.

A new case is a new file: `good_….md`, or `bad_….md` with `bad_….problems`, a line `line: code: message` each.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest
from costs import MOST, loops

from coordinator.model.problem import Parsed
from coordinator.model.settings import Settings
from coordinator.text import config, directions, experiment_plan, inbox, report, rubric, summary

FOLDER = Path(__file__).parent
READERS: dict[str, Callable[[bytes, str], Parsed[object]]] = {
    "config": config.parse,
    "directions": directions.parse,
    "rubric": rubric.parse,
    "status": lambda data, path: report.parse(data, path, "metric_divergence"),
    "plan": lambda data, path: experiment_plan.parse(data, path, "exp_003"),
    "summary": lambda data, path: summary.parse(data, path, "exp_003"),
    "inbox": inbox.parse,
}


def documents(prefix: str) -> list[Path]:
    """Give all documents of the kinds above whose name begins so."""
    found = [path for kind in READERS for path in sorted((FOLDER / kind).glob(f"{prefix}_*"))]
    return [path for path in found if path.suffix != ".problems"]


def name(path: Path) -> str:
    """Name a case by its kind and file."""
    return f"{path.parent.name}/{path.name}"


def test_every_kind_has_good_and_bad_documents() -> None:
    """An empty folder would make the tests below pass."""
    for prefix in ("good", "bad"):
        assert {path.parent.name for path in documents(prefix)} == set(READERS)


@pytest.mark.parametrize("path", documents("good"), ids=name)
def test_good_documents_are_read(path: Path) -> None:
    """The formats of the design, to the letter."""
    assert READERS[path.parent.name](path.read_bytes(), path.name).problems == ()


@pytest.mark.parametrize("path", documents("bad"), ids=name)
def test_bad_documents_give_their_problems(path: Path) -> None:
    """All at once, each at its line, in the order of lines."""
    found = READERS[path.parent.name](path.read_bytes(), path.name).problems
    told = [f"{each.line}: {each.code}: {each.message}" for each in found]
    assert told == path.with_suffix(".problems").read_text(encoding="utf-8").splitlines()


@pytest.mark.parametrize("path", documents("good"), ids=name)
def test_every_prefix_is_read_or_has_problems(path: Path) -> None:
    """Torn anywhere, a document raises nothing; and a header that is torn is never read as a whole one."""
    data = path.read_bytes()
    reader = READERS[path.parent.name]
    closed = data.find(b"\n---", 4) + len(b"\n---")
    for length in range(len(data)):
        parsed = reader(data[:length], path.name)
        assert (parsed.value is None) == bool(parsed.problems)
        if path.suffix == ".md" and path.parent.name != "rubric" and length < closed:
            assert parsed.value is None


KEYS = ("content", "handler", "self", "default", "metadata")
HEADERS = [
    "[" * 25_000,
    "a: " + "[" * 25_000 + "]" * 25_000,
    "{a: " * 25_000,
    "- " * 25_000,
    "? " * 25_000,
    "a: &a [x,x]\n" + "\n".join(f"k{n}: &k{n} [*a,*a,*a]" for n in range(9)),
    "<<: {<<: {<<: {a: 1}}}",
    "<<: [&x {a: 1}, *x]",
    "a: !!python/object/apply:os.system [ls]",
    "a: !!binary aGk=",
    "a: 1\na: 2",
    "[a]: 1",
    "1: 2\nnull: 3\ntrue: 4",
    "a: 1\n...\nb: 2",
    "a: '" + "x" * 100_000,
    "a: |\n" + " x\n" * 20_000,
    "a: " + "9" * 100_000,
    "\n".join(f"k{n}: 1" for n in range(5_000)),
    "x" * 100_000 + ": 1",
    "state: \x00",
    "a: \u2028\u2029\x85",
    "'\\ud800': 1",
    *(f"{key}: 1" for key in KEYS),
]
BYTES = [
    b"",
    b"\n",
    b"\xef\xbb\xbf",
    b"\xff\xfe-\x00-\x00",
    b"\xed\xa0\x80",
    b"---",
    b"---\n---",
    b"---\r\n---\r\n",
    b"--- # comment\na: 1\n---\n",
    b"+++\na = 1\n+++\n",
    b'{"a": 1}',
    b"[]",
    b"---\n- a\n---\n",
    b"---\ntext\n---\n",
    b"\x00" * 1000,
    b"---\n" * 50_000,
    b"#" * 500_000,
    b"## " * 150_000,
]
HOSTILE = [
    *BYTES,
    *(text.encode() for text in HEADERS),
    *(f"---\n{text}\n---\n".encode() for text in HEADERS),
]


@pytest.mark.parametrize("kind", [kind for kind in READERS if kind != "rubric"])
def test_hostile_documents_are_problems(kind: str) -> None:
    """None raises, crashes or costs much; each problem has our path, a line, a code and a short message."""
    for data in HOSTILE:
        parsed = READERS[kind](data, "f")
        assert loops(partial(READERS[kind], data, "f")) < MOST
        assert (parsed.value is None) == bool(parsed.problems)
        # A config of nothing but comments or blank lines sets nothing, which is no mistake.
        assert parsed.value is None or parsed.value == Settings(), data[:40]
        for problem in parsed.problems:
            assert problem.path == "f"
            assert problem.line >= 1
            assert len(problem.message) < 400
