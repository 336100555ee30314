"""How is a value written so that the strict reader gives it back? Plain where that is safe, else in quotes.

PyYAML's own dumper quotes what only other readers take for a number or a date, and folds long lines.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from decimal import Decimal

Scalar = str | int | float | bool | Decimal | None

_PLAIN = re.compile(r"-?[A-Za-z0-9_./+][A-Za-z0-9_./+-]*(?: [A-Za-z0-9_./+-]+)*")
"""Text that reads the same in block and in flow style, as a key and as a value."""
_ESCAPES = {'"': '\\"', "\\": "\\\\", "\n": "\\n", "\t": "\\t", "\r": "\\r"}


def scalar(value: Scalar) -> str:
    """Write one value; None is `null`."""
    if value is None:
        return "null"
    if isinstance(value, bool):
        return str(value).lower()
    text = str(value)
    return text if _PLAIN.fullmatch(text) else quoted(text)


def quoted(text: str) -> str:
    """Write text in double quotes; whatever is not printable becomes an escape."""
    return '"' + "".join(_escaped(character) for character in text) + '"'


def _escaped(character: str) -> str:
    if character in _ESCAPES:
        return _ESCAPES[character]
    if character.isprintable():
        return character
    code = ord(character)
    return f"\\x{code:02x}" if code < 0x100 else f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"


def flow_list(values: Iterable[Scalar]) -> str:
    """Write a list on one line: `[a, b]`."""
    return f"[{', '.join(scalar(value) for value in values)}]"


def flow_map(values: Mapping[str, Scalar]) -> str:
    """Write a mapping on one line: `{a: 1, b: null}`."""
    return f"{{{', '.join(f'{scalar(key)}: {scalar(value)}' for key, value in values.items())}}}"


def front_matter(written: Mapping[str, str]) -> str:
    """Write front matter of keys and values that are YAML already; a block begins with a line end."""
    lines = "".join(f"{key}:{value}\n" if value[0] == "\n" else f"{key}: {value}\n" for key, value in written.items())
    return f"---\n{lines}---\n"
