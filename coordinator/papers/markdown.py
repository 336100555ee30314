"""How is a paper's text written down, and read again? Page marks, headings, captions, tables, references.

`<!-- page 3 -->` stands where page 3 begins, alone or within a paragraph. What a paper says itself cannot look like
one: its own comment marks and leading number signs are taken apart.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from coordinator.papers.captions import Table
from coordinator.papers.paragraphs import Block

MARK = re.compile(r"<!-- page (\d{1,5}) -->")
_HEADING = re.compile(r"(#{1,6}) (.*)")


@dataclass(frozen=True, slots=True)
class PageText:
    """One page of a paper, as it is written down.

    Args:
        number: 1-based.
        text: without marks.
        section: the heading that is in force where it begins.
        sections: every heading that is in force somewhere on it.
    """

    number: int
    text: str
    section: str
    sections: tuple[str, ...] = ()


def plain(text: str) -> str:
    """Take apart what would be read as a mark or a heading."""
    text = text.replace("<!--", "< !--")
    return re.sub(r"^(\s*)(#|>|\||```|~~~|---)", r"\1\\\2", text)


def print_blocks(blocks: Sequence[Block], tables: Sequence[tuple[int, Table]]) -> Iterator[str]:
    """Write blocks in the order of reading; a table stands behind the block that has its place in `tables`."""
    page = 0
    behind: dict[int, list[Table]] = {}
    for at, found in tables:
        behind.setdefault(at, []).append(found)
    for at, block in enumerate(blocks):
        if block.page > page:
            page = block.page
            yield f"<!-- page {page} -->"
        yield _block(block)
        if block.breaks:
            page = block.breaks[-1][1]
        for found in behind.get(at, ()):
            yield _table(found)


def _block(block: Block) -> str:
    text = block.text
    if block.kind == "heading":
        return f"{'#' * min(6, block.level + 1)} {text}"
    for offset, page in reversed(block.breaks):
        start = text.rfind(" ", 0, offset + 1) + 1
        text = f"{text[:start]}<!-- page {page} --> {text[start:]}"
    if block.kind == "caption":
        return f"**Caption.** {text}"
    return text


def _table(table: Table) -> str:
    rows = [f"| {' | '.join(cell.replace('|', '¦') for cell in row)} |" for row in table.rows]
    rule = f"|{'---|' * len(table.rows[0])}"
    return "\n".join([rows[0], rule, *rows[1:]])


def pages(text: str) -> list[PageText]:
    """Read the pages of a text that was written down, each with its section."""
    found: list[PageText] = []
    section = ""
    parts = MARK.split(text)
    numbered = [(1, parts[0]), *((int(number), body) for number, body in zip(parts[1::2], parts[2::2], strict=True))]
    for number, body in numbered:
        begun, here = section, [section] if section else []
        for line in body.split("\n"):
            heading = _HEADING.fullmatch(line)
            if heading:
                section = heading[2]
                here.append(section)
        if body.strip():
            found.append(PageText(number, body.strip(), begun or section, tuple(dict.fromkeys(here))))
    return found
