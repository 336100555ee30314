"""Does the report say what was decided, and nothing else?"""

from __future__ import annotations

import os
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path
from types import SimpleNamespace

import pytest
import yaml
from markdown_it import MarkdownIt

from coordinator.model.entry import TamperingSeen
from coordinator.report.findings import compile_findings
from coordinator.report.view import RunView

GOLDEN = Path(__file__).parent / "golden" / "findings.md"
REWRITE = "AUTORESEARCH_REWRITE_GOLDEN"
"""Set it to rewrite the golden file, then read what changed before keeping it."""


@pytest.fixture(scope="module")
def compiled(every_kind: RunView) -> dict[str, bytes]:
    """Give the report of the run with every kind of direction."""
    return compile_findings(every_kind)


@pytest.fixture(scope="module")
def text(compiled: dict[str, bytes]) -> str:
    """Give its findings.md."""
    return compiled["findings.md"].decode()


def _body(text: str) -> str:
    return text.split("---\n", 2)[2]


def _section(text: str, heading: str) -> str:
    return text.split(f"\n## {heading}\n", 1)[1].split("\n## ", 1)[0]


class Page(HTMLParser):
    """Collects every tag with its attributes, and checks that they are nested."""

    void = frozenset({"meta", "br", "img"})

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.open: list[str] = []
        self.feed(page)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note a tag."""
        self.tags.append((tag, dict(attrs)))
        if tag not in self.void:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        """Close the innermost tag, which must be this one."""
        assert self.open.pop() == tag


def test_findings_are_the_golden_ones(text: str) -> None:
    """Every kind of direction, worded exactly as it was once read and found right."""
    if os.environ.get(REWRITE):
        GOLDEN.write_text(text, "utf-8", newline="\n")
    assert text == GOLDEN.read_text("utf-8"), f"read the difference; {REWRITE}=1 accepts it"


def test_the_same_view_gives_the_same_bytes(every_kind: RunView, compiled: dict[str, bytes]) -> None:
    """Nothing depends on the clock or on what was done before."""
    assert compile_findings(every_kind) == compiled


def test_the_front_matter_holds_the_facts_of_the_run(text: str) -> None:
    """It is YAML, and what a worker wrote into its summary is not in it."""
    facts = yaml.safe_load(text.split("---\n", 2)[1])
    assert facts["run"] == "20261123_143022"
    assert (facts["directions"], facts["hold"], facts["hold_alone"], facts["nulls"]) == (11, 2, 1, 1)
    assert (facts["ended"], facts["guards"], facts["tampering"]) == (None, ["manifest"], 2)
    assert facts["ledger_entries"] == 141


def test_headings_are_ours_and_in_order(text: str, every_kind: RunView) -> None:
    """As a reader of Markdown sees it: the summary, one question a direction, what next, how far to trust."""
    tokens = MarkdownIt("commonmark").enable("table").parse(_body(text))
    headings = [tokens[place + 1].content for place, token in enumerate(tokens) if token.type == "heading_open"]
    assert headings[1] == "Summary"
    assert headings[-2:] == ["What to do next", "How far to trust this"]
    assert len(headings) == 4 + len(every_kind.findings)
    assert all(heading.endswith("?") for heading in headings[2:-2])


def test_markdown_holds_no_html_and_only_our_links_and_images(text: str) -> None:
    """A renderer finds no tag, loads nothing but our plots, and links to nothing but experiments."""
    tokens = MarkdownIt("commonmark").enable("table").parse(_body(text))
    inner = [child for token in tokens for child in token.children or ()]
    assert not [token for token in (*tokens, *inner) if token.type in {"html_block", "html_inline"}]
    links = {child.attrs["href"] for child in inner if child.type == "link_open"}
    images = {child.attrs["src"] for child in inner if child.type == "image"}
    assert links
    assert all(str(link).startswith("../20261123_143022-") for link in links)
    assert images
    assert all(str(image).endswith(".png") and "/" not in str(image) for image in images)


def test_every_picture_that_is_shown_is_there(compiled: dict[str, bytes], text: str) -> None:
    """Each plot is written, shown in Markdown, and is a PNG."""
    plots = [name for name in compiled if name.endswith(".png")]
    assert all(f"]({name})" in text and compiled[name].startswith(b"\x89PNG") for name in plots)
    assert len(plots) == text.count("\n![") == 20


def test_the_page_is_whole_and_inert(compiled: dict[str, bytes]) -> None:
    """Tags are nested; no script, handler, frame or form; nothing is loaded; links stay in the workspace."""
    page = Page(compiled["findings.html"].decode())
    assert page.open == []
    assert not {"script", "iframe", "form", "object", "embed", "base", "link"} & {tag for tag, _ in page.tags}
    assert not [name for _, attributes in page.tags for name in attributes if name.startswith("on")]
    sources = [attributes["src"] for tag, attributes in page.tags if tag == "img"]
    assert sources
    assert all(str(source).startswith("data:image/png;base64,") for source in sources)
    links = [str(attributes["href"]) for tag, attributes in page.tags if tag == "a"]
    assert all(link.startswith(("#", "../20261123_143022-")) for link in links)


def test_the_page_shows_hostile_words_as_words(compiled: dict[str, bytes]) -> None:
    """They are there, escaped; images have a description; every anchor leads somewhere."""
    source = compiled["findings.html"].decode()
    page = Page(source)
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in source
    assert all(attributes.get("alt") for tag, attributes in page.tags if tag == "img")
    ids = {attributes.get("id") for _, attributes in page.tags}
    anchors = {
        str(attributes["href"])[1:] for tag, attributes in page.tags if tag == "a" and str(attributes["href"])[0] == "#"
    }
    assert anchors <= ids


def test_both_forms_say_the_same(compiled: dict[str, bytes], text: str) -> None:
    """What Markdown says of a score, the page says too."""
    page = compiled["findings.html"].decode()
    lines = [line for line in text.splitlines() if line.startswith("Score: ")]
    assert len(lines) == 11
    assert all(line.replace("<", "&lt;") in page for line in lines)


def test_tampering_is_said_at_the_top_at_its_direction_and_at_the_end(text: str) -> None:
    """Nobody can miss it."""
    assert "**Tampering was seen, 2 times" in _section(text, "Summary")
    assert "plan_edited" in _section(text, "Title of augmentation?")
    assert "line 12 \\| is not what was written" in _section(text, "How far to trust this")


def test_tampering_with_the_run_takes_the_green_light_from_every_finding(
    make: SimpleNamespace, every_kind: RunView
) -> None:
    """A rewritten ledger concerns every result: none is shown as good; the counts stay what they were."""
    ledger = TamperingSeen(path="ledger.jsonl", code="ledger_edited", detail="line 3")
    holding = tuple(finding for finding in every_kind.findings if finding.holds)
    files = compile_findings(make.view(*holding, tampering=(ledger,)))
    page, text = files["findings.html"].decode(), files["findings.md"].decode()
    assert 'class="verdict good"' not in page
    assert "**◐ Holds; tampering seen.**" in text
    assert "**Tampering was seen, 1 time:" in text
    assert "2 ended in a finding that holds after correction; 1 more holds alone" in text


def test_a_clean_run_claims_no_tampering(make: SimpleNamespace) -> None:
    """Without tampering the word stands once, with `None`."""
    text = compile_findings(make.view(make.finding()))["findings.md"].decode()
    assert "Tampering was seen" not in text
    assert "**Tampering seen.**\n\nNone.\n" in text


def test_a_run_without_experiments_says_so(make: SimpleNamespace) -> None:
    """No guard was in force, nothing was made, nothing is drawn."""
    files = compile_findings(make.view(make.finding(), guards=()))
    assert set(files) == {"findings.md", "findings.html"}
    text = files["findings.md"].decode()
    assert "None: no experiment ran." in text
    assert "**Evidence**: none; no experiment was made." in text


@pytest.mark.parametrize("by", ["1e300", "1e-390"])
def test_extreme_numbers_of_one_worker_cost_nobody_the_report(make: SimpleNamespace, by: str) -> None:
    """The largest floats and margins beyond floats are printed, not raised."""
    effect = make.effect([1.7e308, -1.7e308, 5e-324], make.claim(by=by))
    shown = make.evidence("exp_001", effect, met=False, detectable=1.7e308)
    test = make.tested(1e308, 7e307, 0.5, holds=False)
    finding = make.finding(experiments=(shown,), experiment="exp_001", confirmations=(test,), adjusted_p=1.0)
    assert b"1.7e+308" in compile_findings(make.view(finding))["findings.md"]


def test_everything_that_workers_write_is_in_quotes(make: SimpleNamespace) -> None:
    """Each of the four sections of a summary, and the user's question, stands in a block quote."""
    words = {name: f"{name} of worker" for name in ("key_finding", "actionable_insight", "counterarguments")}
    finding = make.finding(**words, next_directions="next of worker", question="question of user")
    lines = compile_findings(make.view(finding))["findings.md"].decode().splitlines()
    for said in (*words.values(), "next of worker", "question of user"):
        assert [line for line in lines if said in line] == [f"> {said}"]


def test_a_tampered_path_cannot_forge_a_row(make: SimpleNamespace) -> None:
    """A file's name may hold newlines and pipes; it stays in its cell."""
    seen = TamperingSeen(path="a|b\n## Summary", code="record_edited", detail="d", direction="some_direction")
    view = replace(make.view(make.finding()), tampering=(seen,))
    text = compile_findings(view)["findings.md"].decode()
    assert text.count("\n## Summary\n") == 1
    assert "| record_edited | a\\|b ## Summary | some_direction | d |" in text


def test_what_was_drawn_on_is_listed(make: SimpleNamespace) -> None:
    """In both forms; without papers it is not spoken of."""
    files = compile_findings(make.view(make.finding(), papers={"some_direction": ("some-paper",)}))
    assert "**Drawn on.** Papers: some-paper." in files["findings.md"].decode()
    assert "Papers: some-paper." in files["findings.html"].decode()
    assert "Drawn on" not in compile_findings(make.view(make.finding()))["findings.md"].decode()
