"""What can be said of an experiment's code without running it?

Its digest, which the executor seals and the report is held to; its shingles, which tell whether two
experiments are the same one in other words; and two suspicions, patching and chance, each a look at names and
no proof. Nothing here is imported or compiled. What does not parse is read as plain words.
"""

from __future__ import annotations

import ast
import keyword
import re
import tokenize
import warnings
import zlib
from collections.abc import Iterator, Mapping, Sequence

from coordinator.model.observation import CodeFacts
from coordinator.text import canonical, patching

SHINGLE = 5
"""Tokens in a run: shorter ones are shared by any two programs, longer ones break at every small change.

Source: Broder, "On the resemblance and containment of documents" (1997), who compares runs of words; all of
them are kept here instead of a sample, since experiments are short.
"""
READ_AT_MOST = 1 << 18
"""Characters looked at over all files, experiment.py first: tokenizing is slow, and megabytes are no code."""

_PATCHES = "patches/"
_LAYOUT = {
    tokenize.COMMENT,
    tokenize.NL,
    tokenize.INDENT,
    tokenize.DEDENT,
    tokenize.ENCODING,
    tokenize.ENDMARKER,
}
_WORD = re.compile(r"\w+")
_CHANCE = re.compile(
    r"random|seed|shuffle|bootstrap|permutation|uuid4|(?<![a-z0-9])(?:p?rng|rand|randn|randint|secrets)(?![a-z])",
    re.IGNORECASE,
)
"""Sources of chance by name. Not `sample` and `choice`: they are names of much else too."""


_LITERAL = re.compile(r"(?<![\w.])\d{1,30}(?:\.\d{1,30})?(?:[eE][-+]?\d{1,3})?(?![\w.])")
_LOADS = re.compile(
    r"load_(?:iris|wine|breast_cancer|digits|diabetes|linnerud|files|svmlight_file)|fetch_\w+"
    r"|read_(?:csv|parquet|table|excel|feather|json|pickle)|loadtxt|genfromtxt|load_dataset"
)
"""What gives the same data under every seed."""
_SPLITS = re.compile(
    r"train_test_split|(?:Repeated)?(?:Stratified)?(?:Group)?(?:KFold|ShuffleSplit)|cross_val\w*|cross_validate"
)
"""What deals them out."""


def code_digest(digests: Mapping[str, str]) -> str:
    """Give the digest of code as a whole, names included.

    Args:
        digests: `experiment.py` and `patches/…`, with forward slashes -> SHA-256 of the file's bytes.
    """
    return canonical.sha256(canonical.dumps(sorted(digests.items())))


def code_facts(files: Mapping[str, bytes], target_modules: frozenset[str]) -> CodeFacts:
    """Say what can be said of some code.

    Args:
        files: `experiment.py` and `patches/…`, with forward slashes -> bytes.
        target_modules: top-level importable names of the target.
    """
    sources = [_Source(name, text) for name, text in _texts(files)]
    ours = (source for source in sources if not source.name.startswith(_PATCHES))
    return CodeFacts(
        sha256=code_digest({name: canonical.sha256(data) for name, data in files.items()}),
        shingles=frozenset(shingle for source in sources for shingle in _shingles(source.tokens)),
        has_patches=any(name.startswith(_PATCHES) for name in files),
        # A changed copy may do to its neighbours what the original did; having one is tier 3 already.
        patches_modules=any(patching.patches(source.tree, target_modules) for source in ours if source.tree),
        uses_chance=any(_CHANCE.search(word) for source in sources for word in source.words),
        literals=frozenset(number for source in sources for number in _literals(source.tokens)),
        resplits=_resplits({word for source in sources for word in source.words}),
    )


def _literals(tokens: Sequence[str]) -> Iterator[float]:
    """Give every number in code or in its texts that is more than a small whole one: 0.31, 17, 1e-3 not."""
    for token in tokens:
        for match in _LITERAL.finditer(token):
            digits = re.sub(r"[eE].*", "", match.group()).replace(".", "").strip("0")
            if len(digits) >= 2:
                yield float(match.group())


def _resplits(words: set[str]) -> str:
    """Say how code splits a fixed data set: it loads one by name and draws splits of it."""
    loads = sorted(word for word in words if _LOADS.fullmatch(word))
    splits = sorted(word for word in words if _SPLITS.fullmatch(word))
    return f"{splits[0]} after {loads[0]}" if loads and splits else ""


def _texts(files: Mapping[str, bytes]) -> Iterator[tuple[str, str]]:
    """Give the files as text, in order of their names, until enough was read."""
    left = READ_AT_MOST
    for name in sorted(files):
        text = files[name][: 4 * left].decode("utf-8", "replace")[:left]
        left -= len(text)
        yield name, text.replace("\r\n", "\n").replace("\r", "\n")


class _Source:
    """One file as tokens, and as a syntax tree if it is Python that parses."""

    def __init__(self, name: str, text: str) -> None:
        self.name = name
        self.tree = _parsed(text) if name.endswith(".py") else None
        variables = _variables(self.tree) if self.tree else frozenset[str]()
        tokens = _tokens(text, variables) if self.tree else None
        self.tokens = _WORD.findall(text) if tokens is None else tokens
        self.words = {*self.tokens, *variables}


def _parsed(text: str) -> ast.Module | None:
    """Parse Python; None for what is none, or is made to exhaust the parser."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # "\\d" in a worker's code is the worker's concern
            return ast.parse(text)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None


def _variables(tree: ast.Module) -> frozenset[str]:
    """Give the names that the code itself gives: renaming them changes nothing that it does."""
    names: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            names.add(node.id)
        elif isinstance(node, ast.arg):
            names.add(node.arg)
        elif isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            names.add(node.name)
        elif isinstance(node, ast.alias | ast.ExceptHandler):
            names.add((node.asname if isinstance(node, ast.alias) else node.name) or "")
    return frozenset(names)


def _tokens(text: str, variables: frozenset[str]) -> list[str] | None:
    """Give the tokens that carry meaning: no comments, layout or docstrings, and `_` for every variable.

    None where `tokenize`, a program of its own, does not follow the parser.
    """
    result: list[str] = []
    line: list[tokenize.TokenInfo] = []
    lines = (f"{line}\n" for line in text.split("\n"))
    try:
        for token in tokenize.generate_tokens(lines.__next__):
            if token.type == tokenize.NEWLINE:
                result += _meaning(line, variables)
                line = []
            elif token.type not in _LAYOUT:
                line.append(token)
    except (tokenize.TokenError, SyntaxError):
        return None
    return result


def _meaning(line: Sequence[tokenize.TokenInfo], variables: frozenset[str]) -> Iterator[str]:
    """Give a logical line's tokens, unless it is a string and nothing else: a docstring."""
    if all(token.type == tokenize.STRING for token in line):
        return
    before = ""
    for token in line:
        named = token.type == tokenize.NAME and token.string in variables
        attribute = before == "."
        yield "_" if named and not attribute and not keyword.iskeyword(token.string) else token.string
        before = token.string


def _shingles(tokens: Sequence[str]) -> Iterator[int]:
    """Hash every run of SHINGLE tokens, or the one shorter run there is; the same in every process."""
    for start in range(max(1, len(tokens) - SHINGLE + 1) if tokens else 0):
        run = "\x1f".join(tokens[start : start + SHINGLE])
        yield zlib.crc32(run.encode("utf-8", "replace"))
