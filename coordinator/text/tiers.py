"""What does an assistant say about a paper? overview/{id}.md and condensed/{id}.md, before anything is checked."""

from __future__ import annotations

from typing import TypeVar

from coordinator.model.document import Document
from coordinator.model.paper import Condensed, Overview
from coordinator.model.problem import Parsed, Problem
from coordinator.text import header, sections, typed
from coordinator.text.expected import shown
from coordinator.text.print_yaml import flow_list, flow_map, front_matter, scalar
from coordinator.text.strict_yaml import Tree

OVERVIEW_TITLES = {
    "problem": "Problem",
    "method": "Method",
    "key_results": "Key Results",
    "limitations": "Limitations",
}
CONDENSED_TITLES = {
    "setup": "Setup",
    "method": "Method",
    "equations": "Equations",
    "hyperparameters": "Hyper-parameters",
    "results": "Results",
    "failure_notes": "Failure Notes",
}
"""Name of the field -> title of its section."""

D = TypeVar("D", bound=Document)


def parse_overview(data: bytes, path: str, paper: str) -> Parsed[Overview]:
    """Read an overview.

    Args:
        data: the file.
        path: of the file, for problems.
        paper: id of the paper, which `id:` must repeat.
    """
    return _parse(Overview, data, path, paper)


def parse_condensed(data: bytes, path: str, paper: str) -> Parsed[Condensed]:
    """Read a condensed text; arguments as of `parse_overview`."""
    return _parse(Condensed, data, path, paper)


def _parse(model: type[D], data: bytes, path: str, paper: str) -> Parsed[D]:
    document = header.read(data, path)
    if document.value is None:
        return Parsed(None, document.problems)
    titles = OVERVIEW_TITLES if model is Overview else CONDENSED_TITLES
    found, missing = sections.read(document.value, path, titles)
    tier = typed.build(model, document.value.tree, path, found)
    problems = (*missing, *tier.problems, *_misnamed(document.value.tree, path, paper))
    return Parsed(None, tuple(sorted(problems))) if problems else tier


def _misnamed(tree: Tree, path: str, paper: str) -> tuple[Problem, ...]:
    written = tree.values.get("id", paper)
    if written == paper:
        return ()
    message = f"id: expected {paper}, the name of this file, got {shown(written)}"
    return (Problem(path, tree.line(("id",)), "wrong_id", message, f"write `id: {paper}`"),)


def print_overview(overview: Overview) -> bytes:
    """Print an overview: one line a key, so that the whole card is a screen."""
    written = {
        "id": scalar(overview.id),
        "title": scalar(overview.title),
        "authors": flow_list(overview.authors),
        "venue": scalar(overview.venue),
        "year": scalar(overview.year),
        "useful_for": scalar(overview.useful_for),
        "status": scalar(overview.status.value),
        "sha256": scalar(overview.sha256),
    }
    if overview.topic is not None:
        written["topic"] = scalar(overview.topic)
    if overview.overrides:
        written["overrides"] = flow_map(overview.overrides)
    parts = {name: getattr(overview, name) for name in OVERVIEW_TITLES}
    body = "".join(f"## {title}\n{parts[name].text}\n" for name, title in OVERVIEW_TITLES.items())
    return (front_matter(written) + body).encode()


def print_condensed(condensed: Condensed) -> bytes:
    """Print a condensed text."""
    written = {name: scalar(value) for name, value in _keys(condensed).items()}
    parts = {name: getattr(condensed, name) for name in CONDENSED_TITLES}
    return (front_matter(written) + sections.print_(parts, CONDENSED_TITLES)).encode()


def _keys(condensed: Condensed) -> dict[str, str]:
    return {"id": condensed.id, "status": condensed.status.value, "sha256": condensed.sha256}
