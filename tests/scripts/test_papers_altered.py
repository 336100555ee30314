"""Are wrong quotes wrong?"""

from __future__ import annotations

import random

import papers_altered


def test_altered_quotes_are_altered() -> None:
    """Nearly all of them; those that still say the same are left out of the count."""
    chance = random.Random(1)
    quote = "the gain was 0.5 points in 12 of all the cases"
    lies = [papers_altered.alter(quote, chance, ["other"]) for _ in range(200)]
    assert sum(lie != quote for lie in lies) > 195
    assert papers_altered.still_true("gain was 0.5 points in 12 of all the cases", quote)
    assert not papers_altered.still_true("the gain was -0.5 points in 12 of all the cases", quote)
    assert not papers_altered.still_true("the gain was not 0.5 points in 12 of all the cases", quote)
