"""YAML without its surprises: what is read, what is refused, and at which line."""

from __future__ import annotations

from collections.abc import Callable
from types import ModuleType
from typing import Any

import pytest
import yaml
from costs import MOST, loops
from hypothesis import given, settings
from hypothesis import strategies as st

from coordinator.text import strict_yaml
from coordinator.text.print_yaml import quoted
from coordinator.text.strict_yaml import MAX_DEPTH, MAX_KEYS, Tree, dotted, load

LOADERS = [yaml.BaseLoader, *([yaml.CBaseLoader] if hasattr(yaml, "CBaseLoader") else [])]


@pytest.fixture(params=LOADERS, ids=lambda loader: loader.__name__)
def reader(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Any]:
    """Give `load` with the fast C parser, and with the one that is everywhere."""
    module: ModuleType = strict_yaml
    monkeypatch.setattr(module, "_Loader", request.param)
    return load


def test_every_scalar_stays_text(reader: Callable[..., Any]) -> None:
    """What YAML would make of these is false, 8, 45045, NaN, a date and None."""
    text = "a: no\nb: 010\nc: 12:30:45\nd: .nan\ne: 2026-11-23\nf:\ng: 0x1F\nh: 1e-5\n'yes': ~\n"
    assert reader(text, "f").value.values == {
        "a": "no",
        "b": "010",
        "c": "12:30:45",
        "d": ".nan",
        "e": "2026-11-23",
        "f": "",
        "g": "0x1F",
        "h": "1e-5",
        "yes": "~",
    }


def test_every_key_and_item_has_its_line(reader: Callable[..., Any]) -> None:
    """Lines count in the file, from the line that the text begins on."""
    tree = reader("\na: 1\nb:\n  - x\n  - {y: 1,\n     z: 2}\n", "f", 2).value
    assert tree.values == {"a": "1", "b": ["x", {"y": "1", "z": "2"}]}
    assert dict(tree.lines) == {
        (): 2,
        ("a",): 3,
        ("b",): 4,
        ("b", 0): 5,
        ("b", 1): 6,
        ("b", 1, "y"): 6,
        ("b", 1, "z"): 7,
    }


@pytest.mark.parametrize("text", ["", "\n\n", "# only a comment\n", "---\n"])
def test_nothing_is_an_empty_mapping(reader: Callable[..., Any], text: str) -> None:
    """Whether that is enough is for the document's type to say."""
    assert reader(text, "f").value == Tree({}, {(): 1})


def test_a_merge_key_merges_nothing(reader: Callable[..., Any]) -> None:
    """It is a key like any other, and no document knows it."""
    assert reader("<<: {a: 1}\nb: 2", "f").value.values == {"<<": {"a": "1"}, "b": "2"}


@pytest.mark.parametrize(
    ("text", "line", "code"),
    [
        ("[" * 25_000, 1, "yaml_too_deep"),
        ("a: " + "{a: " * 25_000, 1, "yaml_too_deep"),
        ("- " * 25_000, 1, "yaml_too_deep"),
        ("".join(f"{' ' * n}k:\n" for n in range(40)), 21, "yaml_too_deep"),
        ("a: 1\nb: &x [1]\n", 2, "yaml_alias"),
        ("a: *x", 1, "yaml_alias"),
        ("a: &a [x,x]\nb: &b [*a,*a]\nc: &c [*b,*b]", 1, "yaml_alias"),
        ("<<: *base\n", 1, "yaml_alias"),
        ("a: !!python/object/apply:os.system [ls]", 1, "yaml_tag"),
        ("a: 1\nb: !!str 1", 2, "yaml_tag"),
        ("a: ! 1", 1, "yaml_tag"),
        ("%TAG ! tag:x,2000:\n---\na: 1", 1, "yaml_tag"),
        ("a: 1\n---\nb: 2", 2, "yaml_many_documents"),
        ("a: 1\nb: 2\na: 3", 3, "yaml_duplicate_key"),
        ("a: {b: 1, b: 2}", 1, "yaml_duplicate_key"),
        ("a: 1\n? [b]\n: 2", 2, "yaml_key_not_text"),
        ("{a: b}: 2", 1, "yaml_key_not_text"),
        ("- a\n- b", 1, "yaml_not_a_mapping"),
        ("text", 1, "yaml_not_a_mapping"),
        ("a: 1\nb: c: d", 2, "yaml_syntax"),
        ("a: 1\nb:\n\t- x", 3, "yaml_syntax"),
        ("a: @x", 1, "yaml_syntax"),
        ("a: 'open", 1, "yaml_syntax"),
        ("a: [1\nb: 2", 2, "yaml_syntax"),
        ("a:\n  b: 1\n c: 2", 3, "yaml_syntax"),
        ("}", 1, "yaml_syntax"),
        ("%YAML 9.9\n---\na: 1", 1, "yaml_syntax"),
        ("a: 1\nb: \x00", 2, "not_text"),
        ("a: 1\nb: \ud800", 2, "not_text"),
        ("a: \ufffe", 1, "not_text"),
        ('a: 1\nb: "\\0"', 2, "not_text"),
        ('"\\e[31m": 1', 1, "not_text"),
    ],
)
def test_what_is_refused(reader: Callable[..., Any], text: str, line: int, code: str) -> None:
    """Each is one problem at its line, soon, with a hint; by either parser."""
    (problem,) = reader(text, "f").problems
    assert (problem.path, problem.line, problem.code) == ("f", line, code)
    assert problem.message
    assert problem.hint
    assert loops(lambda: reader(text, "f")) < MOST


def test_several_problems_are_told_at_once() -> None:
    """What does not hide the rest does not stop the reading; a key twice names both its lines."""
    problems = load("a: 1\nb: {c: 1, c: 2}\na: {c: 1}\n[x]: 1\n", "f").problems
    assert [problem.line for problem in problems] == [2, 3, 4]
    assert problems[0].message == "b.c: given twice, first on line 2"
    assert problems[1].message == "a: given twice, first on line 1"


def test_limits_are_exact() -> None:
    """The last key and level that are allowed are read, the next ones are not."""
    keys = "".join(f"k{n}: 1\n" for n in range(MAX_KEYS))
    assert load(keys, "f").value is not None
    assert [problem.code for problem in load(f"{keys}more: 1", "f").problems] == ["yaml_too_many_keys"]
    assert load(f"{keys}more: 1", "f", max_keys=MAX_KEYS + 1).value is not None
    nested = "{a: " * MAX_DEPTH + "1" + "}" * MAX_DEPTH
    assert load(nested, "f").value is not None
    assert [problem.code for problem in load(f"{{a: {nested}}}", "f").problems] == ["yaml_too_deep"]


def test_files_of_our_own_may_hold_any_character() -> None:
    """Escapes may then spell control characters, but never half a character."""
    assert load('a: "\\r\\0\\e"', "f", any_character=True).value == Tree({"a": "\r\0\x1b"}, {(): 1, ("a",): 1})
    assert load('a: "\\ud800"', "f", any_character=True).value is None


def test_a_line_is_found_for_what_was_never_written() -> None:
    """A key that is missing is missed where it should stand."""
    tree = Tree({}, {(): 2, ("a",): 3, ("a", 0): 4})
    assert tree.line(("a", 0, "b", "c")) == 4
    assert tree.line(("b",)) == 2
    assert Tree({}).line(("b",)) == 0


def test_keys_are_named_as_people_write_them() -> None:
    """Dots between keys, brackets around indexes; what stands under an alias keeps its name."""
    assert dotted(("claims", 0, "by")) == "claims[0].by"
    assert len(dotted(("k" * 5000,))) < 200
    tree = Tree({}, {}, {("a", "b"): "alias"})
    assert (tree.name(("a", "b")), tree.name(("a",))) == ("alias", "a")


@settings(deadline=None, max_examples=60)
@given(st.text(max_size=40))
def test_any_text_gives_a_tree_or_problems(text: str) -> None:
    """Nothing raises, and every problem has a line of the text or the one below it."""
    loaded = load(text, "f")
    for problem in loaded.problems:
        assert 1 <= problem.line <= len(text) + 2


@settings(deadline=None, max_examples=60)
@given(
    st.lists(st.sampled_from(["a", ": ", "\n", " ", "- ", "[", "]", "{", "}", ",", "'", '"', "&", "*", "|", "?", "#"]))
)
def test_any_jumble_of_yaml_gives_a_tree_or_problems(pieces: list[str]) -> None:
    """The same for texts that are nearly YAML."""
    loaded = load("".join(pieces), "f")
    assert (loaded.value is None) == bool(loaded.problems)


@settings(deadline=None, max_examples=60)
@given(st.text(st.characters(exclude_categories=("Cs",)), max_size=40))
def test_quoted_text_comes_back_to_the_letter(text: str) -> None:
    """What `print_yaml.quoted` writes, the strict reader gives back."""
    tree = load(f"a: {quoted(text)}", "f", any_character=True).value
    assert tree is not None
    assert tree.values == {"a": text}
