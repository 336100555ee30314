"""Do other people's words stay other people's words?"""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt
from markdown_it.token import Token

from coordinator.report import prose

FORGERIES = {"heading_open", "html_block", "html_inline", "link_open", "image"}
PARSER = MarkdownIt("commonmark").enable("table")

FRAGMENTS = st.sampled_from(
    [
        *(
            "#",
            "## x",
            "===",
            "---",
            "***",
            "- ",
            "1. ",
            "> ",
            "<",
            "<b>",
            "</p>",
            "<!--",
            "<?",
            "&lt;",
            "&#60;",
        ),
        *(
            "[a]",
            "(b)",
            "![",
            "](u)",
            "[a]: u",
            "`",
            "```",
            "~~~",
            "\\",
            "|",
            "_",
            "*",
            "$",
            "x",
            " ",
            "    ",
        ),
        *(
            "\n",
            "\n\n",
            "\t",
            "\r",
            "\u2028",
            "\x00",
            "\u202e",
            "\x0b",
            "\xa0",
            "\ud800",
            "<http://e.example>",
        ),
    ]
)
HOSTILE = st.lists(FRAGMENTS, max_size=14).map("".join) | st.text(max_size=60)


def _kinds(tokens: list[Token]) -> set[str]:
    return {token.type for token in tokens} | {child.type for token in tokens for child in token.children or ()}


@settings(deadline=None, max_examples=300)
@given(HOSTILE)
@example("a\n===")
@example("- a\n  ---")
@example("\\[a](u)")
@example("[exp_001]: http://e.example")
def test_a_quoted_block_forges_no_structure(text: str) -> None:
    """Whatever it holds, a quoted text is one block quote without headings, HTML, links or images."""
    tokens = PARSER.parse(f"before\n\n{prose.quote(text)}\n\n[exp_001] [a] after\n")
    top = [token.type for token in tokens if token.level == 0 and token.nesting >= 0]
    assert top == ["paragraph_open", "blockquote_open", "paragraph_open"]
    assert not FORGERIES & _kinds(tokens)


@settings(deadline=None, max_examples=300)
@given(HOSTILE)
def test_an_inline_text_stays_in_its_cell(text: str) -> None:
    """Whatever it holds, an escaped line is plain text in one cell of a table."""
    tokens = PARSER.parse(f"| a | b |\n|---|---|\n| x {prose.inline(text)} | y |\n")
    cells = [token for token in tokens if token.type == "td_open"]
    assert len(cells) == 2
    plain = {"text", "softbreak", "text_special"}
    contents = [token.children or [] for token in tokens if token.type == "inline"]
    assert {child.type for children in contents for child in children} <= plain


@settings(deadline=None, max_examples=200)
@given(st.text(max_size=60))
def test_clean_text_hides_nothing(text: str) -> None:
    """Cleaned text encodes, and holds no control, format or surrogate characters but newlines and joiners."""
    cleaned = prose.clean(text)
    assert cleaned.encode().decode() == cleaned
    left = {c for c in cleaned if unicodedata.category(c) in {"Cc", "Cf", "Cs", "Zl", "Zp"}}
    assert left <= {"\n", "\u200c", "\u200d"}


@settings(deadline=None, max_examples=100)
@given(st.text(alphabet="lt;ab#6 <>&*_[]`|$\\", max_size=40))
@example("&lt;b> &#60;")
def test_an_inline_text_is_shown_as_it_was_typed(text: str) -> None:
    """What a renderer shows of an escaped line is the line itself: nothing is lost, nothing added."""
    inline = PARSER.parseInline(f"x{prose.inline(f'y{text}')}")[0]
    assert "".join(child.content for child in inline.children or ()) == "xy" + prose.one_line(f"y{text}")[1:]


def test_long_text_is_cut_and_says_so() -> None:
    """A section beyond the caps is cut, and tells how many characters are missing."""
    assert prose.cut("word " * 10) == ("word " * 10).rstrip()
    shown = prose.cut("x" * (prose.PROSE_CAP + 7))
    assert shown.endswith("(cut here: 7 more characters in summary.md)")
    assert len(prose.cut("a\n" * 500).splitlines()) == prose.LINES_CAP + 1


def test_one_line_is_capped() -> None:
    """A line longer than its cap ends in an ellipsis at the cap."""
    assert prose.one_line("a  b\n c") == "a b c"
    assert prose.one_line("abcdef", 4) == "abc…"


def test_a_template_escapes_unless_told_otherwise() -> None:
    """What a template prints is escaped; Markdown of ours is not; nothing at all is a slip."""
    assert prose.finalize("# *a*|") == "# \\*a\\*\\|"
    assert prose.finalize(prose.Markdown("*a*")) == "*a*"
    assert prose.finalize(3) == "3"
    with pytest.raises(AssertionError):
        prose.finalize(None)
