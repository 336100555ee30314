"""Make quotes that are wrong: another digit, a word more or less, two words swapped, a sign, a point."""

import random
import re
from collections.abc import Sequence

_UNSIGNED = re.compile(r"(?<![\w.\u2212\u2013-])(\d)")
_POINT = re.compile(r"(\d)\.(\d)")


def alter(quote: str, chance: random.Random, others: Sequence[str]) -> str:
    """Change a quote so that it says something else."""
    words = quote.split()
    at = chance.randrange(len(words) - 1)
    digits = [place for place, char in enumerate(quote) if char.isdigit()]
    kind = chance.choice(["digit", "digit", "not", "not", "drop", "swap", "other", "sign", "point"])
    changed = {
        "drop": [*words[:at], *words[at + 1 :]],
        "swap": [*words[:at], words[at + 1], words[at], *words[at + 2 :]],
        "other": [*words[:at], chance.choice(others), *words[at + 1 :]],
    }.get(kind, [*words[: at + 1], "not", *words[at + 1 :]])
    if kind == "digit" and digits:
        place = chance.choice(digits)
        return quote[:place] + str((int(quote[place]) + chance.randint(1, 9)) % 10) + quote[place + 1 :]
    if kind == "sign" and _UNSIGNED.search(quote):
        return _UNSIGNED.sub(r"-\1", quote, count=1)
    if kind == "point" and _POINT.search(quote):
        return _POINT.sub(r"\1\2", quote, count=1)
    return " ".join(changed)


def still_true(lie: str, quote: str) -> bool:
    """Tell whether nothing was altered after all: a word less at an end, punctuation, capitals."""
    one, other = ("".join(char for char in text.casefold() if char.isalnum()) for text in (lie, quote))
    numbers = [re.findall(r"[-\u2212]?\d[\d.]*", text) for text in (lie, quote)]
    return (one != other and (other.startswith(one) or other.endswith(one))) or (
        one == other and numbers[0] == numbers[1]
    )
