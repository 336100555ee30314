"""Pages are found by their words."""

from __future__ import annotations

import os
from collections.abc import Callable

import pytest
import specimen

from coordinator.papers import search
from coordinator.papers.ingest import Ingested
from coordinator.store.layout import Workspace

Drop = Callable[..., Ingested]


def test_the_page_is_found(drop: Drop, workspace: Workspace) -> None:
    """Id, page, section and a snippet."""
    drop({"thresholds.pdf": specimen.paper()})
    hit = search.search(workspace, "threshold chosen on held-out cases")[0]
    assert (hit.id, hit.page) == ("thresholds", 2)
    assert "Method" in hit.section
    assert "held-out cases" in hit.snippet


@pytest.mark.parametrize(
    "query", ['"', "AND OR NOT", "a* NEAR(b)", "body:x", "'; DROP TABLE pages; --", "", "ß(", "-x"]
)
def test_a_query_is_only_words(drop: Drop, workspace: Workspace, query: str) -> None:
    """Nothing in it is an operator, and nothing breaks."""
    drop({"thresholds.pdf": specimen.paper()})
    assert isinstance(search.search(workspace, query), list)
    assert search.search(workspace, "threshold")


def test_words_in_quotation_marks_stand_together(drop: Drop, workspace: Workspace) -> None:
    """As a phrase."""
    drop({"thresholds.pdf": specimen.paper()})
    assert search.search(workspace, '"learning rate of"')
    assert not search.search(workspace, '"rate learning of"')


def test_the_index_follows_the_texts(drop: Drop, workspace: Workspace) -> None:
    """A new paper is found, a damaged index is made again, and an unchanged one is not."""
    drop({"thresholds.pdf": specimen.paper()})
    search.search(workspace, "threshold")
    before = workspace.papers.search.stat().st_mtime_ns
    search.search(workspace, "threshold")
    assert workspace.papers.search.stat().st_mtime_ns == before
    drop({"b.md": b"# Zebras\n\n" + b"The zebra is striped. " * 20})
    assert search.search(workspace, "zebra")[0].id == "b"
    workspace.papers.search.write_bytes(b"no database")
    assert search.search(workspace, "zebra")[0].id == "b"


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="nothing is read-only to root")
def test_search_works_where_nothing_may_be_written(drop: Drop, workspace: Workspace) -> None:
    """As in an assistant's sandbox."""
    drop({"thresholds.pdf": specimen.paper()})
    workspace.papers.folder.chmod(0o500)
    assert search.search(workspace, "threshold")
    workspace.papers.folder.chmod(0o700)


def test_search_works_where_the_index_cannot_be_replaced(drop: Drop, workspace: Workspace) -> None:
    """In memory, when a folder is in its place."""
    drop({"thresholds.pdf": specimen.paper()})
    workspace.papers.search.mkdir()
    assert search.search(workspace, "threshold")[0].id == "thresholds"
