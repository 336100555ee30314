"""Which characters are the same to a reader? NFKC, ligatures taken apart, nothing that steers a terminal."""

from __future__ import annotations

import re
import unicodedata

_ODD = re.compile(
    r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufeff\ufffe\uffff\u200b-\u200f\u2028-\u202e\u2060-\u2069]"
)
"""Control characters, surrogates, and signs without width that reverse or hide text."""
_SPACING = {
    "\u00a8": "\u0308", "\u00b4": "\u0301", "\u0060": "\u0300", "\u02c6": "\u0302", "\u02dc": "\u0303",
    "\u00b8": "\u0327", "\u02c7": "\u030c", "\u02da": "\u030a", "\u02d8": "\u0306", "\u02dd": "\u030b",
}  # fmt: skip
"""Accents that old TeX fonts draw as letters of their own -> the ones that combine."""
_BEFORE = re.compile("([" + "".join(_SPACING) + "])([A-Za-z\u0131])")


def clean(text: str) -> str:
    """Give text in one form: composed letters, ligatures taken apart, no control characters."""
    text = _ODD.sub("", text)
    if text.isascii():
        return text
    text = _BEFORE.sub(_combined, text)
    return unicodedata.normalize("NFKC", _keep(text))


def _combined(found: re.Match[str]) -> str:
    letter = "i" if found[2] == "\u0131" else found[2]
    made = unicodedata.normalize("NFC", letter + _SPACING[found[1]])
    return made if len(made) == 1 else found[0]


def _keep(text: str) -> str:
    """Keep a raised digit from becoming a part of the number before it: 10² is no 102."""
    return re.sub(r"(?<=\d)([\u00b2\u00b3\u00b9\u2070-\u2079])", r"^\1", text)


def letters(text: str) -> str:
    """Give the letters and digits alone, in lower case: what quotes and titles are compared by."""
    return "".join(char for char in unicodedata.normalize("NFKC", text).casefold() if char.isalnum())
