"""What is kept of an execution reads back as it was written, and anything else is a problem."""

from __future__ import annotations

from coordinator.model.record import Unfinished
from coordinator.text import unfinished

KEPT = Unfinished(environment_sha256="0" * 64, takes=3)


def test_parse_after_print_is_the_same() -> None:
    """Nothing is lost."""
    assert unfinished.parse(unfinished.print_(KEPT), "kept").value == KEPT


def test_every_prefix_is_a_problem() -> None:
    """A torn file is not used."""
    data = unfinished.print_(KEPT).rstrip()
    assert all(unfinished.parse(data[:end], "kept").problems for end in range(len(data)))
