"""Where does everything about papers lie? The part of the layout below papers/.

Ids of papers are made from the names of their files and checked here, before they become part of a path.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from coordinator.errors import UsageError
from coordinator.model.document import NAME_PATTERN


def is_paper(name: str) -> bool:
    """Tell whether a name can be a paper's id."""
    return re.fullmatch(NAME_PATTERN.strip("^$"), name, re.ASCII) is not None


@dataclass(frozen=True, slots=True)
class OnePaper:
    """The files of one paper.

    Args:
        papers: the database that it is in.
        id: made from the name of its file.
    """

    papers: PaperPaths
    id: str

    @property
    def facts(self) -> Path:
        """Give text/{id}.json."""
        return self.papers.text / f"{self.id}.json"

    @property
    def text(self) -> Path:
        """Give text/{id}.md."""
        return self.papers.text / f"{self.id}.md"

    @property
    def overview(self) -> Path:
        """Give overview/{id}.md."""
        return self.papers.overview / f"{self.id}.md"

    @property
    def condensed(self) -> Path:
        """Give condensed/{id}.md."""
        return self.papers.condensed / f"{self.id}.md"


@dataclass(frozen=True, slots=True)
class PaperPaths:
    """The paper database.

    Args:
        folder: `papers`.
    """

    folder: Path

    @property
    def guide(self) -> Path:
        """Give ingest.md, which tells an assistant how to take a paper in."""
        return self.folder / "ingest.md"

    @property
    def index(self) -> Path:
        """Give index.md, one line a paper."""
        return self.folder / "index.md"

    @property
    def inbox(self) -> Path:
        """Give inbox.md, which tells the ingesting assistant what to mend."""
        return self.folder / "inbox.md"

    @property
    def search(self) -> Path:
        """Give the search index, made as needed and not kept in git."""
        return self.folder / "search.sqlite"

    @property
    def topics(self) -> Path:
        """Give the folder of the index's parts, once there are too many papers for one."""
        return self.folder / "index"

    @property
    def templates(self) -> tuple[Path, Path]:
        """Give the empty overview and the empty condensed text that an assistant fills in."""
        return self.folder / "overview.template.md", self.folder / "condensed.template.md"

    def paper(self, name: str) -> OnePaper:
        """Give the files of the paper of that id, whether they exist or not.

        Raises:
            UsageError: the id is not a name.
        """
        if not is_paper(name):
            raise UsageError(f"{name!r} is not the name of a paper", hint="`papers list` names them all")
        return OnePaper(self, name)

    @property
    def raw(self) -> Path:
        """Give the folder of PDFs."""
        return self.folder / "raw"

    @property
    def text(self) -> Path:
        """Give the folder of extracted text."""
        return self.folder / "text"

    @property
    def overview(self) -> Path:
        """Give the folder of the shortest tier."""
        return self.folder / "overview"

    @property
    def condensed(self) -> Path:
        """Give the folder of the middle tier."""
        return self.folder / "condensed"
