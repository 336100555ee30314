"""Which numbers does a text cite, and is each of them one that was measured?

A number is a run of digits that stands for a quantity. Digits that only name something (`f1_tuned`, exp_001,
F1, Table 2, 2026-11-23, version 3.11, a list's 1.) are left out, by the table of names below. In doubt a run
of digits is a number: a worker can reword what was refused by mistake, and nobody sees what was let through.
Numbers in words ("a third") are not found.

The patterns read what a worker wrote: none may take more than linear time (tests/rules/test_numbers.py).
"""

# Signs as people type them are what is looked for here.
# ruff: noqa: RUF001

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

SMALLEST_ROUNDED = 10
"""Smallest size of a value that may be rounded to an integer: 12.4 as 12, but not 6.6 as 7."""

LAST_DIGITS = Decimal("1e-12")
"""Relative distance within which two numbers are the same: what is lost in a mean over seeds."""

_MONTH = (
    "(?:Jan(?:uary)?|Feb(?:ruary)?|Mar(?:ch)?|Apr(?:il)?|May|June?|July?|Aug(?:ust)?|Sept?(?:ember)?"
    "|Oct(?:ober)?|Nov(?:ember)?|Dec(?:ember)?)"
)
_PACKAGE = "version|release|python|numpy|scipy|pandas|scikit-learn|sklearn|pytorch|torch|tensorflow|cuda"
_PART = "section|chapter|fig(?:ure)?|table|eq(?:uation)?|appendix"
_THING = "seed|tier|experiment|line|page|issue"

_NAMES: tuple[tuple[str, str], ...] = (
    ("subscript, exponent", r"_\{\w+\}|(?<=[A-Za-z)}])\^(?:\{[-−]?\d+\}|[-−]?\d+)"),
    ("emphasis: `_0.31_` is a number", r"(?<!\w)_++(?=\S)|(?<=[^\s_])_++(?!\w)"),
    ("address", r"https?://[^\s)>\]]+"),
    ("name in a code span", r"`(?=[^`\n]*[A-Za-z_])[A-Za-z_./~][\w./\[\]-]*`"),
    ("dotted name", r"(?<![\w.])[A-Za-z_]\w*(?:\.\w+)*\.[A-Za-z_]\w*"),
    ("path", r"(?<![\w.])(?:\.{0,2}/)?[A-Za-z_][\w.-]{0,99}(?:/[\w.-]{0,99}[A-Za-z_][\w.-]{0,99})+"),
    ("run id", r"\b\d{8}_\d{6}\b"),
    ("digest", r"\b(?=\d*[a-f])(?=[a-f]*\d)(?!\d+e\d+\b)[0-9a-f]{7,64}\b"),
    ("date", r"\b\d{4}-\d\d-\d\d(?:[T ]\d\d:\d\d(?::\d\d)?Z?)?\b|\b\d{1,2}[/.]\d{1,2}[/.]\d{4}\b"),
    ("date in words", rf"\b(?:\d{{1,2}}(?:st|nd|rd|th)?\s+)?{_MONTH}(?:\s+\d{{1,2}})?,?\s+\d{{4}}\b"),
    ("time", r"\b\d{1,2}:\d\d:\d\d\b|\b\d{1,2}:\d\d(?=\s?(?:UTC|am|pm)\b)"),
    (
        "year of a source",
        r"(?<=[(,] )(?:19|20)\d\d[a-z]?(?=\))|\((?:19|20)\d\d[a-z]?\)|(?<=al\. )(?:19|20)\d\d\b",
    ),
    ("version", rf"\b\d+(?:\.\d+){{2,}}|\b(?i:{_PACKAGE})\s+v?\d+(?:\.\d+)*"),
    ("part of a text", rf"\b(?i:{_PART})\.?\s+[1-9]\d*(?:\.\d+)?\b(?!\.\d|\s?(?:%|per))"),
    ("numbered thing", rf"\b(?i:{_THING})\s+#?\d+\b(?!\.\d|\s?(?:%|per))"),
    ("footnote or issue", r"\[\^?\d{1,3}\](?!\s?(?:%|per))|#\d+\b"),
    ("ordinal, dimension", r"\b\d+(?:st|nd|rd|th|D)\b"),
    ("footnote mark", r"(?<!(?<!\d)10)(?<![⁰¹²³⁴-⁹⁺⁻])[⁰¹²³⁴-⁹⁺⁻]+"),
    ("hyphenated name", r"(?<![\w.-])[A-Za-z]\w*(?:-\w+)*-\d\w*(?![\w%]|\.\d|\s?%)"),
    ("level of an interval", r"\b\d\d(?:\.\d)?\s?(?:%|percent)[\s-](?:CI|confidence|credible|prediction)\b"),
)
"""What digits may name, in the order in which it is taken out; each by what it looks like."""

_TAKEN_OUT = tuple(re.compile(pattern) for _, pattern in _NAMES)

_LIST_MARKER = re.compile(r"^[ \t>]*(?:[-*+][ \t]+|\#{1,6}[ \t]+)?\(?(?P<n>\d{1,3})[.)](?=[ \t])", re.MULTILINE)

_NUMBER = re.compile(
    r"""
    (?P<sign> (?<![\w.%)\]}]) [-−+] | (?<![^\s(\[=:;,|~<>≤≥]) – )?
    (?: (?<!\w) | (?<=\dx) | (?<=[\s(]x)(?=\d{1,9}\.\d) ) (?<!\d\.)
    (?:
        10 (?: \^[{(]?(?P<power>[-−+]?\d{1,4})[)}]? | (?P<raised>[⁺⁻]?[⁰¹²³⁴-⁹]{1,4}) )
      | (?P<digits>
            [1-9]\d{0,2}+ (?P<comma>[,_'’\u00a0\u2009\u202f]) \d{3} (?:(?P=comma)\d{3}){0,5}+
            (?!(?P=comma)?\d) (?:\.\d++)?+
          | \d++ (?:\.\d++)?+
          | (?<!\.) \.\d++
        )
        (?: [eE](?P<e>[-−+]?\d{1,4})(?!\w)
          | \s?[×x·*]\s?10 (?: \^[{(]?(?P<times>[-−+]?\d{1,4})[)}]? | (?P<times_raised>[⁺⁻]?[⁰¹²³⁴-⁹]{1,4}) )
        )?+
    )
    (?P<thousands> [kK](?!\w) | M(?!\w) )?+
    (?: (?!\w) | (?=[x×]\d) | (?=[^\W\d_]+(?!\w)) | (?=_[A-Za-z]) )
    """,
    re.VERBOSE,
)
"""A sign that is no hyphen or dash of a range, a body, and nothing after it but a unit (10ms, 6.6x, 3x3)."""

_PERCENT = re.compile(r"[`*_)\]]{0,3}[\s-]?(?:\\?%|％|percent\b|per\scent\b|percentage[\s-]points?\b|pct\b|pp\b)")

_BOTH_PERCENT = re.compile(r"\s*(?:to|and|or|through|vs\.?|versus|[-−–—±…/]|\.\.\.?)\s*")
"""Between two numbers that share the percent sign of the second: 27 to 33 %."""

_TIMES = re.compile(r"[`*_)]{0,3}(?:\s?[×x](?!\w)|[\s-]?(?:fold|times)\b)")
"""After a number that says how many times."""

_IN_A_NAME = re.compile(r"(?<=[A-Za-z]_)[1-9]\d*(?![A-Za-z\d])")
"""The 20 of `ratio_20`."""

_PLAIN = str.maketrans("−–", "--", ",_'’\u00a0\u2009\u202f")
_LOWERED = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻−", "0123456789+--")


@dataclass(frozen=True, slots=True)
class Cited:
    """One number as a text gives it.

    Args:
        text: as written, its percent sign included.
        value: what is written, sign included; 31 for `31 %`.
        decimals: digits after the point; negative where the last digit written stands for tens or more.
        percent: it is followed by a percent sign or the word, or shares that of the number after it.
        times: it says how many times: 6.6x, 3-fold.
        offset: of its first character, from 0.
        line: in the text, from 1.
    """

    text: str
    value: Decimal
    decimals: int
    percent: bool
    times: bool
    offset: int
    line: int


def find(text: str) -> tuple[Cited, ...]:
    """Find every number in a text, in order; digits that only name something are left out."""
    plain = _without_names(text)
    breaks = [match.start() for match in re.finditer("\n", text)]
    found, ends = [], []
    for match in _NUMBER.finditer(plain):
        percent = _PERCENT.match(plain, match.end())
        ends.append(match.end())
        value = _value(match)
        found.append(
            Cited(
                text=text[match.start() : percent.end() if percent else match.end()],
                value=value,
                decimals=-_exponent(value),
                percent=percent is not None,
                times=bool(_TIMES.match(plain, match.end())) or plain.endswith(("x", "×"), 0, match.start()),
                offset=match.start(),
                line=bisect_right(breaks, match.start()) + 1,
            )
        )
    return tuple(_sharing_percent(found, ends, plain))


def bound(
    cited: Cited,
    values: Mapping[str, float | Decimal],
    constants: frozenset[Decimal],
    counts: frozenset[Decimal] = frozenset(),
) -> bool:
    """Tell whether a number is a measured value as rounded in the text, or a constant.

    A value may be given as a fraction or in percent (0.312 as 0.31, 31 % or 31.2 %), rounded to the digits
    that are written, half up or half down; its sign must be right. Rounded to an integer it must be at least
    10 as shown: "7 times" for 6.6 hides more than it says. A value above 1 may be in percent already.

    Args:
        cited: the number in the text.
        values: means over seeds, by any name.
        constants: numbers of the plan and the direction; these must be given exactly.
        counts: of seeds: constants too, but "3 seeds" is no "3 times better" and no 3 %.
    """
    if _is_constant(cited, constants) or (not cited.times and not cited.percent and cited.value in counts):
        return True
    return any(_shows(cited, Decimal(str(value))) for value in values.values())


def matches(declared: Decimal, mean: float) -> bool:
    """Tell whether a value declared in a summary is the mean over seeds, at the precision declared."""
    return _rounds_to(Decimal(str(mean)), declared)


def constants(texts: Sequence[str], numbers: Sequence[float | Decimal]) -> frozenset[Decimal]:
    """Collect the numbers that may be cited without being measured.

    Args:
        texts: of the direction and the plan; numbers in percent count as fractions, and the numbers that
            are parts of names count too (the 20 of `ratio_20`).
        numbers: given as such, for example a claim's baseline and `by`.
    """
    known = {Decimal(str(number)) for number in numbers}
    for text in texts:
        known.update(cited.value / 100 if cited.percent else cited.value for cited in find(text))
        known.update(Decimal(match.group()) for match in _IN_A_NAME.finditer(text))
    return frozenset(known)


def _without_names(text: str) -> str:
    """Blank out every name that has digits in it; offsets stay what they are."""
    plain = text.replace("+/-", "  ±").replace("+/−", "  ±")
    for pattern in _TAKEN_OUT:
        plain = pattern.sub(_blank, plain)
    marked = list(plain)
    for start, end in _list_markers(plain):
        marked[start:end] = " " * (end - start)
    return "".join(marked)


def _blank(match: re.Match[str]) -> str:
    return re.sub(r"[^\n]", " ", match.group())


def _list_markers(text: str) -> Iterator[tuple[int, int]]:
    """Find the numbers of list items: 1, the one after the last, or the first after an empty line.

    Anything else at the beginning of a line is a sentence that was wrapped before its last number.
    """
    last = 0
    for match in _LIST_MARKER.finditer(text):
        before = text[text.rfind("\n", 0, max(match.start() - 1, 0)) + 1 : match.start()]
        number = int(match["n"])
        if number in {1, last + 1} or not before.strip():
            last = number
            yield match.span("n")


def _value(match: re.Match[str]) -> Decimal:
    """Read a match as a decimal that keeps the digits written."""
    shift = match["power"] or match["raised"] or match["e"] or match["times"] or match["times_raised"] or "0"
    exponent = int(shift.translate(_LOWERED)) + {"k": 3, "M": 6}.get((match["thousands"] or "").replace("K", "k"), 0)
    sign = (match["sign"] or "").translate(_PLAIN)
    return Decimal(sign + (match["digits"] or "1").translate(_PLAIN)).scaleb(exponent)


def _exponent(value: Decimal) -> int:
    exponent = value.as_tuple().exponent
    assert isinstance(exponent, int), "finite: made of digits"
    return exponent


def _sharing_percent(found: list[Cited], ends: list[int], text: str) -> list[Cited]:
    """Give each number the percent sign that it shares with the one after it."""
    shared = list(found)
    for place in range(len(found) - 2, -1, -1):
        between = text[ends[place] : found[place + 1].offset]
        if shared[place + 1].percent and _BOTH_PERCENT.fullmatch(between):
            shared[place] = replace(found[place], percent=True)
    return shared


def _is_constant(cited: Cited, constants: frozenset[Decimal]) -> bool:
    """Tell whether a number is a constant; a bare 5 among them says nothing about 5 %, but a 31.2 does."""
    if not cited.percent:
        return cited.value in constants
    return cited.value / 100 in constants or (cited.decimals > 0 and cited.value in constants)


def _shows(cited: Cited, value: Decimal) -> bool:
    if not cited.percent:
        return _rounds_to(value, cited.value)
    return _rounds_to(100 * value, cited.value) or (abs(value) > 1 and _rounds_to(value, cited.value))


def _rounds_to(value: Decimal, written: Decimal) -> bool:
    """Tell whether a value is what is written, at the digits written; on a tie both neighbours are right."""
    lost = abs(value) * LAST_DIGITS
    distance = abs(value - written)
    if distance <= lost:
        return True
    step = Decimal(1).scaleb(_exponent(written))
    if step >= 1 and abs(value) < SMALLEST_ROUNDED * step:
        return False
    if written.is_signed() and value > 0:
        return False
    return distance <= step / 2 + lost
