"""Are these bytes text? UTF-8 without control characters, however the editor ended its lines."""

from __future__ import annotations

import re

from coordinator.model.problem import Parsed, Problem

CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\ud800-\udfff]")
"""Characters that no document needs, and that hide text or steer a terminal. Tab and line ends are fine."""

_UTF16 = (b"\xff\xfe", b"\xfe\xff")


def decode(data: bytes, path: str) -> Parsed[str]:
    r"""Give the text of a file, with `\n` at the end of each line and without a byte order mark.

    A byte order mark and `\r\n` are habits of editors, not mistakes of content: they are taken out
    without a word.
    """
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as error:
        return Parsed(None, (_not_utf8(data, path, error),))
    text = text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")
    found = CONTROL.search(text)
    if found is None:
        return Parsed(text)
    line = text.count("\n", 0, found.start()) + 1
    message = f"a control character (U+{ord(found[0]):04X}) is not text"
    return Parsed(None, (Problem(path, line, "not_text", message, "remove it; only tabs and line ends may stay"),))


def _not_utf8(data: bytes, path: str, error: UnicodeDecodeError) -> Problem:
    if data.startswith(_UTF16):
        return Problem(path, 1, "not_utf8", "the file is UTF-16, not UTF-8", "save it again as UTF-8")
    line = data.count(b"\n", 0, error.start) + 1
    message = f"byte 0x{data[error.start]:02x} is not UTF-8"
    return Problem(path, line, "not_utf8", message, "save the file again as UTF-8")
