"""Is what was enforced said, and what was not?"""

from __future__ import annotations

from coordinator.model.protection import Protection
from coordinator.report.guards import held, kept, not_kept


def test_everything_has_words() -> None:
    """Whatever is enforced or not, a reader is told; TCP goes without saying where no socket can be opened."""
    assert kept([]) == ""
    assert kept(Protection).count("; ") == len(Protection) - 2
    assert "TCP" in kept([Protection.TCP])
    assert len(not_kept([], network=False)) == len(Protection) - 1
    assert not_kept(Protection, network=False) == ()


def test_limits_are_said_by_name_and_in_words() -> None:
    """Words where there are some; a means that a later version brings keeps at least its name."""
    assert held("sampled").startswith("sampled: each process tree is looked at")
    assert held("something else") == "something else"


def test_what_nobody_asked_for_is_not_missing() -> None:
    """Where the network may be used, that it was not denied is no lack; where it may not, TCP alone is one."""
    assert not any("network" in sentence for sentence in not_kept([], network=True))
    (sentence,) = not_kept(set(Protection) - {Protection.NETWORK}, network=False)
    assert "`experiment_network: deny`" in sentence


def test_by_the_manifest_alone() -> None:
    """What it does is said, and everything that it does not do."""
    assert kept([Protection.TARGET]).startswith("the target was compared")
    assert len(not_kept([Protection.TARGET], network=True)) == 4
