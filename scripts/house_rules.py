"""Which house rules does no linter know, and what is done instead? One function a rule.

Ruff has the general rules; these are ours, out of docs/architecture.md. A rule is a function of one file's
text that gives line numbers and messages, so that tests/test_tidy.py can show each of them a bad sample.
Exceptions stand in the tables below, each with its reason, and nowhere else.
"""

import ast
import io
import re
import tokenize
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path, PurePosixPath
from typing import Protocol

ROOT = Path(__file__).resolve().parent.parent

MODULE_LINES = 400
FUNCTION_LINES = 70
POSITIONAL_PARAMETERS = 5

VAGUE_MODULES = frozenset({"util", "utils", "helper", "helpers", "manager", "handler", "base"})
VAGUE_SUFFIXES = ("Util", "Utils", "Helper", "Helpers", "Manager", "Handler", "Base")

CLOCKS = frozenset(
    {
        *(f"time.{name}" for name in ("sleep", "time", "time_ns", "monotonic", "monotonic_ns", "perf_counter")),
        *(f"datetime.datetime.{name}" for name in ("now", "utcnow", "today")),
        "datetime.date.today",
    }
)
MAY_READ_CLOCKS: Mapping[str, str] = {
    "coordinator/__main__.py": "the composition root hands the real clock down",
    "coordinator/cli": "the composition root hands the real clock down; commands wait for files",
    "coordinator/engine": "takes the one `now` of each pass and waits between passes",
    "coordinator/assistants": "stands beside the engine: waits for the clients that it starts",
    "coordinator/papers/reader.py": "holds the reading child to its wall time",
    "coordinator/experiments": "holds processes to their limits and says when they ran",
    "coordinator/store/lock.py": "says since when a lock is held",
    "coordinator/store/flock.py": "waits for a lock",
}

NAMES = (
    *("config.yaml", "directions.yaml", "scoring_rubric.md", "run.yaml", "ledger.jsonl"),
    *("findings.md", "findings.html", "inbox.md", "status.md", "plan.md", "experiment.py", "summary.md"),
    *("metrics.json", "request.json", "record.json"),
)
MAY_NAME_FILES: Mapping[tuple[str, str], str] = {
    ("coordinator/store/layout.py", ""): "the one place that knows where everything lies",
    ("coordinator/store/paper_layout.py", ""): "its part about papers",
    ("coordinator/text/schema.py", ""): "schemas are published under the names of what they describe",
    ("coordinator/text/code.py", "experiment.py"): "the digest of code covers the names of its files",
}
"""(file, name) -> why it is said there too; an empty name stands for all of them."""

NOT_IMPERATIVE = frozenset({"A", "An", "The", "This", "These", "It", "Its", "Our", "Some", "All", "Module"})
OPEN_WORK = re.compile(r"(?:^|#|//|<!--)\s*(?:TO[D]O|FIXM[E]|XX[X]|HAC[K])\b|\b(?:TO[D]O|FIXM[E])[:(]")
"""Written so that this line is not one."""
MACHINES = (
    (r"(?<![\w.~-])/(?:home|Users)/(?!you\b|me\b)\w", "a path below the workspace, or /home/you"),
    (r"(?<![\w.~-])/(?:root|work)/\w", "a path below the workspace"),
    (r"\b[A-Za-z]:\\+Users\\", "a path below the workspace"),
    (r"(?<![\d.])(?:10|192\.168|172\.(?:1[6-9]|2\d|3[01]))(?:\.\d{1,3}){2,3}(?![\d.])", "127.0.0.1"),
    (
        r"\b(?:pypi|pythonhosted|npmjs)\.(?:org|com)\b",
        "the package's name alone: the client knows its registry",
    ),
    (r"--(?:extra-)?index-url", "nothing: each machine's client knows its registry"),
)
SAMPLES = "tests/documents/"
"""Files that are test data, some of them bad on purpose."""
EVERYTHING = frozenset({"Exception", "BaseException"})

Found = Iterator[tuple[int, str]]


@dataclass(frozen=True)
class Source:
    """One text file.

    Args:
        path: from the project's root, with forward slashes.
        text: what is in it.
        root: where the project lies, for rules that ask whether another file exists.
    """

    path: str
    text: str
    root: Path = ROOT

    @cached_property
    def tree(self) -> ast.Module:
        """Its syntax tree."""
        return ast.parse(self.text, self.path)

    @property
    def is_code(self) -> bool:
        """Whether it is Python, and not test data."""
        return self.path.endswith(".py") and not self.path.startswith(SAMPLES)

    @property
    def torn(self) -> int:
        """The line from which it is no Python although it should be; 0 where it is what it should be."""
        try:
            _ = self.is_code and self.tree
        except SyntaxError as error:
            return error.lineno or 1
        return 0

    @cached_property
    def nodes(self) -> tuple[ast.AST, ...]:
        """Every node of its syntax tree."""
        return tuple(ast.walk(self.tree))

    @property
    def functions(self) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
        """Every function and method in it."""
        return (node for node in self.nodes if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef))


class Check(Protocol):
    """A rule's own function."""

    def __call__(self, source: Source, /) -> Found:
        """Give line and message of each breach."""


RULES: dict[str, Check] = {}
"""Name -> rule, in the order of this file."""


def rule(*folders: str, code: bool = True) -> Callable[[Check], Check]:
    """Register a function as a rule over the files of these folders; its name is the rule's.

    Args:
        folders: prefixes of the paths that it is for; none means every file.
        code: only Python, not every text.
    """

    def register(check: Check) -> Check:
        def limited(source: Source, /) -> Found:
            if (source.is_code or not code) and (not folders or source.path.startswith(folders)):
                yield from check(source)

        RULES[check.__name__] = limited  # type: ignore[attr-defined]  # every check is a plain function
        return limited

    return register


@rule("coordinator/", "scripts/", "tests/")
def module_length(source: Source) -> Found:
    """Keep modules readable in one sitting."""
    lines = source.text.count("\n")
    if lines > MODULE_LINES:
        yield (
            MODULE_LINES,
            f"{lines} lines, at most {MODULE_LINES}: move one of its questions to a module of its own",
        )


@rule("coordinator/", "scripts/", "tests/")
def function_length(source: Source) -> Found:
    """Keep functions on one screen."""
    for function in source.functions:
        lines = (function.end_lineno or function.lineno) - function.lineno + 1
        if lines > FUNCTION_LINES:
            yield (
                function.lineno,
                f"{function.name} has {lines} lines, at most {FUNCTION_LINES}: name its steps",
            )


@rule("coordinator/", "scripts/", "tests/")
def positional_parameters(source: Source) -> Found:
    """Keep calls readable; neither fields nor what pytest hands to a test are parameters here."""
    for function in source.functions:
        if function.name.startswith("test_"):
            continue
        names = [argument.arg for argument in (*function.args.posonlyargs, *function.args.args)]
        count = len(names) - (names[:1] in (["self"], ["cls"]))
        if count > POSITIONAL_PARAMETERS:
            more = f"{function.name} takes {count} positional parameters, at most {POSITIONAL_PARAMETERS}"
            yield function.lineno, f"{more}: make a frozen dataclass of those that belong together"


@rule("coordinator/", "scripts/", "tests/")
def vague_names(source: Source) -> Found:
    """Call things what they are; a name that a library's interface demands is excused by its base class."""
    if PurePosixPath(source.path).stem in VAGUE_MODULES:
        yield 1, "a module is called after the noun or verb that it is about"
    for node in source.nodes:
        if isinstance(node, ast.ClassDef) and node.name.endswith(VAGUE_SUFFIXES):
            suffix = next(suffix for suffix in VAGUE_SUFFIXES if node.name.endswith(suffix))
            if not any(ast.unparse(base).endswith(suffix) for base in node.bases):
                yield node.lineno, f"{node.name}: call it what it is, without `{suffix}`"


@rule("coordinator/")
def prints(source: Source) -> Found:
    """Leave printing to the commands, and logging to nobody."""
    for node in source.nodes:
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "print":
            if not source.path.startswith("coordinator/cli"):
                yield node.lineno, "return the text; coordinator/cli prints it"
        elif "logging" in _imported(node):
            yield getattr(node, "lineno", 1), "return or raise; events go to the ledger and the board"


@rule("coordinator/", "scripts/")
def broad_excepts(source: Source) -> Found:
    """Catch what can be named; the one net for the rest is in coordinator/cli."""
    if not source.path.startswith("coordinator/cli"):
        for line in nets(source):
            yield line, "name the exceptions; the one net is in coordinator/cli"


@rule("coordinator/", "scripts/", "tests/")
def silent_excepts(source: Source) -> Found:
    """Do something about what was caught."""
    for node in source.nodes:
        if isinstance(node, ast.ExceptHandler) and all(_is_nothing(line) for line in node.body):
            yield node.lineno, "return, raise, or say `with contextlib.suppress(...)` and why"


@rule("coordinator/")
def clocks(source: Source) -> Found:
    """Read no clock below the engine: one `now` per pass is handed down."""
    if source.path.startswith(tuple(MAY_READ_CLOCKS)):
        return
    known = {local: full for node in source.nodes for local, full in _imported(node).items()}
    for node in source.nodes:
        full = _dotted(node, known)
        if full in CLOCKS:
            yield getattr(node, "lineno", 1), f"{full}: take `now` (or a function that waits) as a parameter"


@rule("coordinator/")
def file_names(source: Source) -> Found:
    """Say a file's name in one place."""
    if (source.path, "") in MAY_NAME_FILES:
        return
    prose = {id(node.value) for node in source.nodes if isinstance(node, ast.Expr)}
    for node in source.nodes:
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in prose:
            name = node.value.rsplit("/", 1)[-1]
            path_like = " " not in node.value and name in NAMES
            if path_like and (source.path, name) not in MAY_NAME_FILES:
                yield node.lineno, f"{name!r}: ask coordinator.store.layout for the path"


@rule("coordinator/", "scripts/")
def module_docstrings(source: Source) -> Found:
    """Open each module with the question that it answers, or what it does, or the command that it is."""
    if source.path.endswith("__init__.py"):
        return  # a room's own line says what the room is
    said = ast.get_docstring(source.tree) or ""
    opening = re.split(r"(?<=[.?!:])\s", said, maxsplit=1)[0]
    word = opening.partition(" ")[0].rstrip(".,:")
    verb = word.istitle() and word not in NOT_IMPERATIVE and not re.search(r"([^s]s|[^r]ing)$", word)
    command = source.path.startswith("coordinator/cli/") and opening.startswith("`")
    if not (opening.endswith("?") or verb or command):
        yield 1, "open the docstring with the question that the module answers, or an imperative"


@rule("tests/")
def test_docstrings(source: Source) -> Found:
    """Say in each test what it holds the code to."""
    for function in source.functions:
        if function.name.startswith("test") and not ast.get_docstring(function):
            yield function.lineno, f"{function.name}: say in one sentence what must hold"


test_docstrings.__test__ = False  # type: ignore[attr-defined]  # a rule about tests, no test


@rule("tests/")
def mirrors(source: Source) -> Found:
    """Find the tests of a module where the module is: `test_x.py`, or `test_x_some_aspect.py`."""
    path = PurePosixPath(source.path)
    room = "/".join(path.parts[1:-1])
    home = room if room.startswith("scripts") else f"coordinator/{room}"
    if not room or not path.name.startswith("test_") or not (source.root / home).is_dir():
        return
    words = path.stem.removeprefix("test_").split("_")
    stems = ("_".join(words[:count]) for count in range(len(words), 0, -1))
    if not any((source.root / home / f"{stem}.py").is_file() for stem in stems):
        yield 1, f"call it after the module of {home}/ that it tests"


@rule(code=False)
def open_work(source: Source) -> Found:
    """Keep open work where it is seen: in an issue."""
    for number, line in _comments(source) if source.is_code else _lines(source):
        if OPEN_WORK.search(line) and not re.search(r"#\d+", line):
            yield number, "open an issue and name it here: #123"


@rule(code=False)
def machine_paths(source: Source) -> Found:
    """Commit nothing that is true on one machine only."""
    for number, line in _lines(source):
        for pattern, instead in MACHINES:
            if match := re.search(pattern, line):
                yield number, f"{match.group()!r}: write {instead}"


def nets(source: Source) -> Iterator[int]:
    """Give the lines that catch everything, and BaseException where it is not raised again."""
    for node in source.nodes:
        if isinstance(node, ast.ExceptHandler):
            caught = {ast.unparse(name) for name in _caught(node.type)}
            again = any(isinstance(line, ast.Raise) and line.exc is None for line in node.body)
            if not caught or "Exception" in caught or ("BaseException" in caught and not again):
                yield node.lineno
        elif isinstance(node, ast.Call) and ast.unparse(node.func).endswith("suppress"):
            yield from (node.lineno for argument in node.args if ast.unparse(argument) in EVERYTHING)


def _lines(source: Source) -> Iterator[tuple[int, str]]:
    return enumerate(source.text.splitlines(), start=1)


def _comments(source: Source) -> Iterator[tuple[int, str]]:
    for token in tokenize.generate_tokens(io.StringIO(source.text).readline):
        if token.type == tokenize.COMMENT:
            yield token.start[0], token.string


def _imported(node: ast.AST) -> dict[str, str]:
    if isinstance(node, ast.Import):
        return {alias.asname or alias.name: alias.name for alias in node.names}
    if isinstance(node, ast.ImportFrom):
        return {alias.asname or alias.name: f"{node.module}.{alias.name}" for alias in node.names}
    return {}


def _dotted(node: ast.AST, known: Mapping[str, str]) -> str:
    if isinstance(node, ast.Name):
        return known.get(node.id, "")
    if isinstance(node, ast.Attribute):
        return f"{_dotted(node.value, known)}.{node.attr}"
    return ""


def _caught(kind: ast.expr | None) -> list[ast.expr]:
    if kind is None:
        return []
    return list(kind.elts) if isinstance(kind, ast.Tuple) else [kind]


def _is_nothing(line: ast.stmt) -> bool:
    dots = isinstance(line, ast.Expr) and isinstance(line.value, ast.Constant)
    return isinstance(line, ast.Pass) or dots
