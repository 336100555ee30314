"""Does the documentation say all that there is, and do its links lead somewhere?"""

import os
import re
import subprocess
import sys
from collections.abc import Iterator, Sequence
from functools import cache
from pathlib import Path

import pytest

from coordinator.errors import Exit
from coordinator.model.direction import Direction
from coordinator.model.document import Document
from coordinator.model.record import Outcome
from coordinator.model.settings import Settings

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "scripts"))  # programs, not a package

import codes  # noqa: E402  # found by the line above

README_LINES = 60
"""One screen."""
COMMON = frozenset({"--help", "--root", "--json", "--version"})
"""Options that most commands take, described once."""
MADE_AT_RUN_TIME = {"str(process.outcome)": frozenset(Outcome)}
"""Expression -> the codes that it may come to."""
ALIASES = ("significance_threshold", "max_experiments_per_direction", "experiment_timeout_seconds")

INLINE = re.compile(r"`([^`\n]+)`")
LINK = re.compile(r"(?<!!)\[[^\]\n]*\]\(([^)\s]+)\)|!\[[^\]\n]*\]\(([^)\s]+)\)")


def text(*names: str) -> str:
    """Give the text of some documents, one after the other; one that is not there is empty."""
    paths = [ROOT / name for name in names]
    return "\n".join(path.read_text(encoding="utf-8") for path in paths if path.exists())


def headings(document: str) -> dict[str, str]:
    """Split a document into its headings and the text below each, down to the next of any level."""
    parts = re.split(r"(?m)^#{1,6} +(.+)$", without_fences(document))
    return dict(zip(parts[1::2], parts[2::2], strict=True))


def without_fences(document: str) -> str:
    """Take the meaning of headings from lines in fenced blocks; the rest of these lines stays."""
    return re.sub(r"(?ms)^(```|~~~).*?^\1", lambda block: re.sub(r"(?m)^#", " ", block.group()), document)


def anchors(document: str) -> set[str]:
    """Give the anchors that a reader's client makes of the headings."""
    return {re.sub(r"[^\w\- ]", "", title.lower()).replace(" ", "-") for title in headings(document)}


@cache
def help_of(*command: str) -> str:
    """Give what a command says of itself."""
    call = [sys.executable, "-m", "coordinator", *command, "--help"]
    done = subprocess.run(call, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, f"{' '.join(call[1:])} ended with {done.returncode}:\n{done.stderr}"
    return done.stdout


def subcommands(said: str) -> list[str]:
    """Read the names of commands from argparse's help: what is indented below `COMMAND` or `{a,b,...}`."""
    listed = re.search(r"(?m)^  (?:[A-Z]+|\{[a-z,-]+\})\n((?: {4}.*\n?)+)", said)
    return re.findall(r"(?m)^ {4}([a-z][a-z-]*)(?= |$)", listed.group(1)) if listed else []


def commands() -> list[tuple[str, ...]]:
    """Give every command, each followed by the commands that it has itself (`papers add`)."""
    found: list[tuple[str, ...]] = []
    for name in subcommands(help_of()):
        found += [(name,), *((name, inner) for inner in subcommands(help_of(name)))]
    assert found, "the help of the program lists no command"
    return found


def documented(code: str, listed: set[str]) -> bool:
    """Tell whether a code, or one of the codes that a pattern stands for, is listed."""
    pattern = re.escape(code).replace(r"\*", r"\w+")
    return any(re.fullmatch(pattern, each) for each in listed)


def keys(model: type[Document], before: str = "") -> Iterator[str]:
    """Give the dotted path of every key that a user may set."""
    for name, field in model.model_fields.items():
        inner = field.annotation
        if isinstance(inner, type) and issubclass(inner, Document):
            yield from keys(inner, f"{before}{name}.")
        else:
            yield f"{before}{name}"


def assert_none(missing: Sequence[str]) -> None:
    """Fail with the whole list of what is missing, one a line."""
    assert not missing, "\n" + "\n".join(missing)


def test_every_command_is_documented() -> None:
    """Give each command a heading of its own in the guide, `### watch` or ``### `watch [--once]` ``."""
    told = [re.findall(r"[a-z]+", title) for title in headings(text("docs/guide.md"))]
    missing = [
        " ".join(command) for command in commands() if list(command) not in [words[: len(command)] for words in told]
    ]
    assert_none(missing)


def test_every_option_is_documented() -> None:
    """Say each option below the heading of its command, in the guide."""
    below: dict[str, str] = {}
    for title, body in headings(text("docs/guide.md")).items():
        first = (re.findall(r"[a-z]+", title) or [""])[0]
        below[first] = f"{below.get(first, '')}\n{title}\n{body}"
    missing = []
    for command in commands():
        options = set(re.findall(r"(?<![\w-])--[a-z][a-z-]*", help_of(*command))) - COMMON
        told = set(re.findall(r"(?<![\w-])--[a-z][a-z-]*", below.get(command[0], "")))
        missing += [f"{' '.join(command)} {option}" for option in sorted(options - told)]
    assert_none(missing)


def test_common_options_are_documented() -> None:
    """Say once what most commands take."""
    missing = [option for option in COMMON if option in help_of() and f"`{option}" not in text("docs/guide.md")]
    assert_none(missing)


def test_every_code_is_listed() -> None:
    """List each reason and problem code in protocol/formats.md, as inline code, for who relies on them."""
    listed = set(INLINE.findall(text("protocol/formats.md")))
    found = codes.used(ROOT / "coordinator").places
    said = {**found, **{code: "coordinator" for made in MADE_AT_RUN_TIME.values() for code in made}}
    missing = [f"{place}: {code}" for code, place in sorted(said.items()) if not documented(code, listed)]
    assert_none(missing)


def test_no_code_is_listed_that_is_never_used() -> None:
    """Promise no code that nobody says: the first column of every table that is headed `code`."""
    tables = re.findall(r"(?m)^\| *code *\|.*\n\|[-| :]+\n((?:\|.*\n?)+)", text("protocol/formats.md"))
    listed = {code for table in tables for code in re.findall(r"(?m)^\| *`([^`]+)`", table)}
    found = set(codes.used(ROOT / "coordinator").places) | {code for made in MADE_AT_RUN_TIME.values() for code in made}
    unused = [code for code in sorted(listed) if not any(documented(each, {code}) for each in found)]
    assert_none(unused)


def test_every_code_can_be_read_from_the_source() -> None:
    """Write codes as literals, so that this test and a reader's search find them."""
    unread = codes.used(ROOT / "coordinator").unread
    assert_none([place for place in unread if place.split(": ", 1)[1] not in MADE_AT_RUN_TIME])


def test_every_setting_is_documented() -> None:
    """Give each key of the config and of a direction a place in the guide, and the old names of some."""
    said = set(INLINE.findall(text("docs/guide.md")))
    wanted = [*keys(Settings), *keys(Direction), *ALIASES]
    assert_none([key for key in wanted if key not in said])


def test_every_exit_code_is_documented() -> None:
    """Say what a shell may be told."""
    said = set(INLINE.findall(text("docs/guide.md")))
    assert_none([f"{code.value} {code.name}" for code in Exit if str(code.value) not in said])


def test_every_link_leads_somewhere() -> None:
    """Follow each link between our own documents, down to the heading."""
    documents = [
        ROOT / "README.md",
        *ROOT.glob("*.md"),
        *ROOT.glob("docs/**/*.md"),
        *ROOT.glob("protocol/*.md"),
    ]
    broken = []
    for path in dict.fromkeys(documents):
        for found in LINK.finditer(without_fences(path.read_text(encoding="utf-8"))):
            target, _, anchor = (found.group(1) or found.group(2)).partition("#")
            if re.match(r"[a-z]+:", target):
                continue
            file = (path.parent / target).resolve() if target else path
            if not file.exists() or (anchor and anchor not in anchors(file.read_text(encoding="utf-8"))):
                broken.append(f"{path.relative_to(ROOT)}: {found.group()}")
    assert_none(broken)


def test_the_readme_is_one_screen() -> None:
    """Keep the first page short enough to be read."""
    lines = text("README.md").splitlines()
    assert 10 <= len(lines) <= README_LINES


@pytest.mark.parametrize("command", ["python3 scripts/demo.py", "python3 scripts/test.py"])
def test_the_readme_names_the_commands(command: str) -> None:
    """Give the two commands each on a line of its own, to be copied; CI runs the same."""
    assert command in text("README.md").splitlines()


def test_ci_runs_the_command_of_the_readme() -> None:
    """Run in CI what users are told to run, as its last step."""
    run = ROOT / ".ci" / "run"
    assert os.access(run, os.X_OK)
    assert 'tests="python3 scripts/test.py"' in text(".ci/run")
    assert text(".ci/run").splitlines()[-1] == "exec $tests"


def test_the_decisions_are_numbered_without_gaps() -> None:
    """Find each decision by its number."""
    names = sorted(path.name for path in (ROOT / "docs" / "decisions").glob("*.md"))
    assert [name[:4] for name in names] == [f"{number:04d}" for number in range(1, len(names) + 1)]
    assert len(names) > 1


@pytest.mark.parametrize(
    ("code", "listed", "expected"),
    [
        ("spent", {"spent"}, True),
        ("spent", {"experiments_spent"}, False),
        ("wrong_*", {"wrong_direction"}, True),
        ("wrong_*", {"direction"}, False),
    ],
)
def test_patterns_are_documented_by_what_they_stand_for(code: str, listed: set[str], expected: bool) -> None:
    """Take one code of a family as its documentation, and nothing like it."""
    assert documented(code, listed) is expected


def test_headings_in_fences_are_none() -> None:
    """Take a comment in a shell example for what it is."""
    assert headings("# One\n```\n# a comment\n```\n## Two\nx") == {
        "One": "\n```\n  a comment\n```\n",
        "Two": "\nx",
    }
    assert anchors("## What the user writes: `config.yaml`") == {"what-the-user-writes-configyaml"}
