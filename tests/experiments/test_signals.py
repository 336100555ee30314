"""Does a signal set the flag, and only that?"""

from __future__ import annotations

import os
import signal

import pytest

from coordinator.experiments.signals import ORDERS, flagged


@pytest.mark.skipif(os.name != "posix", reason="a process cannot send itself these on Windows")
@pytest.mark.parametrize("number", ORDERS)
def test_flagged(number: signal.Signals) -> None:
    """Within the block a signal sets the flag; after it everything is as it was."""
    before = signal.getsignal(number)
    with flagged() as flag:
        assert not flag.is_set
        os.kill(os.getpid(), number)
        assert flag.is_set
    assert signal.getsignal(number) is before
