"""A run's frozen files come back to the byte, and any change of them is seen."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from coordinator.model.run import FrozenRun
from coordinator.text import canonical, config, directions, frozen

CONFIG = "budget:\n  experiments: 2\n\n\nmax_tier: 1\n"
DIRECTIONS = (
    "directions:\n"
    "  - {id: a, title: A, question: Is a so?}\n"
    "  - {id: b, title: B, question: Is b so?, done: true}\n"
    "  - {id: c, title: C, question: 'Is ü so?'}\n"
)


def _run(config_text: str = CONFIG, directions_text: str = DIRECTIONS, rubric_text: str = "10: so\n") -> FrozenRun:
    settings_ = config.parse(config_text.encode(), "config").value
    asked = directions.parse(directions_text.encode(), "directions").value
    assert settings_ is not None
    assert asked is not None
    return FrozenRun(
        run="20261123_143022",
        uid="0123456789abcdef" * 2,
        created=datetime(2026, 11, 23, 14, 30, 22, 500, tzinfo=UTC),
        config_text=config_text,
        directions_text=directions_text,
        rubric_text=rubric_text,
        settings=settings_,
        directions=tuple(direction for direction in asked.directions if not direction.done),
    )


RUN = _run()
DATA = frozen.print_(RUN)


def test_the_bytes() -> None:
    """A person can read it: texts as they were, indented."""
    lines = DATA.decode().split("\n")
    assert lines[0].startswith("# What governs this run")
    assert lines[1:5] == [
        'run: "20261123_143022"',
        'uid: "0123456789abcdef0123456789abcdef"',
        'created: "2026-11-23T14:30:22.000500Z"',
        f'config_sha256: "{canonical.sha256(CONFIG.encode())}"',
    ]
    assert lines[7:13] == ["config: |2+", "  budget:", "    experiments: 2", "", "", "  max_tier: 1"]


def test_parse_after_print_is_the_same() -> None:
    """Values and texts; a direction that is done is in the text and not in the run."""
    parsed = frozen.parse(DATA, "run.yaml")
    assert parsed.value == RUN
    assert [direction.id for direction in parsed.value.directions] == ["a", "c"]
    assert parsed.value.settings.budget.experiments == 2


TEXTS = {
    "empty": "",
    "no line break at the end": "10: so",
    "many line breaks at the end": "10: so\n\n\n",
    "only line breaks": "\n\n",
    "only spaces": "   ",
    "a line of spaces": "a\n   \nb\n",
    "spaces at the end": "a  \n  ",
    "indented first line": "    a\nb\n",
    "empty first lines": "\n\n  a\nb",
    "tabs": "\ta\n\t\n\tb",
    "Windows": "a\r\nb\r\n",
    "old Macintosh": "a\rb\r",
    "byte order mark": "\ufeffa\n",
    "other line ends": "a\x85b\u2028c\u2029d",
    "YAML": "---\n...\n# a\n- !x &a {b: [c\n",
    "quotes": "'\"\\n\\",
    "controls": "a\x00\x07\x1b[2J\x7f\x9f",
    "beyond 16 bits": "\U0001f600 \U0010ffff \uffff \ufffe \ufffd",
    "scripts": "é 漢字 \u202eعربى\xa0",
    "long line": "x " * 20_000,
}


@pytest.mark.parametrize("text", TEXTS.values(), ids=TEXTS.keys())
def test_every_text_comes_back_to_the_byte(text: str) -> None:
    """Whatever an editor puts into a rubric, its digest still holds."""
    run = replace(RUN, rubric_text=text)
    assert frozen.parse(frozen.print_(run), "run.yaml").value == run


@settings(deadline=None, max_examples=150)
@given(st.text() | st.text(alphabet=" \t\n\r#-|:\"'\\a\x85\u2028\ufeff\x00"))
def test_any_text_comes_back_to_the_byte(text: str) -> None:
    """The same, searched for."""
    run = replace(RUN, rubric_text=text)
    assert frozen.parse(frozen.print_(run), "run.yaml").value == run


def test_config_from_windows_is_kept_to_the_letter() -> None:
    """The frozen texts are the files, not what was read of them."""
    run = _run("\ufeff" + CONFIG.replace("\n", "\r\n"), DIRECTIONS.replace("\n", "\r\n"))
    parsed = frozen.parse(frozen.print_(run), "run.yaml")
    assert parsed.value == run
    assert parsed.value.settings == RUN.settings


EDITED = {
    "a setting": (b"experiments: 2", b"experiments: 9", "frozen_edited", 8),
    "a question": (b"Is a so?", b"Is a no?", "frozen_edited", 14),
    "the rubric": (b"10: so", b"1: so", "frozen_edited", 19),
    "a digest": (b'config_sha256: "', b'config_sha256: "0', "bad_value", 5),
    "the run": (b"20261123_143022", b"../../etc", "bad_value", 2),
    "the uid": (b"0123456789abcdef", b"0123456789ABCDEF", "bad_value", 3),
    "no zone": (b"500Z", b"500", "bad_value", 4),
    "a missing key": (b"uid:", b"# uid:", "missing_key", 1),
    "an unknown key": (b"run:", b"size: 1\nrun:", "unknown_key", 2),
    "a duplicate key": (b"run:", b"run: 1\nrun:", "yaml_duplicate_key", 3),
    "not YAML": (b"rubric: |2+", b"rubric: }", "yaml_syntax", 19),
    "not UTF-8": (b"10: so", b"10: \xff", "not_utf8", 20),
}


@pytest.mark.parametrize(("before", "after", "code", "line"), EDITED.values(), ids=EDITED.keys())
def test_every_edit_is_a_problem(before: bytes, after: bytes, code: str, line: int) -> None:
    """At its line, or at that of the text that it is in."""
    assert before in DATA
    problems = frozen.parse(DATA.replace(before, after, 1), "run.yaml").problems
    assert (code, line) in {(problem.code, problem.line) for problem in problems}


def test_what_is_wrong_inside_of_a_text_is_a_problem_at_its_key() -> None:
    """Only possible by an edit, or by a version that accepts less: both need the inner line."""
    problems = frozen.parse(DATA.replace(b"max_tier: 1", b"max_tier: 7"), "run.yaml").problems
    assert [problem.code for problem in problems] == ["frozen_edited", "bad_value"]
    assert {(problem.path, problem.line) for problem in problems} == {("run.yaml", 8)}
    assert problems[1].message.startswith("config:5: max_tier: ")


@pytest.mark.parametrize("bad", [b'"\\ud800"', b'"\\U00110000"', b"*a", b"&a b", b"!!str a", b"[[[", b"{"])
def test_a_hostile_rubric_is_a_problem(bad: bytes) -> None:
    """Whichever of the two YAML loaders is there: no exception, and no value."""
    data, _, _ = DATA.partition(b"rubric: ")
    assert frozen.parse(data + b"rubric: " + bad + b"\n", "run.yaml").problems


def test_every_prefix_is_a_problem() -> None:
    """A torn file governs nothing."""
    data = DATA.removesuffix(b"\n")
    assert all(frozen.parse(data[:end], "run.yaml").problems for end in range(0, len(data), 3))


def test_a_time_without_its_zone_is_our_own_mistake() -> None:
    """Runs are created in UTC."""
    with pytest.raises(AssertionError):
        frozen.print_(replace(RUN, created=RUN.created.replace(tzinfo=None)))
