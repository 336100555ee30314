"""Which numbers does a text state? With sign, decimals and thousands as they are meant, not as they are set."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass

_MINUS = str.maketrans({"−": "-", "–": "-", "‐": "-", "‑": "-", "﹣": "-", "－": "-"})
_NUMBER = re.compile(
    r"(?<![^\W_])(?P<sign>-)?(?P<whole>\d{1,3}(?:,\d{3})+(?!\d)|\d+|(?=\.\d))(?P<part>\.\d+|,\d+)?(?P<power>[eE][-+]?\d+)?"
    r"(?P<percent>\s?%)?"
)
_POWER = re.compile(r"(\d+(?:\.\d+)?)\s*[×x·*]\s*10\s*\^?\s*\{?\s*(-?)\s*(\d+)")


@dataclass(frozen=True, slots=True)
class Number:
    """One number in a text.

    Args:
        value: in one form: `-0.50`, `100000`, `1e-4`.
        start: where it begins.
        percent: a percent sign follows.
    """

    value: str
    start: int
    percent: bool


def numbers(text: str) -> Iterator[Number]:
    """Find the numbers of a text; digits within a word (F1, ResNet50) are none.

    A hyphen is a sign only where no letter, digit or bracket stands before it: `10-20` are ten and twenty.
    """
    text = text.translate(_MINUS)
    for found in _NUMBER.finditer(text):
        whole, part = found["whole"].replace(",", "") or "0", found["part"] or ""
        before = text[found.start() - 1] if found.start() else " "
        sign = "-" if found["sign"] and not (before.isalnum() or before in ")]}") else ""
        power = (found["power"] or "").lower().replace("+", "")
        yield Number(f"{sign}{whole}{part}{power}", found.start(), bool(found["percent"]))


def stated(text: str) -> set[str]:
    """Give every value that a text states, powers of ten also as `1e-4`."""
    values = {each.value for each in numbers(text)}
    return values | {f"{base}e{sign}{power}" for base, sign, power in _POWER.findall(text.translate(_MINUS))}


def signature(text: str) -> list[str]:
    """Give what must not differ between a quote and its source: numbers, percent signs, signs of formulas, in order."""
    text = text.translate(_MINUS)
    found = [(each.start, f"{each.value}{'%' if each.percent else ''}") for each in numbers(text)]
    found += [(at, char) for at, char in enumerate(text) if unicodedata.category(char) == "Sm" and char not in "|+~"]
    return [token for _, token in sorted(found)]
