r"""What does a paper's own source say? `.md` and `.tex`, which know their words, headings and formulas for certain.

LaTeX is not run: its commands are taken off, formulas are kept as they are written. What a macro hides is lost.
"""

from __future__ import annotations

import re
from pathlib import Path

from coordinator.papers import markdown
from coordinator.papers.clean import clean
from coordinator.papers.extraction import Extracted
from coordinator.papers.tokens import tokens

NAME = "source 1"
BYTES = 8 << 20
_LEVELS = {"part": 1, "chapter": 1, "section": 1, "subsection": 2, "subsubsection": 3, "paragraph": 4}
_SECTION = re.compile(r"\\(part|chapter|section|subsection|subsubsection|paragraph)\*?(?:\[[^\]]*\])?\s*\{")
_COMMENT = re.compile(r"(?<!\\)%[^\n]*\n?")
_DROPPED = re.compile(
    r"\\(?:label|cite[a-z]*|ref|eqref|autoref|cref|Cref|vspace|hspace|input|include|bibliography|bibliographystyle|"
    r"includegraphics|thanks|footnotemark|pagestyle|thispagestyle|setlength|addtolength|usepackage|documentclass|"
    r"newcommand|renewcommand|centering|noindent|maketitle|begin|end)\*?(?:\[[^\]]{0,200}\])*(?:\{[^{}]{0,400}\})*"
)
_WRAPPED = re.compile(
    r"\\(?:text[a-z]{2}|emph|underline|mbox|textsc|footnote|caption|url|href|uppercase|mathrm)\s*"
    r"(?:\[[^\]]{0,200}\])?\{([^{}]{0,2000})\}"
)
_HEADING = re.compile(r"^(#{1,6})\s+(.+?)\s*#*$", re.MULTILINE)


def extract(path: Path) -> Extracted:
    """Read a source.

    Args:
        path: ends in .md or .tex.
    """
    with path.open("rb") as file:
        text = file.read(BYTES).decode("utf-8", "replace").replace("\r\n", "\n").replace("\r", "\n")
    found = _tex(text) if path.suffix.lower() == ".tex" else _md(text)
    found.pages = found.read = 1
    found.letters = len(found.text)
    found.engine, found.confidence = NAME, 1.0 if found.letters else 0.0
    found.tokens = tokens(found.text)
    return found


def _md(text: str) -> Extracted:
    text = re.sub(r"\A---\n.*?\n---\n", "", text, flags=re.DOTALL)
    found = Extracted()
    heads = [(len(each[1]), clean(each[2]), each) for each in _HEADING.finditer(text)]
    top = [head for head in heads if head[0] == 1]
    if len(top) == 1:
        found.title = top[0][1]
        heads.remove(top[0])
        text = text.replace(top[0][2][0], "", 1)
    least = min((level for level, _, _ in heads), default=1)
    found.headings = [{"level": level - least + 1, "text": title, "page": 1} for level, title, _ in heads]
    found.abstract = _section(text, "abstract|summary")
    found.text = _written(found.title, text, least)
    return found


def _section(text: str, name: str) -> str:
    found = re.search(rf"^#+\s+(?:{name})\s*$\n(.*?)(?=^#|\Z)", text, re.IGNORECASE | re.MULTILINE | re.DOTALL)
    return clean(" ".join(found[1].split())) if found else ""


def _written(title: str, text: str, least: int) -> str:
    """Write a source down as texts of papers are: one page, headings from the second level."""
    lines = ["<!-- page 1 -->", "", *([f"# {title}", ""] if title else [])]
    for line in text.split("\n"):
        heading = _HEADING.fullmatch(line)
        body = clean(line).replace("<!--", "< !--")
        lines.append(f"{'#' * min(6, len(heading[1]) - least + 2)} {clean(heading[2])}" if heading else body)
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip() + "\n"


def _tex(text: str) -> Extracted:
    text = _COMMENT.sub("", text)
    found = Extracted(title=_argument(text, "title"))
    names = re.split(r"\\and\b|\\AND\b|\\\\|,", _argument(text, "author", bare=False))
    found.authors = [
        name for name in (_bare(each) for each in names) if 2 <= len(name.split()) <= 5 and "@" not in name
    ]
    abstract = re.search(r"\\begin\{abstract\}(.*?)\\end\{abstract\}", text, re.DOTALL)
    found.abstract = _bare(abstract[1]) if abstract else ""
    start = text.find("\\begin{document}")
    body = text[start + len("\\begin{document}") :] if start >= 0 else text
    lines = ["<!-- page 1 -->", *([f"# {found.title}"] if found.title else [])]
    at = 0
    for section in _SECTION.finditer(body):
        lines += _paragraphs(body[at : section.start()])
        title, at = _braced(body, section.end())
        level = _LEVELS[section[1]]
        found.headings.append({"level": level, "text": _bare(title), "page": 1})
        lines.append(f"{'#' * (level + 1)} {_bare(title)}")
    lines += _paragraphs(body[at:].partition("\\end{document}")[0])
    found.text = "\n\n".join(lines) + "\n"
    return found


def _paragraphs(text: str) -> list[str]:
    return [markdown.plain(bare) for part in re.split(r"\n\s*\n", text) if (bare := _bare(part))]


def _braced(text: str, start: int) -> tuple[str, int]:
    """Give what stands between a brace that is open and the one that closes it, and where that is."""
    depth = 1
    for at in range(start, min(len(text), start + 4_000)):
        depth += {"{": 1, "}": -1}.get(text[at], 0)
        if not depth:
            return text[start:at], at + 1
    return "", start


def _argument(text: str, command: str, *, bare: bool = True) -> str:
    found = re.search(rf"\\{command}\s*(?:\[[^\]]{{0,200}}\])?\s*\{{", text)
    if found is None:
        return ""
    inside = _braced(text, found.end())[0]
    return _bare(inside) if bare else inside


def _bare(text: str) -> str:
    """Take the commands off a piece of LaTeX."""
    for _ in range(3):
        text = _WRAPPED.sub(r"\1", text)
    text = _DROPPED.sub(" ", text)
    text = text.replace("~", " ").replace("``", "“").replace("''", "”").replace("---", "—").replace("--", "–")
    text = re.sub(r"\\([%&_#$])", r"\1", re.sub(r"\\\\(?:\[[^\]]{0,20}\])?", " ", text))
    return clean(" ".join(re.sub(r"\\(?:small|large|bf|it|em|rm|sc)\b", " ", text).split()))
