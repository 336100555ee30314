"""What governs this run? run.yaml: config, directions and rubric as they were at its start, with digests.

The three files are kept to the letter, so that their digests can be checked by anybody, and as block scalars
where YAML can carry them, so that a person can read them. What YAML would change (a carriage return, a byte
order mark, a line separator) is written as a quoted scalar with escapes instead.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Annotated

from pydantic import AwareDatetime, StringConstraints

from coordinator.model.direction import Directions
from coordinator.model.document import Document, Sha256
from coordinator.model.problem import Parsed, Problem
from coordinator.model.run import FrozenRun
from coordinator.model.settings import Settings
from coordinator.text import canonical, config, directions, strict_yaml, typed
from coordinator.text.decode import decode
from coordinator.text.print_yaml import quoted

_HEAD = "# What governs this run, frozen at its start. Changing it is tampering; config/ governs the next run.\n"
_INDENT = "  "
_PLAIN = re.compile("[\t\n\x20-\x7e\xa0-\u2027\u202a-\ud7ff\ue000-\ufefe\uff00-\ufffd\U00010000-\U0010ffff]*")
"""Characters that a block scalar gives back as they are.

Source: YAML 1.1 (which PyYAML reads), productions c-printable and b-break; the byte order mark left out too.
"""


class FrozenFile(Document):
    """The keys of run.yaml."""

    run: Annotated[str, StringConstraints(pattern=r"^\d{8}_\d{6}$")]
    """Id of the run: when it started, `YYYYMMDD_HHMMSS` in UTC."""
    uid: Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{32}$")]
    """Random; names the run's files in the state folder."""
    created: AwareDatetime
    """When, UTC."""
    config_sha256: Sha256
    directions_sha256: Sha256
    rubric_sha256: Sha256
    config: str
    """config.yaml to the letter."""
    directions: str
    """directions.yaml to the letter, the ones that are `done` included."""
    rubric: str
    """scoring_rubric.md to the letter."""


def print_(run: FrozenRun) -> bytes:
    """Print run.yaml; the texts come back from it to the byte."""
    texts = {"config": run.config_text, "directions": run.directions_text, "rubric": run.rubric_text}
    head = {"run": run.run, "uid": run.uid, "created": canonical.time(run.created)}
    head |= {f"{name}_sha256": canonical.sha256(text.encode()) for name, text in texts.items()}
    lines = [f'{name}: "{value}"\n' for name, value in head.items()]
    lines += [f"{name}: {_scalar(text)}\n" for name, text in texts.items()]
    return (_HEAD + "".join(lines)).encode()


def parse(data: bytes, path: str) -> Parsed[FrozenRun]:
    """Read run.yaml and what is in it: the settings, and the directions that are not `done`.

    A text that does not have its digest is `frozen_edited`; what is wrong inside of a text is a problem at
    the line of its key.
    """
    text = decode(data, path)
    if text.value is None:
        return Parsed(None, text.problems)
    tree = strict_yaml.load(text.value, path, any_character=True)
    if tree.value is None:
        return Parsed(None, tree.problems)
    built = typed.build(FrozenFile, tree.value, path)
    if built.value is None:
        return Parsed(None, built.problems)
    return _with_values(built.value, tree.value, path)


def _with_values(file: FrozenFile, tree: strict_yaml.Tree, path: str) -> Parsed[FrozenRun]:
    """Parse the texts that run.yaml carries."""
    settings = config.parse(file.config.encode(), "config")
    asked = directions.parse(file.directions.encode(), "directions")
    inner = (*settings.problems, *asked.problems)
    problems = (*_edited(file, tree, path), *(_outside(problem, tree, path) for problem in inner))
    if settings.value is None or asked.value is None or problems:
        return Parsed(None, problems)
    return Parsed(_run(file, settings.value, asked.value))


def _run(file: FrozenFile, settings: Settings, asked: Directions) -> FrozenRun:
    return FrozenRun(
        run=file.run,
        uid=file.uid,
        created=file.created,
        config_text=file.config,
        directions_text=file.directions,
        rubric_text=file.rubric,
        settings=settings,
        directions=tuple(direction for direction in asked.directions if not direction.done),
    )


def _edited(file: FrozenFile, tree: strict_yaml.Tree, path: str) -> Iterator[Problem]:
    """Find the texts that are not what their digests say."""
    texts = {"config": (file.config, file.config_sha256)}
    texts["directions"] = (file.directions, file.directions_sha256)
    texts["rubric"] = (file.rubric, file.rubric_sha256)
    for name, (text, digest) in texts.items():
        if canonical.sha256(text.encode()) != digest:
            message = f"{name}: the text does not have the digest {name}_sha256"
            hint = "put the file back as it was; a changed config governs the next run"
            yield Problem(path, tree.line((name,)), "frozen_edited", message, hint)


def _outside(problem: Problem, tree: strict_yaml.Tree, path: str) -> Problem:
    """Move a problem of an inner text to the line of its key, and say the inner line in words."""
    message = f"{problem.path}:{problem.line}: {problem.message}"
    return replace(problem, path=path, line=tree.line((problem.path,)), message=message)


def _scalar(text: str) -> str:
    """Write a text as a YAML value that is read back to the letter: readable if possible, else escaped."""
    if not text or not _PLAIN.fullmatch(text):
        return quoted(text)
    chomping = "+" if text.endswith("\n") else "-"
    lines = text.removesuffix("\n").split("\n")
    indented = "\n".join(_INDENT + line if line else "" for line in lines)
    return f"|{len(_INDENT)}{chomping}\n{indented}"
