"""Which papers are known? Their records, text/{id}.json, read and written."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from coordinator.model.paper import Paper
from coordinator.store.layout import Workspace
from coordinator.store.paper_layout import is_paper
from coordinator.store.read import Content, Kind, names, read
from coordinator.store.tree import make_folder
from coordinator.store.write import write
from coordinator.text import paper as document

TEXT_CAP = 32 << 20
"""Bytes of one text."""
MOST = 20_000
"""Papers of one workspace."""


@dataclass(frozen=True, slots=True)
class Library:
    """The papers of a workspace.

    Args:
        workspace: where they lie.
    """

    workspace: Workspace

    def ids(self) -> list[str]:
        """List the ids that have a record, sorted."""
        return [name.removesuffix(".json") for name in self._names("text") if name.endswith(".json")]

    def all(self) -> Iterator[Paper]:
        """Give every paper whose record can be read; one that cannot is made again by the next ingest."""
        for name in self.ids():
            found = self.get(name)
            if found is not None:
                yield found

    def get(self, name: str) -> Paper | None:
        """Give one paper's record."""
        if not is_paper(name):
            return None
        data = self.bytes_of(self.workspace.papers.paper(name).facts, document.MAX_BYTES)
        return document.parse(data, "").value if data is not None else None

    def text(self, name: str) -> str | None:
        """Give one paper's text, as it was written down."""
        data = self.bytes_of(self.workspace.papers.paper(name).text, TEXT_CAP)
        return data.decode("utf-8", "replace") if data is not None else None

    def tier_ids(self, tier: str) -> list[str]:
        """List the ids that have an overview or a condensed text.

        Args:
            tier: overview or condensed.
        """
        found = [name.removesuffix(".md") for name in self._names(tier) if name.endswith(".md")]
        return [name for name in found if is_paper(name)]

    def raw(self) -> list[str]:
        """List the files in raw/, but for hidden ones and downloads that are not done."""
        unfinished = (".part", ".crdownload", ".download", ".tmp")
        return [name for name in self._names("raw") if not name.startswith(".") and not name.endswith(unfinished)]

    def bytes_of(self, path: Path, cap: int) -> bytes | None:
        """Read a file of the workspace; None where there is none, or nothing that may be read."""
        content = read(self.workspace.root, self.workspace.relative(path), cap)
        return content.data if isinstance(content, Content) else None

    def put(self, path: Path, data: bytes) -> bool:
        """Write a file of ours; tell whether it was not there already, just so."""
        root = self.workspace.root
        make_folder(path.parent, beneath=root)
        if self.bytes_of(path, len(data)) == data:
            return False
        return write(path, data, beneath=root)

    def _names(self, folder: str) -> list[str]:
        found = names(self.workspace.root, f"papers/{folder}", 2 * MOST)
        return [each.name for each in found if each.kind is Kind.FILE] if isinstance(found, list) else []
