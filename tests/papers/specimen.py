"""A paper in LaTeX's manner of which every part is known, set by hand: two columns, numbered headings, a table."""

from __future__ import annotations

import paper_pages as made
from paper_pages import Page, Run

TITLE = "Tuned Thresholds Under Class Imbalance"
AUTHORS = ["Ada Lovelace", "Karen Spärck Jones"]
ABSTRACT = [
    "We propose a tuned threshold for imbalanced data. It raises the F1",
    "score from 0.02 to 0.31 at a ratio of 20, and does not hurt the pre-",
    "cision by more than -0.5 points. The classi-",
    "fier is well-known and cheap.",
]
METHOD = [
    "The threshold is chosen on held-out cases. We use a learning rate of",
    "0.001 and 3 seeds. However, the method fails for fewer than 25 cases.",
    "A classifier without tuning predicts the majority, as classifiers do,",
    "with a precision of 0.90. The threshold does not move at all at first.",
]
TABLE = [["ratio", "default", "tuned"], ["5", "0.40", "0.52"], ["20", "0.02", "0.31"], ["50", "0.00", "-0.10"]]


def block(lines: list[str], left: float, top: float, size: float = 9.0) -> list[Run]:
    """Set lines one below the other."""
    return [Run(line, left, top + 12 * at, size, "text") for at, line in enumerate(lines)]


def first_page() -> Page:
    """Give the page with title, authors, abstract and introduction."""
    runs = [
        Run("Proceedings of the 7th Conference on Thresholds, 2024", 150, 40, 7, "text"),
        Run(TITLE, 120, 90, 17, "bold"),
        Run(AUTHORS[0], 150, 125, 11, "text"),
        Run(AUTHORS[1], 330, 125, 11, "text"),
        Run("University of London", 150, 139, 9, "italic"),
        Run("University of Cambridge", 330, 139, 9, "italic"),
        Run("Abstract", 150, 190, 12, "bold"),
        *block(ABSTRACT, 60, 210),
        Run("1 Introduction", 60, 290, 12, "bold"),
        *block(
            [f"{line} {number}" for number, line in enumerate(["Thresholds matter in many ways here"] * 12)], 60, 310
        ),
        *block(
            [f"{line} {number}" for number, line in enumerate(["The second column goes on with it"] * 20)], 320, 210
        ),
        Run("https://doi.org/10.1234/thresholds.7", 60, 760, 7, "text"),
    ]
    return Page(runs)


def second_page() -> Page:
    """Give the page with method, table and references."""
    cells = [
        Run(cell, 90 + 80 * at, 320 + 12 * row, 9, "text")
        for row, cells in enumerate(TABLE)
        for at, cell in enumerate(cells)
    ]
    runs = [
        Run("2 Method", 60, 90, 12, "bold"),
        *block(METHOD, 60, 110),
        *block(
            ["Further text stands here, so that the page has", "enough of it to be read in its columns."] * 4, 60, 170
        ),
        Run("Table 1: F1 by ratio of the classes.", 60, 300, 9, "text"),
        *cells,
        Run("References", 60, 420, 12, "bold"),
        *block(
            ["[1] A. Turing. On Computable Numbers. 1936.", "[2] G. Hopper. The Education of a Computer. 1952."],
            60,
            440,
        ),
        Run("2", 300, 770, 9, "text"),
    ]
    return Page(runs)


def paper(title: str = "Microsoft Word - draft7.doc") -> bytes:
    """Give the file; its metadata lies, its outline does not."""
    outline = [("Introduction", 1), ("Method", 2)]
    return made.pdf([first_page(), second_page()], {"Title": title}, outline)
