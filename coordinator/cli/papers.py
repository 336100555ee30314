"""`papers`: the paper database: take papers in, list them, search them, check what was written about them."""

from __future__ import annotations

import argparse
import os
import shutil
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from pathlib import Path

from coordinator.cli.common import print_json, print_problems, state, workspace_of
from coordinator.engine.opening import read_config
from coordinator.errors import Exit, HeldError, UsageError
from coordinator.model.paper import Paper
from coordinator.model.settings import Settings
from coordinator.papers import check, index, search
from coordinator.papers.ingest import Ingest, Progress
from coordinator.papers.reader import Limits
from coordinator.papers.records import Library
from coordinator.papers.taking import Taken, take_in
from coordinator.store.layout import Workspace
from coordinator.store.lock import Lock

PATIENCE, PAUSE = 600.0, 0.2
"""Seconds to wait for somebody else who takes papers in, and between two looks."""


def main(arguments: argparse.Namespace) -> Exit:
    """Carry out one of the commands of `papers`."""
    commands: dict[str, Callable[[argparse.Namespace], Exit]] = {
        "add": _add,
        "list": _list,
        "search": _search,
        "check": _check,
    }
    return commands[arguments.papers](arguments)


def _add(arguments: argparse.Namespace) -> Exit:
    """Copy files to papers/raw/, and take in all that is new there."""
    workspace = workspace_of(arguments)
    read = read_config(workspace).settings
    settings = read[0] if read else Settings()  # `check` says what is wrong with the config
    with _alone(workspace, wait=not arguments.quiet):
        for name in arguments.files:
            _copy(Path(name), workspace)
        with _shown(quiet=arguments.quiet or arguments.json) as progress:
            taken = take_in(_ingest(workspace, settings, progress))
    if arguments.json:
        print_json(
            {"papers": [_facts(paper) for paper in taken.ingested.papers], "unchanged": taken.ingested.unchanged}
        )
    else:
        _tell(taken)
    unread = any(not paper.status.is_readable for paper in taken.ingested.papers)
    return Exit.PROBLEMS if unread and not arguments.quiet else Exit.FINE


def _ingest(workspace: Workspace, settings: Settings, progress: Progress) -> Ingest:
    papers = settings.papers
    limits = Limits(memory_mb=papers.memory_mb, pages=papers.pages, wall_seconds=papers.seconds)
    parallel = min(4, os.cpu_count() or 1)
    return Ingest(workspace, limits, parallel, progress, ocr=papers.ocr)


@contextmanager
def _alone(workspace: Workspace, *, wait: bool) -> Iterator[None]:
    """Hold the lock of whoever takes papers in; wait for another one to be done."""
    lock = Lock(state().papers_lock(workspace.root), purpose="papers add", root=workspace.root)
    deadline = time.monotonic() + (PATIENCE if wait else 0.0)
    while True:
        try:
            lock.acquire()
            break
        except HeldError:
            if time.monotonic() >= deadline:
                raise
            time.sleep(PAUSE)
    try:
        yield
    finally:
        lock.release()


def _copy(source: Path, workspace: Workspace) -> None:
    """Copy a file to papers/raw/, unless it is there already."""
    if not source.is_file():
        raise UsageError("there is no such file", path=str(source))
    target = workspace.papers.raw / source.name
    if source.resolve() == target.resolve():
        return
    if target.exists():
        same = target.stat().st_size == source.stat().st_size and target.read_bytes() == source.read_bytes()
        if not same:
            hint = "rename yours, or remove that one"
            raise UsageError("another file of this name is there already", path=str(target), hint=hint)
        return
    workspace.papers.raw.mkdir(parents=True, exist_ok=True)
    beside = target.with_name(f".{target.name}.tmp")
    shutil.copyfile(source, beside)
    beside.replace(target)


def _tell(taken: Taken) -> None:
    for paper in taken.ingested.papers:
        known = f" {paper.title} ({paper.pages} pages)" if paper.status.is_readable else ""
        detail = f": {paper.detail}" if paper.detail else ""
        print(f"{paper.id}: {paper.status.value}{known}{detail}")
    new = len(taken.ingested.papers)
    print(f"{new} new or changed, {taken.ingested.unchanged} unchanged; papers/index.md is current")
    if taken.problems:
        print(f"{len(taken.problems)} problems: python -m coordinator papers check")


def _list(arguments: argparse.Namespace) -> Exit:
    """Print every paper with its status, or all that is known of them."""
    workspace = workspace_of(arguments)
    papers = list(Library(workspace).all())
    if arguments.json:
        print_json([_facts(paper) for paper in papers])
        return Exit.FINE
    cards = index.overviews(workspace)
    for paper in papers:
        tier = cards[paper.id].status.value if paper.id in cards else "-"
        print(f"{paper.id:40} {paper.status.value:11} {tier:9} {paper.title or paper.detail}")
    if not papers:
        print("no papers yet: put PDFs into papers/raw/, or `python -m coordinator papers add FILE`")
    return Exit.FINE


def _facts(paper: Paper) -> dict[str, object]:
    return paper.model_dump(mode="json", exclude={"references", "captions", "headings", "sketch", "fingerprint"})


def _search(arguments: argparse.Namespace) -> Exit:
    """Print the pages that fit a query best."""
    hits = search.search(workspace_of(arguments), arguments.query, arguments.most)
    if arguments.json:
        print_json([{"id": hit.id, "page": hit.page, "section": hit.section, "snippet": hit.snippet} for hit in hits])
    else:
        for hit in hits:
            print(f"{hit.id} p. {hit.page} [{hit.section}]\n    {hit.snippet}")
        if not hits:
            print("nothing fits")
    return Exit.FINE


def _check(arguments: argparse.Namespace) -> Exit:
    """Print everything that is wrong with what was written about papers."""
    problems = check.check(workspace_of(arguments), frozenset(arguments.ids))
    print_problems(problems, as_json=arguments.json)
    if not problems and not arguments.json:
        print("nothing is wrong")
    return Exit.PROBLEMS if problems else Exit.FINE


def _shown(*, quiet: bool) -> AbstractContextManager[Progress]:
    """Show bars over pages and papers on a terminal; nothing elsewhere."""
    if quiet or not sys.stderr.isatty():
        return nullcontext(lambda _id, _page, _of: None)
    from coordinator.cli.bars import Bars  # heavy

    return Bars()
