"""What is said of code, and that nothing a worker writes as code can hurt."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from coordinator.model.observation import CodeFacts
from coordinator.text import canonical, code

SOURCE = '''"""Measure how the rate changes the loss."""
import json
import os

import numpy as np
import train


def main(rate):
    """Run once."""
    rng = np.random.default_rng(int(os.environ["AUTORESEARCH_SEED"]))
    losses = [train.fit(rate, rng) for step in range(10)]  # ten times
    with open("metrics.json", "w") as file:
        json.dump({"loss": np.mean(losses)}, file)


main(0.1)
'''


def _facts(*sources: str, target: frozenset[str] = frozenset({"train"}), **more: bytes) -> CodeFacts:
    """Give the facts of an experiment and of files in patches/."""
    files = {"experiment.py": "\n".join(sources).encode()}
    files |= {f"patches/{name}": data for name, data in more.items()}
    return code.code_facts(files, target)


def _likeness(one: str, other: str) -> float:
    first, second = _facts(one).shingles, _facts(other).shingles
    return len(first & second) / len(first | second)


def test_the_digest_is_over_names_and_contents() -> None:
    """Whatever the order of files; the executor computes it from digests alone."""
    files = {"patches/a.py": b"1", "experiment.py": b"2"}
    digest = code.code_facts(files, frozenset()).sha256
    assert digest == code.code_digest({"experiment.py": canonical.sha256(b"2"), "patches/a.py": canonical.sha256(b"1")})
    swapped = {"patches/a.py": b"2", "experiment.py": b"1"}
    renamed = {"patches/b.py": b"1", "experiment.py": b"2"}
    assert len({digest, *(code.code_facts(other, frozenset()).sha256 for other in (swapped, renamed))}) == 3


def test_layout_comments_docstrings_and_names_are_not_a_new_experiment() -> None:
    """The same program in other words has the same shingles."""
    other = (
        SOURCE.replace("rate", "lr")
        .replace("losses", "xs")
        .replace("import numpy as np", "import numpy as num")
        .replace("np.", "num.")
        .replace("# ten times", "# again")
        .replace('"""Run once."""', "'''Do it.'''\n\n    # really")
        .replace("    ", "  ")
        .replace("\n", "\r\n")
    )
    assert _facts(other).shingles == _facts(SOURCE).shingles
    assert _facts(other).sha256 != _facts(SOURCE).sha256


@pytest.mark.parametrize(
    ("before", "after"), [("np.mean", "np.median"), ("range(10)", "range(20)"), ('"loss"', '"accuracy"')]
)
def test_other_functions_numbers_and_texts_are_a_difference(before: str, after: str) -> None:
    """A small change is a small difference, but one."""
    assert 0.7 < _likeness(SOURCE, SOURCE.replace(before, after)) < 1


def test_another_program_is_another_experiment() -> None:
    """Two programs share few runs of five tokens."""
    other = "import sys\nfor line in sys.stdin:\n    print(line.strip().split(',')[0], file=sys.stderr)\n"
    assert _likeness(SOURCE, other) < 0.1


def test_shingles_are_the_same_in_every_process() -> None:
    """They are compared across restarts, so Python's own hash() would not do."""
    program = (
        "from coordinator.text import code; import sys;"
        "print(sorted(code.code_facts({'experiment.py': sys.stdin.buffer.read()}, frozenset()).shingles))"
    )
    done = subprocess.run(
        [sys.executable, "-c", program],
        input=SOURCE.encode(),
        stdout=subprocess.PIPE,
        check=True,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path), "PYTHONHASHSEED": "7"},
    )
    assert done.stdout.decode().strip() == str(sorted(_facts(SOURCE).shingles))


def test_a_short_program_has_one_shingle_and_an_empty_one_none() -> None:
    """Nothing is in common with everything."""
    assert len(_facts("f()").shingles) == 1
    assert _facts("").shingles == _facts("# only a comment\n'and a docstring'").shingles == frozenset()


def test_what_does_not_parse_is_read_as_words() -> None:
    """A broken program is still like itself with other punctuation."""
    broken = "def f(:\n  one two three four five six seven"
    assert _facts(broken).shingles == _facts(broken.replace("(:", " ( [ :")).shingles
    assert len(_facts(broken).shingles) == 5


def test_every_file_counts() -> None:
    """Patches are part of the experiment: code as tokens, all else as words."""
    plain = _facts(SOURCE)
    patched = _facts(SOURCE, **{"train.py": b"a = b + c * d - e / f", "data.csv": b"1,2,3,4,5,6\xff\x00"})
    assert plain.shingles < patched.shingles
    assert (plain.has_patches, patched.has_patches) == (False, True)


def test_reading_ends_somewhere() -> None:
    """Megabytes are data: the rest has a digest and no shingles, whatever it is."""
    huge = {"experiment.py": SOURCE.encode(), "patches/a.txt": b"word " * (code.READ_AT_MOST // 2)}
    more = {**huge, "patches/b.py": b"x = 1 + 2 + 3 + 4"}
    before, after = (code.code_facts(files, frozenset()) for files in (huge, more))
    assert before.shingles == after.shingles
    assert before.sha256 != after.sha256


@pytest.mark.parametrize(
    ("source", "target", "patches"),
    [
        ("import train\ntrain.LR = 3", "train", True),
        ("import train\ntrain.LR = 3", "other", False),
        ("import train\ntrain.LR = = 3", "train", False),
    ],
)
def test_patching_of_the_target(source: str, target: str, patches: bool) -> None:
    """In experiment.py; what does not parse does not patch either."""
    assert _facts(source, target=frozenset({target})).patches_modules is patches


def test_a_changed_copy_may_do_what_the_original_did() -> None:
    """Files in patches/ are tier 3 already."""
    assert not _facts("import train", **{"model.py": b"import train\ntrain.LR = 3"}).patches_modules


CHANCE = [
    "import random",
    "np.random.default_rng(0)",
    "os.environ['AUTORESEARCH_SEED']",
    "xs = shuffle(xs)",
    "fit(random_state=1)",
    "rng = make()",
    "torch.randn(3)",
    "rand(3)",
    "from secrets import token_hex",
    "not python: seed",
]
CERTAIN = [
    "operand = brand + gradient",
    "# random seed\nx = 1",
    "'''A random docstring.'''\nx = 1",
    "n_samples = choices",
    "wrangler = 1",
    "",
]


@pytest.mark.parametrize("source", CHANCE)
def test_sources_of_chance_are_known_by_name(source: str) -> None:
    """As a name, a part of one, or in a text; in any file."""
    assert _facts(source).uses_chance
    assert _facts("", **{"a.py": source.encode()}).uses_chance


@pytest.mark.parametrize("source", CERTAIN)
def test_words_that_only_look_alike_are_not_chance(source: str) -> None:
    """Nor are comments and docstrings."""
    assert not _facts(source).uses_chance


HOSTILE = {
    "brackets": "(" * 50_000,
    "closed brackets": "(" * 5_000 + ")" * 5_000,
    "minuses": "-" * 100_000 + "1",
    "nots": "not " * 50_000 + "1",
    "attributes": "a" + ".b" * 100_000 + " = 1",
    "sums": "1" + "+1" * 100_000,
    "calls": "f" + "()" * 100_000,
    "nested lambdas": "lambda: " * 20_000 + "1",
    "nested blocks": "".join(" " * n + "if 1:\n" for n in range(300)),
    "elifs": "if 1: pass\n" + "elif 1: pass\n" * 15_000,
    "lines in a string": '"""' + "\n" * 200_000 + '"""',
    "strings": '"a" ' * 50_000,
    "NUL": "x = 1\x00",
    "form feed": "x = 1\x0c\ny = 2",
    "line separator": "x = '\u2028'\n",
    "lone carriage returns": "x = 1\ry = 2\r",
    "unclosed": "x = '''",
    "backslash at the end": "x = 1\\",
    "huge integer": "x = " + "9" * 5_000,
    "bad escape": "x = '\\d'",
    "is with a literal": "x is 1",
    "cookie": "# -*- coding: rot13 -*-\nx = 1",
    "surrogates": "x = '\\ud800'",
    "dollar": "x = $1",
    "tabs and spaces": "if 1:\n\tx = 1\n        y = 2\n",
}


@pytest.mark.parametrize("source", HOSTILE.values(), ids=HOSTILE.keys())
def test_hostile_code_is_only_text(source: str) -> None:
    """No exception, no crash, and an answer to every question."""
    facts = _facts("import train", source)
    assert facts.shingles
    assert facts.patches_modules is False


def test_where_the_tokenizer_does_not_follow_the_parser(monkeypatch: pytest.MonkeyPatch) -> None:
    """They are two programs; where they disagree, the words are taken."""

    def disagree(_: object) -> list[object]:
        raise code.tokenize.TokenError("EOF", (1, 0))

    expected = _facts("one two three (").shingles
    monkeypatch.setattr(code.tokenize, "generate_tokens", disagree)
    assert _facts("one(two, three)").shingles == expected


@settings(deadline=None, max_examples=80)
@given(st.binary(max_size=60) | st.text(alphabet="ab.=()[]'\"\\\n :#+1f{}", max_size=50).map(str.encode))
def test_any_bytes_have_facts(data: bytes) -> None:
    """Whatever lies in the folder: the digest is over its bytes."""
    facts = code.code_facts({"experiment.py": data}, frozenset({"a"}))
    assert facts.sha256 == code.code_digest({"experiment.py": canonical.sha256(data)})


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("x = 0.31", {0.31}),
        ("x = -17 + 1e-3 * 2 + 10 + 0.5", {17.0}),
        ("json = '{\"f1\": 0.312}'", {0.312}),
        ('"""F1 is 0.31."""\nx = 1  # 0.77', set()),
        ("f1_31 = v215", set()),
    ],
)
def test_numbers_that_stand_in_the_code(source: str, expected: set[float]) -> None:
    """In code and texts, with two digits or more; not in comments, docstrings or names."""
    assert code.code_facts({"experiment.py": source.encode()}, frozenset()).literals == expected


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("a = load_wine(); train_test_split(a)", "train_test_split after load_wine"),
        ("a = pd.read_csv(p)\nfor x in StratifiedKFold(5).split(a): pass", "StratifiedKFold after read_csv"),
        ("a = make_classification(); train_test_split(a)", ""),
        ("a = load_wine()", ""),
    ],
)
def test_splits_of_a_fixed_data_set_are_known_by_name(source: str, expected: str) -> None:
    """Only where a data set is loaded by name and splits are drawn."""
    assert code.code_facts({"experiment.py": source.encode()}, frozenset()).resplits == expected
