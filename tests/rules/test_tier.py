"""Does an experiment touch the target only as deeply as it says?"""

from __future__ import annotations

import pytest
from fakes import code

from coordinator.rules.tier import misdeclared

READS = {"patches": False, "patching": False}
ASSIGNS = {"patches": False, "patching": True}
COPIES = {"patches": True, "patching": False}
BOTH = {"patches": True, "patching": True}


@pytest.mark.parametrize(
    ("declared", "does", "wrong"),
    [
        (1, READS, None),
        (1, ASSIGNS, "assigns to attributes"),
        (1, COPIES, "files in patches/"),
        (1, BOTH, "files in patches/"),
        (2, READS, None),
        (2, ASSIGNS, None),
        (2, COPIES, "files in patches/"),
        (2, BOTH, "files in patches/"),
        (3, READS, "nothing in patches/"),
        (3, ASSIGNS, "nothing in patches/"),
        (3, COPIES, None),
        (3, BOTH, None),
    ],
)
def test_each_tier_against_each_way(declared: int, does: dict[str, bool], wrong: str | None) -> None:
    """A tier is refused where the files say otherwise; a declared 2 that only reads is believed."""
    found = misdeclared(declared, code("x", **does))
    assert (wrong in found) if wrong else found is None
