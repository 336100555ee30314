"""What happens when papers were dropped? Read what is new, make drafts, bring the index and the inbox up to date.

Everything is made from files, so that a call that was interrupted is mended by the next one, and a call with nothing
new writes nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from coordinator.model.paper import Condensed, Overview, Paper, TierState
from coordinator.model.problem import Problem
from coordinator.papers import check, drafts, inbox, index
from coordinator.papers.ingest import Ingest, Ingested
from coordinator.papers.records import Library
from coordinator.store.layout import Workspace
from coordinator.text import tiers


@dataclass(frozen=True, slots=True)
class Taken:
    """What was done.

    Args:
        ingested: files that were read.
        written: files that were written, whatever they are.
        problems: with what was written about papers.
    """

    ingested: Ingested
    written: int
    problems: Sequence[Problem]


def take_in(ingest: Ingest) -> Taken:
    """Take in what is new in papers/raw/, and bring everything that is made from it up to date."""
    workspace = ingest.workspace
    done = ingest()
    written = done.written
    for paper in Library(workspace).all():
        if paper.status.is_readable and paper.sha256:
            written += _drafted(workspace, paper)
    return _brought_up(workspace, done, written)


def _brought_up(workspace: Workspace, done: Ingested, written: int) -> Taken:
    written += index.refresh(workspace)
    problems = check.check(workspace)
    cards = index.overviews(workspace)
    if cards or problems or done.papers:
        text = inbox.written_out(cards, problems)
        written += Library(workspace).put(workspace.papers.inbox, text.encode())
    return Taken(done, written, problems)


def _drafted(workspace: Workspace, paper: Paper) -> int:
    """Write drafts where there is nothing, or an older draft; what somebody wrote stays."""
    library, place = Library(workspace), workspace.papers.paper(paper.id)
    text = library.text(paper.id)
    if text is None:
        return 0
    written = 0
    card = library.bytes_of(place.overview, check.TIER_BYTES)
    if card is None or _is_old_draft(tiers.parse_overview(card, "", paper.id).value, paper):
        written += library.put(place.overview, tiers.print_overview(drafts.overview(paper, text)))
    long = library.bytes_of(place.condensed, check.TIER_BYTES)
    if long is None or _is_old_draft(tiers.parse_condensed(long, "", paper.id).value, paper):
        written += library.put(place.condensed, tiers.print_condensed(drafts.condensed(paper, text)))
    return written


def _is_old_draft(tier: Overview | Condensed | None, paper: Paper) -> bool:
    return tier is not None and tier.status is TierState.DRAFT and tier.sha256 != paper.sha256
