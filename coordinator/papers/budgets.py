"""How long may a tier be?"""

from __future__ import annotations

INDEX_LINE_TOKENS = 60
INDEX_PAPERS = 90
"""Papers in one index; above it, an index of topics."""
USEFUL_FOR_TOKENS = 30
OVERVIEW_LINES = 15
"""Below the front matter, blank lines not counted."""
OVERVIEW_TOKENS = 800
CONDENSED_TOKENS = 6_000
CONDENSED_TOKENS_LONG = 10_000
LONG_PAGES = 100
"""More pages than this are a long paper."""


def condensed_tokens(pages: int) -> int:
    """Give how long the condensed text of a paper with so many pages may be."""
    return CONDENSED_TOKENS_LONG if pages > LONG_PAGES else CONDENSED_TOKENS
